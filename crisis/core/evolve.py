"""The fold: what each event does to the state. No rules here, and nothing here can fail.

``evolve(incident | None, event) -> Incident``. One small function an event, in the table at the
end; a test checks that every event of the journal has its place there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.incident import (
    REMEMBERED,
    Action,
    AudienceState,
    Commitment,
    Incident,
    Lapse,
    Measure,
    Offer,
    Review,
    RoleState,
    StepState,
    Unsent,
)

V = TypeVar("V")

SPOKEN = frozenset({"alert", "instruction", "update", "holding", "correction", "end"})
"""Kinds of message that an audience hears; the directorate also gets briefs and requests."""


def evolve(incident: Incident | None, event: Event) -> Incident:
    """Answer the state after the event."""
    if isinstance(event.body, e.IncidentDeclared):
        return _declared(event, event.body)
    if incident is None:
        msg = "the first event of an incident declares it"
        raise ValueError(msg)
    folded = FOLDS[type(event.body)](incident, event, event.body)
    return replace(folded, seq=event.seq, last_at=max(folded.last_at, event.at))


def _with(mapping: Mapping[str, V], **changes: V) -> dict[str, V]:
    return {**mapping, **changes}


def _without(mapping: Mapping[str, V], *names: str) -> dict[str, V]:
    return {name: value for name, value in mapping.items() if name not in names}


def _lapse(incident: Incident, event: Event, reason: str, subject: str) -> tuple[Lapse, ...]:
    lapse = Lapse(reason=reason, subject=subject, seq=event.seq)
    return (*incident.lapses, lapse)[-REMEMBERED:]


def _declared(event: Event, body: e.IncidentDeclared) -> Incident:
    return Incident(
        id=body.incident_id,
        key=body.key,
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
        danger=body.danger,
        hours=body.hours,
        hours_until=body.hours_until,
        phases={"open": event.at},
        seq=event.seq,
        last_at=event.at,
        change_seq=event.seq,
    )


def _same(incident: Incident, _event: Event, _body: Any) -> Incident:
    """Some events only belong to the record."""
    return incident


def _linked(incident: Incident, event: Event, body: e.ReportLinked) -> Incident:
    fact = incident.fact_seq if body.by_machine else event.seq
    return replace(incident, reports=incident.reports + 1, fact_seq=fact)


def _end_proposed(incident: Incident, _event: Event, body: e.EndProposed) -> Incident:
    return replace(incident, end_proposed=body.report_id)


def _danger(incident: Incident, event: Event, _body: e.DangerReported) -> Incident:
    return replace(incident, danger="yes", change_seq=event.seq)


def _hours(incident: Incident, _event: Event, body: e.HoursChanged) -> Incident:
    return replace(incident, hours=body.hours, hours_until=body.hours_until)


def _severity(incident: Incident, event: Event, body: e.SeverityChanged) -> Incident:
    raised = incident.raised
    if body.by_rule is not None:
        raised = (*raised, body.by_rule)
    return replace(incident, severity=body.severity, change_seq=event.seq, raised=raised)


# --- roles ---


def _offered(incident: Incident, _event: Event, body: e.RolesOffered) -> Incident:
    offer = Offer(person=body.person, roles=body.roles, ranks=body.ranks, accept_by=body.accept_by)
    roles = dict(incident.roles)
    for role, rank in zip(body.roles, body.ranks, strict=True):
        state = roles.get(role, RoleState())
        asked = state.asked if rank in state.asked else (*state.asked, rank)
        roles[role] = replace(state, asked=asked)
    return replace(incident, offers=_with(incident.offers, **{body.offer_id: offer}), roles=roles)


def _accepted(incident: Incident, event: Event, body: e.RolesAccepted) -> Incident:
    roles = dict(incident.roles)
    for role in body.roles:
        state = roles.get(role, RoleState())
        roles[role] = replace(state, holder=body.person, since=event.at, unfilled=False)
    offers = incident.offers
    if body.offer_id is not None:
        offers = _answered(incident, body.offer_id, "accepted")
    return replace(incident, roles=roles, offers=offers)


def _answered(incident: Incident, offer_id: str, state: Any) -> dict[str, Offer]:
    return _with(incident.offers, **{offer_id: replace(incident.offers[offer_id], state=state)})


def _declined(incident: Incident, _event: Event, body: e.RolesDeclined) -> Incident:
    return replace(incident, offers=_answered(incident, body.offer_id, "declined"))


def _lapsed(incident: Incident, _event: Event, body: e.OfferLapsed) -> Incident:
    return replace(incident, offers=_answered(incident, body.offer_id, "lapsed"))


def _withdrawn(incident: Incident, _event: Event, body: e.OfferWithdrawn) -> Incident:
    return replace(incident, offers=_answered(incident, body.offer_id, "withdrawn"))


def _unfilled(incident: Incident, event: Event, body: e.RoleUnfilled) -> Incident:
    state = replace(incident.roles.get(body.role, RoleState()), unfilled=True)
    return replace(
        incident,
        roles=_with(incident.roles, **{body.role: state}),
        lapses=_lapse(incident, event, "role-unfilled", body.role),
    )


def _lead_missing(incident: Incident, event: Event, body: e.LeadMissing) -> Incident:
    return replace(
        incident,
        lead_missing=body.count,
        lapses=_lapse(incident, event, "no-lead", "lead"),
    )


# --- steps ---


def _ready(incident: Incident, event: Event, body: e.StepsReady) -> Incident:
    fresh = {name: StepState(ready_at=event.at) for name in body.steps}
    return replace(incident, steps={**incident.steps, **fresh})


def _moot(incident: Incident, event: Event, body: e.StepsMoot) -> Incident:
    steps = dict(incident.steps)
    for name in body.steps:
        state = steps.get(name) or StepState(ready_at=event.at)
        steps[name] = replace(state, state="moot")
    return replace(incident, steps=steps)


def _step(incident: Incident, name: str, event: Event, **changes: Any) -> dict[str, StepState]:
    state = incident.steps.get(name) or StepState(ready_at=event.at)
    return _with(incident.steps, **{name: replace(state, **changes)})


def _done(incident: Incident, event: Event, body: e.StepDone) -> Incident:
    at = event.happened_at or event.at
    steps = _step(
        incident, body.step, event, state="done", done_at=event.at, told_at=at, told_seq=event.seq
    )
    return replace(incident, steps=steps, fact_seq=event.seq)


def _answer(incident: Incident, event: Event, body: e.StepAnswered) -> Incident:
    steps = _step(
        incident,
        body.step,
        event,
        state="done",
        done_at=event.at,
        value=body.answer,
        assumed=body.assumed,
    )
    if body.assumed:
        return replace(
            incident, steps=steps, lapses=_lapse(incident, event, "unanswered", body.step)
        )
    return replace(incident, steps=steps, fact_seq=event.seq)


def _choice(incident: Incident, event: Event, body: e.ChoiceMade) -> Incident:
    steps = _step(
        incident,
        body.step,
        event,
        state="done",
        done_at=event.at,
        value=body.option,
        assumed=body.assumed,
    )
    if body.assumed:
        return replace(
            incident, steps=steps, lapses=_lapse(incident, event, "undecided", body.step)
        )
    return replace(incident, steps=steps, fact_seq=event.seq)


def _passed_on(incident: Incident, event: Event, body: e.ChoicePassedOn) -> Incident:
    steps = _step(incident, body.step, event, passed_to=body.role, ready_at=event.at)
    return replace(incident, steps=steps)


def _escalated(incident: Incident, event: Event, body: e.StepEscalated) -> Incident:
    lapses = incident.lapses
    if body.count == 1:
        lapses = _lapse(incident, event, "step-late", body.step)
    steps = _step(incident, body.step, event, escalations=body.count)
    return replace(incident, steps=steps, lapses=lapses)


def _contractor(incident: Incident, event: Event, body: e.ContractorReported) -> Incident:
    changes: dict[str, Any] = {"stage": body.stage}
    if body.eta_at is not None:
        changes["eta_at"] = body.eta_at
    if body.stage == "called":
        told_at = event.happened_at or event.at
        changes |= {"told_at": told_at, "told_seq": event.seq, "escalations": 0}
    if body.stage == "left":
        changes |= {"state": "done", "done_at": event.at}
    lapses = incident.lapses
    if body.stage == "no-show":
        lapses = _lapse(incident, event, "no-show", body.step)
    steps = _step(incident, body.step, event, **changes)
    return replace(incident, steps=steps, fact_seq=event.seq, lapses=lapses)


def _measure(incident: Incident, event: Event, body: e.MeasureRecorded) -> Incident:
    measure = Measure(
        id=f"seq:{event.seq}",
        measure=body.measure,
        expected_result=body.expected_result,
        at=event.happened_at or event.at,
        inside_only=body.inside_only,
    )
    fact = incident.fact_seq if body.inside_only else event.seq
    kept = (*incident.measures, measure)[-REMEMBERED:]
    return replace(incident, measures=kept, fact_seq=fact)


def _workaround(incident: Incident, event: Event, body: e.WorkaroundRecorded) -> Incident:
    return replace(incident, workaround=body.workaround, fact_seq=event.seq)


# --- messages, briefs, commitments ---


def _released(incident: Incident, event: Event, body: e.MessageReleased) -> Incident:
    unsent = Unsent(audience=body.audience, kind=body.kind, seq=event.seq, released_at=event.at)
    incident = replace(
        incident,
        messages=body.number,
        unsent=_with(incident.unsent, **{body.message_id: unsent}),
    )
    if body.audience is None or body.kind not in SPOKEN:
        return incident
    before = incident.audiences.get(body.audience)
    holding = body.kind == "holding"
    heard = AudienceState(
        first_message_id=before.first_message_id if before else body.message_id,
        last_message_id=body.message_id,
        last_at=event.at,
        told_seq=event.seq,
        phase=body.phase,
        messages=before.messages + 1 if before else 1,
        holdings=(before.holdings if before else 0) + 1 if holding else 0,
        promise=before.promise if before else None,
        speech=body.speech,
    )
    return replace(
        incident,
        audiences=_with(incident.audiences, **{body.audience: heard}),
        held=_without(incident.held, body.audience),
        waived_seq=incident.change_seq if body.audience in incident.held else incident.waived_seq,
    )


def _held(incident: Incident, _event: Event, body: e.MessageHeld) -> Incident:
    return replace(incident, held=_with(incident.held, **{body.audience: body.until}))


def _sent(incident: Incident, _event: Event, body: e.MessageSent) -> Incident:
    unsent = incident.unsent.get(body.message_id)
    known = incident.known_seq
    if unsent and unsent.kind == "brief":
        known = max(known, unsent.seq)
    return replace(incident, unsent=_without(incident.unsent, body.message_id), known_seq=known)


def _failed(incident: Incident, event: Event, body: e.MessageFailed) -> Incident:
    return replace(
        incident,
        unsent=_without(incident.unsent, body.message_id),
        lapses=_lapse(incident, event, "message-failed", body.message_id),
    )


def _brief(incident: Incident, event: Event, body: e.BriefReleased) -> Incident:
    return replace(
        incident,
        briefs=body.number,
        last_brief_at=event.at,
        next_brief_at=body.next_brief_at,
        brief_seq=event.seq,
    )


def _made(incident: Incident) -> dict[str, int]:
    return _counted(incident, "made")


def _counted(incident: Incident, name: str) -> dict[str, int]:
    return {**incident.tallies, name: incident.tallies.get(name, 0) + 1}


def _update_promised(incident: Incident, event: Event, body: e.UpdatePromised) -> Incident:
    commitment = Commitment(
        audience=body.audience, kind="update", made_at=event.at, due_at=body.due_at
    )
    heard = replace(incident.audiences[body.audience], promise=body.commitment_id)
    return replace(
        incident,
        commitments=_with(incident.commitments, **{body.commitment_id: commitment}),
        audiences=_with(incident.audiences, **{body.audience: heard}),
        tallies=_made(incident),
    )


def _promise_made(incident: Incident, event: Event, body: e.PromiseMade) -> Incident:
    commitment = Commitment(
        audience=body.audience,
        kind="engagement" if body.engagement else "promise",
        made_at=event.at,
        due_at=body.due_at,
        step=body.step,
        words=body.words,
        counterpart=body.counterpart,
    )
    return replace(
        incident,
        commitments=_with(incident.commitments, **{body.commitment_id: commitment}),
        tallies=_made(incident),
        fact_seq=event.seq,
    )


def _change(incident: Incident, commitment_id: str, **changes: Any) -> dict[str, Commitment]:
    commitment = replace(incident.commitments[commitment_id], **changes)
    return _with(incident.commitments, **{commitment_id: commitment})


def _update_asked(incident: Incident, _event: Event, body: e.UpdateAsked) -> Incident:
    return replace(incident, commitments=_change(incident, body.commitment_id, asked=True))


def _promise_answered(incident: Incident, _event: Event, body: e.PromiseAnswered) -> Incident:
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
    if heard and heard.promise == commitment_id:
        audiences = _with(audiences, **{audience: replace(heard, promise=None)})
    return replace(
        incident,
        commitments=_without(incident.commitments, commitment_id),
        audiences=audiences,
        tallies=_counted(incident, tally),
    )


def _kept(incident: Incident, _event: Event, body: e.CommitmentKept) -> Incident:
    return _ended(incident, body.commitment_id, f"kept_by_{body.how}")


def _late(incident: Incident, event: Event, body: e.CommitmentLate) -> Incident:
    return replace(
        incident,
        commitments=_change(incident, body.commitment_id, state="late"),
        lapses=_lapse(incident, event, "promise-late", body.commitment_id),
    )


def _kept_late(incident: Incident, _event: Event, body: e.CommitmentKeptLate) -> Incident:
    return _ended(incident, body.commitment_id, "late")


def _broken(incident: Incident, event: Event, body: e.CommitmentBroken) -> Incident:
    commitment = incident.commitments[body.commitment_id]
    incident = _ended(incident, body.commitment_id, "broken")
    audiences = incident.audiences
    heard = audiences.get(commitment.audience)
    unspoken = commitment.kind == "update" and commitment.message_id is None
    if heard and unspoken:
        fallen = replace(heard, broken_at=event.at, escalations=0)
        audiences = _with(audiences, **{commitment.audience: fallen})
    return replace(
        incident,
        audiences=audiences,
        change_seq=event.seq,
        lapses=_lapse(incident, event, "promise-broken", body.commitment_id),
    )


def _silence(incident: Incident, _event: Event, body: e.SilenceEscalated) -> Incident:
    heard = replace(incident.audiences[body.audience], escalations=body.count)
    return replace(incident, audiences=_with(incident.audiences, **{body.audience: heard}))


# --- ends ---


def _proposed(incident: Incident, _event: Event, body: e.PhaseProposed) -> Incident:
    return replace(incident, proposed=(*incident.proposed, body.phase))


def _phase(incident: Incident, event: Event, body: e.PhaseDeclared) -> Incident:
    return replace(
        incident,
        phase=body.phase,
        phases=_with(incident.phases, **{body.phase: event.at}),
        proposed=tuple(name for name in incident.proposed if name != body.phase),
        change_seq=event.seq,
        fact_seq=event.seq,
        end_proposed=None if body.phase == "normal" else incident.end_proposed,
    )


def _overdue(incident: Incident, _event: Event, body: e.PhaseOverdue) -> Incident:
    return replace(incident, overdue=_with(incident.overdue, **{body.phase: body.count}))


def _cancelled(incident: Incident, event: Event, _body: e.IncidentCancelled) -> Incident:
    return replace(
        incident,
        phase="cancelled",
        phases=_with(incident.phases, cancelled=event.at),
        change_seq=event.seq,
        fact_seq=event.seq,
        end_proposed=None,
    )


def _closed(incident: Incident, event: Event, _body: e.IncidentClosed) -> Incident:
    return replace(
        incident,
        phase="closed",
        phases=_with(incident.phases, closed=event.at),
        closed_at=event.at,
        next_brief_at=None,
    )


# --- the review and its actions ---


def _review(incident: Incident, event: Event, body: e.ReviewOpened) -> Incident:
    review = Review(
        owner=body.owner, opened_at=event.at, due_at=body.due_at, hot_wash_at=body.hot_wash_at
    )
    return replace(incident, review=review)


def _review_change(incident: Incident, **changes: Any) -> Incident:
    if incident.review is None:
        return incident
    return replace(incident, review=replace(incident.review, **changes))


def _review_reminded(incident: Incident, _event: Event, body: e.ReviewReminded) -> Incident:
    return _review_change(incident, reminders=body.count)


def _review_held(incident: Incident, event: Event, body: e.ReviewHeld) -> Incident:
    return _review_change(incident, held_at=event.at, avoidable=body.avoidable)


def _action(incident: Incident, action_id: str, **changes: Any) -> Incident:
    action = replace(incident.actions.get(action_id, Action()), **changes)
    return replace(incident, actions=_with(incident.actions, **{action_id: action}))


def _action_proposed(incident: Incident, _event: Event, body: e.ActionProposed) -> Incident:
    review = incident.review
    return _action(
        incident,
        body.action_id,
        reason=body.reason,
        subject=body.subject,
        owner=review.owner if review else None,
        due_at=review.due_at if review else None,
    )


def _action_agreed(incident: Incident, _event: Event, body: e.ActionAgreed) -> Incident:
    return _action(
        incident,
        body.action_id,
        what=body.what,
        owner=body.owner,
        due_at=body.due_at,
        proof=body.proof,
        state="agreed",
        reminders=0,
    )


def _action_reminded(incident: Incident, _event: Event, body: e.ActionReminded) -> Incident:
    return _action(incident, body.action_id, reminders=body.count)


def _action_finished(incident: Incident, _event: Event, body: e.ActionFinished) -> Incident:
    return _action(incident, body.action_id, state="finished", proof=body.proof)


def _action_verified(incident: Incident, _event: Event, body: e.ActionVerified) -> Incident:
    return _action(incident, body.action_id, state="verified")


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.ReportLinked: _linked,
    e.EndProposed: _end_proposed,
    e.DangerReported: _danger,
    e.HoursChanged: _hours,
    e.SeverityChanged: _severity,
    e.RolesOffered: _offered,
    e.RolesAccepted: _accepted,
    e.RolesDeclined: _declined,
    e.OfferLapsed: _lapsed,
    e.OfferWithdrawn: _withdrawn,
    e.RoleUnfilled: _unfilled,
    e.LeadMissing: _lead_missing,
    e.StepsReady: _ready,
    e.StepsMoot: _moot,
    e.StepDone: _done,
    e.StepAnswered: _answer,
    e.ChoiceMade: _choice,
    e.ChoicePassedOn: _passed_on,
    e.StepEscalated: _escalated,
    e.ContractorReported: _contractor,
    e.MeasureRecorded: _measure,
    e.WorkaroundRecorded: _workaround,
    e.MessageReleased: _released,
    e.MessageHeld: _held,
    e.MessageSent: _sent,
    e.MessageFailed: _failed,
    e.BriefReleased: _brief,
    e.UpdatePromised: _update_promised,
    e.PromiseMade: _promise_made,
    e.UpdateAsked: _update_asked,
    e.PromiseAnswered: _promise_answered,
    e.LeftToPeople: _left_to_people,
    e.CommitmentKept: _kept,
    e.CommitmentLate: _late,
    e.CommitmentKeptLate: _kept_late,
    e.CommitmentBroken: _broken,
    e.SilenceEscalated: _silence,
    e.PhaseProposed: _proposed,
    e.PhaseDeclared: _phase,
    e.PhaseOverdue: _overdue,
    e.IncidentCancelled: _cancelled,
    e.IncidentClosed: _closed,
    e.RefusalOverridden: _same,
    e.ReviewOpened: _review,
    e.ActionProposed: _action_proposed,
    e.ReviewReminded: _review_reminded,
    e.ReviewHeld: _review_held,
    e.ActionAgreed: _action_agreed,
    e.ActionReminded: _action_reminded,
    e.ActionFinished: _action_finished,
    e.ActionVerified: _action_verified,
}
