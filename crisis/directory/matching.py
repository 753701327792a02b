"""Who is meant: a `who` of a playbook or of the communication plan, held against people.

Two ways to name a function differ on purpose. A plain `who: guard-post` is whoever answers for it
now: those on duty by the rota, and in a gap everybody who has the function. A field
`{function: guard-post}` is everybody who has it, on duty or not; `{rota: guard-post}` only those on
duty. `any` in `role` and `rota` is any of them; `same` is the incident's own site, building, floor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from crisis.config.checks.plan import NOT_KEPT
from crisis.config.people import Function, Person
from crisis.config.rota import Rota
from crisis.core.matching import Match, Who
from crisis.core.place import Site
from crisis.directory.index import NONE, Key, PeopleIndex
from crisis.directory.presence import Presence
from crisis.ports import Scope

Fits = Callable[[str, Person], bool]
Values = Callable[[str, Person], Collection[str]]

_LISTS = frozenset({"function", "skill", "group", "unit", "contractor", "need"})


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Everything a `who` is held against: one version of the organisation, a scope, an instant."""

    index: PeopleIndex
    functions: Mapping[str, Function]
    rota: Rota
    sites: Mapping[str, Site]
    exercise_group: str
    scope: Scope
    at: datetime

    def may_be_reached(self, name: str) -> bool:
        """Whether this person exists and, in an exercise, takes part in exercises (G9)."""
        person = self.index.people.get(name)
        return person is not None and (
            not self.scope.exercise or self.exercise_group in person.groups
        )

    def answering(self, function: str) -> tuple[str, ...]:
        """Those who answer for a function now, in the order in which they are to be asked.

        On duty first, or else everybody who has it. Where each site has its own, those of the
        incident's site; and the others rather than nobody.
        """
        duty = self._reachable(self.rota.on_duty(function, self.at))
        holders = self._reachable(self.index.of_function(function))
        known = self.functions.get(function)
        if known is None or not known.per_site:
            return duty or holders
        return self._here(duty) or self._here(holders) or duty or holders

    def fits(self, who: Who) -> Fits:
        """A test of one person; made once, asked for each."""
        if who.functions:
            answering = frozenset(one for name in who.functions for one in self.answering(name))
            return lambda name, _: name in answering
        tests = [self._field(field, match) for field, match in who.fields.items()]
        reach = self.may_be_reached
        if self.scope.exercise:
            tests.append(lambda name, _: reach(name))
        return lambda name, person: all(test(name, person) for test in tests)

    def narrowed(self, who: Who) -> Sequence[str]:
        """Ids in order, among which all those who fit are: as few as the index can tell."""
        if who.functions:
            return sorted({one for name in who.functions for one in self.answering(name)})
        found = [self.index.everybody]
        for field, match in who.fields.items():
            if match.negated:
                continue
            if field == "role":
                found.append(sorted(set(self._holding(match))))
            elif field == "rota":
                found.append(sorted(self._on_duty.keys()))
            elif keys := self._keys(field, match):
                found.append(self.index.having(keys))
        return min(found, key=len)

    def _reachable(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if self.may_be_reached(name))

    def _here(self, names: Sequence[str]) -> tuple[str, ...]:
        people = self.index.people
        return tuple(name for name in names if people[name].site == self.scope.site)

    def _holding(self, match: Match) -> list[str]:
        return [
            name
            for role, names in self.scope.holders.items()
            if match.fits(role) or match.fits("any")
            for name in names
            if name in self.index.people
        ]

    def _keys(self, field: str, match: Match) -> frozenset[Key]:
        """Index keys that cover what the match fits; none where the index cannot tell."""
        site = self.scope.site
        if field in _LISTS:
            return frozenset((field, value) for value in match.values)
        if field == "site":
            return frozenset(("site", site if one == "same" else one) for one in match.values)
        if field == "building":
            own = self.scope.building
            if "same" in match.values and own is None:
                return frozenset({("site", site)})
            named = (own if one == "same" else one for one in match.values)
            keys = {("building", site, one) for one in named if one}
            return frozenset(keys | {("building", site, "")})
        return frozenset()

    def _field(self, field: str, match: Match) -> Fits:
        """A test of one field: any of a person's values fits, and for a `not` all of them do."""
        values = self._values(field)
        fits = match.fits
        if match.negated:
            return lambda name, person: all(fits(value) for value in values(name, person))
        return lambda name, person: any(fits(value) for value in values(name, person))

    def _values(self, field: str) -> Values:
        if field in NOT_KEPT:
            return lambda _name, _person: NONE
        plain: Mapping[str, Values] = {
            "function": lambda _, person: person.functions or NONE,
            "skill": lambda _, person: person.skills or NONE,
            "group": lambda _, person: person.groups or NONE,
            "need": lambda _, person: person.needs or NONE,
            "unit": lambda _, person: (person.unit or "none",),
            "contractor": lambda _, person: (person.contractor,),
            "site": self._site_of,
            "building": self._building_of,
            "floor": self._floor_of,
            "present": self._presence_of,
            "role": lambda name, _: self._roles.get(name, NONE),
            "rota": lambda name, _: self._on_duty.get(name, NONE),
        }
        return plain[field]

    def _site_of(self, _name: str, person: Person) -> Collection[str]:
        return (person.site, "same") if person.site == self.scope.site else (person.site,)

    def _building_of(self, _name: str, person: Person) -> Collection[str]:
        """A building that is named is one of the incident's site; an unknown one is the same."""
        if person.site != self.scope.site:
            return ("elsewhere",)
        if person.building is None:
            return ("same", *self.sites[person.site].buildings)
        if self.scope.building in (None, person.building):
            return (person.building, "same")
        return (person.building,)

    def _floor_of(self, name: str, person: Person) -> Collection[str]:
        if "same" not in self._building_of(name, person):
            return ("elsewhere",)
        if person.floor is None:
            return ("same",)
        if self.scope.floor in (None, person.floor):
            return (person.floor, "same")
        return (person.floor,)

    def _presence_of(self, _name: str, person: Person) -> Collection[str]:
        return ("yes",) if self._presence.of(person) else ("no",)

    @cached_property
    def _presence(self) -> Presence:
        return Presence(self.sites, self.at)

    @cached_property
    def _roles(self) -> Mapping[str, tuple[str, ...]]:
        roles: dict[str, tuple[str, ...]] = {}
        for role, names in self.scope.holders.items():
            for name in names:
                roles[name] = (*roles.get(name, ("any",)), role)
        return roles

    @cached_property
    def _on_duty(self) -> Mapping[str, tuple[str, ...]]:
        duties: dict[str, tuple[str, ...]] = {}
        for function in sorted(self.rota.functions):
            for name in self.rota.on_duty(function, self.at):
                duties[name] = (*duties.get(name, ("any",)), function)
        return duties
