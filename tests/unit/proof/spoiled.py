"""Ways to spoil the record of a crisis: each breaks one guarantee, and must be caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from crisis.core import events as e
from crisis.core.asked import Question, Questions
from crisis.core.cost import Cost
from crisis.core.draft import Draft
from crisis.core.errand import Errand
from crisis.core.events import Event, EventBody
from crisis.core.incident import Offer
from crisis.core.legal import ClockState
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.prose import TextRef
from crisis.core.roll import RollCall
from crisis.ports import DeliveryRow, MessageRow
from crisis.proof.invariants import Record

HOUR = timedelta(hours=1)


def as_exercise(record: Record) -> Record:
    """Give the record of an incident that was an exercise all along."""
    return replace(record, row=replace(record.row, exercise=True))


def with_events(record: Record, change: Callable[[list[Event]], list[Event]]) -> Record:
    """Give the record with other events; their numbers and decisions stay as they were."""
    spoiled = replace(record)
    spoiled.__dict__.pop("states", None)
    spoiled.__dict__["events"] = change(list(record.events))
    return spoiled


def without(record: Record, kind: type[EventBody], **fields: Any) -> Record:
    """Take out the events of a kind whose fields are these: something else stands there."""
    nothing = e.EndProposed(report_id="r", source="s")

    def change(events: list[Event]) -> list[Event]:
        found = [one for one in events if is_one(one, kind, fields)]
        assert found, (kind, fields)
        return [replace(one, body=nothing) if one in found else one for one in events]

    return with_events(record, change)


def with_body(
    record: Record, kind: type[EventBody], where: dict[str, Any], /, **new: Any
) -> Record:
    """Change the fields of the events of a kind."""

    def change(events: list[Event]) -> list[Event]:
        assert any(is_one(one, kind, where) for one in events), (kind, where)
        return [
            replace(one, body=replace(one.body, **new)) if is_one(one, kind, where) else one
            for one in events
        ]

    return with_events(record, change)


def is_one(event: Event, kind: type[EventBody], fields: dict[str, Any]) -> bool:
    """Whether an event is of a kind and has these fields."""
    return isinstance(event.body, kind) and all(
        getattr(event.body, name) == value for name, value in fields.items()
    )


def with_rows(
    record: Record, which: Callable[[MessageRow], bool], change: Callable[[DeliveryRow], Any]
) -> Record:
    """Change the ledger's rows of some messages; None takes a row away."""
    chosen = {one.id for one in record.messages if which(one)}
    assert any(record.rows(one) for one in chosen)
    deliveries = {
        id_: [new for row in rows if (new := change(row) if id_ in chosen else row) is not None]
        for id_, rows in record.deliveries.items()
    }
    return replace(record, deliveries=deliveries)


def is_end(message: MessageRow) -> bool:
    """Whether it ends others."""
    return bool(message.ends)


def vital(message: MessageRow) -> bool:
    """Whether it saves lives."""
    return message.life_safety


def three_holdings(record: Record) -> Record:
    """Nothing but holding statements."""
    return with_body(record, e.MessageReleased, {"audience": "front-line"}, kind="holding")


def stranger_hears_the_end(record: Record) -> Record:
    """Somebody who was never told hears the end."""
    return with_rows(record, is_end, lambda row: replace(row, recipient_id="e999"))


def with_last(record: Record, **fields: Any) -> Record:
    """Give the record of an incident that stands otherwise at its end."""
    spoiled = replace(record)
    spoiled.__dict__["events"] = list(record.events)
    last = record.states[-1]
    assert last is not None
    spoiled.__dict__["states"] = [*record.states[:-1], replace(last, **fields)]
    return spoiled


def a_draft(record: Record) -> Draft:
    """Words that have waited since the beginning."""
    return Draft(
        id="d1", kind="update", rule="speak", texts={}, digest="d", fingerprint="f",
        stage_until=record.opened_at,
    )  # fmt: skip


class Approving:
    """What is in force, but everything that anybody is told needs an approval."""

    def __init__(self, pinned: Pinned) -> None:
        self._pinned = pinned

    def __getattr__(self, name: str) -> Any:
        """Answer as it does."""
        return getattr(self._pinned, name)

    def approval(self, _playbook: Playbook, _audience: str) -> tuple[str, ...]:
        """One stage."""
        return ("communication",)


def approved(record: Record) -> Record:
    """The plan wants an approval of everything that anybody is told."""
    pinned: Any = Approving(record.pinned)
    return replace(record, pinned=pinned)


def a_step(record: Record, **fields: Any) -> Record:
    """One step stands otherwise."""
    last = record.states[-1]
    assert last is not None
    name, state = next(iter(last.steps.items()))
    return with_last(record, steps={name: replace(state, **fields)})


def a_clock(record: Record) -> Record:
    """A clock of the law runs since long ago, and nobody has filed anything."""
    last = record.states[-1]
    assert last is not None
    name = next(name for name, one in last.steps.items() if one.state == "ready")
    state = ClockState(clock="nis2", aware_at=record.opened_at - 2000 * HOUR)
    return with_last(record, clocks={name: state})


def asked_first(record: Record) -> Record:
    """Alarms that are drafted, and somebody is asked whether they may leave."""
    return with_events(record, lambda events: [
        replace(one, body=e.MessageDrafted(
            draft_id="d", audience=one.body.audience or "", kind="alert", owed_by="first-words",
            texts={}, digest="", fingerprint="",
        )) if isinstance(one.body, e.MessageReleased) and one.body.life_safety else one
        for one in events
    ])  # fmt: skip


FLOOD: list[tuple[str, str, Callable[[Record], Record]]] = [
    ("G9", "messages that do not say what it is", as_exercise),
    ("G1", "nobody was written to", lambda r: without(r, e.MessageReleased)),
    ("G2", "a row without its identity",
     lambda r: with_rows(r, vital, lambda row: replace(row, id="x"))),
    ("G2", "two rows of one recipient",
     lambda r: with_rows(r, vital, lambda row: replace(row, medium="sms", recipient_id="e1"))),
    ("G2", "two alarms in one decision", lambda r: with_body(
        r, e.MessageReleased, {"kind": "alert"}, audience="front-line")),
    ("G3", "nobody ever accepted to lead", lambda r: without(r, e.RolesAccepted)),
    ("G4", "an audience without a first word",
     lambda r: without(r, e.MessageReleased, audience="front-line")),
    ("G4", "a first word that nobody was tried with",
     lambda r: with_rows(r, lambda m: m.kind == "alert", lambda row: replace(
         row, state="queued", attempts=0, sent_at=None, reason=""))),
    ("G4", "no brief to the directorate", lambda r: without(r, e.BriefReleased)),
    ("G5", "a promised time passed in silence", lambda r: without(
        without(r, e.PromiseAnswered), e.CommitmentKept)),
    ("G5", "called kept, and sent to nobody",
     lambda r: with_rows(r, lambda m: m.kind == "update", lambda row: replace(
         row, state="queued", attempts=0, sent_at=None, reason=""))),
    ("G5", "danger that is only expected", lambda r: with_body(
        r, e.IncidentDeclared, {}, phase="expected", danger="yes")),
    ("G7", "no end for those who heard of what was merged", lambda r: with_events(
        r, lambda events: [
            *events[:1], replace(events[1], body=e.IncidentTakenOver(
                other="i-b", building=None, reports=1, told={"visitors": ("i-b-1",)})),
            *events[2:],
        ])),
    ("G5", "three holding statements", three_holdings),
    ("G5", "a time that nobody promised", lambda r: without(r, e.UpdatePromised)),
    ("G6", "outside before the directorate", lambda r: without(
        without(r, e.MessageSent), e.MessageHeld)),
    ("G7", "the end does not reach everyone",
     lambda r: with_rows(r, is_end, lambda row: None if row.medium == "sms" else row)),
    ("G7", "the end reaches a stranger", stranger_hears_the_end),
    ("G7", "what has ended still waits to go",
     lambda r: with_rows(r, lambda m: not m.ends, lambda row: replace(row, state="queued"))),
    ("G7", "no end at all", lambda r: replace(
        r, messages=[replace(m, ends=()) for m in r.messages])),
    ("G8", "a promise without an end", lambda r: without(
        without(r, e.CommitmentKept), e.CommitmentBroken)),
    ("G8", "a promise with two ends", lambda r: with_body(
        r, e.CommitmentKept, {}, commitment_id=next(r.of(e.UpdatePromised))[1].commitment_id)),
    ("G8", "a broken engagement that owes nothing",
     lambda r: with_body(r, e.CommitmentBroken, {}, counterpart_owed=False)),
    ("G8", "a counterpart that nobody was asked for",
     lambda r: with_body(r, e.MessageReleased, {"audience": None}, to=())),
    ("G10", "no review", lambda r: without(r, e.ReviewOpened)),
    ("G10", "a review that nobody owns", lambda r: with_body(r, e.ReviewOpened, {}, owner=None)),
    ("G10", "an overdue review that nobody is asked for", lambda r: without(
        with_body(r, e.ReviewOpened, {}, due_at=r.opened_at), e.ReviewReminded)),
    ("G10", "an overdue action that nobody is asked for", lambda r: without(r, e.ActionReminded)),
    ("G11", "an event of no command", lambda r: replace(r, decisions={})),
    ("G11", "a decision whose events are gone", lambda r: replace(
        r, recorded=[replace(one, command_id="x") for one in r.recorded])),
    ("G11", "a snapshot of another story", lambda r: with_body(
        r, e.IncidentDeclared, {}, severity="S1")),
    ("G12", "life-safety held for the night",
     lambda r: with_rows(r, vital, lambda row: replace(
         row, state="suppressed", reason="quiet-hours"))),
    ("G12", "life-safety that left late",
     lambda r: with_rows(r, vital, lambda row: row.sent_at and replace(
         row, sent_at=row.sent_at + HOUR))),
    ("G12", "life-safety that waits",
     lambda r: with_rows(r, vital, lambda row: replace(
         row, state="queued", attempts=0, sent_at=None))),
    ("G12", "life-safety that asks first", asked_first),
    ("G13", "a claim that never ends",
     lambda r: with_rows(r, vital, lambda row: replace(
         row, state="sending", lease_until=r.opened_at))),
    ("G13", "a failure without a reason",
     lambda r: with_rows(r, lambda m: m.kind == "alert", lambda row: replace(
         row, state="failed", reason="", fallback_at=None))),
]  # fmt: skip

SILENCE: list[tuple[str, str, Callable[[Record], Record]]] = [
    ("G3", "nobody led, and nobody was told", lambda r: without(r, e.LeadMissing)),
    (
        "G3",
        "the last resort does not know",
        lambda r: with_body(r, e.MessageReleased, {"kind": "escalation"}, to=()),
    ),
    ("G3", "no brief says that nobody leads", lambda r: without(r, e.BriefReleased)),
    ("G5", "a broken promise that is on no record", lambda r: without(r, e.CommitmentBroken)),
    (
        "G5",
        "a broken promise that nobody is told of",
        lambda r: with_body(r, e.MessageReleased, {}, to=(), audience=None),
    ),
    ("G5", "a silence that is not escalated again", lambda r: without(r, e.SilenceEscalated)),
    ("5.1", "words that nobody approved", approved),
    ("5.2", "words that wait for ever", lambda r: with_last(r, drafts={"front-line": a_draft(r)})),
    (
        "G3",
        "an offer that never lapses",
        lambda r: with_last(
            r,
            offers={
                "o1": Offer(
                    person="e1", roles=("lead",), ranks=("holder",), made_at=r.opened_at,
                    accept_by=r.opened_at,
                )
            },
        ),
    ),
    (
        "3.17",
        "a question that nobody hears of",
        lambda r: with_last(
            r,
            questions=Questions(
                open={
                    "q": Question(
                        words=TextRef(id="q", digest="d"), asked_at=r.opened_at,
                        due_at=r.opened_at,
                    )
                }
            ),
        ),
    ),
    (
        "7.9",
        "an errand that nobody is asked about again",
        lambda r: with_last(
            r,
            errands={
                "people": Errand(
                    message_id="m", kind="alert", count=1, carriers=("e1",),
                    asked_at=r.opened_at, due_at=r.opened_at,
                )
            },
        ),
    ),
    (
        "G12",
        "people who are not looked for",
        lambda r: with_last(
            r,
            roll_calls={
                "r": RollCall(audience="front-line", started_at=r.opened_at, message_id="m")
            },
        ),
    ),
    (
        "3.23",
        "a cost that waits for nobody",
        lambda r: a_step(
            r,
            cost=Cost(
                amount=9, currency="EUR", person="e1", state="asked", due_at=r.opened_at
            ),
        ),
    ),
    ("8.7", "a delay of the law that passes in silence", a_clock),
]  # fmt: skip


HUSHED: list[tuple[str, str, Callable[[Record], Record]]] = [
    ("G1", "what waited for ever", lambda r: with_body(
        without(r, e.MadeLoud), e.IncidentHushed, {}, until=r.opened_at)),
    ("G1", "nobody was asked to look", lambda r: with_body(
        with_events(r, lambda events: [
            replace(one, body=e.DutyAsked(until=one.at)) if isinstance(one.body, e.MadeLoud)
            else one for one in events
        ]), e.MessageReleased, {}, to=(), audience=None)),
]  # fmt: skip
