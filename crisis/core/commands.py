"""Everything that may be asked of the rules. Imperative; each leaves one row in the decision log.

A command says who asks, on what ground, through which door, and whether this is an exercise.
Whether the ground is enough is for the rules (:mod:`crisis.core.decide`) to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crisis.core.committing_commands import CommittingBody
from crisis.core.legal_commands import LegalBody
from crisis.core.life_commands import LifeBody
from crisis.core.people_commands import PeopleBody
from crisis.core.prose import Prose, TextRef
from crisis.core.sheet_commands import SheetBody

Answer3 = Literal["yes", "no", "unknown"]
Stage = Literal["called", "eta", "arrived", "left", "no-show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks: a person, a source of reports, or a rule of ours. Ids only, never names."""

    kind: Literal["person", "source", "rule"]
    id: str
    for_person: str | None = None
    """Whose act this is, where it is entered by somebody else (by proxy, from paper)."""

    @property
    def person(self) -> str | None:
        """The person whose act it is, if it is a person's."""
        if self.kind != "person":
            return None
        return self.for_person or self.id


# --- to the stream of a report ---


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReport:
    """Somebody, or something, reports trouble, or that trouble has gone."""

    source: str
    native_id: str
    kind: str
    site: str
    building: str | None = None
    place: TextRef | None = None
    what: TextRef | None = None
    by_machine: bool = False
    severity: str | None = None
    danger: Answer3 = "unknown"
    observed_at: datetime | None = None
    group: str = ""
    signal: Literal["firing", "resolved"] = "firing"
    starts_at: datetime | None = None
    """When announced works begin; with their end."""
    ends_at: datetime | None = None
    quiet: bool = False
    """Whoever reports asks that it be looked at before audiences are told; never for danger."""


# --- to the stream of an incident ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """Open an incident for a report that none of the open ones covers."""

    key: str
    report_id: str
    playbook: str
    report: SubmitReport
    accepted_at: datetime
    of: str | None = None
    """The incident that it comes of: one of its steps opened it, or it was split off."""
    step: str | None = None
    """The step that opened it."""
    keep: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> who holds it here as there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReport:
    """Give a report to the incident that covers it already."""

    report_id: str
    report: SubmitReport


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRoles:
    """A person takes the roles of an offer."""

    offer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRoles:
    """A person cannot take the roles of an offer: the next one is asked at once."""

    offer_id: str
    reason: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRole:
    """A person steps in without having been asked."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeasure:
    """A measure was taken that the playbook does not have, with the result expected of it."""

    measure: TextRef
    expected_result: TextRef | None = None
    inside_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWorkaround:
    """What people can do meanwhile, in a person's words; replaces the playbook's from now on."""

    workaround: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep:
    """A ``do`` or ``promise`` step is done; also ``STEP.undo``, what has to be put back."""

    step: str
    evidence: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStep:
    """An ``ask`` step has its answer; a late or different one is a marked correction."""

    step: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseOption:
    """A ``decide`` step has its choice."""

    step: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContractor:
    """A contractor was called, gave the time of its arrival, arrived, left, or did not come."""

    step: str
    stage: Stage
    eta_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDown:
    """Something that media need has failed (the plan's ``can_fail``): nothing goes by them."""

    what: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUp:
    """What had failed works again."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Speak to audiences now; without words of one's own, what has been recorded since."""

    audiences: tuple[str, ...] = ()
    words: TextRef | None = None
    correction: bool = False
    """What was said before was wrong: it is marked, and reaches those who were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveDraft:
    """A person approves the words that wait for this audience."""

    audience: str
    digest: str = ""
    """Of the words that were read; when others wait by now, they are read first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectDraft:
    """A person says no to the words that wait for this audience, and why."""

    audience: str
    reason: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise:
    """Promise something to somebody by a time; ``by`` a role, the directorate, a contractor."""

    promise_id: str
    words: TextRef
    due_at: datetime
    audience: str = ""
    counterpart: TextRef | None = None
    by: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBrief:
    """A situation brief to the directorate now, out of its rhythm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarePhase:
    """A person declares: safe, worked_around or normal. Three ends, never one "resolved".

    ``open``, after normal: it has begun again.
    """

    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleWorks:
    """Announced works begin or end at another time; all who were told are told."""

    ends_at: datetime
    starts_at: datetime | None = None
    """As before, where it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelIncident:
    """It was a false alarm: everyone who was told is told so."""

    reason: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident:
    """Nothing more is owed to anyone but the review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeverity:
    """A person raises or lowers the severity."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReview:
    """The review was held; could it have been avoided, and why."""

    avoidable: Literal["yes", "partly", "no"]
    why: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeAction:
    """An action of the plan: what, whose, for when, and what will prove it."""

    action_id: str
    owner: str
    due_at: datetime
    what: TextRef | None = None
    """What is to be done; may be left out for an action that the record itself proposed."""
    proof: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishAction:
    """The owner says that it is done, and shows the proof."""

    action_id: str
    proof: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAction:
    """Somebody other than the owner has seen the proof."""

    action_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSent:
    """The ledger's word about a message: it was sent to its audience, or could not be."""

    message_id: str
    sent: bool
    sent_at: datetime
    tally: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLeftOver:
    """The ledger's word: so many of a message are left to people; none once they were told."""

    message_id: str
    kind: str
    audience: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryByHand:
    """Those whom no medium reaches were told in person; no audience: people with a role."""

    audience: str = ""
    """Or ``AUDIENCE/KIND``, for what was asked of it: a roll-call, a decision."""
    but: tuple[str, ...] = ()
    """Those of them who were not found."""
    at: tuple[str, ...] = ()  # where a sheet of it hangs now, by short names


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfil:
    """Something is owed at this moment (:func:`crisis.core.due.due`): do it."""

    rule: str
    subject: str
    due_at: datetime


ReportBody = SubmitReport
IncidentBody = (
    Declare
    | LinkReport
    | AcceptRoles
    | DeclineRoles
    | TakeRole
    | RecordMeasure
    | RecordWorkaround
    | CompleteStep
    | AnswerStep
    | ChooseOption
    | ReportContractor
    | ReportDown
    | ReportUp
    | Say
    | ApproveDraft
    | RejectDraft
    | MakePromise
    | SendBrief
    | DeclarePhase
    | RescheduleWorks
    | CancelIncident
    | CloseIncident
    | ChangeSeverity
    | HoldReview
    | AgreeAction
    | FinishAction
    | VerifyAction
    | NoteSent
    | NoteLeftOver
    | CarryByHand
    | Fulfil
    | LifeBody
    | PeopleBody
    | LegalBody
    | CommittingBody
    | SheetBody
)
Body = ReportBody | IncidentBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One request to the rules, with everything the record must know about where it came from."""

    id: str
    """Unique: the same id is the same request, and gets the same answer."""
    stream: Literal["report", "incident"]
    stream_id: str
    body: Body
    actor: Actor
    authority: str
    """On what ground: ``source-token``, ``signed-link``, ``operator``, ``rule``, ``ledger``."""
    door: str
    exercise: bool = False
    happened_at: datetime | None = None
    """When it really happened, where it is told later."""
    override: TextRef | None = None
    """Why a refusal is to be set aside: a person's own words, on the record by name."""
    prose: tuple[Prose, ...] = ()
