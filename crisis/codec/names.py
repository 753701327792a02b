"""The public names of everything that is stored: one line a class, never changed, never reused.

A class may be renamed in the code; its name here may not. When the fields of an event change, its
version goes up and :mod:`crisis.codec.upcast` gets the step from the version before.
"""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
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

COMMANDS: dict[type[c.Body], tuple[str, int]] = {
    c.SubmitReport: ("report.submit", 1),
    c.Declare: ("incident.declare", 1),
    c.LinkReport: ("incident.link-report", 1),
    c.AcceptRoles: ("incident.accept-roles", 1),
    c.DeclineRoles: ("incident.decline-roles", 1),
    c.TakeRole: ("incident.take-role", 1),
    c.RecordMeasure: ("incident.record-measure", 1),
    c.RecordWorkaround: ("incident.record-workaround", 1),
    c.CompleteStep: ("incident.complete-step", 1),
    c.AnswerStep: ("incident.answer-step", 1),
    c.ChooseOption: ("incident.choose-option", 1),
    c.ReportContractor: ("incident.report-contractor", 1),
    c.Say: ("incident.say", 1),
    c.MakePromise: ("incident.make-promise", 1),
    c.KeepPromise: ("incident.keep-promise", 1),
    c.SendBrief: ("incident.send-brief", 1),
    c.DeclarePhase: ("incident.declare-phase", 1),
    c.CancelIncident: ("incident.cancel", 1),
    c.CloseIncident: ("incident.close", 1),
    c.ChangeSeverity: ("incident.change-severity", 1),
    c.HoldReview: ("incident.hold-review", 1),
    c.AgreeAction: ("incident.agree-action", 1),
    c.FinishAction: ("incident.finish-action", 1),
    c.VerifyAction: ("incident.verify-action", 1),
    c.NoteSent: ("incident.note-sent", 1),
    c.Fulfil: ("incident.fulfil", 1),
}
"""Command class -> public name and today's version, of the body and of what stands around it."""

RECEIPTS: dict[type[ChannelReceipts | Acknowledgement], tuple[str, int]] = {
    ChannelReceipts: ("receipts.of-channel", 1),
    Acknowledgement: ("receipts.of-person", 1),
}
"""What is told about deliveries -> public name and today's version."""
