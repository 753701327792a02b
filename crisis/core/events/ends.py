"""The phases, a false alarm, the close."""

from __future__ import annotations

from dataclasses import dataclass

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseProposed:
    """Everything that must come before this phase is done: a person declares it.

    Or that is not so any more: the proposal is withdrawn, and made again when it is.
    """

    phase: str
    withdrawn: bool = False


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
