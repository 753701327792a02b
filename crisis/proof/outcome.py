"""What a crisis came to, read back from journal and ledger: the object that a demo prints.

Described by ``outcome.schema.json`` beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from crisis.codec import from_recorded
from crisis.core import events as e
from crisis.core.chain import verify
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.ports import MAY_HAVE_BEEN_SENT, DeliveryRow, Directory, MessageRow, View


def outcome(view: View, incident: Incident, pinned: Pinned, directory: Directory) -> dict[str, Any]:
    """Give roles, audiences, messages, deliveries, briefs, promises, review and actions."""
    recorded = view.events("incident", incident.id)
    events = [from_recorded(one) for one in recorded]
    messages = view.messages(incident.id)
    deliveries = {message.id: view.deliveries(message.id) for message in messages}
    row = view.stream("incident", incident.id)
    broken_at = verify(recorded, expected=row.head if row else "")
    words = view.texts([id_ for message in messages for id_ in message.texts.values()])
    content = {id_: json.loads(text.content) for id_, text in words.items()}
    return {
        "incident_id": incident.id,
        "exercise": incident.exercise,
        "severity": incident.severity,
        "phases": {phase: _at(at) for phase, at in incident.phases.items()},
        "roles": list(_roles(events, incident, pinned, directory)),
        "audiences": list(_audiences(messages, deliveries, content, pinned)),
        "messages": [_message(message, content, directory) for message in messages],
        "deliveries": [_delivery(row, directory) for rows in deliveries.values() for row in rows],
        "briefs": list(_briefs(events)),
        "promises": _promises(events),
        "escalations": list(_escalations(events)),
        "review": _review(incident, directory),
        "actions": list(_actions(incident, directory)),
        "timeline_entries": [
            {"seq": event.seq, "at": _at(event.at), "type": one.type, "actor": event.actor}
            for event, one in zip(events, recorded, strict=True)
        ],
        "chain_verified": broken_at is None,
    }


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _roles(
    events: Iterable[Event], incident: Incident, pinned: Pinned, directory: Directory
) -> Iterable[dict[str, Any]]:
    offers: dict[str, list[dict[str, Any]]] = {}
    by_id: dict[str, dict[str, Any]] = {}
    for event in events:
        body = event.body
        if isinstance(body, e.RolesOffered):
            for role, rank in zip(body.roles, body.ranks, strict=True):
                offer = {
                    "person": directory.name(body.person),
                    "rank": rank,
                    "offered_at": _at(event.at),
                    "answer": "none",
                    "answered_at": None,
                }
                offers.setdefault(role, []).append(offer)
                by_id[f"{body.offer_id} {role}"] = offer
        answer = _ANSWERS.get(type(body))
        if answer is not None:
            for role in getattr(body, "roles", None) or tuple(offers):
                made = by_id.get(f"{getattr(body, 'offer_id', None)} {role}")
                if made is not None and made["answer"] != "accepted":
                    made |= {"answer": answer, "answered_at": _at(event.at)}
    titles = pinned.in_force(incident.situation).roles
    for role, asked in offers.items():
        state = incident.roles.get(role)
        holder = state.holder if state else None
        yield {
            "role": role,
            "title": dict(titles[role].title) if role in titles else {},
            "person": directory.name(holder) if holder else None,
            "accepted_at": _at(state.since) if state else None,
            "offers": asked,
        }


_ANSWERS: Mapping[type, str] = {
    e.RolesAccepted: "accepted",
    e.RolesDeclined: "declined",
    e.OfferLapsed: "silent",
    e.OfferWithdrawn: "withdrawn",
}


def _audiences(
    messages: Iterable[MessageRow],
    deliveries: Mapping[str, list[DeliveryRow]],
    content: Mapping[str, Mapping[str, str]],
    pinned: Pinned,
) -> Iterable[dict[str, Any]]:
    heard: dict[str, list[MessageRow]] = {}
    for message in messages:
        if message.audience is not None:
            heard.setdefault(message.audience, []).append(message)
    for name, told in heard.items():
        rows = [
            row
            for message in told
            for row in deliveries[message.id]
            if row.state in MAY_HAVE_BEEN_SENT
        ]
        first = told[0]
        said = {language: content[id_] for language, id_ in first.texts.items() if id_ in content}
        yield {
            "audience": name,
            "title": dict(pinned.plan.audiences[name].title),
            "first_told_at": _at(min((r.sent_at for r in rows if r.sent_at), default=None)),
            "messages": [message.id for message in told],
            "recipients": len({row.recipient_id for row in rows}),
            "media": sorted({row.medium for row in rows}),
            "impact": {lang: words.get("impact", "") for lang, words in said.items()},
            "instruction": {lang: words.get("instruction", "") for lang, words in said.items()},
        }


def _message(
    message: MessageRow, content: Mapping[str, Mapping[str, str]], directory: Directory
) -> dict[str, Any]:
    said = {language: content[id_] for language, id_ in message.texts.items() if id_ in content}
    return {
        "id": message.id,
        "number": message.number,
        "kind": message.kind,
        "audience": message.audience,
        "phase": message.phase,
        "urgency": message.urgency,
        "life_safety": message.life_safety,
        "released_at": _at(message.released_at),
        "sender": directory.name(message.sender),
        "subject": {language: words["subject"] for language, words in said.items()},
        "short": {language: words["short"] for language, words in said.items()},
    }


def _delivery(row: DeliveryRow, directory: Directory) -> dict[str, Any]:
    return {
        "message": row.message_id,
        "recipient": directory.name(row.recipient_id),
        "medium": row.medium,
        "language": row.language,
        "state": row.state,
        "reason": row.reason,
        "sent_at": _at(row.sent_at),
    }


def _briefs(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        if isinstance(event.body, e.BriefReleased):
            yield {
                "number": event.body.number,
                "message": event.body.message_id,
                "reason": event.body.reason,
                "at": _at(event.at),
                "next_at": _at(event.body.next_brief_at),
            }


def _promises(events: Iterable[Event]) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, dict[str, Any]] = {}
    ends: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in ("kept_by_update", "kept_by_holding", "kept_by_deed", "kept_late", "broken")
    }
    for event in events:
        body = event.body
        if isinstance(body, (e.UpdatePromised, e.PromiseMade)):
            made[body.commitment_id] = {
                "id": body.commitment_id,
                "audience": body.audience,
                "made_at": _at(event.at),
                "due_at": _at(body.due_at),
                "what": "next-word" if isinstance(body, e.UpdatePromised) else "promise",
            }
        end = _end(body)
        if end is not None:
            ends[end].append(made[body.commitment_id] | {"at": _at(event.at)})  # type: ignore[union-attr]  # what ends was made
    return {"made": list(made.values()), **ends}


def _end(body: object) -> str | None:
    match body:
        case e.CommitmentKept(how=how):
            return f"kept_by_{how}"
        case e.CommitmentKeptLate():
            return "kept_late"
        case e.CommitmentBroken():
            return "broken"
    return None


def _escalations(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    kinds = {e.LeadMissing: "no-lead", e.SilenceEscalated: "silence", e.StepEscalated: "step-late"}
    for event in events:
        kind = kinds.get(type(event.body))
        if kind is not None:
            yield {"kind": kind, "at": _at(event.at), "count": getattr(event.body, "count", 1)}


def _review(incident: Incident, directory: Directory) -> dict[str, Any] | None:
    review = incident.review
    if review is None:
        return None
    return {
        "owner": directory.name(review.owner) if review.owner else None,
        "opened_at": _at(review.opened_at),
        "due_at": _at(review.due_at),
        "held_at": _at(review.held_at),
        "avoidable": review.avoidable,
    }


def _actions(incident: Incident, directory: Directory) -> Iterable[dict[str, Any]]:
    for name, action in incident.actions.items():
        yield {
            "id": name,
            "reason": action.reason,
            "subject": action.subject,
            "owner": directory.name(action.owner) if action.owner else None,
            "due_at": _at(action.due_at),
            "state": action.state,
        }
