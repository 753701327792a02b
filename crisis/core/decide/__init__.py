"""The only rules: ``decide(incident, command, pinned, facts, now)`` gives events, or a refusal.

A command is handled by one function of its family; then the rules that follow from any change run
in a fixed order (:data:`FOLLOW`). What time brings is a command too (:class:`Fulfil`), made by
:func:`crisis.core.due.due` from the list of obligations (:data:`OBLIGATIONS`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from crisis.core import after_commands, legal_commands
from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core import people_commands as p
from crisis.core import sheet_commands as s
from crisis.core.decide import (
    aftermath,
    approvals,
    asking,
    briefs,
    by_hand,
    choices,
    commitments,
    contractors,
    costs,
    crossing,
    danger,
    escalating,
    lateness,
    lead,
    legal,
    loudness,
    media,
    merging,
    messages,
    opening,
    phases,
    pinning,
    promising,
    questions,
    relief,
    review,
    roles,
    roll_call,
    said,
    severity,
    sheets,
    steps,
    works,
)
from crisis.core.deciding import Deciding, Decision, Facts, Refused
from crisis.core.incident import Incident
from crisis.core.obligation import Fulfils, Owes
from crisis.core.pinned import Pinned

HANDLERS: Mapping[type, Callable[[Deciding, Any], None]] = {
    c.Declare: opening.declare,
    c.LinkReport: opening.link,
    life.MakeLoud: loudness.loud_by_person,
    life.RelateIncident: crossing.relate,
    life.MergeIncident: merging.merge,
    life.SplitIncident: merging.split,
    life.RepinPlaybook: pinning.repin,
    life.NoteRelated: crossing.note_related,
    life.NoteOther: crossing.note_other,
    life.NoteMedia: media.note_media,
    life.EndMerged: merging.end_merged,
    c.AcceptRoles: roles.accept,
    c.DeclineRoles: roles.decline,
    c.TakeRole: roles.take,
    c.RecordMeasure: said.record_measure,
    c.RecordWorkaround: said.record_workaround,
    c.CompleteStep: said.complete,
    c.AnswerStep: said.answer,
    c.ChooseOption: choices.choose,
    c.ReportContractor: contractors.contractor,
    k.AnnounceCost: costs.announce,
    k.DecideCost: costs.decide_cost,
    c.ReportDown: media.went_down,
    c.ReportUp: media.came_back,
    c.Say: messages.say,
    c.MakePromise: promising.make_promise,
    k.KeepPromise: promising.keep_promise,
    k.RenewPromise: promising.renew_promise,
    c.ApproveDraft: approvals.approve,
    c.RejectDraft: approvals.reject,
    c.SendBrief: briefs.send_brief,
    k.Escalate: escalating.escalate,
    c.DeclarePhase: phases.declare_phase,
    c.RescheduleWorks: works.reschedule,
    c.CancelIncident: phases.cancel,
    c.CloseIncident: phases.close,
    c.ChangeSeverity: severity.change_severity,
    c.HoldReview: review.hold_review,
    c.AgreeAction: review.agree,
    c.FinishAction: review.finish,
    c.VerifyAction: review.verify,
    c.NoteSent: commitments.note_sent,
    c.NoteLeftOver: by_hand.left_over,
    c.CarryByHand: by_hand.carry,
    s.HangSheets: sheets.hang,
    s.TakeDownSheets: sheets.take_down,
    p.AskQuestion: questions.ask,
    p.RestateQuestion: questions.restate,
    p.GroupQuestions: questions.group,
    p.ReplyToQuestion: questions.reply,
    p.RefuseQuestion: questions.refuse,
    p.StartRollCall: roll_call.start,
    p.AnswerRollCall: roll_call.answer,
    p.CloseRollCall: roll_call.close,
    after_commands.AnswerSurvey: aftermath.answer_survey,
    after_commands.PublishReview: aftermath.publish,
    after_commands.TieToPlaybook: aftermath.tie,
    legal_commands.BecomeAware: legal.become_aware,
    legal_commands.FileNotification: legal.file_notification,
    legal_commands.WaiveClock: legal.waive,
}
"""Each command, and the rule that answers it."""

STILL_POSSIBLE: Mapping[str, frozenset[type]] = {
    "cancelled": frozenset({
        k.Escalate, k.AnnounceCost, k.DecideCost,
        c.LinkReport, c.NoteSent, c.NoteLeftOver, c.CarryByHand, c.Fulfil, c.CompleteStep,
        c.ReportDown, c.ReportUp, life.NoteMedia, s.HangSheets, s.TakeDownSheets,
        k.KeepPromise, c.DeclineRoles,
        life.RelateIncident, life.NoteRelated, life.NoteOther,
        c.AcceptRoles, c.HoldReview, c.AgreeAction, c.FinishAction, c.VerifyAction,
        c.ApproveDraft, c.RejectDraft,
        p.RestateQuestion, p.GroupQuestions, p.ReplyToQuestion, p.RefuseQuestion,
        p.AnswerRollCall, p.CloseRollCall,
        after_commands.AnswerSurvey, after_commands.PublishReview, after_commands.TieToPlaybook,
        legal_commands.BecomeAware, legal_commands.FileNotification, legal_commands.WaiveClock,
    }),
    "closed": frozenset({
        k.Escalate,
        c.LinkReport, c.NoteSent, c.NoteLeftOver, c.CarryByHand, c.Fulfil, k.KeepPromise,
        c.DeclineRoles, c.AcceptRoles, s.HangSheets, s.TakeDownSheets,
        life.RelateIncident, life.NoteRelated, life.NoteOther,
        c.HoldReview, c.AgreeAction, c.FinishAction, c.VerifyAction,
        c.ApproveDraft, c.RejectDraft,
        p.RestateQuestion, p.GroupQuestions, p.ReplyToQuestion, p.RefuseQuestion,
        p.AnswerRollCall, p.CloseRollCall,
        after_commands.AnswerSurvey, after_commands.PublishReview, after_commands.TieToPlaybook,
        legal_commands.BecomeAware, legal_commands.FileNotification, legal_commands.WaiveClock,
    }),
}  # fmt: skip
"""What an incident still answers once it is cancelled or closed; the rest has a kind refusal."""
LEFT_TO_MERGED: frozenset[type] = frozenset({c.CompleteStep, k.AnnounceCost, k.DecideCost})
"""What one that another has taken over answers besides: nobody else can settle it."""

SITUATION: frozenset[type] = frozenset({
    e.IncidentDeclared, e.DangerReported, e.HoursChanged, e.SeverityChanged, e.StepAnswered,
    e.ChoiceMade, e.PhaseDeclared, e.IncidentCancelled, e.MadeLoud, e.WentDown, e.CameBack,
    e.IncidentTakenOver, e.IncidentMerged, e.PlaybookRepinned,
})  # fmt: skip
"""What changes the playbook in force, or the conditions in it."""
PROGRESS = SITUATION | {e.StepDone, e.OtherTurned, e.StepsReady, e.StepsMoot, e.ContractorReported}
"""What changes which steps others wait for."""
ASKS = frozenset({e.RolesAccepted, e.RolesDeclined, e.OfferLapsed, e.OfferWithdrawn, e.ReliefSought,
                  e.ReliefMissing})  # fmt: skip
"""What changes who is to be asked for a role."""
MOVED = frozenset({e.WorksRescheduled, e.WorksPostponed})
"""What changes when announced works begin and end."""
NEWS = MOVED | frozenset({
    e.StepDone, e.ContractorReported, e.MeasureRecorded, e.WorkaroundRecorded, e.PromiseMade,
    e.CommitmentBroken, e.ActionFinished, e.QuestionReplied, e.QuestionRefused,
})  # fmt: skip
"""What has come up that audiences may be told."""


class Follows(NamedTuple):
    """A rule that follows from events of these kinds, and from no other."""

    rule: Callable[[Deciding], None]
    after: frozenset[type]


FOLLOW: tuple[Follows, ...] = (
    Follows(severity.severity_follows, SITUATION),
    Follows(loudness.loud_follows, SITUATION),
    Follows(works.go_or_not, frozenset({e.ChoiceMade})),
    Follows(steps.steps_follow, PROGRESS | MOVED),
    Follows(legal.start_clocks, frozenset({e.StepsReady})),
    Follows(roll_call.by_steps, frozenset({e.StepsReady})),
    Follows(asking.withdraw_offers, SITUATION | {e.RolesAccepted}),
    Follows(asking.offer_roles, SITUATION | ASKS),
    Follows(briefs.brief_follows, SITUATION | MOVED | {e.CommitmentBroken}),
    Follows(
        approvals.drop_overtaken,
        frozenset({e.PhaseDeclared, e.IncidentCancelled, e.IncidentMerged}),
    ),
    Follows(
        works.promise_ends,
        frozenset({e.PhaseDeclared, e.IncidentCancelled, e.MessageReleased, *MOVED}),
    ),
    Follows(messages.tell_audiences, SITUATION | NEWS),
    Follows(
        messages.held_words, frozenset({e.MessageSent, e.DirectorateUnreached, e.CarriedByHand})
    ),
    Follows(phases.propose_phases, PROGRESS),
    Follows(
        crossing.others_hear,
        frozenset(
            {
                e.PhaseDeclared,
                e.IncidentCancelled,
                e.IncidentClosed,
            }
        ),
    ),
    Follows(review.open_review, frozenset({e.PhaseDeclared, e.IncidentCancelled})),
    Follows(aftermath.present, frozenset({e.ReviewHeld})),
    Follows(aftermath.thank, frozenset({e.IncidentClosed})),
    Follows(approvals.drafts_follow, SITUATION | NEWS | {e.MessageReleased, e.RolesAccepted}),
)
"""What follows from any change, in this order: who is in charge and the directorate come first.

A law holds this table to its word: with every rule after every event, nothing comes out otherwise.
"""

OBLIGATIONS: Mapping[str, tuple[Owes, Fulfils]] = {
    "loud": (loudness.owed_loudness, loudness.wait_is_over),
    "offers-lapse": (roles.owed_offers, roles.offers_lapse),
    "no-lead": (lead.owed_lead, lead.no_lead),
    "relief": (relief.owed_relief, relief.seek_relief),
    "relief-missing": (relief.owed_relief, relief.relief_missing),
    "directorate-first": (commitments.owed_held, commitments.directorate_silent),
    "severity-raise": (severity.owed_raises, severity.severity_raise),
    "hours": (severity.owed_hours, severity.hours_change),
    "step-ready": (lateness.owed_steps, steps.step_ready),
    "step-again": (lateness.owed_steps, lateness.step_again),
    "step-late": (lateness.owed_steps, lateness.step_late),
    "choice-soon": (choices.owed_choices, choices.choice_soon),
    "choice-late": (choices.owed_choices, choices.choice_late),
    "contractor-late": (contractors.owed_arrivals, contractors.contractor_late),
    "cost-silent": (costs.owed_costs, costs.cost_silent),
    "carrying-late": (by_hand.owed_errands, by_hand.carrying_late),
    "take-down": (sheets.owed_sheets, sheets.ask_down),
    "works-begin": (works.owed_works, works.works_begin),
    "ask-update": (commitments.owed_commitments, commitments.ask_update),
    "speak": (commitments.owed_commitments, commitments.speak),
    "promise-late": (commitments.owed_commitments, commitments.promise_late),
    "promise-broken": (commitments.owed_commitments, commitments.promise_broken),
    "approval-silent": (approvals.owed_approvals, approvals.approval_silent),
    "silence": (commitments.owed_silence, commitments.silence),
    "brief": (briefs.owed_brief, briefs.brief_due),
    "phase-late": (phases.owed_phases, phases.phase_late),
    "danger-again": (danger.owed_danger, danger.danger_again),
    "close-owed": (phases.owed_phases, phases.close_owed),
    "questions-shown": (questions.owed_questions, questions.show_questions),
    "question-near": (questions.owed_questions, questions.question_near),
    "question-late": (questions.owed_questions, questions.question_late),
    "survey": (aftermath.owed_after, aftermath.survey),
    "publish": (aftermath.owed_after, aftermath.publish_due),
    "follow-up": (aftermath.owed_after, aftermath.follow_up),
    "roll-call-silent": (roll_call.owed_roll_calls, roll_call.chase),
    "delay-near": (legal.owed_clocks, legal.delay_near),
    "delay-missed": (legal.owed_clocks, legal.delay_missed),
    "hot-wash": (review.owed_review, review.hot_wash_due),
    "review": (review.owed_review, review.review_due),
    "action": (review.owed_review, review.action_due),
}
"""Everything that time brings: what the state owes, and what is done when it falls due."""

OWES: tuple[Owes, ...] = tuple(dict.fromkeys(owes for owes, _ in OBLIGATIONS.values()))

OWES_WATCHED: tuple[Owes, ...] = (loudness.owed_loudness,)
"""All that is owed while nothing has opened yet."""

UNOPENED: frozenset[type] = frozenset({
    c.Declare, c.LinkReport, life.NoteRelated, life.NoteOther, life.NoteMedia, life.EndMerged,
    life.MakeLoud, c.CancelIncident, c.NoteSent, c.Fulfil,
})  # fmt: skip
"""What is done with an incident that is only recorded; whoever does more with it opens it."""

ROUNDS = 8
"""How often the rules may follow one another in one decision; two or three is usual."""


def decide(
    incident: Incident | None, command: c.Command, pinned: Pinned, facts: Facts, now: datetime
) -> Decision:
    """Answer a command: its events, or a refusal with its reason."""
    d = Deciding(incident, command, pinned, facts, now)
    try:
        _possible(d, incident)
        if incident is not None and incident.watched and type(command.body) not in UNOPENED:
            loudness.make_loud(d, "person")
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
    body = type(d.command.body)
    left = incident.merged and body in LEFT_TO_MERGED
    if possible is not None and body not in possible and not left:
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
    while len(d.events) > before and rounds < ROUNDS and not d.incident.watched:
        rounds, before = rounds + 1, len(d.events)
        for number, (rule, after) in enumerate(FOLLOW):
            fresh = d.events[seen[number] :]
            seen[number] = len(d.events)
            if any(type(event.body) in after for event in fresh):
                rule(d)
