"""Not yet loud, and then loud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace
from crisis.core.incident import REMEMBERED, Incident
from crisis.core.life import Hushed, Turn


def _hushed(incident: Incident, event: Event, body: e.IncidentHushed) -> Incident:
    hushed = Hushed(
        why=body.why, since=event.at, until=body.until, needs=body.needs, sensors=body.sensors
    )
    return replace(incident, hushed=hushed)


def _counted(incident: Incident, _event: Event, body: e.SignalCounted) -> Incident:
    if incident.hushed is None:
        return incident
    others = tuple(one for one in incident.hushed.sensors if one != body.sensor)
    sensors = (*others, body.sensor)[-REMEMBERED:] if body.firing else others
    return replace(incident, hushed=replace(incident.hushed, sensors=sensors))


def _asked(incident: Incident, _event: Event, body: e.DutyAsked) -> Incident:
    if incident.hushed is None:
        return incident
    return replace(incident, hushed=replace(incident.hushed, until=body.until, asked=True))


def _loud(incident: Incident, event: Event, body: e.MadeLoud) -> Incident:
    """What begins only now is counted from now: nothing was owed to anybody before."""
    if not body.began:
        return replace(incident, hushed=None)
    return replace(
        incident,
        hushed=None,
        opened_at=event.at,
        phases={"open": event.at},
        change_seq=event.seq,
        situations=(Turn(at=event.at, situation=incident.situation),),
    )


def _passed(incident: Incident, event: Event, _body: e.SignalPassed) -> Incident:
    return replace(incident, phase="cancelled", phases=put(incident.phases, "cancelled", event.at))


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.IncidentHushed: _hushed,
    e.SignalCounted: _counted,
    e.DutyAsked: _asked,
    e.MadeLoud: _loud,
    e.SignalPassed: _passed,
}
