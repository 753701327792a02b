"""Roles: offered, accepted, declined, relieved; a role or a lead that nobody has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crisis.core.prose import TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesOffered:
    """One person is asked to take these roles, all in one offer."""

    offer_id: str
    person: str
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    """For each role: ``holder``, ``deputy-1`` …, ``last-resort``."""
    accept_by: datetime
    parts: dict[str, str] = field(default_factory=dict)
    """Role -> the floor (``a/2``), building or site that it is for, where each has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesAccepted:
    """A person holds these roles from now on; whoever held them before is relieved."""

    offer_id: str | None
    person: str
    roles: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """Those of them that others go on holding: they need several people."""
    relieves: tuple[str, ...] = ()
    """People who hold none of these roles any more, also where others go on."""
    parts: dict[str, str] = field(default_factory=dict)
    """Role -> the floor, building or site that it is held for, where each has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesDeclined:
    """A person cannot."""

    offer_id: str
    person: str
    reason: TextRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLapsed:
    """A person stayed silent past the time to answer."""

    offer_id: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn:
    """Nobody waits for this answer any more: others hold the roles, or the crisis is over."""

    offer_id: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUnfilled:
    """Everyone whom the playbook names for this role has declined or stayed silent."""

    role: str
    held: int = 0
    """How many hold it, where it needs more."""
    parts: tuple[str, ...] = ()
    """The floors, buildings or sites without one, where each has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMissing:
    """The bound for a named lead has passed: last resort and directorate are told (G3)."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefSought:
    """The hours of a holder near their limit: the next one is asked for."""

    role: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefMissing:
    """The hours of a holder have passed their limit, and nobody has taken over."""

    role: str
    person: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """Somebody said that it goes beyond them: these people, or the directorate, are told."""

    role: str
    person: str
    to: tuple[str, ...]
    reason: TextRef | None = None
