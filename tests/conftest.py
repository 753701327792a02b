"""What holds for every test: none leaves the logs set up for the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

pytest_plugins = ["tests.postgres"]


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """The command line sets logs up for its process: a test that runs it here gives that back."""
    yield
    structlog.reset_defaults()
