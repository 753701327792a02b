"""Promises: made, asked for, answered, and their ends: kept, late, broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import counted, excused, lapsed, put, replace, without
from crisis.core.incident import COUNTERPART, Broken, Commitment, Incident, StepState


def _update_promised(incident: Incident, event: Event, body: e.UpdatePromised) -> Incident:
    commitment = Commitment(
        audience=body.audience,
        kind="update",
        made_at=event.at,
        due_at=body.due_at,
        seq=event.seq,
    )
    heard = replace(incident.audiences[body.audience], promise=body.commitment_id)
    return replace(
        incident,
        commitments=put(incident.commitments, body.commitment_id, commitment),
        audiences=put(incident.audiences, body.audience, heard),
        tallies=counted(incident.tallies, "made"),
    )


def _promise_made(incident: Incident, event: Event, body: e.PromiseMade) -> Incident:
    commitment = Commitment(
        audience=body.audience,
        kind="end" if body.end else "engagement" if body.engagement else "promise",
        made_at=event.at,
        due_at=body.due_at,
        seq=event.seq,
        step=body.step,
        words=body.words,
        counterpart=body.counterpart,
        by=body.by,
        person=body.person,
    )
    return replace(
        incident,
        commitments=put(incident.commitments, body.commitment_id, commitment),
        tallies=counted(incident.tallies, "made"),
    )


def _change(incident: Incident, commitment_id: str, **changes: Any) -> dict[str, Commitment]:
    commitment = replace(incident.commitments[commitment_id], **changes)
    return put(incident.commitments, commitment_id, commitment)


def _update_asked(incident: Incident, _event: Event, body: e.UpdateAsked) -> Incident:
    return replace(incident, commitments=_change(incident, body.commitment_id, asked=True))


def _answered(incident: Incident, _event: Event, body: e.PromiseAnswered) -> Incident:
    state = incident.commitments[body.commitment_id].state
    commitments = _change(
        incident,
        body.commitment_id,
        state="answered" if state == "open" else state,
        how=body.how,
        message_id=body.message_id,
    )
    return replace(incident, commitments=commitments)


def _left_to_people(incident: Incident, _event: Event, body: e.LeftToPeople) -> Incident:
    commitments = _change(incident, body.commitment_id, left_to_people=True)
    return replace(incident, commitments=commitments)


def _ended(incident: Incident, commitment_id: str, tally: str) -> Incident:
    audience = incident.commitments[commitment_id].audience
    audiences = incident.audiences
    heard = audiences.get(audience)
    if heard is not None and heard.promise == commitment_id:
        audiences = put(audiences, audience, replace(heard, promise=None))
    return replace(
        incident,
        commitments=without(incident.commitments, commitment_id),
        audiences=audiences,
        tallies=counted(incident.tallies, tally),
    )


def _kept(incident: Incident, _event: Event, body: e.CommitmentKept) -> Incident:
    """Kept in time, even where that was noted after its time: then it was not late."""
    kept = _ended(incident, body.commitment_id, f"kept_by_{body.how}")
    return replace(kept, lapses=excused(incident.lapses, "promise-late", body.commitment_id))


def _late(incident: Incident, event: Event, body: e.CommitmentLate) -> Incident:
    return replace(
        incident,
        commitments=_change(incident, body.commitment_id, state="late"),
        lapses=lapsed(incident, event, "promise-late", body.commitment_id),
    )


def _kept_late(incident: Incident, _event: Event, body: e.CommitmentKeptLate) -> Incident:
    return _ended(incident, body.commitment_id, "late")


def _broken(incident: Incident, event: Event, body: e.CommitmentBroken) -> Incident:
    """Broken: the silence is counted from here, and what was promised instead is now owed."""
    commitment = incident.commitments[body.commitment_id]
    incident = _ended(incident, body.commitment_id, "broken")
    audiences, steps = incident.audiences, incident.steps
    heard = audiences.get(commitment.audience)
    if heard is not None and commitment.kind == "update" and commitment.message_id is None:
        fallen = replace(
            heard,
            broken_at=event.at,
            owed_since=commitment.due_at,
            escalations=0,
            escalated_at=None,
        )
        audiences = put(audiences, commitment.audience, fallen)
    owed = None
    if body.counterpart_owed:
        owed = (commitment.step or body.commitment_id) + COUNTERPART
        steps = put(steps, owed, StepState(ready_at=event.at, words=commitment.counterpart))
    broken = incident.broken
    if commitment.kind != "update":
        broken = put(broken, body.commitment_id, _not_kept(commitment, event, owed))
    return replace(
        incident,
        audiences=audiences,
        steps=steps,
        broken=broken,
        change_seq=event.seq,
        lapses=lapsed(incident, event, "promise-broken", body.commitment_id),
    )


def _not_kept(commitment: Commitment, event: Event, owed: str | None) -> Broken:
    return Broken(
        audience=commitment.audience,
        due_at=commitment.due_at,
        seq=event.seq,
        step=commitment.step,
        words=commitment.words,
        end=commitment.kind == "end",
        owed=owed,
        counterpart=commitment.counterpart,
    )


def _renewed(incident: Incident, event: Event, body: e.CommitmentRenewed) -> Incident:
    """Another time, told in time: its marks count from here."""
    commitments = _change(
        incident, body.commitment_id,
        made_at=event.at, due_at=body.due_at, asked=False, state="open", seq=event.seq,
    )  # fmt: skip
    return replace(incident, commitments=commitments, tallies=counted(incident.tallies, "renewed"))


def _silence(incident: Incident, event: Event, body: e.SilenceEscalated) -> Incident:
    heard = incident.audiences[body.audience]
    again = replace(heard, escalations=body.count, escalated_at=event.at)
    return replace(incident, audiences=put(incident.audiences, body.audience, again))


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.UpdatePromised: _update_promised,
    e.PromiseMade: _promise_made,
    e.CommitmentRenewed: _renewed,
    e.UpdateAsked: _update_asked,
    e.PromiseAnswered: _answered,
    e.LeftToPeople: _left_to_people,
    e.CommitmentKept: _kept,
    e.CommitmentLate: _late,
    e.CommitmentKeptLate: _kept_late,
    e.CommitmentBroken: _broken,
    e.SilenceEscalated: _silence,
}
