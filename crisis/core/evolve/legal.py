"""Legal clocks: started, reminded, missed, filed, waived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import lapsed, put, replace
from crisis.core.incident import Incident
from crisis.core.legal import ClockState


def _change(incident: Incident, step: str, **changes: Any) -> Incident:
    state = incident.clocks.get(step)
    if state is None:
        return incident
    return replace(incident, clocks=put(incident.clocks, step, replace(state, **changes)))


def _started(incident: Incident, _event: Event, body: e.ClockStarted) -> Incident:
    if body.step in incident.clocks:
        return _change(incident, body.step, aware_at=body.aware_at, reminded={})
    state = ClockState(clock=body.clock, aware_at=body.aware_at)
    return replace(incident, clocks=put(incident.clocks, body.step, state))


def _reminded(incident: Incident, _event: Event, body: e.DelayReminded) -> Incident:
    state = incident.clocks.get(body.step)
    if state is None:
        return incident
    return _change(incident, body.step, reminded=put(state.reminded, body.delay, body.count))


def _missed(incident: Incident, event: Event, body: e.DelayMissed) -> Incident:
    state = incident.clocks.get(body.step)
    if state is None:
        return incident
    if body.count == 1:
        incident = replace(incident, lapses=lapsed(incident, event, "delay-missed", body.step))
    return _change(
        incident, body.step, missed=put(state.missed, body.delay, body.count),
        missed_at=put(state.missed_at, body.delay, event.at),
    )  # fmt: skip


def _filed(incident: Incident, _event: Event, body: e.NotificationFiled) -> Incident:
    state = incident.clocks.get(body.step)
    if state is None:
        return incident
    return _change(incident, body.step, filed=put(state.filed, body.delay, body.filed_at))


def _waived(incident: Incident, _event: Event, body: e.ClockWaived) -> Incident:
    return _change(incident, body.step, waived=True)


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.ClockStarted: _started,
    e.DelayReminded: _reminded,
    e.DelayMissed: _missed,
    e.NotificationFiled: _filed,
    e.ClockWaived: _waived,
}
