"""What contractors cost, as it was announced, asked for and decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.cost import Cost
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace
from crisis.core.incident import ASKED_IN, Incident, StepState


def _announced(incident: Incident, event: Event, body: e.CostAnnounced) -> Incident:
    cost = Cost(amount=body.amount, currency=body.currency, person=body.person)
    state = incident.steps.get(body.step) or StepState(ready_at=event.at)
    return replace(incident, steps=put(incident.steps, body.step, replace(state, cost=cost)))


def _changed(incident: Incident, step: str, **changes: Any) -> Incident:
    state = incident.steps[step]
    cost = replace(state.cost, **changes) if state.cost is not None else None
    return replace(incident, steps=put(incident.steps, step, replace(state, cost=cost)))


def _asked(incident: Incident, event: Event, body: e.CostAsked) -> Incident:
    cost = incident.steps[body.step].cost
    before = cost.asked_in if cost is not None else ()
    asked = _changed(
        incident,
        body.step,
        state="asked",
        request=body.number,
        of=body.of,
        asked_at=event.at,
        due_at=body.due_at,
        times=body.count,
        asked_in=(*before, body.message_id)[-ASKED_IN:],
    )
    return replace(asked, requests=max(incident.requests, body.number))


def _decided(incident: Incident, _event: Event, body: e.CostDecided) -> Incident:
    state = "granted" if body.granted else "refused"
    return _changed(incident, body.step, state=state, decided_by=body.person, due_at=None)


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.CostAnnounced: _announced,
    e.CostAsked: _asked,
    e.CostDecided: _decided,
}
