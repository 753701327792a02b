"""Reports, severity and hours: what the incident is, and how grave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import replace
from crisis.core.incident import Incident
from crisis.core.life import Turn
from crisis.core.window import Works


def declared(event: Event, body: e.IncidentDeclared) -> Incident:
    """The incident as it begins."""
    incident = Incident(
        id=body.incident_id,
        key=body.key,
        opened_by=event.actor,
        exercise=body.exercise,
        kind=body.kind,
        playbook=body.playbook,
        playbook_digest=body.playbook_digest,
        site=body.site,
        building=body.building,
        place=None if body.by_machine else body.place,
        by_machine=body.by_machine,
        observed_at=body.observed_at,
        opened_at=body.opened_at,
        severity=body.severity,
        severities=(body.severity,),
        danger=body.danger,
        hours=body.hours,
        hours_until=body.hours_until,
        phase=body.phase,
        works=_works(event, body),
        phases={body.phase: event.at},
        seq=event.seq,
        last_at=event.at,
        change_seq=event.seq,
    )
    turn = Turn(at=body.opened_at, situation=incident.situation)
    return replace(incident, situations=(turn,))


def _works(event: Event, body: e.IncidentDeclared) -> Works | None:
    if body.starts_at is None or body.ends_at is None:
        return None
    return Works(starts_at=body.starts_at, ends_at=body.ends_at, seq=event.seq)


def _linked(incident: Incident, _event: Event, body: e.ReportLinked) -> Incident:
    """One report more; trouble that is reported again has not gone."""
    gone = incident.end_proposed if body.signal == "resolved" else None
    return replace(incident, reports=incident.reports + 1, end_proposed=gone)


def _end_proposed(incident: Incident, _event: Event, body: e.EndProposed) -> Incident:
    return replace(incident, end_proposed=body.report_id)


def _danger(incident: Incident, event: Event, _body: e.DangerReported) -> Incident:
    again = event.at if incident.phase not in {"expected", "open"} else None
    return replace(incident, danger="yes", change_seq=event.seq, danger_again_at=again)


def _hours(incident: Incident, _event: Event, body: e.HoursChanged) -> Incident:
    return replace(incident, hours=body.hours, hours_until=body.hours_until)


def _severity(incident: Incident, event: Event, body: e.SeverityChanged) -> Incident:
    spent = (body.by_rule, *body.spent) if body.by_rule is not None else body.spent
    return replace(
        incident,
        severity=body.severity,
        severities=tuple(dict.fromkeys((*incident.severities, body.severity))),
        change_seq=event.seq,
        raised=tuple(dict.fromkeys((*incident.raised, *spent))),
    )


def _same(incident: Incident, _event: Event, _body: Any) -> Incident:
    """Some events only belong to the record."""
    return incident


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.ReportLinked: _linked,
    e.EndProposed: _end_proposed,
    e.DangerReported: _danger,
    e.HoursChanged: _hours,
    e.SeverityChanged: _severity,
    e.RefusalOverridden: _same,
}
