"""How often each guarantee was put to the test: one whose premise never occurs is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from crisis.core.course import Quiet
from crisis.core.events import (
    ApprovalSilent,
    ClockStarted,
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    CostAsked,
    LeadMissing,
    LeftToCarry,
    MessageReleased,
    PromiseAnswered,
    PromiseMade,
    QuestionAsked,
    ReviewOpened,
    WentDown,
)
from crisis.proof.invariants.record import Record, may_have_been_sent
from crisis.proof.invariants.words import TO_AUDIENCES

PREMISES: Mapping[str, str] = {
    "G1": "a report was answered with success",
    "G2": "a send that had arrived was in flight at a crash",
    "G3": "the bound for a lead passed, and nobody led",
    "G4": "an audience was concerned, and had its first word",
    "G5": "a promised time came, and no person had spoken",
    "G6": "a word went to people outside",
    "G7": "an end or a correction, of what somebody may have had",
    "G8": "a promise or an engagement came to its end",
    "G9": "an exercise beside a real crisis",
    "G10": "a crisis ended that has to be reviewed",
    "G11": "an incident lived through a crash, or the service was opened again on it",
    "G12": "a life-safety message, at night or with a channel dead",
    "G13": "somebody was tried on a further medium, or the rules failed on one incident",
    "3.17": "somebody asked a question",
    "3.23": "a cost was above what whoever announced it may spend",
    "5.1": "words left after their approval, or by silence that lets them",
    "5.2": "nobody answered who was asked to approve",
    "7.6": "a message was released while something that media need had failed",
    "7.8": "something failed while two crises of a site went on",
    "7.9": "somebody had to tell others in person",
    "8.7": "a delay of the law began to run",
}
"""Guarantee, or row of docs/doctrine.md -> what must have happened for it to mean anything."""


def premises(records: Iterable[Record], seen: Mapping[str, int], *, answered: int) -> Counter[str]:
    """Count the premises of one story."""
    found = Counter({
        "G1": answered,
        "G2": seen.get("in flight at a crash", 0),
        "G13": seen.get("rules made to fail", 0),
    })  # fmt: skip
    kept = list(records)
    real, drills = ([one for one in kept if one.row.exercise is drill] for drill in (False, True))
    found["G9"] = len(drills) if real else 0
    found["G11"] = len(kept) * min(seen.get("crash", 0), 1)
    for record in kept:
        for guarantee, counted in _OF_RECORD.items():
            found[guarantee] += counted(record)
        found["G12"] += _vital(record, dead=bool(seen.get("dead channel")))
    return found


def _of(*kinds: type) -> Callable[[Record], int]:
    return lambda record: sum(1 for _ in record.of(*kinds))


def _first_words(record: Record) -> int:
    return len({body.audience for _, body in record.released()
                if body.audience is not None and body.kind in TO_AUDIENCES})  # fmt: skip


def _silences(record: Record) -> int:
    held = sum(body.how == "holding" for _, body in record.of(PromiseAnswered))
    return held + sum(1 for _ in record.of(CommitmentBroken))


def _outside(record: Record) -> int:
    audiences = record.pinned.plan.audiences
    return sum(
        body.audience is not None and audiences[body.audience].outside
        for _, body in record.released()
    )


def _ends(record: Record) -> int:
    return sum(
        any(may_have_been_sent(row) for ended in message.ends for row in record.rows(ended))
        for message in record.messages
    )


def _promises(record: Record) -> int:
    made = {body.commitment_id for _, body in record.of(PromiseMade)}
    kinds = (CommitmentBroken, CommitmentKept, CommitmentKeptLate)
    return sum(
        isinstance(one.body, kinds) and one.body.commitment_id in made for one in record.events
    )


def _further(record: Record) -> int:
    return sum(row.rung > 0 and row.attempts > 0 for one in record.messages
               for row in record.rows(one.id))  # fmt: skip


def _vital(record: Record, *, dead: bool) -> int:
    return sum(
        message.life_safety and (dead or _night(record, message.released_at))
        for message in record.messages
    )


def _while_down(record: Record) -> int:
    pairs = zip(record.events, record.states, strict=True)
    return sum(
        isinstance(event.body, MessageReleased) and state is not None and bool(state.down)
        for event, state in pairs
    )


def _night(record: Record, at: datetime) -> bool:
    hours = record.pinned.plan.quiet_hours
    if hours is None:
        return False
    zone = ZoneInfo(record.pinned.site.zone)
    return Quiet(begins=hours.from_.at, ends=hours.to.at, zone=zone).until(at) is not None


_OF_RECORD: Mapping[str, Callable[[Record], int]] = {
    "G3": _of(LeadMissing),
    "G4": _first_words,
    "G5": _silences,
    "G6": _outside,
    "G7": _ends,
    "G8": _promises,
    "G10": _of(ReviewOpened),
    "G13": _further,
    "3.17": _of(QuestionAsked),
    "3.23": _of(CostAsked),
    "5.1": lambda record: sum(body.draft_id is not None for _, body in record.released()),
    "5.2": _of(ApprovalSilent),
    "7.6": _while_down,
    "7.8": lambda record: sum(event.rule == "down-beside" for event, _ in record.of(WentDown)),
    "7.9": _of(LeftToCarry),
    "8.7": _of(ClockStarted),
}
