"""Named points at which a crash would hurt most: tests stop the program there.

In the product a mark costs one look-up and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

MARKS = (
    "decide.before-commit",
    "decide.after-commit",
    "expand.before-commit",
    "expand.after-commit",
    "claim.after-commit",
    "send.before-hand-over",
    "send.after-hand-over",
    "receipts.before-commit",
    "receipts.after-commit",
    "fallback.before-commit",
    "fallback.after-commit",
    "left-over.before-report",
    "left-over.after-report",
    "turning.before-report",
    "turning.after-report",
    "acknowledge.before-commit",
)
"""Every mark there is; a test fails when one of them was never reached."""

Hook = Callable[[str], None]

_hooks: list[Hook] = []


def mark(name: str) -> None:
    """A point at which the program may die; ``name`` is one of :data:`MARKS`."""
    for hook in _hooks:
        hook(name)


@contextmanager
def watching(hook: Hook) -> Iterator[None]:
    """Let a test see each mark as it is reached; what the hook raises comes out there."""
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)
