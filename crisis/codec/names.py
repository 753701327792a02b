"""The public names of everything that is stored: one line a class, never changed, never reused.

A class may be renamed in the code; its name here may not. When the fields of an event change, its
version goes up and :mod:`crisis.codec.upcast` gets the step from the version before.
"""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e


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
    """A stored command that this release does not know."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'there is no command "{name}" in this release; run the release that wrote it'
        )
        self.name = name


EVENTS: dict[type[e.EventBody], tuple[str, int]] = {
    e.ReportAccepted: ("report.accepted", 1),
    e.ReportRouted: ("report.routed", 1),
    e.ReportSetAside: ("report.set-aside", 1),
    e.IncidentDeclared: ("incident.declared", 1),
    e.ReportLinked: ("incident.report-linked", 1),
    e.EndProposed: ("incident.end-proposed", 1),
    e.DangerReported: ("incident.danger-reported", 1),
    e.HoursChanged: ("incident.hours-changed", 1),
    e.SeverityChanged: ("incident.severity-changed", 1),
    e.RolesOffered: ("incident.roles-offered", 1),
    e.RolesAccepted: ("incident.roles-accepted", 1),
    e.RolesDeclined: ("incident.roles-declined", 1),
    e.OfferLapsed: ("incident.offer-lapsed", 1),
    e.OfferWithdrawn: ("incident.offer-withdrawn", 1),
    e.RoleUnfilled: ("incident.role-unfilled", 1),
    e.LeadMissing: ("incident.lead-missing", 1),
    e.StepsReady: ("incident.steps-ready", 1),
    e.StepsMoot: ("incident.steps-moot", 1),
    e.StepDone: ("incident.step-done", 1),
    e.StepAnswered: ("incident.step-answered", 1),
    e.ChoiceMade: ("incident.choice-made", 1),
    e.ChoicePassedOn: ("incident.choice-passed-on", 1),
    e.StepEscalated: ("incident.step-escalated", 1),
    e.ContractorReported: ("incident.contractor-reported", 1),
    e.MeasureRecorded: ("incident.measure-recorded", 1),
    e.WorkaroundRecorded: ("incident.workaround-recorded", 1),
    e.MessageReleased: ("incident.message-released", 2),
    e.MessageHeld: ("incident.message-held", 1),
    e.DirectorateUnreached: ("incident.directorate-unreached", 1),
    e.MessageSent: ("incident.message-sent", 1),
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
    e.SilenceEscalated: ("incident.silence-escalated", 1),
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
}
"""Event class -> public name and today's version."""

COMMANDS: dict[type[c.Body], str] = {
    c.SubmitReport: "report.submit",
    c.Declare: "incident.declare",
    c.LinkReport: "incident.link-report",
    c.AcceptRoles: "incident.accept-roles",
    c.DeclineRoles: "incident.decline-roles",
    c.TakeRole: "incident.take-role",
    c.RecordMeasure: "incident.record-measure",
    c.RecordWorkaround: "incident.record-workaround",
    c.CompleteStep: "incident.complete-step",
    c.AnswerStep: "incident.answer-step",
    c.ChooseOption: "incident.choose-option",
    c.ReportContractor: "incident.report-contractor",
    c.Say: "incident.say",
    c.MakePromise: "incident.make-promise",
    c.KeepPromise: "incident.keep-promise",
    c.SendBrief: "incident.send-brief",
    c.DeclarePhase: "incident.declare-phase",
    c.CancelIncident: "incident.cancel",
    c.CloseIncident: "incident.close",
    c.ChangeSeverity: "incident.change-severity",
    c.HoldReview: "incident.hold-review",
    c.AgreeAction: "incident.agree-action",
    c.FinishAction: "incident.finish-action",
    c.VerifyAction: "incident.verify-action",
    c.NoteSent: "incident.note-sent",
    c.Fulfil: "incident.fulfil",
}
"""Command class -> public name."""
