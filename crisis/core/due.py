"""What is owed at this moment, and when to look again. The only timers there are.

Laws, property tests all: nothing is due before :func:`next_due_at`; every due command is accepted
at that ``now``; once done, ``next_due_at`` is later than ``now``; after a long absence each
audience gets one word, not one for each that was missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core import events as e
from crisis.core.commands import Actor, Command, Fulfil
from crisis.core.decide import OWES, OWES_WATCHED
from crisis.core.incident import Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned

TIMELESS: frozenset[type] = frozenset({
    e.MeasureRecorded, e.WorkaroundRecorded, e.ReportLinked, e.RefusalOverridden,
    e.WordingFound,
})  # fmt: skip
"""Events after which everything is owed as before, by the same times."""


def owed(incident: Incident, pinned: Pinned) -> Iterator[Owed]:
    """Give everything that the incident owes, due or not yet."""
    playbook = pinned.in_force(incident.situation)
    for owes in OWES_WATCHED if incident.watched else OWES:
        yield from owes(incident, playbook, pinned)


def next_due_at(incident: Incident, pinned: Pinned) -> datetime | None:
    """Give when to look at this incident again; None: it waits for people only."""
    return min((one.at for one in owed(incident, pinned)), default=None)


def due(incident: Incident, pinned: Pinned, now: datetime) -> list[Command]:
    """Give all that is owed at this moment, the longest owed first."""
    ripe = sorted(
        (one for one in owed(incident, pinned) if one.at <= now),
        key=lambda one: (one.at, one.rule, one.subject),
    )
    return [_command(incident, one) for one in ripe]


def _command(incident: Incident, one: Owed) -> Command:
    return Command(
        id=f"{incident.id}/{incident.seq}/{one.rule}/{one.subject}/{one.at.isoformat()}",
        stream="incident",
        stream_id=incident.id,
        body=Fulfil(rule=one.rule, subject=one.subject, due_at=one.at),
        actor=Actor(kind="rule", id=one.rule),
        authority="rule",
        door="clock",
        exercise=incident.exercise,
    )
