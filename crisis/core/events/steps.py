"""The steps of the playbook, the contractors, and what people did besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crisis.core.commands import Stage
from crisis.core.prose import TextRef


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
