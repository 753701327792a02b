"""What every test of the dispatcher needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def _calm_log() -> Iterator[None]:
    """Faults that a test provokes are logged; the terminal need not show them."""
    with capture_logs():
        yield
