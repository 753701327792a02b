"""What waits for an approval: one draft an audience, gone once its words have left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.draft import Draft
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace, without
from crisis.core.incident import Incident


def _drafted(incident: Incident, event: Event, body: e.MessageDrafted) -> Incident:
    """The draft takes over what waited for the directorate: it has been told, or leaves later."""
    draft = Draft(
        id=body.draft_id,
        kind=body.kind,
        rule=body.owed_by,
        phase=incident.phase,
        texts=body.texts,
        digest=body.digest,
        fingerprint=body.fingerprint,
        author=body.author,
        words=body.words,
        next_update_at=body.next_update_at,
        measures=body.measures,
        stage_until=event.at,
    )
    return replace(
        incident,
        drafts=put(incident.drafts, body.audience, draft),
        held=without(incident.held, body.audience),
    )


def _sought(incident: Incident, _event: Event, body: e.ApprovalSought) -> Incident:
    return _changed(incident, body.audience, stage=body.stage, stage_until=body.until,
                    asked_in=body.message_id, state="waiting")  # fmt: skip


def _approved(incident: Incident, _event: Event, body: e.DraftApproved) -> Incident:
    draft = incident.drafts[body.audience]
    approved_by = (*draft.approved_by, body.person)
    return _changed(incident, body.audience, approved_by=approved_by, state="passed")


def _rejected(incident: Incident, _event: Event, body: e.DraftRejected) -> Incident:
    return _changed(incident, body.audience, state="rejected")


def _silent(incident: Incident, _event: Event, body: e.ApprovalSilent) -> Incident:
    state = "held" if body.silence == "hold" else "passed"
    return _changed(incident, body.audience, state=state)


def _dropped(incident: Incident, _event: Event, body: e.DraftDropped) -> Incident:
    return replace(incident, drafts=without(incident.drafts, body.audience))


def _changed(incident: Incident, audience: str, **changes: Any) -> Incident:
    draft = replace(incident.drafts[audience], **changes)
    return replace(incident, drafts=put(incident.drafts, audience, draft))


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.MessageDrafted: _drafted,
    e.ApprovalSought: _sought,
    e.DraftApproved: _approved,
    e.DraftRejected: _rejected,
    e.ApprovalSilent: _silent,
    e.DraftDropped: _dropped,
}
