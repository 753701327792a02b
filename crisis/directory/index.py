"""People by what they are: sorted ids for each value, made once for a version of the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crisis.config.people import Person

Key = tuple[str, ...]
"""A field and a value; for a building the site stands between them, and an unknown one is ""."""

NONE = ("none",)
"""The value of a field that says nothing about a person."""


class PeopleIndex:
    """Answers which people have a value, in order of id, without looking at everybody."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self.people = people
        self.rank = {name: rank for rank, name in enumerate(people)}
        """The organisation's order: that of its file."""
        self.everybody: Sequence[str] = sorted(people)
        self._having: dict[Key, list[str]] = {}
        for name in self.everybody:
            for key in _keys(people[name]):
                self._having.setdefault(key, []).append(name)
        self._unions: dict[frozenset[Key], Sequence[str]] = {}

    def having(self, keys: frozenset[Key]) -> Sequence[str]:
        """Ids that have any of these values, in order of id, each once."""
        if len(keys) == 1:
            return self._having.get(next(iter(keys)), ())
        union = self._unions.get(keys)
        if union is None:
            union = sorted({name for key in keys for name in self._having.get(key, ())})
            self._unions[keys] = union
        return union

    def of_function(self, function: str) -> list[str]:
        """Ids of those who have a function, in the organisation's order."""
        return sorted(self._having.get(("function", function), ()), key=self.rank.__getitem__)


def _keys(person: Person) -> list[Key]:
    keys: list[Key] = [
        ("site", person.site),
        ("building", person.site, person.building or ""),
        ("unit", person.unit or "none"),
        ("contractor", person.contractor),
    ]
    for field, values in (
        ("function", person.functions),
        ("skill", person.skills),
        ("group", person.groups),
        ("need", person.needs),
    ):
        keys.extend((field, value) for value in dict.fromkeys(values or NONE))
    return keys
