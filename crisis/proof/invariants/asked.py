"""Whatever is asked of people ends, or is chased: offers, questions, errands, costs, the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.events import DelayMissed, OfferLapsed, QuestionAsked, QuestionLate, RolesOffered
from crisis.core.incident import Incident
from crisis.core.legal import AWARE, in_force
from crisis.proof.invariants.record import Breach, Record

SOUGHT_AFTER = timedelta(minutes=5)
"""Since when those are looked for who do not answer a roll-call."""


def g3_no_offer_outlives_its_time(record: Record) -> Iterator[Breach]:
    """Silence has an answer: at its time an offer lapses, and somebody else is asked."""
    last = record.states[-1]
    if last is None or last.over:
        return
    made = {body.offer_id: body for _, body in record.of(RolesOffered)}
    for name, offer in last.offers.items():
        if offer.state == "open" and record.late(offer.accept_by, None):
            yield record.breach("G3", f"the offer {name} is open beyond its time")
    for event, body in record.of(OfferLapsed):
        if body.offer_id in made and record.late(made[body.offer_id].accept_by, event.at):
            yield record.breach("G3", f"the offer {body.offer_id} lapsed late")


def d3_questions_are_answered_or_chased(record: Record) -> Iterator[Breach]:
    """Every question has its reply in time, or those who reply and the lead have heard of it."""
    last = _living(record)
    if last is None:
        return
    for name, question in last.questions.open.items():
        if not question.escalations and record.late(question.due_at, None):
            yield record.breach("3.17", f"the question {name} waits, and nobody is told")
    due_at: dict[str, datetime] = {}
    for event in record.events:
        match event.body:
            case QuestionAsked() as asked:  # one more who asks the same hears when it was due
                due_at[asked.question] = asked.due_at
            case QuestionLate(question=name, count=1) if record.late(due_at[name], event.at):
                yield record.breach("3.17", f"the question {name} was told of late")


def d7_errands_are_carried_or_chased(record: Record) -> Iterator[Breach]:
    """Whom no medium reaches somebody tells in person, or that is said to them and to the lead."""
    last = _living(record)
    for name, errand in (last.errands if last is not None else {}).items():
        if not errand.reminders and record.late(errand.due_at, None):
            yield record.breach("7.9", f"nobody has told {name}, and nobody is asked again")


def d3_the_silent_are_sought(record: Record) -> Iterator[Breach]:
    """Those who do not say that they are safe are looked for, until somebody closes it."""
    last = _living(record)
    for name, roll in (last.roll_calls if last is not None else {}).items():
        sought = roll.closed or roll.chases
        if not sought and record.late(roll.started_at + SOUGHT_AFTER, None):
            yield record.breach("G12", f"nobody looks for those silent in the roll-call {name}")


def d3_costs_are_asked_again(record: Record) -> Iterator[Breach]:
    """A cost on which the one who was asked stays silent goes to the next one."""
    last = _living(record)
    for name, state in (last.steps if last is not None else {}).items():
        cost = state.cost
        if cost is None or cost.state != "asked" or cost.due_at is None:
            continue
        if record.late(cost.due_at, None):
            yield record.breach("3.23", f"the cost of {name} waits for nobody any more")


def d8_the_law_is_reminded_of(record: Record) -> Iterator[Breach]:
    """A delay of the law that ends with nobody having filed is told of, at once."""
    last = record.states[-1]
    missed = {(body.step, body.delay): event for event, body in record.of(DelayMissed)}
    for step, state in (last.clocks if last is not None else {}).items():
        clock = in_force(record.pinned.legal, state.clock, state.aware_at)
        stands = last.steps.get(step) if last is not None else None
        if clock is None or state.waived or stands is None or stands.state != "ready":
            continue
        for name, delay in clock.delays.items():
            if delay.after != AWARE or name in state.filed or (step, name) in missed:
                continue
            due_at = delay.due_at(state.aware_at, record.pinned.site)
            if record.late(due_at, None):
                yield record.breach("8.7", f"the delay {name} of {step} has passed in silence")


def _living(record: Record) -> Incident | None:
    """The state, while anything is asked of people."""
    last = record.states[-1]
    return None if last is None or last.phase in {"closed", "cancelled"} else last
