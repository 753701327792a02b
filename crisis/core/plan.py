"""The communication plan: whom we tell, by what, how fast, and what they expect of us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from crisis.core.section import AtLeastOne, Name, Names, OneOrMany, Section, Urgency
from crisis.core.tell import ApprovalStage
from crisis.core.values import Clock, Span, Text, Timing, Who


class QuietHours(Section):
    """When people are not disturbed, by the clock of the site."""

    from_: Clock = Field(alias="from")
    """When the quiet begins."""
    to: Clock
    """When it ends."""


class Cadence(Section):
    """What we promise by default, counted from the acceptance of the report."""

    lead_within: Timing
    """A named person leads."""
    first_within: Timing
    """The first word to each audience."""
    scope_within: Timing | None = None
    """Then: how far it goes."""
    update_every: Timing
    """How often each audience hears more."""
    long_after: Span = Span(timedelta(hours=2))
    """From when on the slower rhythm holds."""
    long_not_before: Span = Span(timedelta(hours=1))
    """Until when nobody may choose the slower rhythm."""
    long_every: Timing | None = None
    """The slower rhythm."""
    reply_within: Timing | None = None
    """A question from people has its reply; within an hour, when nothing is said."""
    directorate_within: Timing
    """The first brief to the directorate."""
    brief_every: Timing
    """How often the directorate is briefed."""


class Medium(Section):
    """A way to reach people: what it is, and what it dies without."""

    title: Text
    """What people call it."""
    channel: Name
    """The channel that carries it."""
    interruptive: bool = False
    """Whether it wakes people up."""
    aloud: bool = False
    """Whether everyone near it hears it: a telephone that rings, a loudspeaker."""
    person: bool = False
    """Whether a person carries the words."""
    needs: Mapping[Name, Span] = Field(default_factory=dict)
    """What it dies without, and after how long."""


class Rung(Section):
    """Media that are used at once, and how long they have before the next rung."""

    by: AtLeastOne[Name]
    """The media of this rung."""
    wait: Span | None = None
    """How long until the next rung, if the message is not delivered."""


TRAVELS_AS = {
    "instruction": "alert", "correction": "alert", "roll_call": "alert", "holding": "update",
}  # fmt: skip
"""Kinds of message that take the ladder of another kind."""

Ladder = Mapping[Name, Mapping[Name, AtLeastOne[Rung]]]
"""Kind of message, then urgency (or any), to the rungs."""


class Expectations(Section):
    """What an audience expects of a message."""

    operational: Text
    """What these people need in order to act."""
    emotional: Text
    """How they need to be treated."""


class Audience(Section):
    """People who need the same words."""

    title: Text
    """What this audience is called."""
    who: AtLeastOne[Who]
    """Who belongs to it."""
    at_risk: bool = False
    """Whether these people may be in danger."""
    on_duty: bool = False
    """Whether quiet hours do not protect them."""
    outside: bool = False
    """Whether the directorate is told before or with them."""
    front_line: bool = False
    """Whether others will ask them: each message carries a card to say."""
    expects: Expectations
    """What they expect of a message."""
    speaker: Name = "lead"
    """The role that speaks to them."""
    contact: Name
    """The function that answers their questions."""
    first_within: Timing | None = None
    """When the first message is due, instead of the cadence's."""
    update_every: Timing | None = None
    """How often they hear more, instead of the cadence's."""
    update_at: OneOrMany[Clock] = ()
    """The times of day at which they hear more, in the site's zone."""
    at_most: int | None = Field(default=None, ge=2)
    """How many messages at most; one is kept for the end."""
    acknowledge: Names = ()
    """The kinds of message that they are asked to acknowledge."""
    approval: OneOrMany[ApprovalStage] = ()
    """Who must approve, stage by stage."""
    preapproved: Names = ("alert", "holding")
    """The kinds of message that need no approval."""
    moments_of_truth: Names = ()
    """The messages by which these people judge us."""
    ladders: Ladder = Field(default_factory=dict)
    """Ladders of their own, before everyone's."""


Spoken = Annotated[str, Field(min_length=1, pattern=r"\S")]
"""A word or a few, as people say them; ``*`` at the end of one stands for any ending."""


class Voice(Section):
    """How the organisation speaks: its own rituals and words, beside the rules of tone."""

    opens: Text | None = None
    """The first line of what is written to an audience; left out where people are in danger."""
    signs: Text | None = None
    """The last line of it."""
    thanks: Text | None = None
    """How it thanks at the end, instead of the product's words."""
    never: Mapping[str, OneOrMany[Spoken]] = Field(default_factory=dict)
    """Language -> words that it does not use."""
    say: Mapping[str, Mapping[Spoken, AtLeastOne[Spoken]]] = Field(default_factory=dict)
    """Language -> the word for a thing, and the words that are not used for it."""


class CommunicationPlan(Section):
    """Whom we tell, by what and how fast, in every crisis; a playbook may only be quicker."""

    communication_plan: Name
    """The name of the plan."""
    languages: AtLeastOne[str]
    """The languages that every text is written in."""
    severities: Mapping[str, Text] = Field(min_length=1)
    """How grave a crisis can be, gravest first, and what that means."""
    urgency: Mapping[str, Urgency]
    """How soon people must act at each severity."""
    can_fail: Names = ()
    """What media can die without."""
    quiet_hours: QuietHours | None = None
    """When people are not disturbed."""
    voice: Voice | None = None
    """How the organisation speaks."""
    cadence: Cadence
    """What we promise by default."""
    media: Mapping[Name, Medium] = Field(min_length=1)
    """The ways to reach people."""
    ladders: Ladder
    """Which media, in which order, for each kind of message and urgency."""
    audiences: Mapping[Name, Audience] = Field(min_length=1)
    """The audiences; a person belongs to the first one that fits."""

    def rungs(self, kind: str, audience: str | None, urgency: str) -> tuple[Rung, ...]:
        """The media for a kind of message, rung after rung; empty when nothing is said.

        An instruction or a correction goes as an alert, a holding statement as an update. First
        the audience's own ladder of that kind, then everyone's, then those of `any` kind in the
        same order; in each the exact urgency before `any`. `audience` is None for role offers.
        """
        found = self._find(kind, audience, urgency)
        return found[1] if found else ()

    def cell(self, kind: str, audience: str | None, urgency: str) -> tuple[str, ...]:
        """Where in this document those rungs stand; empty when nothing is said."""
        found = self._find(kind, audience, urgency)
        return found[0] if found else ()

    def _find(
        self, kind: str, audience: str | None, urgency: str
    ) -> tuple[tuple[str, ...], tuple[Rung, ...]] | None:
        ladders: list[tuple[tuple[str, ...], Ladder]] = [(("ladders",), self.ladders)]
        if audience is not None:
            own = self.audiences[audience].ladders
            ladders.insert(0, (("audiences", audience, "ladders"), own))
        for row in (TRAVELS_AS.get(kind, kind), "any"):
            for at, ladder in ladders:
                cells = ladder.get(row, {})
                for cell in (urgency, "any"):
                    if cell in cells:
                        return (*at, row, cell), cells[cell]
        return None
