"""The phases: proposed, declared, overdue; a false alarm; begun again; closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace, without
from crisis.core.incident import COUNTERPART, Held, Incident


def _proposed(incident: Incident, _event: Event, body: e.PhaseProposed) -> Incident:
    return replace(incident, proposed=(*incident.proposed, body.phase))


def _phase(incident: Incident, event: Event, body: e.PhaseDeclared) -> Incident:
    if body.phase == "open":
        return _again(incident, event)
    over = body.phase == "normal"
    return replace(
        incident,
        phase=body.phase,
        phases=put(incident.phases, body.phase, event.at),
        proposed=tuple(name for name in incident.proposed if name != body.phase),
        change_seq=event.seq,
        danger="no" if incident.danger_again_at is not None else incident.danger,
        danger_again_at=None,
        overdue=without(incident.overdue, "open"),
        end_proposed=None if over else incident.end_proposed,
        held=_still_held(incident) if over else incident.held,
    )


def _still_held(incident: Incident) -> dict[str, Held]:
    """What waits at the end: only those who were told something have an end to hear."""
    return {name: held for name, held in incident.held.items() if name in incident.audiences}


def _again(incident: Incident, event: Event) -> Incident:
    """It has begun again after normal: steps, times and words start afresh; people stay.

    What was done or found meanwhile in those days holds no more; what is still owed to people does.
    Its review opens anew at its new end, with what lapses from here on.
    """
    told = {
        name: replace(heard, messages=0, holdings=0) for name, heard in incident.audiences.items()
    }
    return replace(
        incident,
        phase="open",
        danger_again_at=None,
        phases={"open": event.at},
        opened_at=event.at,
        proposed=(),
        overdue={},
        steps={n: state for n, state in incident.steps.items() if n.endswith(COUNTERPART)},
        measures=(),
        workaround=None,
        workaround_seq=0,
        lapses=(),
        review=replace(incident.review, past=True) if incident.review is not None else None,
        change_seq=event.seq,
        audiences=told,
        lead_missing=0,
        lead_missing_at=None,
    )


def _overdue(incident: Incident, _event: Event, body: e.PhaseOverdue) -> Incident:
    return replace(incident, overdue=put(incident.overdue, body.phase, body.count))


def _cancelled(incident: Incident, event: Event, _body: e.IncidentCancelled) -> Incident:
    return replace(
        incident,
        phase="cancelled",
        phases=put(incident.phases, "cancelled", event.at),
        change_seq=event.seq,
        end_proposed=None,
        held=_still_held(incident),
    )


def _closed(incident: Incident, event: Event, _body: e.IncidentClosed) -> Incident:
    return replace(
        incident,
        phase="closed",
        phases=put(incident.phases, "closed", event.at),
        closed_at=event.at,
        danger_again_at=None,
        next_brief_at=None,
    )


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.PhaseProposed: _proposed,
    e.PhaseDeclared: _phase,
    e.PhaseOverdue: _overdue,
    e.IncidentCancelled: _cancelled,
    e.IncidentClosed: _closed,
}
