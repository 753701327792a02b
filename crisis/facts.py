"""Facts for the rules, looked up when a rule asks and noted for the decision log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from crisis.core.commands import Command, Declare
from crisis.core.deciding import Rank
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Role
from crisis.core.values import Who
from crisis.ports import Directory, Scope

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
        yield Rank("holder", self._people(role.holder))
        for number, who in enumerate(role.deputies, start=1):
            yield Rank(f"deputy-{number}", self._people((who,)))
        if role.last_resort is not None:
            yield Rank("last-resort", self._people((role.last_resort,)))

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


def scope_of(incident: Incident | None, command: Command | None = None) -> Scope:
    """Give where people are looked for: where the incident is, or will be once it is open."""
    if incident is not None:
        holders = {role: (state.holder,) for role, state in incident.roles.items() if state.holder}
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
