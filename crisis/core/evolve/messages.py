"""What was said to whom, what was sent, what waits for the directorate, and its briefs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.draft import Draft
from crisis.core.errand import WORD
from crisis.core.events import Event
from crisis.core.evolve.folding import lapsed, put, replace, without
from crisis.core.incident import AudienceState, Held, Incident, Unsent
from crisis.core.message import TO_AUDIENCES


def _released(incident: Incident, event: Event, body: e.MessageReleased) -> Incident:
    unsent = Unsent(
        audience=body.audience,
        kind=body.kind,
        seq=event.seq,
        released_at=event.at,
        offer_id=body.offer_id,
    )
    waiting = put(incident.unsent, body.message_id, unsent)
    errands, replaced = incident.errands, incident.replaced
    if body.audience is not None and body.kind in WORD:
        replaced = without(replaced, body.audience)  # two words ago: that chase is over
        if body.audience in errands:
            replaced = put(replaced, body.audience, errands[body.audience])
            errands = without(errands, body.audience)  # nobody carries what a newer word replaces
    if body.audience is None or body.kind not in TO_AUDIENCES:
        return replace(
            incident, messages=body.number, unsent=waiting, errands=errands, replaced=replaced
        )
    before = incident.audiences.get(body.audience)
    heard, joining = _heard(incident, event, body, before), incident.joining
    held: Mapping[str, Held] = without(incident.held, body.audience)
    if body.ends and body.ends == joining.get(body.audience) and before is not None:
        heard, held = before, incident.held  # who was told here before has had no word just now
    if body.kind == "end" or body.ends == joining.get(body.audience):
        joining = without(joining, body.audience)
    return replace(
        incident,
        messages=body.number,
        unsent=waiting,
        joining=joining,
        audiences=put(incident.audiences, body.audience, heard),
        held=held,
        errands=errands,
        replaced=replaced,
        drafts=_left(incident, body),
    )


def _left(incident: Incident, body: e.MessageReleased) -> Mapping[str, Draft]:
    """The drafts without the one whose words have left."""
    if body.draft_id is None or body.audience is None:
        return incident.drafts
    return without(incident.drafts, body.audience)


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


def _same(incident: Incident, _event: Event, _body: Any) -> Incident:
    """What was found in words belongs to the record alone."""
    return incident


def _brief(incident: Incident, event: Event, body: e.BriefReleased) -> Incident:
    return replace(
        incident,
        briefs=body.number,
        last_brief_at=event.at,
        next_brief_at=body.next_brief_at,
        brief_seq=event.seq,
        brief_id=body.message_id,
    )


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.MessageReleased: _released,
    e.MessageHeld: _held,
    e.DirectorateUnreached: _unreached,
    e.MessageSent: _sent,
    e.MessageFailed: _failed,
    e.BriefReleased: _brief,
    e.WordingFound: _same,
}
