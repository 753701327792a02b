"""Where a worker goes on reading: the store says it, and it is held against the log first.

A client that is told to read from beyond the end of a log is moved elsewhere without a word, and
what stands between is never seen. So each stored position is compared with what the log still has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Trouble = Literal["lost", "another-log", "unsure", "older-store", "new-partition"]


@dataclass(frozen=True, slots=True)
class Resume:
    """The offset to read next, and what is wrong where something is."""

    offset: int
    trouble: Trouble | None = None
    first: int = 0
    last: int = 0
    """The offsets that were lost, that the log is short of, or that are handled again."""


ALARMS: Mapping[Trouble, str] = {
    "lost": "messages were lost: they were deleted before anybody had read them",
    "another-log": "this is another log: the topic was made anew, and is read from its beginning",
    "unsure": "the brokers do not know that these were read: the topic was made anew, or a worker "
    "fell before it could say so; they are read again, and what was decided stays",
    "older-store": "the store is older than the log: these messages are handled again, and people "
    "may be sent again what they were sent since the store was saved",
    "new-partition": "partitions were added: this one is read from its beginning, and what was "
    "asked of one incident may be decided in another order than it was asked",
}
"""What is said, loudly, with the range of offsets."""


def resume(
    handled: int | None, *, begins: int, ends: int, committed: int | None, topic_known: bool = False
) -> Resume:
    """Give where to go on after the last handled offset (None: nothing is known of the partition).

    ``begins`` is the first offset that the log still has, ``ends`` the one after its last;
    ``committed`` is what the group says comes next (None: it knows nothing), ``topic_known``
    whether the store knows other partitions of the topic.

    What was deleted before it was read is lost, by name. A position beyond the end belongs to a log
    that is no more: this one is read from its beginning, and the command ids say what is done. So
    is one that the group knows nothing of: brokers forget a group's offsets with the topic. The
    group is never ahead of the store, which is written first, unless the store has gone back.
    """
    if handled is None and topic_known:
        return Resume(begins, "new-partition", begins, ends - 1)
    following = begins if handled is None else handled + 1
    if following < begins:
        return Resume(begins, "lost", following, begins - 1)
    if following > ends:
        return Resume(begins, "another-log", ends, following - 1)
    if committed is None and following > begins:
        return Resume(begins, "unsure", begins, following - 1)
    if committed is not None and following < min(committed, ends):
        return Resume(following, "older-store", following, min(committed, ends) - 1)
    return Resume(following)
