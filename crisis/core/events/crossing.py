"""What goes on between incidents: related, opened by another, taken over, split in two."""

from __future__ import annotations

from dataclasses import dataclass

from crisis.core.life_commands import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsRelated:
    """This incident and another one belong together; each stays what it is."""

    other: str
    how: Relation
    step: str | None = None
    """The step that opened a child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTurned:
    """A related incident is over, or has begun again."""

    other: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTakenOver:
    """Another incident is followed in this one from here on: its people, promises and reports."""

    other: str
    building: str | None
    """Where this incident is now: the whole site, where the two were in different buildings."""
    reports: int
    told: dict[str, tuple[str, ...]]
    """Audience -> the first words that it had there: whoever was sent them hears our end (G7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookRepinned:
    """From here on it goes by this playbook, of this version of the organisation."""

    playbook: str
    was: str
    playbook_digest: str
    config_version: int
    key: str
    """Reports that hold this key come here from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged:
    """This incident is followed in another one from here on: nothing more is owed in it."""

    into: str
