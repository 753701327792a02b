"""The topics of Kafka: every one of them, and what a broker must be told about it.

Nothing else names a topic. A topic's name ends in its version: whoever changes its key or the
number of its partitions, which decide where the messages of one incident stand in order, raises
the version and lets the old topic run dry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_MOST_COPIES = 3
"""One broker can be lost while another is being restarted; a fourth copy buys nothing more."""
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic, as it must stand on every broker."""

    family: str
    version: int = 1
    key: str
    """What its messages are keyed by: those of one key stay in order."""
    partitions: int
    """The most workers that can share it."""
    dropped_after: timedelta
    """How long the broker keeps a message."""
    only_copy: bool = True
    """Whether what stands here stands nowhere else yet: then it is on disk before it counts."""
    largest: int | None = None
    """Bytes of the largest message, where the broker's own limit (1 MiB) will not do."""

    @property
    def name(self) -> str:
        """The name on the broker."""
        return f"{self.family}.v{self.version}"

    def settings(self, copies: int) -> dict[str, str]:
        """What the broker is told, whatever its own defaults, where there are so many copies."""
        told = {
            # messages end by age alone: compaction would keep one of an incident's commands
            "cleanup.policy": "delete",
            "retention.ms": _ms(self.dropped_after),
            # never by size: a storm of reports must not push out those that nobody has handled
            "retention.bytes": "-1",
            # a broker drops whole segments: a day each, so that prose does go when it is said to
            "segment.ms": _ms(min(_DAY, self.dropped_after)),
            # acknowledged means on two disks where there are three
            "min.insync.replicas": str(max(1, copies - 1)),
            # a broker that has missed messages never becomes the one that is asked
            "unclean.leader.election.enable": "false",
        }
        if self.only_copy and copies < _MOST_COPIES:
            # one or two copies in memory do not survive a power cut: each message goes to the disk
            told["flush.messages"] = "1"
        if self.largest is not None:
            told["max.message.bytes"] = str(self.largest)
        return told


REPORTS = Topic(
    family="crisis.reports",
    key="report id",  # a report that is sent again follows the first, and gets its answer
    partitions=12,  # shares evenly among 2, 3, 4 or 6 workers; more cost the broker files
    dropped_after=_WEEK,  # a store may be away over a long weekend; prose stays no longer
)
COMMANDS = Topic(
    family="crisis.commands",
    key="incident id",  # what people ask of an incident is decided in the order they asked
    partitions=12,  # as reports: one worker has the same share of each
    dropped_after=_WEEK,  # as reports: they carry prose too
)
RECEIPTS = Topic(
    family="crisis.receipts",
    key="delivery id",  # "delivered" does not overtake "sent"
    partitions=12,  # as reports
    dropped_after=_WEEK,  # as reports, so that a receipt is there as long as its command
)
TIMELINE = Topic(
    family="crisis.timeline",
    key="incident or report id",  # whoever listens hears of each in the order of its journal
    partitions=12,  # whoever listens may need as many of them as we do
    dropped_after=timedelta(days=30),  # references, no prose: listeners may be away for a month
    only_copy=False,  # it is published from the journal, and can be again
)
DEAD_LETTERS = Topic(
    family="crisis.dead-letters",
    key="key of the message",  # handed in again, it comes to the partition that it was for
    partitions=1,  # few, and read by people, in the order in which they came
    dropped_after=timedelta(days=30),  # until somebody back from leave has looked
    largest=2 << 20,  # whatever fits another topic, and why it came here
)
DUTY = Topic(
    family="crisis.duty",
    key="none",  # one partition: whoever writes first has the turn
    partitions=1,
    dropped_after=_WEEK,  # as reports: what was told while the store was away over a weekend
)
TOPICS = (REPORTS, COMMANDS, RECEIPTS, TIMELINE, DEAD_LETTERS, DUTY)
"""Every topic there is."""


def copies_on(brokers: int) -> int:
    """How many copies of each message there are: one a broker, three at most."""
    return min(_MOST_COPIES, brokers)


def _ms(span: timedelta) -> str:
    return str(span // timedelta(milliseconds=1))
