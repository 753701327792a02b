"""Everything that has happened. Past tense; the journal holds these and nothing else.

An event carries ids, times, names of roles, steps and audiences, and references to prose: never a
person's name, an address, or free text. One file a family, as in :mod:`crisis.core.evolve`; this
list is the whole vocabulary of the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.events.after import (
    ActionsFollowed,
    ActionTied,
    AfterEvent,
    ContributorsThanked,
    PublicationReminded,
    ReviewPresented,
    ReviewPublished,
    SurveyAnswered,
    SurveySent,
)
from crisis.core.events.approvals import (
    ApprovalSilent,
    ApprovalSought,
    DraftApproved,
    DraftDropped,
    DraftRejected,
    MessageDrafted,
)
from crisis.core.events.beginning import (
    DangerReported,
    EndProposed,
    HoursChanged,
    IncidentDeclared,
    RefusalOverridden,
    ReportLinked,
    SeverityChanged,
)
from crisis.core.events.commitments import (
    CommitmentBroken,
    CommitmentKept,
    CommitmentKeptLate,
    CommitmentLate,
    CommitmentRenewed,
    LeftToPeople,
    PromiseAnswered,
    PromiseMade,
    SilenceEscalated,
    UpdateAsked,
    UpdatePromised,
)
from crisis.core.events.costs import CostAnnounced, CostAsked, CostDecided
from crisis.core.events.crossing import (
    IncidentMerged,
    IncidentsRelated,
    IncidentTakenOver,
    OtherTurned,
    PlaybookRepinned,
)
from crisis.core.events.ends import (
    IncidentCancelled,
    IncidentClosed,
    PhaseDeclared,
    PhaseOverdue,
    PhaseProposed,
)
from crisis.core.events.legal import (
    ClockStarted,
    ClockWaived,
    DelayMissed,
    DelayReminded,
    NotificationFiled,
)
from crisis.core.events.loudness import (
    DutyAsked,
    IncidentHushed,
    MadeLoud,
    SignalCounted,
    SignalPassed,
)
from crisis.core.events.media import (
    CameBack,
    CarriedByHand,
    CarryingLate,
    LeftToCarry,
    WentDown,
)
from crisis.core.events.messages import (
    BriefReleased,
    DirectorateUnreached,
    MessageFailed,
    MessageHeld,
    MessageReleased,
    MessageSent,
    WordingFound,
)
from crisis.core.events.people import (
    OwnersReminded,
    PeopleEvent,
    QuestionAsked,
    QuestionLate,
    QuestionRefused,
    QuestionReplied,
    QuestionRestated,
    QuestionsGrouped,
    RollCallAnswered,
    RollCallChased,
    RollCallClosed,
    RollCallStarted,
)
from crisis.core.events.report import (
    ReportAccepted,
    ReportRouted,
    ReportSetAside,
)
from crisis.core.events.review import (
    ActionAgreed,
    ActionFinished,
    ActionProposed,
    ActionReminded,
    ActionVerified,
    ReviewHeld,
    ReviewOpened,
    ReviewReminded,
)
from crisis.core.events.roles import (
    Escalated,
    LeadMissing,
    OfferLapsed,
    OfferWithdrawn,
    ReliefMissing,
    ReliefSought,
    RolesAccepted,
    RolesDeclined,
    RolesOffered,
    RoleUnfilled,
)
from crisis.core.events.sheets import SheetEvent, SheetsHung, SheetsTakenDown, TakeDownAsked
from crisis.core.events.steps import (
    ChoiceAsked,
    ChoiceBacked,
    ChoiceMade,
    ChoicePassedOn,
    ContractorReported,
    MeasureRecorded,
    StepAnswered,
    StepDone,
    StepEscalated,
    StepsMoot,
    StepsReady,
    WorkaroundRecorded,
)
from crisis.core.events.works import WorksPostponed, WorksRescheduled

__all__ = [
    "ActionAgreed",
    "ActionFinished",
    "ActionProposed",
    "ActionReminded",
    "ActionTied",
    "ActionVerified",
    "ActionsFollowed",
    "ApprovalSilent",
    "ApprovalSought",
    "BriefReleased",
    "CameBack",
    "CarriedByHand",
    "CarryingLate",
    "ChoiceAsked",
    "ChoiceBacked",
    "ChoiceMade",
    "ChoicePassedOn",
    "ClockStarted",
    "ClockWaived",
    "CommitmentBroken",
    "CommitmentKept",
    "CommitmentKeptLate",
    "CommitmentLate",
    "CommitmentRenewed",
    "ContractorReported",
    "ContributorsThanked",
    "CostAnnounced",
    "CostAsked",
    "CostDecided",
    "DangerReported",
    "DelayMissed",
    "DelayReminded",
    "DirectorateUnreached",
    "DraftApproved",
    "DraftDropped",
    "DraftRejected",
    "DutyAsked",
    "EndProposed",
    "Escalated",
    "Event",
    "EventBody",
    "HoursChanged",
    "IncidentCancelled",
    "IncidentClosed",
    "IncidentDeclared",
    "IncidentEvent",
    "IncidentHushed",
    "IncidentMerged",
    "IncidentTakenOver",
    "IncidentsRelated",
    "LeadMissing",
    "LeftToCarry",
    "LeftToPeople",
    "MadeLoud",
    "MeasureRecorded",
    "MessageDrafted",
    "MessageFailed",
    "MessageHeld",
    "MessageReleased",
    "MessageSent",
    "NotificationFiled",
    "OfferLapsed",
    "OfferWithdrawn",
    "OtherTurned",
    "OwnersReminded",
    "PhaseDeclared",
    "PhaseOverdue",
    "PhaseProposed",
    "PlaybookRepinned",
    "PromiseAnswered",
    "PromiseMade",
    "PublicationReminded",
    "QuestionAsked",
    "QuestionLate",
    "QuestionRefused",
    "QuestionReplied",
    "QuestionRestated",
    "QuestionsGrouped",
    "RefusalOverridden",
    "ReliefMissing",
    "ReliefSought",
    "ReportAccepted",
    "ReportEvent",
    "ReportLinked",
    "ReportRouted",
    "ReportSetAside",
    "ReviewHeld",
    "ReviewOpened",
    "ReviewPresented",
    "ReviewPublished",
    "ReviewReminded",
    "RoleUnfilled",
    "RolesAccepted",
    "RolesDeclined",
    "RolesOffered",
    "RollCallAnswered",
    "RollCallChased",
    "RollCallClosed",
    "RollCallStarted",
    "SeverityChanged",
    "SheetsHung",
    "SheetsTakenDown",
    "SignalCounted",
    "SignalPassed",
    "SilenceEscalated",
    "StepAnswered",
    "StepDone",
    "StepEscalated",
    "StepsMoot",
    "StepsReady",
    "SurveyAnswered",
    "SurveySent",
    "TakeDownAsked",
    "UpdateAsked",
    "UpdatePromised",
    "WentDown",
    "WordingFound",
    "WorkaroundRecorded",
    "WorksPostponed",
    "WorksRescheduled",
]

ReportEvent = ReportAccepted | ReportRouted | ReportSetAside
IncidentEvent = (
    IncidentDeclared
    | ReportLinked
    | IncidentsRelated
    | OtherTurned
    | PlaybookRepinned
    | IncidentTakenOver
    | IncidentMerged
    | IncidentHushed
    | SignalCounted
    | DutyAsked
    | MadeLoud
    | SignalPassed
    | EndProposed
    | DangerReported
    | HoursChanged
    | SeverityChanged
    | WentDown
    | CameBack
    | LeftToCarry
    | CarriedByHand
    | CarryingLate
    | RolesOffered
    | RolesAccepted
    | RolesDeclined
    | OfferLapsed
    | OfferWithdrawn
    | RoleUnfilled
    | ReliefSought
    | ReliefMissing
    | LeadMissing
    | Escalated
    | StepsReady
    | StepsMoot
    | StepDone
    | StepAnswered
    | ChoiceAsked
    | ChoiceBacked
    | ChoiceMade
    | ChoicePassedOn
    | StepEscalated
    | ContractorReported
    | CostAnnounced
    | CostAsked
    | CostDecided
    | MeasureRecorded
    | WorkaroundRecorded
    | MessageReleased
    | MessageHeld
    | DirectorateUnreached
    | MessageSent
    | MessageFailed
    | WordingFound
    | MessageDrafted
    | ApprovalSought
    | DraftApproved
    | DraftRejected
    | ApprovalSilent
    | DraftDropped
    | BriefReleased
    | UpdatePromised
    | PromiseMade
    | UpdateAsked
    | PromiseAnswered
    | LeftToPeople
    | CommitmentKept
    | CommitmentLate
    | CommitmentKeptLate
    | CommitmentBroken
    | CommitmentRenewed
    | SilenceEscalated
    | PhaseProposed
    | PhaseDeclared
    | PhaseOverdue
    | WorksRescheduled
    | WorksPostponed
    | IncidentCancelled
    | IncidentClosed
    | RefusalOverridden
    | ReviewOpened
    | ActionProposed
    | ReviewReminded
    | ReviewHeld
    | ActionAgreed
    | ActionReminded
    | ActionFinished
    | ActionVerified
    | ClockStarted
    | ClockWaived
    | DelayMissed
    | DelayReminded
    | NotificationFiled
    | AfterEvent
    | SheetEvent
    | PeopleEvent
)
EventBody = ReportEvent | IncidentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, where it stands in its stream, and why."""

    seq: int
    at: datetime
    """Business time at which it was recorded, UTC."""
    body: EventBody
    actor: str = ""
    """``person:ID``, ``source:ID`` or ``rule:NAME``; with `` for person:ID`` when by proxy."""
    happened_at: datetime | None = None
    """When it really happened, where that is not when it was recorded."""
    rule: str = ""
    """The rule that made it: a function of :mod:`crisis.core.decide`."""
    pointer: str = ""
    """The place in the playbook that called for it, as a JSON pointer."""
