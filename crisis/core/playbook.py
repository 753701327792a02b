"""A playbook: what is true, for whom and by when, in one kind of crisis.

It reads in the order of the crisis: what opens it, who, what, when it is safe, what each audience
hears, what is learnt. Steps stand in `crisis.core.step`, words told in `crisis.core.tell`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from crisis.core.section import AtLeastOne, Name, Names, OneOrMany, Phase, Section, Texts, Urgency
from crisis.core.step import Step
from crisis.core.tell import Speech, Tell
from crisis.core.values import Money, Span, Text, Timing, When, Who
from crisis.core.written import shown, wrong

__all__ = [
    "DirectorateRules", "Ending", "Exercise", "Layer", "Opening", "Playbook", "Raise", "Review",
    "Role", "SeverityRules", "Speech", "Step", "Tell", "Words",
]  # fmt: skip

GENERIC = "generic"
"""The playbook that opens when no other fits: a report of an unforeseen kind is never lost (G1)."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")

Part = Literal["floor", "building", "site"]
"""What may want holders of its own."""
Authority = Literal["approve", "send", "commit", "spend", "decide", "severity", "close"]


def _day(raw: Any) -> Any:
    """A day as it is written; a number would be taken for the seconds since 1970."""
    if isinstance(raw, date) or (isinstance(raw, str) and _DAY.match(raw)):
        return raw
    raise wrong("unknown-value", f'"{shown(raw)}" is not a day; write one as 2026-11-20')


def _several(raw: Any) -> Any:
    """A list, or one value standing for it."""
    return [raw] if isinstance(raw, str) else raw


class Opening(Section):
    """A kind of report that opens this playbook."""

    kind: Name
    """The kind of the report."""
    source: Literal["machine", "person"] | None = None
    """Only reports of such a source."""
    site: Names = ()
    """Only reports from these sites: they have a plan of their own."""
    lasting: Span | None = None
    """Only when the signal has lasted so long."""
    confirmed_by: int = Field(default=1, ge=1)
    """How many sources must say the same."""
    confirmed_within: Span = Span(timedelta(minutes=10))
    """Within which time they must say it."""
    quiet_while: Names = ()
    """Playbooks whose open incident at the site explains such a signal: it is its symptom."""
    quiet_within: Span = Span(timedelta(hours=4))
    """How long it is explained so: then it is looked at as any other."""
    begins: Literal["open", "expected"] = "open"
    """The phase in which the incident begins."""


class Raise(Section):
    """A reason for the severity to go up by itself."""

    to: str
    """The severity that it goes up to."""
    when: When | None = None
    """The situation in which it goes up."""
    wait: Span | None = None
    """How long the reason must have held."""
    until: Phase | None = None
    """The phase from which it no longer goes up."""

    @model_validator(mode="after")
    def _some_reason(self) -> Self:
        """What neither waits nor looks at anything is no reason: it is where the crisis starts."""
        if self.when is None and self.wait is None:
            raise wrong("missing-field", "when", at="when")
        return self


class SeverityRules(Section):
    """How grave the crisis is at first, and how that changes."""

    start: str
    """The severity when the report gives none."""
    raise_: Mapping[Name, Raise] = Field(default_factory=dict, alias="raise")
    """What makes it go up by itself."""
    lowered_by: AtLeastOne[Name] = ("lead",)
    """The roles that may bring it down."""


class Words(Section):
    """What is said to everyone."""

    event: Text
    """What has happened, in two or three words."""
    measure: Text
    """What is already being done: true at once."""
    expected_result: Text
    """What that measure is to bring."""
    holding: Text
    """What is said when a promised time comes and there is nothing new."""
    false_alarm: Text
    """What is said when it turns out that nothing has happened."""


class Role(Section):
    """Somebody the crisis needs: offered to the holder, then to each deputy in turn."""

    title: Text
    """What the role is called."""
    mission: Text
    """What whoever holds it answers for, as on the card."""
    holder: AtLeastOne[Who]
    """Who is asked: all at once, the first to accept holds."""
    deputies: OneOrMany[Who] = ()
    """Who is asked next, in turn, after silence or refusal."""
    last_resort: Who | None = None
    """Who is told that nobody accepted. The lead must have one."""
    accept_within: Timing | None = None
    """How long an offer waits; 3m, 5m, 10m, 1h by severity when nothing is said."""
    need: int = Field(default=1, ge=1)
    """How many people hold the role; of each part, where it has one_per."""
    wave: int | None = Field(default=None, ge=1)
    """How many are asked at a time."""
    one_per: Part | None = None
    """One holder for each of these."""
    authority: Annotated[frozenset[Authority], BeforeValidator(_several)] = frozenset()
    """What the holder may do alone."""
    spend_up_to: Money | None = None
    """How much the holder may spend alone."""
    relieve_after: Span | None = None
    """After how long the holder is relieved."""
    rest: Span = Span(timedelta(hours=11))
    """How long a relieved holder rests."""
    apart_from: Names = ()
    """Roles that the same person never holds."""
    when: When | None = None
    """The situation in which the role is offered; always, when nothing is said."""

    @property
    def several(self) -> bool:
        """Whether more than one person may hold it."""
        return self.need > 1 or self.one_per is not None


class Ending(Section):
    """What a phase means, who declares it, and what comes before it."""

    means: Text
    """What is true once the phase is declared."""
    declared_by: AtLeastOne[Name] = ("lead",)
    """The roles that may declare it."""
    after: Names = ()
    """What must be done or moot before."""
    when: When | None = None
    """The situation in which it may be declared."""
    within: Timing | None = None
    """By when it is aimed at."""


class DirectorateRules(Section):
    """How the directorate is kept informed."""

    informed_by: Name
    """The role that informs it."""
    first_within: Timing | None = None
    """When the first brief is due: quicker than the plan, never slower."""
    brief_every: Timing | None = None
    """How often it is briefed: quicker than the plan, never slower."""
    unreachable_after: Span = Span(timedelta(minutes=10))
    """How long those outside wait for it to be told first; then they are told, and it learns so."""
    risks: Text | None = None
    """What may still go wrong, as the brief says it."""


class Review(Section):
    """How the organisation learns from this crisis."""

    owner: Name = "lead"
    """The role that owes the review."""
    when: When | None = None
    """The crises that are reviewed; all, when nothing is said."""
    hot_wash_within: Timing | None = None
    """When those who were there first talk it through."""
    within: Timing
    """When the review is due."""
    invite: Names = ()
    """The roles that are asked to it."""
    questions: Texts = ()
    """What it must answer."""
    present_to: Names = ()
    """Whom it is presented to."""
    publish_to: Names = ()
    """The audiences that hear what has changed."""
    follow_up: OneOrMany[Span] = ()
    """When the actions are looked at again."""
    survey: bool = False
    """Whether the audiences are asked how they were told."""


class Exercise(Section):
    """How this playbook is kept alive."""

    every: Span
    """How often it is exercised."""
    owner: Name
    """The function that owes the exercise."""
    contact_test_every: Span | None = None
    """How often the addresses are tried."""


class Layer(Section):
    """What changes while a condition holds: any field of the playbook (RFC 7396)."""

    model_config = ConfigDict(extra="allow")

    when: When
    """The situation in which the changes are in force."""

    @property
    def changes(self) -> Mapping[str, Any]:
        """The raw changes, as they are merged into the playbook."""
        return self.model_extra or {}


class Playbook(Section):
    """One kind of crisis, from the first report to what is learnt."""

    playbook: Name
    """The name, which is the file's."""
    title: Text
    """What people call this crisis."""
    extends: Name | None = None
    """The playbook that this one changes."""
    owner: Name
    """The function that keeps it true."""
    reviewed_on: Annotated[date, BeforeValidator(_day)]
    """When somebody last read it all."""
    review_every: Span = Span(timedelta(days=365))
    """How often it must be read again."""
    planned: bool = False
    """Whether it is for announced works."""
    down: Names = ()
    """What is not to be used from the beginning, until a person says that it works."""
    silent: bool = False
    """Whether nothing that is `aloud` is used for it, for nobody: people hide. Not in layers."""
    opens_on: OneOrMany[Opening]
    """The reports that open it; the generic playbook opens when nothing else fits."""
    severity: SeverityRules
    """How grave it is, and how that changes."""
    urgency: Mapping[str, Urgency] = Field(default_factory=dict)
    """How soon people must act at each severity, instead of the plan's."""
    words: Words
    """What is said to everyone."""
    roles: Mapping[Name, Role]
    """Who: one is called lead."""
    steps: Mapping[Name, Step]
    """What is done, asked, called, decided and promised."""
    phases: Mapping[Phase, Ending]
    """When it is safe, worked around, and back to normal."""
    tell: Mapping[Name, Tell]
    """What each audience hears."""
    directorate: DirectorateRules
    """How the directorate is kept informed."""
    review: Review
    """How the organisation learns from it."""
    exercise: Exercise | None = None
    """How it is kept alive."""
    layers: Mapping[Name, Layer] = Field(default_factory=dict)
    """What changes by severity, answer, decision, hour or site; empty in a playbook in force."""

    def opened_by(self, kind: str, source: str, site: str) -> Opening | None:
        """What of it opens on such a report: what names its site, then its source, goes first."""
        fitting = [
            one for one in self.opens_on
            if one.kind == kind and one.source in {None, source}
            and (not one.site or site in one.site)
        ]  # fmt: skip
        return min(fitting, key=lambda one: (not one.site, one.source is None), default=None)

    def serves(self, site: str) -> bool:
        """Whether a report from that site can open it."""
        return not self.opens_on or any(not one.site or site in one.site for one in self.opens_on)

    @property
    def foreseen(self) -> bool:
        """Whether an incident may be expected before it begins."""
        return self.planned or any(one.begins == "expected" for one in self.opens_on)

    @property
    def name(self) -> str:
        """The name of the playbook."""
        return self.playbook
