"""What compares: a match of one field, the `when` of a situation, the `who` of people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from crisis.core.written import Written, instead, shown, wrong

UNKNOWN = "unknown"
"""The value of whatever nobody has answered yet."""

WHO_FIELDS = (
    "function", "rota", "skill", "group", "unit", "site", "building", "floor", "present",
    "contractor", "need", "role", "reported", "asked", "subscribed",
)  # fmt: skip
"""What people can be picked by; `same` stands for the incident's own site, building or floor."""

_EXPRESSION = re.compile(r"[<>=!]=?|\b(and|or|et|ou)\b")


@dataclass(frozen=True, slots=True)
class Match:
    """One value, any of several, or none of them: `S1`, `[S1, S2]`, `{not: S4}`."""

    values: frozenset[str]
    negated: bool = False

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read the three forms; anything else breaks the rule `match`."""
        if isinstance(raw, Mapping):
            if list(raw) != ["not"]:
                raise wrong("match", "only {not: VALUE} may stand here")
            return cls(_values(raw["not"]), negated=True)
        return cls(_values(raw))

    def fits(self, value: str) -> bool:
        """Whether the value is one of these (or none of these, for a `not`).

        What has failed may be several things at once, apart by spaces: one of them is enough.
        """
        found = value in self.values
        if not found and " " in value:
            found = not self.values.isdisjoint(value.split(" "))
        return found is not self.negated

    def written(self) -> Any:
        """The plain form."""
        values = sorted(self.values)
        plain = values[0] if len(values) == 1 else values
        return {"not": plain} if self.negated else plain


def _values(raw: object) -> frozenset[str]:
    """One value or several, as text; `true` and `false` are `yes` and `no` here."""
    several = raw if isinstance(raw, (list, tuple)) else [raw]
    if not several:
        raise wrong("too-short", "an empty list matches nothing; name a value")
    words = []
    for value in several:
        if isinstance(value, bool):
            words.append("yes" if value else "no")
        elif isinstance(value, (str, int)):
            words.append(str(value))
        else:
            raise wrong(
                "match", f'"{shown(value)}" is not a value; write a word or a list of words'
            )
    return frozenset(words)


def _fields(raw: Mapping[Any, Any], *path: int) -> dict[str, Match]:
    matches: dict[str, Match] = {}
    for name, value in raw.items():
        try:
            matches[str(name)] = Match.parse(value)
        except ValueError as error:
            raise wrong("match", str(error), at=(*path, name)) from None
    return matches


_MATCH_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": ["string", "integer", "boolean"]},
        {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 1},
        {"type": "object", "required": ["not"], "maxProperties": 1},
    ]
}


@dataclass(frozen=True, slots=True)
class When(Written):
    """When something holds: all fields of one block, or of any one of a list of blocks.

    A situation gives `severity`, `site`, `hours`, `danger`, `down` and each `ask` and `decide`
    step by name. What it does not give is `unknown`.
    """

    blocks: tuple[Mapping[str, Match], ...] = field(hash=False)
    _names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note once what every decision asks many times."""
        names = frozenset(name for block in self.blocks for name in block)
        object.__setattr__(self, "_names", names)

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read a block or a list of blocks; an expression breaks the rule `match`."""
        blocks = []
        several = isinstance(raw, (list, tuple))
        for index, block in enumerate(raw if isinstance(raw, (list, tuple)) else [raw]):
            if isinstance(block, str) and _EXPRESSION.search(block):
                raise wrong(
                    "match",
                    f'"{shown(block)}" is an expression; write field: value, '
                    "as in when: {severity: [S1, S2]}",
                )
            if not isinstance(block, Mapping) or not block:
                raise wrong(
                    "match",
                    f'"{shown(block)}" is not a condition; write field: value, '
                    "as in when: {severity: [S1, S2]}",
                )
            blocks.append(_fields(block, *([index] if several else [])))
        if not blocks:
            raise wrong("too-short", "an empty list never holds; write when: {severity: [S1, S2]}")
        return cls(tuple(blocks))

    def holds(self, situation: Mapping[str, str]) -> bool:
        """Whether one block fits the situation in all its fields."""
        for block in self.blocks:
            for name, match in block.items():
                if not match.fits(situation.get(name, UNKNOWN)):
                    break
            else:
                return True
        return False

    def names(self) -> frozenset[str]:
        """Everything this condition looks at."""
        return self._names

    def needs(self, name: str) -> bool:
        """Whether it cannot hold while `name` is unknown."""
        return all(name in block and not block[name].fits(UNKNOWN) for block in self.blocks)

    def allows(self, name: str, value: str) -> bool:
        """Whether it can hold while `name` is this, whatever else is so."""
        return any(name not in block or block[name].fits(value) for block in self.blocks)

    def written(self) -> Any:
        """One block, or a list of them."""
        plain = [{name: match.written() for name, match in b.items()} for b in self.blocks]
        return plain[0] if len(plain) == 1 else plain

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A block of field to match, or a list of blocks."""
        block = {"type": "object", "minProperties": 1, "additionalProperties": _MATCH_SCHEMA}
        return {"anyOf": [block, {"type": "array", "items": block, "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class Who(Written):
    """People by function (`facilities-duty`), or by fields that must all fit.

    Exactly one of the two is filled. `same` in a field means the incident's own.
    """

    functions: tuple[str, ...] = ()
    fields: Mapping[str, Match] = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read a function, or a block of fields; an unknown field is named."""
        if isinstance(raw, str) and re.fullmatch(r"[a-z0-9][a-z0-9_-]*", raw):
            return cls(functions=(raw,))
        several = [one.strip() for one in raw.split(",")] if isinstance(raw, str) else []
        if len(several) > 1:
            says = f'"{shown(raw)}" is several in one word; write a list: [{", ".join(several)}]'
            raise wrong("match", says)
        if not isinstance(raw, Mapping) or not raw:
            raise wrong(
                "match",
                f'"{shown(raw)}" names nobody; write a function, or {{function: NAME, site: same}}',
            )
        for name in raw:
            if name not in WHO_FIELDS:
                raise wrong(
                    "unknown-field",
                    f'people have no "{name}"; {instead(str(name), WHO_FIELDS)}',
                    at=name,
                )
        return cls(fields=_fields(raw))

    def written(self) -> Any:
        """A function, or a block of fields."""
        if self.functions:
            return self.functions[0]
        return {name: match.written() for name, match in self.fields.items()}

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A function, or an object of the known fields."""
        block = {
            "type": "object",
            "propertyNames": {"enum": list(WHO_FIELDS)},
            "additionalProperties": _MATCH_SCHEMA,
            "minProperties": 1,
        }
        return {"anyOf": [{"type": "string"}, block]}
