"""Where a worker goes on reading: the store says it, and it is held against the log first.

A client that is told to read from beyond the end of a log is moved elsewhere without a word, and
what stands between is never seen. So each stored position is compared with what the log still has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trouble = Literal["lost", "another-log"]


@dataclass(frozen=True, slots=True)
class Resume:
    """The offset to read next, and what is wrong where something is."""

    offset: int
    trouble: Trouble | None = None
    first: int = 0
    last: int = 0
    """The offsets that were lost, or that the log is short of."""


def resume(handled: int | None, *, begins: int, ends: int) -> Resume:
    """Give where to go on after the last handled offset (None: nothing was handled yet).

    ``begins`` is the first offset that the log still has, ``ends`` the one after its last. What
    was deleted before it was read is lost, by name. A position beyond the end belongs to a log
    that is no more: this one is read from its beginning, and the command ids say what is done.
    """
    if handled is None:
        return Resume(begins)
    following = handled + 1
    if following < begins:
        return Resume(begins, "lost", following, begins - 1)
    if following > ends:
        return Resume(begins, "another-log", ends, handled)
    return Resume(following)
