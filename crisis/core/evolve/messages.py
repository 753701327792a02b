"""What was said to whom, what was sent, what waits for the directorate, and its briefs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import lapsed, put, replace, without
from crisis.core.incident import AudienceState, Held, Incident, Unsent

TO_AUDIENCES = frozenset({"alert", "instruction", "update", "holding", "correction", "end"})
"""The kinds that an audience of the playbook hears; the rest goes to people and the directorate."""


def _released(incident: Incident, event: Event, body: e.MessageReleased) -> Incident:
    unsent = Unsent(
        audience=body.audience,
        kind=body.kind,
        seq=event.seq,
        released_at=event.at,
        offer_id=body.offer_id,
    )
    waiting = put(incident.unsent, body.message_id, unsent)
    if body.audience is None or body.kind not in TO_AUDIENCES:
        return replace(incident, messages=body.number, unsent=waiting)
    heard = _heard(incident, event, body, incident.audiences.get(body.audience))
    return replace(
        incident,
        messages=body.number,
        unsent=waiting,
        audiences=put(incident.audiences, body.audience, heard),
        held=without(incident.held, body.audience),
    )


def _heard(
    incident: Incident, event: Event, body: e.MessageReleased, before: AudienceState | None
) -> AudienceState:
    holding = body.kind == "holding"
    return AudienceState(
        first_message_id=before.first_message_id if before else body.message_id,
        last_message_id=body.message_id,
        last_at=event.at,
        told_seq=event.seq,
        phase=body.phase,
        messages=before.messages + 1 if before else 1,
        told=before.told + 1 if before else 1,
        holdings=(before.holdings if before else 0) + 1 if holding else 0,
        promise=before.promise if before else None,
        severity=incident.severity,
        speech=body.speech,
    )


def _held(incident: Incident, _event: Event, body: e.MessageHeld) -> Incident:
    held = Held(until=body.until, words=body.words)
    return replace(incident, held=put(incident.held, body.audience, held))


def _unreached(incident: Incident, event: Event, _body: e.DirectorateUnreached) -> Incident:
    return replace(
        incident,
        waived_seq=incident.change_seq,
        lapses=lapsed(incident, event, "directorate-unreached", "directorate"),
    )


def _sent(incident: Incident, _event: Event, body: e.MessageSent) -> Incident:
    unsent = incident.unsent.get(body.message_id)
    known = incident.known_seq
    if unsent is not None and unsent.kind == "brief":
        known = max(known, unsent.seq)
    return replace(incident, unsent=without(incident.unsent, body.message_id), known_seq=known)


def _failed(incident: Incident, event: Event, body: e.MessageFailed) -> Incident:
    return replace(
        incident,
        unsent=without(incident.unsent, body.message_id),
        lapses=lapsed(incident, event, "message-failed", body.message_id),
    )


def _brief(incident: Incident, event: Event, body: e.BriefReleased) -> Incident:
    return replace(
        incident,
        briefs=body.number,
        last_brief_at=event.at,
        next_brief_at=body.next_brief_at,
        brief_seq=event.seq,
    )


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.MessageReleased: _released,
    e.MessageHeld: _held,
    e.DirectorateUnreached: _unreached,
    e.MessageSent: _sent,
    e.MessageFailed: _failed,
    e.BriefReleased: _brief,
}
