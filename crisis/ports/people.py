"""Who there is: people, places and rota, answered at one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where and for what: what a rule about people is matched against."""

    site: str
    building: str | None = None
    floor: str | None = None
    exercise: bool = False
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> people who hold it in this incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody, or a place (a board, a public address), that messages can go to."""

    id: str
    language: str
    addresses: Mapping[str, str]
    """Channel -> address. Personal: never logged, never in events."""
    place: bool = False


class Directory(Protocol):
    """People and rota of one version of the organisation, answered at one instant."""

    version: int

    def candidates(self, who: Any, scope: Scope, at: datetime) -> tuple[str, ...]:
        """Ids of the people that a playbook's ``who`` names, in the organisation's order."""

    def audience(
        self, name: str, told: Sequence[str], scope: Scope, at: datetime, *, after: str, limit: int
    ) -> list[Recipient]:
        """The next recipients of an audience after a cursor (a recipient id), in order of id.

        A person belongs to the first of the plan's audiences among ``told`` that fits.
        """

    def tells(self, audience: str) -> bool:
        """Whether this version's plan has such an audience."""

    def takes_part(self, person_id: str) -> bool:
        """Whether this person is on the list of those whom exercises may reach (G9)."""

    def recipient(self, recipient_id: str) -> Recipient | None:
        """One recipient, as the directory has them now."""

    def part(self, person_id: str, per: Literal["floor", "building", "site"]) -> str:
        """Where a person has their place: ``a/2``, ``a`` or ``annex``; empty where not known."""

    def name(self, person_id: str) -> str:
        """The name that is shown; the function's title where the person is not known any more."""

    def title(self, function: str, language: str) -> str:
        """What a function is called in a language; never a bare id."""

    def contact(self, function: str, language: str) -> str:
        """How a function or person is reached by those who have a question: one short line."""
