"""G4 and G5: a first word in time, and nobody left in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.events import (
    BriefReleased,
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    CommitmentLate,
    Event,
    IncidentCancelled,
    IncidentClosed,
    IncidentHushed,
    IncidentMerged,
    MadeLoud,
    MessageReleased,
    PhaseDeclared,
    PromiseAnswered,
    SeverityChanged,
    SilenceEscalated,
    UpdatePromised,
)
from crisis.core.incident import PHASES
from crisis.core.playbook import Playbook
from crisis.proof.invariants.record import Breach, Record

IN_A_ROW = 2
"""Holding statements in a row, at most (design §5)."""
BROKEN_AT = 1.2
"""Share of its span at which a promise that nobody kept counts as broken (design §5)."""
UNPLANNED = timedelta(hours=1)
"""How often a silence is escalated where the plan names no rhythm."""

TO_AUDIENCES = frozenset({"alert", "instruction", "update", "holding", "correction", "end"})


def g5_what_is_there_is_not_expected(record: Record) -> Iterator[Breach]:
    """While people are in danger nothing is only expected: nobody would be told how it goes on."""
    if any(one and (one.phase, one.danger) == ("expected", "yes") for one in record.states):
        yield record.breach("G5", "people are in danger, and it has not begun")


def g4_a_first_word_in_time(record: Record) -> Iterator[Breach]:
    """Each audience that the playbook tells has a first word within its objective.

    It need not be the first that was released: a graver one overtakes what waits for a morning.
    """
    over_at = over(record)
    for audience, (concerned_at, playbook) in _concerned(record).items():
        severity = record.severity_at(concerned_at)
        span = record.pinned.first_within(playbook, audience, severity)
        owed_at = record.pinned.site.add(concerned_at, span)
        owed_at = record.disturbable_from(audience, owed_at)
        if over_at is not None and over_at <= owed_at:
            continue
        words = [body.message_id for _, body in record.released()
                 if body.audience == audience and body.kind in TO_AUDIENCES]  # fmt: skip
        if not words:
            if record.late(owed_at, None):
                yield record.breach("G4", f"{audience} had no word by {owed_at:%H:%M} UTC")
        elif all(record.late(owed_at, record.told_by(one)) for one in words):
            said = f"{audience} was not told {words[0]} by {owed_at:%H:%M} UTC"
            yield record.breach("G4", said)


def g4_the_directorate_in_time(record: Record) -> Iterator[Breach]:
    """The directorate has brief number 1 within its bound, counted from when it was made loud."""
    since = _loud_at(record)
    if since is None:
        return
    playbook = record.pinned.in_force({"severity": record.declared.severity})
    span = record.pinned.directorate_within(playbook, record.declared.severity)
    owed_at = record.pinned.site.add(since, span)
    first = next((event.at for event, _ in record.of(BriefReleased)), None)
    if record.late(owed_at, first):
        yield record.breach("G4", f"the directorate had no brief by {owed_at:%H:%M} UTC")


def _loud_at(record: Record) -> datetime | None:
    """Since when it is told beyond the team; None where it was worked, and ended, before."""
    loud_at = next((event.at for event, _ in record.of(MadeLoud)), None)
    return loud_at if any(record.of(IncidentHushed)) else record.opened_at


def _concerned(record: Record) -> dict[str, tuple[datetime, Playbook]]:
    """Give since when each audience of the playbook is concerned, and what then held."""
    found: dict[str, tuple[datetime, Playbook]] = {}
    for event, incident in zip(record.events, record.states, strict=True):
        if record.undecided(event):
            continue
        if incident is None or incident.over:
            break
        if incident.watched or (record.repinned is not None and event.seq < record.repinned.seq):
            continue
        playbook = record.pinned.in_force(incident.situation)
        for name, tell in playbook.tell.items():
            expected = incident.phase == "expected"  # what is said before it is not said after
            reached = PHASES[0 if expected else 1 : PHASES.index(incident.phase) + 1]
            from_then = tell.from_ in {"expected", *reached}
            spoken = from_then and any(tell.said_in(phase) for phase in reached)
            if spoken and (tell.when is None or tell.when.holds(incident.situation)):
                begins = incident.phase == "open" and not found and record.repinned is None
                since = record.opened_at if begins else event.at
                found.setdefault(name, (max(since, record.opened_at), playbook))
    return found


def over(record: Record) -> datetime | None:
    """Give when nothing more was owed to audiences."""
    for event in record.events:
        body = event.body
        if isinstance(body, IncidentCancelled | IncidentClosed | IncidentMerged):
            return event.at
        if isinstance(body, PhaseDeclared) and body.phase == "normal":
            return event.at
    return None


def over_at_last(record: Record) -> datetime | None:
    """Give since when it is over now; None where it goes on, or has begun again."""
    over_at = None
    for event, incident in zip(record.events, record.states, strict=True):
        if incident is not None:
            over_at = (over_at or event.at) if incident.over or incident.merged else None
    return over_at


def g5_nobody_is_left_in_silence(record: Record) -> Iterator[Breach]:
    """By each promised time there is a word, or the breach is on the record and escalated."""
    for promised, body in record.of(UpdatePromised):
        outcome = outcome_of(record, body.commitment_id)
        if not outcome and record.merged_at is not None and record.merged_at <= body.due_at:
            continue  # whoever was promised it was told where it is followed: see crossing
        span = body.due_at - promised.at
        spoken_at = next((event.at for event in outcome), None)
        if record.late(body.due_at, spoken_at):
            words = f"{body.audience} was promised a word by {body.due_at:%H:%M} UTC and had none"
            yield record.breach("G5", words)
        ended = [event for event in outcome if isinstance(event.body, ENDS)]
        if record.late(promised.at + span * BROKEN_AT, ended[0].at if ended else None):
            words = f"the promise {body.commitment_id} is neither kept nor broken"
            yield record.breach("G5", words)
        yield from _kept_is_true(record, body, outcome)


ENDS = (CommitmentKept, CommitmentKeptLate, CommitmentBroken)
_OF_PROMISE = (PromiseAnswered, CommitmentLate, *ENDS)


def outcome_of(record: Record, commitment_id: str) -> list[Event]:
    """Give what became of a promise, in order."""
    return [
        event for event, body in record.of(*_OF_PROMISE)
        if getattr(body, "commitment_id", "") == commitment_id
    ]  # fmt: skip


def _kept_is_true(
    record: Record, promise: UpdatePromised, outcome: list[Event]
) -> Iterator[Breach]:
    """A promise that the record calls kept was kept by a message that everyone was sent.

    Whoever slept has it when their night is over: that is in time.
    """
    awake_at = record.disturbable_from(promise.audience, promise.due_at)
    kept = any(isinstance(event.body, CommitmentKept) for event in outcome)
    for event in outcome:
        body = event.body
        if not (kept and isinstance(body, PromiseAnswered)):
            continue
        if record.late(awake_at, record.told_by(body.message_id)):
            words = f"{promise.commitment_id} is called kept by {body.message_id}"
            yield record.breach("G5", f"{words}, which was not told in time")


def g5_two_holding_statements_at_most(record: Record) -> Iterator[Breach]:
    """Never more than two holding statements in a row to anyone."""
    row: dict[str, int] = {}
    for _, body in record.released():
        if body.audience is None or body.kind not in TO_AUDIENCES:
            continue
        row[body.audience] = row.get(body.audience, 0) + 1 if body.kind == "holding" else 0
        if row[body.audience] > IN_A_ROW:
            words = f"{row[body.audience]} holding statements in a row to {body.audience}"
            yield record.breach("G5", words)


def g5_every_word_names_the_next(record: Record) -> Iterator[Breach]:
    """A time that a message names is a promise on the record."""
    for event, body in record.released():
        if body.next_update_at is None or body.kind not in TO_AUDIENCES:
            continue
        together = list(record.at_once(event))
        made = any(
            (one.audience, one.due_at) == (body.audience, body.next_update_at)
            and (one in together or (body.ends and promised.seq < event.seq))
            for promised, one in record.of(UpdatePromised)
        )
        if not made:
            yield record.breach("G5", f"{body.message_id} names a next time that nobody promised")


def g5_silence_is_escalated(record: Record) -> Iterator[Breach]:
    """A broken promise is told higher up, and again at each rhythm until somebody speaks."""
    audiences = {body.commitment_id: body.audience for _, body in record.of(UpdatePromised)}
    for broken, body in record.of(CommitmentBroken):
        audience = audiences.get(body.commitment_id)
        if audience is None:
            continue
        if not record.written_to(broken):
            yield record.breach("G5", f"the promise {body.commitment_id} broke and nobody was told")
        if not _answered(record, body.commitment_id):
            yield from _escalated(record, audience, broken)


def _answered(record: Record, commitment_id: str) -> bool:
    return any(body.commitment_id == commitment_id for _, body in record.of(PromiseAnswered))


def _escalated(record: Record, audience: str, broken: Event) -> Iterator[Breach]:
    until = _spoken_at(record, audience, broken)
    times = [broken.at]
    for event, body in record.of(SilenceEscalated):
        if (
            body.audience == audience
            and event.seq > broken.seq
            and (not until or event.at <= until)
        ):
            times.append(event.at)
            if len(record.written_to(event)) <= 1:
                yield record.breach("G5", f"the silence to {audience} was escalated to nobody")
    for at, after in zip(times, [*times[1:], until], strict=True):
        if record.late(at + _rhythm(record, audience, at, after or record.now), after):
            words = f"the silence to {audience} after {at:%H:%M} UTC was not escalated again"
            yield record.breach("G5", words)


def _spoken_at(record: Record, audience: str, broken: Event) -> datetime | None:
    """Give when these people had a word again, or when it was over and none was owed to them."""
    over_at = over(record)
    ends = [over_at] if over_at is not None and over_at >= broken.at else []
    for event in record.events[broken.seq :]:
        body = event.body
        told = isinstance(body, MessageReleased) and body.kind in TO_AUDIENCES
        closed = isinstance(body, IncidentClosed | IncidentMerged)
        if closed or (told and getattr(body, "audience", None) == audience):
            ends.append(event.at)
            break
    return min(ends, default=None)


def _rhythm(record: Record, audience: str, since: datetime, until: datetime) -> timedelta:
    """Give the slowest rhythm that has held in a time: a graver severity is quicker."""
    later = (one.severity for event, one in record.of(SeverityChanged) if since < event.at <= until)
    spans = [
        record.pinned.update_every(
            record.pinned.in_force({"severity": severity}), audience, severity, long=False
        )
        for severity in {record.severity_at(since), *later}
    ]
    return max((span.delta or UNPLANNED for span in spans if span is not None), default=UNPLANNED)
