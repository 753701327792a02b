"""Roles: offered, accepted, declined; a role or a lead that nobody has."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesAccepted:
    """A person holds these roles from now on."""

    offer_id: str | None
    person: str
    roles: tuple[str, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMissing:
    """The bound for a named lead has passed: last resort and directorate are told (G3)."""

    count: int
