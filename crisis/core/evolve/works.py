"""Announced works: their times, as they were last set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import replace
from crisis.core.incident import Incident
from crisis.core.window import Works


def _rescheduled(incident: Incident, event: Event, body: e.WorksRescheduled) -> Incident:
    works = Works(starts_at=body.starts_at, ends_at=body.ends_at, seq=event.seq)
    return replace(incident, works=works, change_seq=event.seq)


def _postponed(incident: Incident, event: Event, _body: e.WorksPostponed) -> Incident:
    if incident.works is None:
        return incident
    works = replace(incident.works, postponed=True, seq=event.seq)
    return replace(incident, works=works, change_seq=event.seq)


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.WorksRescheduled: _rescheduled,
    e.WorksPostponed: _postponed,
}
