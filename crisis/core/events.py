"""Everything that has happened. Past tense; the journal holds these and nothing else.

An event carries ids, times, names of roles, steps and audiences, and references to prose: never a
person's name, an address, or free text. The declarations stand in one file, long as it is, so
that the vocabulary of the journal can be read from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crisis.core.commands import Stage
from crisis.core.prose import TextRef

# --- of a report ---


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccepted:
    """A report was taken in, and will end in an incident, a link to one, or a seen refusal (G1)."""

    source: str
    native_id: str
    kind: str
    site: str
    building: str | None
    place: TextRef | None
    what: TextRef | None
    by_machine: bool
    severity: str | None
    danger: str
    observed_at: datetime | None
    group: str
    signal: Literal["firing", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRouted:
    """The report opened this incident, or was linked to it."""

    incident_id: str
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSetAside:
    """The report led nowhere, and a person can see why (for example: resolved, nothing open)."""

    reason: str


# --- of an incident ---


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeclared:
    """An incident is open."""

    incident_id: str
    key: str
    report_id: str
    kind: str
    playbook: str
    playbook_digest: str
    site: str
    building: str | None
    place: TextRef | None
    what: TextRef | None
    by_machine: bool
    severity: str
    danger: str
    hours: str
    hours_until: datetime | None
    observed_at: datetime
    opened_at: datetime
    exercise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLinked:
    """One more report of the same trouble."""

    report_id: str
    source: str
    what: TextRef | None
    by_machine: bool
    signal: Literal["firing", "resolved"] = "firing"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposed:
    """A signal says that the trouble has gone; a person decides."""

    report_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerReported:
    """Somebody says that people are in danger."""

    report_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged:
    """Office hours of the site began or ended."""

    hours: str
    hours_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityChanged:
    """The severity went up or down; ``by_rule`` names the playbook's rule where one did it."""

    severity: str
    was: str
    by_rule: str | None = None
    spent: tuple[str, ...] = ()
    """Rules that would have raised it again: a person has looked at their reason and lowered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesOffered:
    """One person is asked to take these roles, all in one offer."""

    offer_id: str
    person: str
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    """For each role: ``holder``, ``deputy-1`` …, ``last-resort``."""
    accept_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesAccepted:
    """A person holds these roles from now on."""

    offer_id: str | None
    person: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesDeclined:
    """A person cannot."""

    offer_id: str
    person: str
    reason: TextRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLapsed:
    """A person stayed silent past the time to answer."""

    offer_id: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn:
    """Nobody waits for this answer any more: others hold the roles, or the crisis is over."""

    offer_id: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUnfilled:
    """Everyone whom the playbook names for this role has declined or stayed silent."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMissing:
    """The bound for a named lead has passed: last resort and directorate are told (G3)."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsReady:
    """These steps can be done from now on."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsMoot:
    """These steps are not asked any more: what called for them has gone."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step was done."""

    step: str
    evidence: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAnswered:
    """A question of the playbook has its answer; ``assumed`` when silence gave it."""

    step: str
    answer: str
    assumed: bool = False
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceMade:
    """A decision of the playbook was taken; ``assumed`` when time ran out."""

    step: str
    option: str
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePassedOn:
    """The one who should decide stayed silent; the next one is asked."""

    step: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEscalated:
    """A step is late: its holder and the lead are told."""

    step: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractorReported:
    """Where a contractor stands."""

    step: str
    stage: Stage
    eta_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRecorded:
    """A measure beyond the playbook's, in a person's words."""

    measure: TextRef
    expected_result: TextRef | None
    inside_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkaroundRecorded:
    """What people can do meanwhile, in a person's words."""

    workaround: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReleased:
    """These words leave, exactly these: by digest."""

    message_id: str
    number: int
    """Which one of the incident; its readers see which one it is for them, in its words."""
    kind: str
    audience: str | None
    to: tuple[str, ...]
    phase: str
    urgency: str
    life_safety: bool
    texts: dict[str, TextRef]
    digest: str
    automatic: bool
    """Nobody's own words: a holding statement, or a draft that left by itself."""
    speech: str = ""
    """Marks of impact and instruction in the playbook: when they change, it is material."""
    next_update_at: datetime | None = None
    measures: tuple[str, ...] = ()
    """What it told of: ``step:NAME`` or ``seq:N``."""
    ends: tuple[str, ...] = ()
    offer_id: str | None = None
    words: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeld:
    """A message that goes outside waits until the directorate has been told (G6)."""

    audience: str
    until: datetime
    words: TextRef | None = None
    """A person's own words, if that is what waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorateUnreached:
    """The directorate could not be told within its bound: these audiences are told before it."""

    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """The audience has been sent the message: no recipient waits for a first attempt."""

    message_id: str
    sent_at: datetime
    tally: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed:
    """Not one recipient of this message could be sent it."""

    message_id: str
    tally: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefReleased:
    """A numbered situation brief goes to the directorate."""

    number: int
    message_id: str
    reason: str
    next_brief_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePromised:
    """An audience was promised the next word by this time."""

    commitment_id: str
    audience: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """Something was promised to an audience; with a counterpart it is an engagement."""

    commitment_id: str
    audience: str
    due_at: datetime
    step: str | None = None
    words: TextRef | None = None
    engagement: bool = False
    counterpart: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAsked:
    """At four fifths of the span the lead was asked for the next update."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswered:
    """A message that keeps the promise has left; whether in time, the ledger will say."""

    commitment_id: str
    message_id: str
    how: Literal["update", "holding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftToPeople:
    """Two holding statements in a row have been sent: nothing more is said in the lead's place."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentKept:
    """Kept in time: by an update, by a holding statement, or by the deed."""

    commitment_id: str
    how: Literal["update", "holding", "deed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentLate:
    """The promised time has passed."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentKeptLate:
    """Kept, after its time and before it counted as broken."""

    commitment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentBroken:
    """Broken, and on the record; an engagement now owes its counterpart."""

    commitment_id: str
    counterpart_owed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceEscalated:
    """Nobody has spoken since a promise was broken: asked again, higher up."""

    audience: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseProposed:
    """Everything that the playbook wants before this phase is done: a person declares it."""

    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDeclared:
    """Safe, worked around, or back to normal; ``open``: it has begun again after normal."""

    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOverdue:
    """The playbook expected this phase by now."""

    phase: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCancelled:
    """A false alarm."""

    reason: TextRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed:
    """The incident is over; its review goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalOverridden:
    """A person set a refusal aside, by name and with a reason."""

    rule: str
    reason: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened:
    """A review with an owner and a date."""

    owner: str | None
    due_at: datetime
    hot_wash_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionProposed:
    """What the record itself asks to be mended: the reason names the kind of evidence."""

    action_id: str
    reason: str
    subject: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReminded:
    """The review, or the first talk before it, is near its date or past it."""

    count: int
    hot_wash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHeld:
    """The answer to "could it have been avoided?", and why."""

    avoidable: str
    why: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAgreed:
    """An action has an owner, a date and a proof."""

    action_id: str
    what: TextRef | None
    owner: str
    due_at: datetime
    proof: TextRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReminded:
    """The owner of an action was reminded; past its date the directorate too."""

    action_id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFinished:
    """The owner says done."""

    action_id: str
    proof: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVerified:
    """Somebody else has seen the proof."""

    action_id: str


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
