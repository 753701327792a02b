"""The only rules: ``decide(incident, command, pinned, facts, now)`` gives events, or a refusal.

A command is handled by one function of its family; then the rules that follow from any change run
in a fixed order (:data:`FOLLOW`). What time brings is a command too (:class:`Fulfil`), made by
:func:`crisis.core.due.due` from the list of obligations (:data:`OBLIGATIONS`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide import (
    briefs,
    commitments,
    contractors,
    lateness,
    messages,
    opening,
    phases,
    review,
    roles,
    said,
    severity,
    steps,
)
from crisis.core.deciding import Deciding, Decision, Facts, Refused
from crisis.core.incident import Incident
from crisis.core.obligation import Fulfils, Owes
from crisis.core.pinned import Pinned

HANDLERS: Mapping[type, Callable[[Deciding, Any], None]] = {
    c.Declare: opening.declare,
    c.LinkReport: opening.link,
    c.AcceptRoles: roles.accept,
    c.DeclineRoles: roles.decline,
    c.TakeRole: roles.take,
    c.RecordMeasure: said.record_measure,
    c.RecordWorkaround: said.record_workaround,
    c.CompleteStep: said.complete,
    c.AnswerStep: said.answer,
    c.ChooseOption: said.choose,
    c.ReportContractor: contractors.contractor,
    c.Say: messages.say,
    c.MakePromise: commitments.make_promise,
    c.KeepPromise: commitments.keep_promise,
    c.SendBrief: briefs.send_brief,
    c.DeclarePhase: phases.declare_phase,
    c.CancelIncident: phases.cancel,
    c.CloseIncident: phases.close,
    c.ChangeSeverity: severity.change_severity,
    c.HoldReview: review.hold_review,
    c.AgreeAction: review.agree,
    c.FinishAction: review.finish,
    c.VerifyAction: review.verify,
    c.NoteSent: commitments.note_sent,
}
"""Each command, and the rule that answers it."""

STILL_POSSIBLE: Mapping[str, frozenset[type]] = {
    "cancelled": frozenset({
        c.LinkReport, c.NoteSent, c.Fulfil, c.CompleteStep, c.KeepPromise, c.DeclineRoles,
        c.AcceptRoles, c.HoldReview, c.AgreeAction, c.FinishAction, c.VerifyAction,
    }),
    "closed": frozenset({
        c.LinkReport, c.NoteSent, c.Fulfil, c.KeepPromise, c.DeclineRoles, c.AcceptRoles,
        c.HoldReview, c.AgreeAction, c.FinishAction, c.VerifyAction,
    }),
}  # fmt: skip
"""What an incident still answers once it is cancelled or closed; the rest has a kind refusal."""

SITUATION: frozenset[type] = frozenset({
    e.IncidentDeclared, e.DangerReported, e.HoursChanged, e.SeverityChanged, e.StepAnswered,
    e.ChoiceMade, e.PhaseDeclared, e.IncidentCancelled,
})  # fmt: skip
"""What changes the playbook in force, or the conditions in it."""
PROGRESS = SITUATION | {e.StepDone, e.StepsReady, e.StepsMoot, e.ContractorReported}
"""What changes which steps others wait for."""
NEWS = frozenset({e.StepDone, e.ContractorReported, e.MeasureRecorded, e.WorkaroundRecorded,
                  e.PromiseMade, e.CommitmentBroken, e.ActionFinished})  # fmt: skip
"""What has come up that audiences may be told."""


class Follows(NamedTuple):
    """A rule that follows from events of these kinds, and from no other."""

    rule: Callable[[Deciding], None]
    after: frozenset[type]


FOLLOW: tuple[Follows, ...] = (
    Follows(severity.severity_follows, SITUATION),
    Follows(steps.steps_follow, PROGRESS),
    Follows(roles.withdraw_offers, SITUATION | {e.RolesAccepted}),
    Follows(roles.offer_roles, SITUATION | {e.RolesDeclined, e.OfferLapsed, e.OfferWithdrawn}),
    Follows(briefs.brief_on_change, SITUATION | {e.CommitmentBroken}),
    Follows(messages.tell_audiences, SITUATION | NEWS),
    Follows(messages.held_words, frozenset({e.MessageSent, e.DirectorateUnreached})),
    Follows(phases.propose_phases, PROGRESS),
    Follows(review.open_review, frozenset({e.PhaseDeclared, e.IncidentCancelled})),
)
"""What follows from any change, in this order: who is in charge and the directorate come first.

A law holds this table to its word: with every rule after every event, nothing comes out otherwise.
"""

OBLIGATIONS: Mapping[str, tuple[Owes, Fulfils]] = {
    "offers-lapse": (roles.owed_offers, roles.offers_lapse),
    "no-lead": (roles.owed_lead, roles.no_lead),
    "directorate-first": (commitments.owed_held, commitments.directorate_silent),
    "severity-raise": (severity.owed_raises, severity.severity_raise),
    "hours": (severity.owed_hours, severity.hours_change),
    "step-ready": (lateness.owed_steps, steps.step_ready),
    "step-again": (lateness.owed_steps, lateness.step_again),
    "step-late": (lateness.owed_steps, lateness.step_late),
    "contractor-late": (contractors.owed_arrivals, contractors.contractor_late),
    "ask-update": (commitments.owed_commitments, commitments.ask_update),
    "speak": (commitments.owed_commitments, commitments.speak),
    "promise-late": (commitments.owed_commitments, commitments.promise_late),
    "promise-broken": (commitments.owed_commitments, commitments.promise_broken),
    "silence": (commitments.owed_silence, commitments.silence),
    "brief": (briefs.owed_brief, briefs.brief_due),
    "phase-late": (phases.owed_phases, phases.phase_late),
    "danger-again": (phases.owed_phases, phases.danger_again),
    "close-owed": (phases.owed_phases, phases.close_owed),
    "hot-wash": (review.owed_review, review.hot_wash_due),
    "review": (review.owed_review, review.review_due),
    "action": (review.owed_review, review.action_due),
}
"""Everything that time brings: what the state owes, and what is done when it falls due."""

OWES: tuple[Owes, ...] = tuple(dict.fromkeys(owes for owes, _ in OBLIGATIONS.values()))

ROUNDS = 8
"""How often the rules may follow one another in one decision; two or three is usual."""


def decide(
    incident: Incident | None, command: c.Command, pinned: Pinned, facts: Facts, now: datetime
) -> Decision:
    """Answer a command: its events, or a refusal with its reason."""
    d = Deciding(incident, command, pinned, facts, now)
    try:
        _possible(d, incident)
        if isinstance(command.body, c.Fulfil):
            _fulfil(d, command.body)
        else:
            HANDLERS[type(command.body)](d, command.body)
        _follow(d)
    except Refused as refused:
        return Decision(accepted=False, refusal=refused.refusal, incident=incident)
    return d.decided()


def _possible(d: Deciding, incident: Incident | None) -> None:
    declares = isinstance(d.command.body, c.Declare)
    if incident is None and not declares:
        d.refuse(
            "incident", "Il n'y a pas d'incident de ce nom.", "There is no incident of that name."
        )
    if incident is None:
        return
    if declares:
        d.refuse("declare", "Cet incident est déjà ouvert.", "This incident is open already.")
    if incident.exercise != d.command.exercise:
        d.refuse(
            "exercise",
            "Un exercice et le réel ne se mêlent jamais.",
            "An exercise and the real thing never mix.",
        )
    possible = STILL_POSSIBLE.get(incident.phase)
    if possible is not None and type(d.command.body) not in possible:
        _too_late(d, incident)


def _too_late(d: Deciding, incident: Incident) -> None:
    """Refuse what comes after the end; what was done on paper before it may still be entered."""
    happened_at, closed_at = d.command.happened_at, incident.closed_at
    if closed_at is not None and happened_at is not None and happened_at <= closed_at:
        return
    if incident.phase == "closed":
        d.refuse(
            "closed",
            "Cet incident est clos. Un fait nouveau se signale ; une leçon devient une action du"
            " retour d'expérience.",
            "This incident is closed. Report a new fact; a lesson becomes an action of the review.",
        )
    d.refuse(
        "cancelled",
        "Cet incident était une fausse alerte : il est terminé, il n'y a rien à déclarer ni à"
        " clore. Un fait nouveau se signale.",
        "This incident was a false alarm: it is over, there is nothing to declare or to close."
        " Report a new fact.",
    )


def _fulfil(d: Deciding, body: c.Fulfil) -> None:
    """Do what is owed; what is not owed any more is done already, and leaves nothing."""
    owes, fulfils = OBLIGATIONS[body.rule]
    for owed in owes(d.incident, d.playbook, d.pinned):
        if owed.rule == body.rule and owed.subject == body.subject and owed.at <= d.now:
            fulfils(d, body.subject)
            return


def _follow(d: Deciding) -> None:
    """Run the rules that follow from what was recorded, until they have nothing to add."""
    seen = [0] * len(FOLLOW)
    rounds, before = 0, 0
    while len(d.events) > before and rounds < ROUNDS:
        rounds, before = rounds + 1, len(d.events)
        for number, (rule, after) in enumerate(FOLLOW):
            fresh = d.events[seen[number] :]
            seen[number] = len(d.events)
            if any(type(event.body) in after for event in fresh):
                rule(d)
