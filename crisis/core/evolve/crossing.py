"""Between incidents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace
from crisis.core.incident import REMEMBERED, Incident
from crisis.core.life import Related

_LOOSE = frozenset({"related", "symptom"})
"""Of these only so many are kept in mind: nothing is owed through them."""


def _related(incident: Incident, _event: Event, body: e.IncidentsRelated) -> Incident:
    if body.how in _LOOSE and len(incident.related) >= REMEMBERED:
        return incident
    related = put(incident.related, body.other, Related(how=body.how, step=body.step))
    return replace(incident, related=related)


def _turned(incident: Incident, _event: Event, body: e.OtherTurned) -> Incident:
    known = incident.related.get(body.other)
    if known is None:
        return incident
    turned = replace(known, phase=body.phase)
    return replace(incident, related=put(incident.related, body.other, turned))


def _taken(incident: Incident, event: Event, body: e.IncidentTakenOver) -> Incident:
    taken, joining = dict(incident.taken), dict(incident.joining)
    for audience, told in body.told.items():
        taken[audience] = (*taken.get(audience, ()), *told)
        joining[audience] = (*joining.get(audience, ()), *told)
    return replace(
        incident,
        building=body.building,
        reports=incident.reports + body.reports,
        related=put(incident.related, body.other, Related(how="absorbed")),
        taken=taken,
        joining=joining,
        change_seq=event.seq,
    )


def _repinned(incident: Incident, event: Event, body: e.PlaybookRepinned) -> Incident:
    """What was proposed, and another playbook's spent rules, belong to what was followed.

    The same playbook in a mended text does not overrule whoever has lowered the severity.
    """
    return replace(
        incident,
        playbook=body.playbook,
        playbook_digest=body.playbook_digest,
        key=body.key,
        raised=incident.raised if body.playbook == body.was else (),
        proposed=(),
        change_seq=event.seq,
    )


def _merged(incident: Incident, event: Event, body: e.IncidentMerged) -> Incident:
    """What it owed is owed by the other from here on; it keeps its key, and sends reports there."""
    return replace(
        incident,
        phase="closed",
        phases=put(incident.phases, "closed", event.at),
        closed_at=event.at,
        related=put(incident.related, body.into, Related(how="into")),
        commitments={},
        audiences={n: replace(heard, promise=None) for n, heard in incident.audiences.items()},
        held={},
        hushed=None,
        danger_again_at=None,
        next_brief_at=None,
        end_proposed=None,
    )


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.IncidentsRelated: _related,
    e.OtherTurned: _turned,
    e.IncidentTakenOver: _taken,
    e.PlaybookRepinned: _repinned,
    e.IncidentMerged: _merged,
}
