"""What a playbook tells each audience, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import Field

from crisis.core.section import Name, Names, OneOrMany, OrNone, Phase, Section
from crisis.core.values import Clock, Span, Text, Timing, When


class ApprovalStage(Section):
    """One stage of an approval: any of these, within a time; silence has an answer."""

    by: Names
    """Who may approve."""
    within: Timing
    """How long the stage waits."""
    silence: Literal["send", "next", "hold"] = "next"
    """What silence means."""


class Speech(Section):
    """What one audience hears in one phase: what is true for these readers."""

    impact: Text
    """What it changes for them."""
    instruction: OrNone[Text]
    """What they are to do; `none` when there is nothing to do."""
    workaround: OrNone[Text] = None
    """What they can do meanwhile; `none` when there is nothing. Required in worked_around."""
    say: Text | None = None
    """What a front line says to those who ask; required for one."""
    regret: Text | None = None
    """One sentence of empathy or apology."""


class Tell(Section):
    """What one audience of the plan is told in this crisis."""

    when: When | None = None
    """The situation in which it is told; always, when nothing is said."""
    from_: Phase = Field(default="open", alias="from")
    """The phase from which it is told."""
    speaker: Name | None = None
    """The role that speaks, instead of the plan's."""
    contact: Name | None = None
    """The function that answers, instead of the plan's."""
    approval: OneOrMany[ApprovalStage] = ()
    """Who must approve, stage by stage."""
    first_within: Timing | None = None
    """When the first message is due: quicker than the plan, never slower."""
    scope_within: Timing | None = None
    """When they are told how far it goes."""
    update_every: Timing | None = None
    """How often they hear more: quicker than the plan, never slower."""
    update_at: OneOrMany[Clock] = ()
    """The times of day at which they hear more."""
    reminders: OneOrMany[Span] = ()
    """How long before announced works they are reminded."""

    expected: OrNone[Speech] = None
    """What they hear before it begins; `none`: nothing."""
    open: OrNone[Speech] = None
    """What they hear at first."""
    safe: OrNone[Speech] = None
    """What they hear once nobody is exposed any more; `none`: nothing."""
    worked_around: OrNone[Speech] = None
    """What they hear once activity goes on elsewhere; `none`: nothing."""
    normal: OrNone[Speech] = None
    """What they hear at the end."""
    cancelled: OrNone[Speech] = None
    """What they hear when nothing has happened; the false alarm of the words when not said."""

    @property
    def phases(self) -> Mapping[str, Speech]:
        """The phases in which they hear something, in order."""
        said = ((phase, self.said_in(phase)) for phase in PHASES)
        return {phase: speech for phase, speech in said if speech is not None}

    def said_in(self, phase: str) -> Speech | None:
        """What they hear in that phase; None where nothing is said."""
        speech: Speech | None = getattr(self, phase)
        return speech

    def silent_in(self, phase: str) -> bool:
        """Whether the playbook says on purpose that nothing is said in that phase."""
        return phase in self.model_fields_set and self.said_in(phase) is None


PHASES: tuple[Phase, ...] = get_args(Phase)
"""The phases, in the order in which an incident goes through them."""
