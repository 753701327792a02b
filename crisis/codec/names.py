"""The public names of everything that is stored: one line a class, never changed, never reused.

A class may be renamed in the code; its name here may not. When the fields of an event change, its
version goes up and :mod:`crisis.codec.upcast` gets the step from the version before.
"""

from __future__ import annotations

from crisis.core import after_commands
from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core import legal_commands as law
from crisis.core import life_commands as life
from crisis.core import people_commands as p
from crisis.core import sheet_commands as sheets
from crisis.ports import Acknowledgement, ChannelReceipts


class CannotRead(Exception):  # noqa: N818 - the reason why a stream is parked, not a slip of ours
    """Something stored cannot be read by this release: park its stream, never skip it."""


class UnknownEvent(CannotRead):
    """The journal holds an event that this release does not know."""

    def __init__(self, type_: str, version: int) -> None:
        super().__init__(
            f'the journal holds "{type_}" version {version}, which this release does not know; '
            "run the release that wrote it, or a newer one"
        )
        self.type = type_
        self.version = version


class UnknownCommand(CannotRead):
    """A stored or sent command that this release does not know."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            f'there is no command "{name}" version {version} in this release; '
            "run the release that wrote it, or a newer one"
        )
        self.name = name
        self.version = version


class UnknownReceipt(CannotRead):
    """Receipts of a sort that this release does not know."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            f'there are no receipts "{name}" version {version} in this release; '
            "run the release that wrote them, or a newer one"
        )
        self.name = name
        self.version = version


EVENTS: dict[type[e.EventBody], tuple[str, int]] = {
    e.ReportAccepted: ("report.accepted", 1),
    e.ReportRouted: ("report.routed", 1),
    e.ReportSetAside: ("report.set-aside", 1),
    e.IncidentDeclared: ("incident.declared", 1),
    e.ReportLinked: ("incident.report-linked", 1),
    e.IncidentsRelated: ("incident.related", 1),
    e.OtherTurned: ("incident.other-turned", 1),
    e.PlaybookRepinned: ("incident.playbook-repinned", 1),
    e.IncidentTakenOver: ("incident.taken-over", 1),
    e.IncidentMerged: ("incident.merged", 1),
    e.IncidentHushed: ("incident.hushed", 1),
    e.SignalCounted: ("incident.signal-counted", 1),
    e.DutyAsked: ("incident.duty-asked", 1),
    e.MadeLoud: ("incident.made-loud", 1),
    e.SignalPassed: ("incident.signal-passed", 1),
    e.EndProposed: ("incident.end-proposed", 1),
    e.DangerReported: ("incident.danger-reported", 1),
    e.HoursChanged: ("incident.hours-changed", 1),
    e.SeverityChanged: ("incident.severity-changed", 1),
    e.WentDown: ("incident.went-down", 1),
    e.CameBack: ("incident.came-back", 1),
    e.LeftToCarry: ("incident.left-to-carry", 1),
    e.CarriedByHand: ("incident.carried-by-hand", 1),
    e.CarryingLate: ("incident.carrying-late", 1),
    e.SheetsHung: ("incident.sheets-hung", 1),
    e.TakeDownAsked: ("incident.take-down-asked", 1),
    e.SheetsTakenDown: ("incident.sheets-taken-down", 1),
    e.RolesOffered: ("incident.roles-offered", 1),
    e.RolesAccepted: ("incident.roles-accepted", 1),
    e.RolesDeclined: ("incident.roles-declined", 1),
    e.OfferLapsed: ("incident.offer-lapsed", 1),
    e.OfferWithdrawn: ("incident.offer-withdrawn", 1),
    e.RoleUnfilled: ("incident.role-unfilled", 1),
    e.ReliefSought: ("incident.relief-sought", 1),
    e.ReliefMissing: ("incident.relief-missing", 1),
    e.Escalated: ("incident.escalated", 1),
    e.LeadMissing: ("incident.lead-missing", 1),
    e.StepsReady: ("incident.steps-ready", 1),
    e.StepsMoot: ("incident.steps-moot", 1),
    e.StepDone: ("incident.step-done", 1),
    e.StepAnswered: ("incident.step-answered", 1),
    e.ChoiceAsked: ("incident.choice-asked", 1),
    e.ChoiceBacked: ("incident.choice-backed", 1),
    e.ChoiceMade: ("incident.choice-made", 1),
    e.ChoicePassedOn: ("incident.choice-passed-on", 1),
    e.StepEscalated: ("incident.step-escalated", 1),
    e.ContractorReported: ("incident.contractor-reported", 1),
    e.CostAnnounced: ("incident.cost-announced", 1),
    e.CostAsked: ("incident.cost-asked", 1),
    e.CostDecided: ("incident.cost-decided", 1),
    e.MeasureRecorded: ("incident.measure-recorded", 1),
    e.WorkaroundRecorded: ("incident.workaround-recorded", 1),
    e.MessageReleased: ("incident.message-released", 2),
    e.MessageHeld: ("incident.message-held", 1),
    e.DirectorateUnreached: ("incident.directorate-unreached", 1),
    e.MessageSent: ("incident.message-sent", 1),
    e.MessageDrafted: ("incident.message-drafted", 1),
    e.ApprovalSought: ("incident.approval-sought", 1),
    e.DraftApproved: ("incident.draft-approved", 1),
    e.DraftRejected: ("incident.draft-rejected", 1),
    e.ApprovalSilent: ("incident.approval-silent", 1),
    e.DraftDropped: ("incident.draft-dropped", 1),
    e.WordingFound: ("incident.wording-found", 1),
    e.MessageFailed: ("incident.message-failed", 1),
    e.BriefReleased: ("incident.brief-released", 1),
    e.UpdatePromised: ("incident.update-promised", 1),
    e.PromiseMade: ("incident.promise-made", 1),
    e.UpdateAsked: ("incident.update-asked", 1),
    e.PromiseAnswered: ("incident.promise-answered", 1),
    e.LeftToPeople: ("incident.left-to-people", 1),
    e.CommitmentKept: ("incident.commitment-kept", 1),
    e.CommitmentLate: ("incident.commitment-late", 1),
    e.CommitmentKeptLate: ("incident.commitment-kept-late", 1),
    e.CommitmentBroken: ("incident.commitment-broken", 1),
    e.CommitmentRenewed: ("incident.commitment-renewed", 1),
    e.SilenceEscalated: ("incident.silence-escalated", 1),
    e.WorksRescheduled: ("incident.works-rescheduled", 1),
    e.WorksPostponed: ("incident.works-postponed", 1),
    e.PhaseProposed: ("incident.phase-proposed", 1),
    e.PhaseDeclared: ("incident.phase-declared", 1),
    e.PhaseOverdue: ("incident.phase-overdue", 1),
    e.IncidentCancelled: ("incident.cancelled", 1),
    e.IncidentClosed: ("incident.closed", 1),
    e.RefusalOverridden: ("incident.refusal-overridden", 1),
    e.ReviewOpened: ("incident.review-opened", 1),
    e.ActionProposed: ("incident.action-proposed", 1),
    e.ReviewReminded: ("incident.review-reminded", 1),
    e.ReviewHeld: ("incident.review-held", 1),
    e.ActionAgreed: ("incident.action-agreed", 1),
    e.ActionReminded: ("incident.action-reminded", 1),
    e.ActionFinished: ("incident.action-finished", 1),
    e.ActionVerified: ("incident.action-verified", 1),
    e.QuestionAsked: ("incident.question-asked", 1),
    e.QuestionRestated: ("incident.question-restated", 1),
    e.QuestionsGrouped: ("incident.questions-grouped", 1),
    e.OwnersReminded: ("incident.owners-reminded", 1),
    e.QuestionLate: ("incident.question-late", 1),
    e.QuestionReplied: ("incident.question-replied", 1),
    e.QuestionRefused: ("incident.question-refused", 1),
    e.RollCallStarted: ("incident.roll-call-started", 1),
    e.RollCallAnswered: ("incident.roll-call-answered", 1),
    e.RollCallChased: ("incident.roll-call-chased", 1),
    e.RollCallClosed: ("incident.roll-call-closed", 1),
    e.SurveySent: ("incident.survey-sent", 1),
    e.SurveyAnswered: ("incident.survey-answered", 1),
    e.ReviewPresented: ("incident.review-presented", 1),
    e.PublicationReminded: ("incident.publication-reminded", 1),
    e.ReviewPublished: ("incident.review-published", 1),
    e.ActionsFollowed: ("incident.actions-followed", 1),
    e.ContributorsThanked: ("incident.contributors-thanked", 1),
    e.ActionTied: ("incident.action-tied", 1),
    e.ClockStarted: ("incident.clock-started", 1),
    e.DelayReminded: ("incident.delay-reminded", 1),
    e.DelayMissed: ("incident.delay-missed", 1),
    e.NotificationFiled: ("incident.notification-filed", 1),
    e.ClockWaived: ("incident.clock-waived", 1),
}
"""Event class -> public name and today's version."""

COMMANDS: dict[type[c.Body], tuple[str, int]] = {
    c.SubmitReport: ("report.submit", 3),
    c.Declare: ("incident.declare", 4),
    c.LinkReport: ("incident.link-report", 3),
    life.MakeLoud: ("incident.make-loud", 1),
    life.RelateIncident: ("incident.relate", 1),
    life.MergeIncident: ("incident.merge", 1),
    life.RepinPlaybook: ("incident.repin", 1),
    life.SplitIncident: ("incident.split", 1),
    life.NoteRelated: ("incident.note-related", 1),
    life.NoteOther: ("incident.note-other", 1),
    life.NoteMedia: ("incident.note-media", 1),
    life.EndMerged: ("incident.end-merged", 1),
    c.AcceptRoles: ("incident.accept-roles", 1),
    c.DeclineRoles: ("incident.decline-roles", 1),
    c.TakeRole: ("incident.take-role", 1),
    c.RecordMeasure: ("incident.record-measure", 1),
    c.RecordWorkaround: ("incident.record-workaround", 1),
    c.CompleteStep: ("incident.complete-step", 1),
    c.AnswerStep: ("incident.answer-step", 1),
    c.ChooseOption: ("incident.choose-option", 1),
    c.ReportContractor: ("incident.report-contractor", 1),
    k.AnnounceCost: ("incident.announce-cost", 1),
    k.DecideCost: ("incident.decide-cost", 1),
    c.ReportDown: ("incident.report-down", 1),
    c.ReportUp: ("incident.report-up", 1),
    c.Say: ("incident.say", 1),
    c.ApproveDraft: ("incident.approve-draft", 1),
    c.RejectDraft: ("incident.reject-draft", 1),
    c.MakePromise: ("incident.make-promise", 2),
    k.RenewPromise: ("incident.renew-promise", 1),
    k.KeepPromise: ("incident.keep-promise", 1),
    k.Escalate: ("incident.escalate", 1),
    c.SendBrief: ("incident.send-brief", 1),
    c.DeclarePhase: ("incident.declare-phase", 1),
    c.RescheduleWorks: ("incident.reschedule-works", 1),
    c.CancelIncident: ("incident.cancel", 1),
    c.CloseIncident: ("incident.close", 1),
    c.ChangeSeverity: ("incident.change-severity", 1),
    c.HoldReview: ("incident.hold-review", 1),
    c.AgreeAction: ("incident.agree-action", 1),
    c.FinishAction: ("incident.finish-action", 1),
    c.VerifyAction: ("incident.verify-action", 1),
    c.NoteSent: ("incident.note-sent", 1),
    c.NoteLeftOver: ("incident.note-left-over", 1),
    c.CarryByHand: ("incident.carry-by-hand", 2),
    sheets.HangSheets: ("incident.hang-sheets", 1),
    sheets.TakeDownSheets: ("incident.take-down-sheets", 1),
    c.Fulfil: ("incident.fulfil", 1),
    p.AskQuestion: ("incident.ask-question", 1),
    p.RestateQuestion: ("incident.restate-question", 1),
    p.GroupQuestions: ("incident.group-questions", 1),
    p.ReplyToQuestion: ("incident.reply-to-question", 1),
    p.RefuseQuestion: ("incident.refuse-question", 1),
    p.StartRollCall: ("incident.start-roll-call", 1),
    p.AnswerRollCall: ("incident.answer-roll-call", 1),
    p.CloseRollCall: ("incident.close-roll-call", 1),
    after_commands.AnswerSurvey: ("incident.answer-survey", 1),
    after_commands.PublishReview: ("incident.publish-review", 1),
    after_commands.TieToPlaybook: ("incident.tie-to-playbook", 1),
    law.BecomeAware: ("incident.become-aware", 1),
    law.FileNotification: ("incident.file-notification", 1),
    law.WaiveClock: ("incident.waive-clock", 1),
}
"""Command class -> public name and today's version, of the body and of what stands around it."""

RECEIPTS: dict[type[ChannelReceipts | Acknowledgement], tuple[str, int]] = {
    ChannelReceipts: ("receipts.of-channel", 1),
    Acknowledgement: ("receipts.of-person", 1),
}
"""What is told about deliveries -> public name and today's version."""
