"""Everything that has happened. Past tense; the journal holds these and nothing else.

An event carries ids, times, names of roles, steps and audiences, and references to prose: never a
person's name, an address, or free text. One file a family, as in :mod:`crisis.core.evolve`; this
list is the whole vocabulary of the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    LeftToPeople,
    PromiseAnswered,
    PromiseMade,
    SilenceEscalated,
    UpdateAsked,
    UpdatePromised,
)
from crisis.core.events.ends import (
    IncidentCancelled,
    IncidentClosed,
    PhaseDeclared,
    PhaseOverdue,
    PhaseProposed,
)
from crisis.core.events.messages import (
    BriefReleased,
    DirectorateUnreached,
    MessageFailed,
    MessageHeld,
    MessageReleased,
    MessageSent,
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
    LeadMissing,
    OfferLapsed,
    OfferWithdrawn,
    RolesAccepted,
    RolesDeclined,
    RolesOffered,
    RoleUnfilled,
)
from crisis.core.events.steps import (
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

__all__ = [
    "ActionAgreed",
    "ActionFinished",
    "ActionProposed",
    "ActionReminded",
    "ActionVerified",
    "BriefReleased",
    "ChoiceMade",
    "ChoicePassedOn",
    "CommitmentBroken",
    "CommitmentKept",
    "CommitmentKeptLate",
    "CommitmentLate",
    "ContractorReported",
    "DangerReported",
    "DirectorateUnreached",
    "EndProposed",
    "Event",
    "EventBody",
    "HoursChanged",
    "IncidentCancelled",
    "IncidentClosed",
    "IncidentDeclared",
    "IncidentEvent",
    "LeadMissing",
    "LeftToPeople",
    "MeasureRecorded",
    "MessageFailed",
    "MessageHeld",
    "MessageReleased",
    "MessageSent",
    "OfferLapsed",
    "OfferWithdrawn",
    "PhaseDeclared",
    "PhaseOverdue",
    "PhaseProposed",
    "PromiseAnswered",
    "PromiseMade",
    "RefusalOverridden",
    "ReportAccepted",
    "ReportEvent",
    "ReportLinked",
    "ReportRouted",
    "ReportSetAside",
    "ReviewHeld",
    "ReviewOpened",
    "ReviewReminded",
    "RoleUnfilled",
    "RolesAccepted",
    "RolesDeclined",
    "RolesOffered",
    "SeverityChanged",
    "SilenceEscalated",
    "StepAnswered",
    "StepDone",
    "StepEscalated",
    "StepsMoot",
    "StepsReady",
    "UpdateAsked",
    "UpdatePromised",
    "WorkaroundRecorded",
]

ReportEvent = ReportAccepted | ReportRouted | ReportSetAside
IncidentEvent = (
    IncidentDeclared
    | ReportLinked
    | EndProposed
    | DangerReported
    | HoursChanged
    | SeverityChanged
    | RolesOffered
    | RolesAccepted
    | RolesDeclined
    | OfferLapsed
    | OfferWithdrawn
    | RoleUnfilled
    | LeadMissing
    | StepsReady
    | StepsMoot
    | StepDone
    | StepAnswered
    | ChoiceMade
    | ChoicePassedOn
    | StepEscalated
    | ContractorReported
    | MeasureRecorded
    | WorkaroundRecorded
    | MessageReleased
    | MessageHeld
    | DirectorateUnreached
    | MessageSent
    | MessageFailed
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
    | SilenceEscalated
    | PhaseProposed
    | PhaseDeclared
    | PhaseOverdue
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
