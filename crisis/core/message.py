"""A message is typed before it is prose: who speaks, what happened, what was done, what to expect.

The rules fill this in; :mod:`crisis.compose` puts it into words on each medium and in each
language; the rules then release exactly those words (by digest).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crisis.core.prose import TextRef
from crisis.core.told import LegalDelayTold, RollCallTold
from crisis.core.values import Text

Kind = Literal[
    "alert",  # the first word to an audience
    "instruction",  # what it must do has changed
    "update",  # what is new since the last word
    "holding",  # nothing new; the next time is named
    "correction",  # what was said was wrong
    "end",  # safe, worked around, back to normal, or a false alarm
    "brief",  # to the directorate, numbered
    "role_offer",  # to one person: will you take these roles?
    "reminder",  # to a person with a role: this is owed
    "escalation",  # to those above: this was not done
    "decision_request",  # the directorate is asked to decide by a time
    "action",  # to the owner of an action after the crisis
    "answer",  # to those who asked: what was understood, and the reply or when it comes
    "refusal",  # to those who asked: no, why, and what there is instead
    "survey",  # how it was lived, in one tap
    "roll_call",  # are you safe? answered in one tap
    "thanks",  # each contributor's part, by name
    "approval",  # to one who may approve: the words that wait, and until when
]

DECISION_REQUEST: Kind = "decision_request"
"""Somebody is asked to choose: whoever gets it must say that they have it, or answer."""

TO_AUDIENCES = frozenset({"alert", "instruction", "update", "holding", "correction", "end"})
"""The kinds by which an audience is told of a crisis: each keeps the promise of a next word."""

Words = Text | TextRef
"""The playbook's words, in every language, or a person's, kept apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTold:
    """A measure taken, since when, and what is expected of it."""

    id: str
    """``step:NAME`` or ``seq:N``."""
    words: Words
    since: datetime
    expected_result: Words | None = None
    eta_at: datetime | None = None
    """When the contractor says it will be there."""
    arrived_at: datetime | None = None
    """When it was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTold:
    """A promise that is open: what, by when, and what is owed if it is broken."""

    words: Words
    due_at: datetime
    counterpart: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenTold:
    """A promise that was not kept: what, by when it was promised, and what is done instead."""

    words: Words
    due_at: datetime
    news: bool
    """Whether these readers do not know yet that it was not kept."""
    counterpart: Words | None = None
    done_at: datetime | None = None
    """When what is done instead was done."""


WorksNews = Literal[
    "", "announced", "reminder", "moved", "postponed", "begun", "new-end", "cancelled"
]
"""What a message says of announced works that its readers did not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksTold:
    """Announced works: when they begin and end."""

    starts_at: datetime
    ends_at: datetime
    news: WorksNews = ""
    postponed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCard:
    """What a person is asked to take on."""

    role: str
    title: Text
    mission: Text
    authority: tuple[str, ...] = ()
    spend_up_to: str | None = None
    tasks: tuple[Words, ...] = ()
    """The steps that wait for this role."""
    helps: tuple[Words, ...] = ()
    """The steps that others owe and that this role helps with."""
    relieves: str | None = None
    """Who holds it now and is to be relieved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStanding:
    """Who holds a role: names that the reader can turn to, or nobody yet."""

    role: str
    title: Text
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefContent:
    """What the directorate reads, beyond what every message has."""

    number: int
    reason: str
    severity: str
    severity_means: Text
    roles: tuple[RoleStanding, ...]
    promises: tuple[PromiseTold, ...]
    late: int
    """Commitments late or broken so far."""
    asked: int = 0
    """How many people have asked something."""
    waiting: int = 0
    """How many of them wait for a reply."""
    delays: tuple[LegalDelayTold, ...] = ()
    """The delays of the law that run, the first to end first."""
    roll_calls: tuple[RollCallTold, ...] = ()
    risks: Text | None
    audiences_told: tuple[Text, ...]
    next_brief_at: datetime | None
    head: str
    """Chain head of the journal: printed, it anchors the record outside."""
    decisions: tuple[DecisionTold, ...] = ()
    others: tuple[OtherCrisis, ...] = ()
    told_after: bool = False
    """It could not be reached in its bound, and people outside were told before it (G6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTold:
    """One of the options of a decision, and what it brings."""

    name: str
    words: Words
    then: tuple[Words, ...] = ()
    """What is to be done once it is chosen."""
    people: tuple[str, ...] = ()
    """Who of those who must choose the same has chosen it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRequest:
    """A decision that is asked for: what hangs on it, and what silence means."""

    number: int
    options: tuple[OptionTold, ...]
    otherwise: Words
    """What holds without an answer."""
    then_by: Words | None = None
    """Who is asked next, when these stay silent."""
    need: int = 1
    """How many must choose the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTold:
    """A decision in a brief: wanted, with its time and its default, or taken since the last one."""

    number: int
    words: Words
    due_at: datetime | None = None
    otherwise: Words | None = None
    chosen: Words | None = None
    person: str | None = None
    """Who chose it; nobody, where the default was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody who asked is told: what was understood, and the reply, or when it comes."""

    understood: Words
    """The question in our own words: whoever reads it sees whether it was understood."""
    words: Words | None = None
    """The reply; of a refusal, its reason. None while the question waits."""
    alternative: Words | None = None
    """What there is instead of what is refused."""
    owner: Text | None = None
    """The role that answers, while the question waits."""
    due_at: datetime | None = None
    """By when, while it waits."""
    ahead: int = 0
    """How many questions are answered before this one."""
    asked_by: int = 1
    """How many people asked the same: they all get this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAsked:
    """How people lived it: one tap an answer; words of their own if they like."""

    questions: tuple[Text, ...]
    answer_by: datetime
    again_at: datetime | None = None
    """When they are asked what has changed since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What somebody did in this crisis: a role held, steps done, measures taken."""

    person: str | None
    """Who; None where a function, a contractor or an audience is thanked."""
    role: Text
    """As what."""
    did: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    """What one who may approve is asked: these words, to these people, by that time."""

    draft: str
    """The draft, as a command calls it."""
    kind: Kind
    audience: Text
    due_at: datetime
    silence: str
    """What silence means: ``send``, ``next`` or ``hold``."""
    words: Mapping[str, TextRef]
    """The words that wait, by language: exactly these will leave."""
    digest: str
    """Of exactly these words."""
    findings: tuple[Text, ...] = ()
    """What the rules of wording say of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCrisis:
    """Another crisis of the organisation that is open: the directorate has them side by side."""

    id: str
    title: Text
    site: Text
    severity: str
    phase: str
    lead: str | None
    next_brief_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShown:
    """The update that leaves by itself if nobody says it otherwise: to whom, when, which words."""

    audience: Text
    leaves_at: datetime
    words: Mapping[str, TextRef]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Why a person with a role is written to: ``topic`` names the frame of words."""

    topic: str
    """``ask-update``, ``steps-ready``, ``steps-help``, ``step-late``, ``no-lead``,
    ``promise-broken``, ``silence``, ``phase-proposed``, ``phase-late``, ``end-proposed``,
    ``report-after-normal``, ``danger-reported``, ``danger-after-safe``,
    ``danger-after-normal``, ``role-unfilled``, ``choice-passed-on``,
    ``contractor-late``, ``no-show``, ``close-owed``, ``review``, ``hot-wash``, ``action``,
    ``verify``, ``counterpart-owed``, ``decision``, ``decision-soon``, ``decision-split``,
    ``choice-made``, ``choice-assumed``, ``cost``, ``cost-granted``, ``escalated``, ``promised``,
    ``promise-done``, ``promise-lost``,
    ``cost-refused``, ``relieved``, ``handover``, ``relief-missing``,
    ``message-failed``, ``question-asked``, ``question-late``,
    ``clock-started``, ``clock-reminder``, ``clock-missed``,
    ``draft-rejected``, ``approval-held``, ``unsaid``,
    ``help-needed``, ``roll-call-silent``, ``review-presented``, ``publish``, ``follow-up``,
    ``finish-in-time``, ``works-moved``, ``works-postponed``,
    ``one-way-only``, ``carry``, ``carry-late``, ``take-down``, ``take-down-late``;
    ``parked`` where the software itself has failed."""
    subject: str = ""
    """What it is about, by name; several with commas between."""
    words: Words | None = None
    items: tuple[Words, ...] = ()
    """The steps that are ready, the options of a decision, or the questions of a review."""
    due_at: datetime | None = None
    count: int = 1
    drafts: tuple[DraftShown, ...] = ()
    """The updates that are ready already, from what has been recorded since the last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Everything that the words need, and nothing that is words of the frame."""

    id: str
    number: int
    """Which one of the incident: the journal and the ledger count so."""
    kind: Kind
    phase: str
    audience: str | None
    to: tuple[str, ...]
    """People's ids, where it goes to named people; otherwise it goes to the audience."""
    urgency: str
    life_safety: bool
    exercise: bool
    issued_at: datetime
    speaker: str | None
    """The person who speaks (the lead, once named)."""
    speaker_function: str
    """The function that answers for it while no person does."""
    nth: int = 0
    """Which one for its readers: an audience counts what it was told. 0: it has no number."""
    lead: str | None = None
    """The person who leads, whoever speaks: ``{lead}``."""
    contact: str
    event: Text
    site: str
    place: TextRef | None
    building: str | None = None
    """The building, where the place names one; said where nobody has given the place in words."""
    observed_at: datetime
    opened_at: datetime
    impact: Text | None = None
    instruction: Text | None = None
    workaround: Words | None = None
    say: Text | None = None
    regret: Text | None = None
    holding: Text | None = None
    measures: tuple[MeasureTold, ...] = ()
    graver: Text | None = None
    """What it has come to since the last word to them, in everyday words."""
    replaces_at: datetime | None = None
    """When the word before, which asked something else of these readers, was said."""
    oftener: bool = False
    """Whether they hear sooner from now on than they were told."""
    known: tuple[Text, ...] = ()
    """What is known, and what is not yet known and being looked for."""
    corrected: tuple[Text, ...] = ()
    """What was said and is not so: a correction names it."""
    promises: tuple[PromiseTold, ...] = ()
    broken: tuple[BrokenTold, ...] = ()
    """What was promised to these readers and not kept, or is made good now: told once each."""
    indebted: bool = False
    """Whether something is still to be told after the end: a promise, or what is done instead."""
    heard_later: bool = False
    """Whether a survey, or what a review has changed, may come after the last word."""
    asked: tuple[Reply, ...] = ()
    """What people have asked, where these readers may hear it, and what they were told."""
    own_words: TextRef | None = None
    next_update_at: datetime | None = None
    over_at: datetime | None = None
    """Since when everything is as before: the end says so."""
    last_before_end: bool = False
    """This audience next hears at the end (``at_most`` of the plan)."""
    late_by_minutes: int = 0
    """How late this word is against its promise: it says so itself."""
    ends: tuple[str, ...] = ()
    joined: bool = False
    """Two incidents are followed as one from here on: whoever heard of the other is told so."""
    offer_id: str | None = None
    accept_by: datetime | None = None
    cards: tuple[RoleCard, ...] = ()
    works: WorksTold | None = None
    brief: BriefContent | None = None
    notice: Notice | None = None
    request: ChoiceRequest | None = None

    reply: Reply | None = None
    survey: SurveyAsked | None = None
    roll_call: str | None = None
    """The roll-call that it asks for."""
    contributions: tuple[Contribution, ...] = ()
    approval: ApprovalAsked | None = None
    answers: Mapping[str, Text] = field(default_factory=dict)
    """``{answer.STEP}``: the words of answers and choices taken so far."""
    etas: Mapping[str, datetime] = field(default_factory=dict)
    """``{eta.STEP}``."""
