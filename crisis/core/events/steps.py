"""The steps of the playbook, the contractors, and what people did besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crisis.core.commands import Stage
from crisis.core.prose import TextRef

Why = Literal["ready", "joined", "soon", "passed-on", "split"]
"""Why somebody is asked for a choice: it is ready; somebody came who may decide; time is short; the
first were silent; those who must choose the same have not."""


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
class ChoiceAsked:
    """Those who may decide were asked to, by this message: a decision request has a number."""

    step: str
    number: int
    message_id: str | None
    """None where nobody is left to remind."""
    due_at: datetime | None
    why: Why = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceBacked:
    """One of several who must choose the same has chosen; the decision is not taken yet."""

    step: str
    option: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceMade:
    """A decision of the playbook was taken; ``assumed`` when time ran out."""

    step: str
    option: str
    assumed: bool = False
    person: str | None = None
    """Who chose; of several, whoever was the last."""
    was: str | None = None
    """What held before: this corrects it."""


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
