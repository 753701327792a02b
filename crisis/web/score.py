"""The scorecard of an incident as it can be asked: by the page, the command line, and others."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from crisis.core import events as e
from crisis.core.errand import PEOPLE
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.journey import journeys
from crisis.core.pinned import Pinned
from crisis.core.scorecard import Figure, Reach, Scorecard, scorecard
from crisis.core.scorecard.words import (
    ERROR_NAMES,
    contractor_line,
    error_line,
    figure_line,
    lived_line,
    nobody_line,
)
from crisis.ports import DeliveryRow, MessageRow, View
from crisis.web.record import NotOnRecord, Reader, prose

LARGEST_LOOKED_AT = 2_000
"""Recipients of one message up to which its rows are looked at by medium; beyond, its tally is."""

_REACHED = frozenset({"sent", "delivered", "acknowledged"})
_TRIED = _REACHED | {"failed", "unknown"}


def score(reader: Reader, incident_id: str, now: datetime) -> dict[str, Any]:
    """The five errors with their figures, and the contractors; NotOnRecord where there is none."""
    incident, pinned = reader.incident(incident_id), reader.pinned(incident_id)
    if incident is None or pinned is None:
        raise NotOnRecord(incident_id)
    card = card_of(reader, incident, pinned, now)
    return {
        "incident": incident_id,
        "exercise": incident.exercise,
        "zone": pinned.site.zone,
        "title": dict(pinned.in_force(incident.situation).title),
        **told(card, pinned, incident),
        "journeys": _journeys(reader, incident, pinned, now),
    }


def card_of(reader: Reader, incident: Incident, pinned: Pinned, now: datetime) -> Scorecard:
    """Score an incident on its journal and its ledger."""
    organisation = reader.organisation()
    places = organisation.configuration.people.places
    with reader.store.read() as view:
        reaches = [one for row in view.messages(incident.id) for one in _reach(view, row, places)]
    known = incident.playbook in organisation.playbooks and incident.site in organisation.sites
    current = organisation.pinned(incident.playbook, incident.site) if known else None
    return scorecard(
        reader.events("incident", incident.id),
        pinned,
        now=now,
        reaches=reaches,
        playbook_now=current.digest if current else None,
    )


def _reach(view: View, message: MessageRow, places: Container[str]) -> list[Reach]:
    """What became of one message: on any medium, by person and not by place, and on each."""
    if message.audience is None:
        return []
    tally = view.tally(message.id)
    if sum(tally.values()) > LARGEST_LOOKED_AT:
        reached = sum(tally[name] for name in _REACHED)
        return [
            Reach(
                message_id=message.id, tried=sum(tally[name] for name in _TRIED), reached=reached,
                acknowledged=tally["acknowledged"], failed=tally["failed"],
            )
        ]  # fmt: skip
    by_medium: dict[str, list[DeliveryRow]] = {}
    people: dict[str, bool] = {}
    for row in view.deliveries(message.id):
        if row.state in _TRIED:
            by_medium.setdefault(row.medium, []).append(row)
            reached_now = row.state in _REACHED
            if row.recipient_id not in places:
                people[row.recipient_id] = people.get(row.recipient_id, False) or reached_now
    whole = Reach(message_id=message.id, tried=len(people), reached=sum(people.values()))
    return [whole, *(_on(message.id, name, rows) for name, rows in by_medium.items())]


def _on(message_id: str, medium: str, rows: list[DeliveryRow]) -> Reach:
    return Reach(
        message_id=message_id,
        medium=medium,
        tried=len(rows),
        reached=sum(row.state in _REACHED for row in rows),
        acknowledged=sum(row.state == "acknowledged" for row in rows),
        failed=sum(row.state == "failed" for row in rows),
        fallback=sum(row.rung > 0 for row in rows),
    )


def told(card: Scorecard, pinned: Pinned, incident: Incident) -> dict[str, Any]:
    """A scorecard as it is read, with every line in both languages."""
    titles = titles_of(pinned, incident)

    def title(name: str) -> Mapping[str, str]:
        return titles.get(name) or {"fr": name, "en": name}

    return {
        "alarms": [dict(nobody_line(title(name))) for name in card.unmanned(pinned)],
        "errors": [
            {
                "error": one.error,
                "name": dict(zip(("fr", "en"), ERROR_NAMES[one.error], strict=True)),
                "verdict": one.verdict,
                "passed": one.held[0],
                "judged": one.held[1],
                "line": dict(error_line(one)),
                "figures": [
                    _figure(figure) | {"line": dict(figure_line(figure, title))}
                    for figure in one.figures
                ],
            }
            for one in card.errors
        ],
        "contractors": [
            {
                "step": one.step,
                "verdict": one.verdict,
                "called_at": one.called_at.isoformat(),
                "due_at": one.due_at.isoformat() if one.due_at else None,
                "eta_at": one.eta_at.isoformat() if one.eta_at else None,
                "arrived_at": one.arrived_at.isoformat() if one.arrived_at else None,
                "left_at": one.left_at.isoformat() if one.left_at else None,
                "line": dict(contractor_line(one, title)),
                "evidence": list(one.evidence),
            }
            for one in card.contractors
        ],
    }


def _journeys(
    reader: Reader, incident: Incident, pinned: Pinned, now: datetime
) -> list[dict[str, Any]]:
    """The crisis as each audience lived it, and what these people say of it."""
    titles, zone = titles_of(pinned, incident), pinned.site.zone
    found = journeys(reader.events("incident", incident.id), pinned, now=now)
    words = prose(reader, [said.words.id for one in found for said in one.reactions])
    return [
        {
            "audience": one.audience,
            "title": dict(titles.get(one.audience, {"fr": one.audience, "en": one.audience})),
            "lived": [
                {
                    "seq": lived.seq,
                    "at": lived.at.isoformat(),
                    "sort": lived.sort,
                    "kind": lived.kind,
                    "automatic": lived.automatic,
                    "truth": lived.truth,
                    "good": lived.good,
                    "line": dict(lived_line(lived, zone=zone)),
                }
                for lived in one.lived
            ],
            "informed": dict(incident.after.survey.get(one.audience, {})),
            "reactions": [
                {"rating": said.rating, "words": words[said.words.id]}
                for said in one.reactions
                if said.words.id in words
            ],
        }
        for one in found
    ]


def titles_of(pinned: Pinned, incident: Incident) -> dict[str, Mapping[str, str]]:
    """What audiences, media and calls are called."""
    steps = pinned.in_force(incident.situation).steps
    return {
        **{name: one.for_ for name, one in steps.items() if one.for_ is not None},
        **{name: one.title for name, one in pinned.plan.media.items()},
        **{name: one.title for name, one in pinned.plan.audiences.items()},
        PEOPLE: {"fr": "qui tient un rôle", "en": "who hold a role"},
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "figure": figure.name,
        "about": figure.about,
        "medium": figure.medium,
        "value": figure.value,
        "of": figure.of,
        "unit": figure.unit,
        "limit": figure.limit,
        "verdict": figure.verdict,
        "evidence": list(figure.evidence),
    }


def anonymous(reader: Reader, incident_id: str, now: datetime) -> dict[str, Any]:
    """The scorecard and the timeline for peers: nobody's id, no prose, no place, no date.

    Times are seconds since the report. Audiences and steps keep the names of the playbook.
    """
    incident, pinned = reader.incident(incident_id), reader.pinned(incident_id)
    if incident is None or pinned is None:
        raise NotOnRecord(incident_id)
    card = card_of(reader, incident, pinned, now)
    events = reader.events("incident", incident_id)
    return {
        "playbook": incident.playbook,
        "exercise": incident.exercise,
        "severities": list(incident.severities),
        "errors": [
            {
                "error": one.error,
                "verdict": one.verdict,
                "passed": one.held[0],
                "judged": one.held[1],
                "figures": [_figure(figure) for figure in one.figures],
            }
            for one in card.errors
        ],
        "contractors": [
            {
                "step": one.step,
                "verdict": one.verdict,
                "late_s": one.late.total_seconds() if one.late else None,
            }
            for one in card.contractors
        ],
        "timeline": [_bare(event, events[0].at) for event in events],
    }


def _bare(event: Event, began_at: datetime) -> dict[str, Any]:
    """What happened and when, with nothing of who and where."""
    body = event.body
    shown: dict[str, Any] = {}
    match body:
        case e.MessageReleased():
            shown = {"kind": body.kind, "audience": body.audience, "automatic": body.automatic}
        case e.PhaseDeclared():
            shown = {"phase": body.phase}
        case e.SeverityChanged():
            shown = {"severity": body.severity}
        case e.CommitmentKept():
            shown = {"how": body.how}
    return {
        "seq": event.seq,
        "after_s": round((event.at - began_at).total_seconds()),
        "type": type(body).__name__,
        "by": event.actor.partition(":")[0],
        **shown,
    }
