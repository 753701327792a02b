"""Facts for the rules, looked up when a rule asks and noted for the decision log."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime

from crisis.core.commands import Command, Declare
from crisis.core.deciding import Rank
from crisis.core.incident import Incident
from crisis.core.message import OtherCrisis
from crisis.core.pinned import Pinned
from crisis.core.playbook import Part, Playbook, Role
from crisis.core.values import Who
from crisis.ports import Directory, Scope, StreamRow, View

DIRECTORATE = "directorate"


class Candidates(Mapping[str, tuple[Rank, ...]]):
    """Role -> who may hold it, rank after rank. ``seen`` is what the rules have looked at.

    ``directory`` is the newest, ``planned`` that of the version which the incident is pinned to.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        planned: Directory,
        pinned: Pinned,
        incident: Incident | None,
        scope: Scope,
        at: datetime,
    ) -> None:
        self._directory = directory
        self._planned = planned
        self._pinned = pinned
        self._situation = incident.situation if incident else {"site": scope.site}
        self._scope = scope
        self._at = at
        self.seen: dict[str, tuple[Rank, ...]] = {}

    def __getitem__(self, role: str) -> tuple[Rank, ...]:
        if role not in self.seen:
            self.seen[role] = self._look_up(role)
        return self.seen[role]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._playbook().roles, DIRECTORATE))

    def __len__(self) -> int:
        return len(self._playbook().roles) + 1

    def _playbook(self) -> Playbook:
        return self._pinned.in_force(self._situation)

    def _look_up(self, role: str) -> tuple[Rank, ...]:
        if role == DIRECTORATE:
            who = self._pinned.plan.audiences[DIRECTORATE].who
            return (Rank("member", self._people(who)),)
        known = self._playbook().roles.get(role) or self._pinned.in_force({}).roles.get(role)
        return tuple(self._ranks(known)) if known is not None else ()

    def _ranks(self, role: Role) -> Iterator[Rank]:
        yield self._rank("holder", role.holder, role)
        for number, who in enumerate(role.deputies, start=1):
            yield self._rank(f"deputy-{number}", (who,), role)
        if role.last_resort is not None:
            yield self._rank("last-resort", (role.last_resort,), role)

    def _rank(self, name: str, several: tuple[Who, ...], role: Role) -> Rank:
        """Those who are asked together; where each floor has its own, also where they are."""
        people = self._people(several)
        if role.one_per is None:
            return Rank(name, people)
        return Rank(name, people, tuple(self._part(one, role.one_per) for one in people))

    def _part(self, person: str, per: Part) -> str:
        """Where somebody has their place; a floor or building only at the incident's site."""
        known = self._directory if self._directory.recipient(person) else self._planned
        here = per == "site" or known.part(person, "site") == self._scope.site
        return known.part(person, per) if here else ""

    def _people(self, several: tuple[Who, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(person for who in several for person in self._named(who)))

    def _named(self, who: Who) -> tuple[str, ...]:
        """Those whom the newest directory names; rather than nobody, those of the pinned version.

        A function that was renamed during a crisis must not leave its roles without people. Of
        those, whoever has left is not asked.
        """
        found = self._directory.candidates(who, self._scope, self._at)
        if found or self._planned.version == self._directory.version:
            return found
        before = self._planned.candidates(who, self._scope, self._at)
        return tuple(one for one in before if self._directory.recipient(one) is not None)


class Registered:
    """What people have said in an incident. ``seen`` is what the rules have looked at."""

    def __init__(self, view: View, incident_id: str, known: Container[str]) -> None:
        """``known`` are the people of the directory: places are asked nothing."""
        self._view = view
        self._people = known
        self._incident_id = incident_id
        self.seen: dict[str, tuple[str, ...]] = {}

    def said(self, subject: str, person: str) -> str | None:
        """What this person has said of it last."""
        row = self._view.registered(self._incident_id, subject, person)
        self.seen[f"{subject}/{person}"] = (row.said,) if row is not None else ()
        return row.said if row is not None else None

    def people(self, subject: str) -> tuple[str, ...]:
        """Everybody who has said something of it."""
        rows = self._view.register(self._incident_id, subject)
        self.seen[subject] = tuple(row.person for row in rows)
        return self.seen[subject]

    def asked(self, message_id: str) -> tuple[str, ...]:
        """The people whom a message was for."""
        rows = self._view.deliveries(message_id)
        known = (row.recipient_id for row in rows if row.recipient_id in self._people)
        self.seen[message_id] = tuple(dict.fromkeys(known))
        return self.seen[message_id]


class Beside:
    """The other open crises, looked up when a brief is written. ``seen`` names those it said.

    Exercises see exercises, the real thing the real thing (G9). One that cannot be read stops no
    brief of another (G13).
    """

    def __init__(
        self,
        view: View,
        *,
        mine: str,
        exercise: bool,
        look: Callable[[StreamRow], tuple[Incident, Pinned] | None],
    ) -> None:
        self._view = view
        self._mine = mine
        self._exercise = exercise
        self._look = look
        self.seen: list[str] = []

    def __call__(self) -> tuple[OtherCrisis, ...]:
        """Give the newest of them, as they stand now."""
        rows = self._view.streams("incident", limit=_LOOKED_AT)
        beside = (
            row for row in rows
            if row.key is not None and row.exercise == self._exercise
            and row.stream_id != self._mine and row.parked is None
        )  # fmt: skip
        found = (looked for row in beside if (looked := self._look(row)) is not None)
        told = [_other(*one) for one in found if not one[0].over][:_NAMED]
        self.seen = [one.id for one in told]
        return tuple(told)


_LOOKED_AT, _NAMED = 200, 10
"""How many incidents are looked at for one brief, and how many of them it names at most."""


def _other(incident: Incident, pinned: Pinned) -> OtherCrisis:
    return OtherCrisis(
        id=incident.id,
        title=pinned.in_force(incident.situation).title,
        site=pinned.site.title,
        severity=incident.severity,
        phase=incident.phase,
        lead=incident.lead,
        next_brief_at=incident.next_brief_at,
    )


def scope_of(incident: Incident | None, command: Command | None = None) -> Scope:
    """Give where people are looked for: where the incident is, or will be once it is open."""
    if incident is not None:
        holders = {
            role: tuple(state.holders) for role, state in incident.roles.items() if state.holders
        }
        return Scope(
            site=incident.site,
            building=incident.building,
            exercise=incident.exercise,
            holders=holders,
        )
    body = command.body if command is not None else None
    report = body.report if isinstance(body, Declare) else None
    return Scope(
        site=report.site if report else "",
        building=report.building if report else None,
        exercise=command is not None and command.exercise,
    )
