"""The phases: proposed, declared, overdue; a false alarm; begun again; closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace, without
from crisis.core.incident import COUNTERPART, Held, Incident, RoleState


def _proposed(incident: Incident, _event: Event, body: e.PhaseProposed) -> Incident:
    others = tuple(name for name in incident.proposed if name != body.phase)
    return replace(incident, proposed=others if body.withdrawn else (*others, body.phase))


def _phase(incident: Incident, event: Event, body: e.PhaseDeclared) -> Incident:
    if body.phase == "open":
        again = _again if incident.over else _back
        return _begun(incident, event) if incident.phase == "expected" else again(incident, event)
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
    told = incident.audiences.keys() | incident.joining.keys()
    return {name: held for name, held in incident.held.items() if name in told}


def _begun(incident: Incident, event: Event) -> Incident:
    """What was expected has begun: times count from here, and what was said before counts less."""
    told = {name: replace(heard, messages=0) for name, heard in incident.audiences.items()}
    return replace(
        incident,
        phase="open",
        phases=put(incident.phases, "open", event.at),
        opened_at=event.at,
        proposed=tuple(name for name in incident.proposed if name != "open"),
        overdue={},
        change_seq=event.seq,
        audiences=told,
        roles=_asked_anew(incident),
        lead_missing=0,
        lead_missing_at=None,
    )


def _asked_anew(incident: Incident) -> dict[str, RoleState]:
    """Whoever holds a role keeps it; for what nobody took then, all are asked once more (G3)."""
    return {
        name: replace(state, asked=(), unfilled=False) for name, state in incident.roles.items()
    }


def _again(incident: Incident, event: Event) -> Incident:
    """It has begun again after normal: steps, times and words start afresh; people stay.

    What was done or found meanwhile in those days holds no more; what is still owed to people does.
    Its review opens anew at its new end, with what lapses from here on; a legal clock runs on, and
    one that has been seen to starts again with its step.
    """
    seen_to = {name for name, state in incident.steps.items() if state.state == "done"}
    told = {name: replace(heard, messages=0) for name, heard in incident.audiences.items()}
    return replace(
        incident,
        phase="open",
        hushed=None,
        danger_again_at=None,
        phases={"open": event.at},
        opened_at=event.at,
        proposed=(),
        overdue={},
        steps={n: state for n, state in incident.steps.items() if n.endswith(COUNTERPART)},
        clocks={
            name: state
            for name, state in incident.clocks.items()
            if name not in seen_to and not state.waived
        },
        measures=(),
        workaround=None,
        workaround_seq=0,
        lapses=(),
        review=replace(incident.review, past=True) if incident.review is not None else None,
        change_seq=event.seq,
        audiences=told,
        roles=_asked_anew(incident),
        lead_missing=0,
        lead_missing_at=None,
    )


def _back(incident: Incident, event: Event) -> Incident:
    """It was safe and is not: what had ended with that holds again; what was done stays done."""
    told = {name: replace(heard, messages=0) for name, heard in incident.audiences.items()}
    return replace(
        incident,
        phase="open",
        phases={name: at for name, at in incident.phases.items() if name in {"expected", "open"}},
        proposed=(),
        overdue=without(incident.overdue, "open"),
        danger_again_at=None,
        change_seq=event.seq,
        audiences=told,
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
    """What still waits for an approval does not leave, but for ends: everybody hears one (G7)."""
    return replace(
        incident,
        phase="closed",
        phases=put(incident.phases, "closed", event.at),
        closed_at=event.at,
        danger_again_at=None,
        next_brief_at=None,
        drafts={name: one for name, one in incident.drafts.items() if one.kind == "end"},
    )


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.PhaseProposed: _proposed,
    e.PhaseDeclared: _phase,
    e.PhaseOverdue: _overdue,
    e.IncidentCancelled: _cancelled,
    e.IncidentClosed: _closed,
}
