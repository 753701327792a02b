"""The one that a test speaks of: that there is exactly one is asserted, and not stumbled upon."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

One = TypeVar("One")


def only(found: Iterable[One]) -> One:
    """Give the one that was found; the test fails where there is none, or another."""
    listed = [*found]
    assert len(listed) == 1, f"exactly one was expected, not {len(listed)}: {listed}"
    return listed[0]
