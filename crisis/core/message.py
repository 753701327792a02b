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
]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStanding:
    """Who holds a role: a name that the reader can turn to, or nobody yet."""

    role: str
    title: Text
    person: str | None


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
    risks: Text | None
    audiences_told: tuple[Text, ...]
    next_brief_at: datetime | None
    head: str
    """Chain head of the journal: printed, it anchors the record outside."""
    told_after: bool = False
    """It could not be reached in its bound, and people outside were told before it (G6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Why a person with a role is written to: ``topic`` names the frame of words."""

    topic: str
    """``ask-update``, ``steps-ready``, ``steps-help``, ``step-late``, ``no-lead``,
    ``promise-broken``, ``silence``, ``phase-proposed``, ``phase-late``, ``end-proposed``,
    ``report-after-normal``, ``danger-after-normal``, ``role-unfilled``, ``choice-passed-on``,
    ``contractor-late``, ``no-show``, ``close-owed``, ``review``, ``hot-wash``, ``action``,
    ``verify``, ``counterpart-owed``, ``decision``, ``relieved``, ``message-failed``;
    ``parked`` where the software itself has failed."""
    subject: str = ""
    """What it is about, by name; several with commas between."""
    words: Words | None = None
    items: tuple[Words, ...] = ()
    """The steps that are ready, the options of a decision, or the questions of a review."""
    due_at: datetime | None = None
    count: int = 1


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
    own_words: TextRef | None = None
    next_update_at: datetime | None = None
    over_at: datetime | None = None
    """Since when everything is as before: the end says so."""
    last_before_end: bool = False
    """This audience next hears at the end (``at_most`` of the plan)."""
    late_by_minutes: int = 0
    """How late this word is against its promise: it says so itself."""
    ends: tuple[str, ...] = ()
    offer_id: str | None = None
    accept_by: datetime | None = None
    cards: tuple[RoleCard, ...] = ()
    brief: BriefContent | None = None
    notice: Notice | None = None
    answers: Mapping[str, Text] = field(default_factory=dict)
    """``{answer.STEP}``: the words of answers and choices taken so far."""
    etas: Mapping[str, datetime] = field(default_factory=dict)
    """``{eta.STEP}``."""
