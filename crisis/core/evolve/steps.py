"""Where each step stands, and what people recorded beyond the playbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import excused, lapsed, made_good, put, replace
from crisis.core.incident import ASKED_IN, REMEMBERED, Incident, Measure, StepState


def _ready(incident: Incident, event: Event, body: e.StepsReady) -> Incident:
    steps = dict(incident.steps)
    for name in body.steps:
        steps[name] = _begun(steps.get(name), event)
    return replace(incident, steps=steps)


def _begun(before: StepState | None, event: Event) -> StepState:
    """A step that comes again keeps what it said last; one that was moot begins afresh."""
    if before is None or before.state != "done":
        return StepState(ready_at=event.at)
    return replace(
        before,
        ready_at=event.at,
        state="ready",
        done_at=None,
        escalations=0,
        escalated_at=None,
        passed_to=None,
        **_UNASKED,
    )


_UNASKED: Mapping[str, Any] = {"asked_soon": False, "backed": {}, "request": 0, "asked_in": ()}
"""A decision for which nobody has been asked."""


def _moot(incident: Incident, event: Event, body: e.StepsMoot) -> Incident:
    steps = dict(incident.steps)
    for name in body.steps:
        state = steps.get(name) or StepState(ready_at=event.at)
        steps[name] = replace(state, state="moot")
    return replace(incident, steps=steps)


def _step(incident: Incident, name: str, event: Event, **changes: Any) -> dict[str, StepState]:
    state = incident.steps.get(name) or StepState(ready_at=event.at)
    return put(incident.steps, name, replace(state, **changes))


def _done(incident: Incident, event: Event, body: e.StepDone) -> Incident:
    at = event.happened_at or event.at
    steps = _step(
        incident, body.step, event, state="done", done_at=event.at, told_at=at, told_seq=event.seq
    )
    lapses = excused(incident.lapses, "step-late", body.step, at)
    done = replace(incident, steps=steps, lapses=lapses)
    return made_good(done, body.step, at, event.seq)


def _answer(incident: Incident, event: Event, body: e.StepAnswered) -> Incident:
    before = incident.steps.get(body.step)
    changes: dict[str, Any] = {"value": body.answer, "assumed": body.assumed}
    same = before is not None and before.value == body.answer and not before.assumed
    if not body.assumed and not same:  # the same reading again is nothing new to anybody
        changes["said_seq"] = event.seq
        if before is not None and before.said_seq and before.value != body.answer:
            changes |= {"was": before.value, "was_seq": before.said_seq}
    steps = _step(incident, body.step, event, state="done", done_at=event.at, **changes)
    lapses = incident.lapses
    if body.assumed:
        lapses = lapsed(incident, event, "unanswered", body.step)
    return replace(incident, steps=steps, lapses=lapses)


def _asked(incident: Incident, event: Event, body: e.ChoiceAsked) -> Incident:
    state = incident.steps[body.step]
    steps = _step(
        incident,
        body.step,
        event,
        request=body.number,
        asked_in=(*state.asked_in, *((body.message_id,) if body.message_id else ()))[-ASKED_IN:],
        asked_soon=state.asked_soon or body.why == "soon",
    )
    return replace(incident, steps=steps, requests=max(incident.requests, body.number))


def _backed(incident: Incident, event: Event, body: e.ChoiceBacked) -> Incident:
    before = incident.steps.get(body.step)
    backed = put(before.backed if before is not None else {}, body.person, body.option)
    return replace(incident, steps=_step(incident, body.step, event, backed=backed))


def _choice(incident: Incident, event: Event, body: e.ChoiceMade) -> Incident:
    """The latest choice holds; one made in time and noted later was no lapse."""
    steps = _step(
        incident,
        body.step,
        event,
        state="done",
        done_at=event.at,
        value=body.option,
        assumed=body.assumed,
        chosen_by=body.person,
        said_seq=event.seq,
        backed={},
    )
    at = event.happened_at or event.at
    lapses = excused(incident.lapses, "undecided", body.step, at)
    if body.assumed:
        lapses = lapsed(incident, event, "undecided", body.step)
    return replace(incident, steps=steps, lapses=lapses)


def _passed_on(incident: Incident, event: Event, body: e.ChoicePassedOn) -> Incident:
    steps = _step(
        incident, body.step, event, passed_to=body.role, ready_at=event.at, asked_soon=False
    )
    return replace(incident, steps=steps)


def _escalated(incident: Incident, event: Event, body: e.StepEscalated) -> Incident:
    lapses = incident.lapses
    if body.count == 1:
        lapses = lapsed(incident, event, "step-late", body.step)
    steps = _step(incident, body.step, event, escalations=body.count, escalated_at=event.at)
    return replace(incident, steps=steps, lapses=lapses)


def _contractor(incident: Incident, event: Event, body: e.ContractorReported) -> Incident:
    changes: dict[str, Any] = {"stage": body.stage}
    lapses, at = incident.lapses, event.happened_at or event.at
    if body.eta_at is not None:
        changes |= {"eta_at": body.eta_at, "said_seq": event.seq}
    if body.stage == "called":
        changes |= {
            "told_at": at,
            "told_seq": event.seq,
            "eta_at": body.eta_at,
            "arrived_at": None,
            "escalations": 0,
            "escalated_at": None,
        }
    if body.stage == "arrived":
        changes |= {"arrived_at": at, "said_seq": event.seq}
        lapses = excused(lapses, "step-late", body.step, at)
    if body.stage == "left":
        changes |= {"state": "done", "done_at": event.at}
    if body.stage == "no-show":
        changes |= {
            "eta_at": None,
            "ready_at": event.at,
            "escalations": 0,
            "escalated_at": None,
        }
        lapses = lapsed(incident, event, "no-show", body.step)
    steps = _step(incident, body.step, event, **changes)
    return replace(incident, steps=steps, lapses=lapses)


def _measure(incident: Incident, event: Event, body: e.MeasureRecorded) -> Incident:
    measure = Measure(
        id=f"seq:{event.seq}",
        seq=event.seq,
        measure=body.measure,
        expected_result=body.expected_result,
        at=event.happened_at or event.at,
        inside_only=body.inside_only,
    )
    return replace(incident, measures=(*incident.measures, measure)[-REMEMBERED:])


def _workaround(incident: Incident, event: Event, body: e.WorkaroundRecorded) -> Incident:
    return replace(incident, workaround=body.workaround, workaround_seq=event.seq)


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.StepsReady: _ready,
    e.StepsMoot: _moot,
    e.StepDone: _done,
    e.StepAnswered: _answer,
    e.ChoiceAsked: _asked,
    e.ChoiceBacked: _backed,
    e.ChoiceMade: _choice,
    e.ChoicePassedOn: _passed_on,
    e.StepEscalated: _escalated,
    e.ContractorReported: _contractor,
    e.MeasureRecorded: _measure,
    e.WorkaroundRecorded: _workaround,
}
