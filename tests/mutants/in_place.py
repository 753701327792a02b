"""Change a rule where it stands: the code of its functions is exchanged, nothing is imported anew.

A trial is then as short as its tests. What is made at import (a constant, a default value,
a decorator) cannot be changed so: it is imported anew, as :mod:`tests.mutants.trial` does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType

from tests.mutants.kinds import ROOT, Mutant

Place = tuple[str, int]
"""A qualified name, and the line on which it begins."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Every function of the rules that has been made, by file and place."""

    functions: Mapping[str, Mapping[Place, list[FunctionType]]] = field(default_factory=dict)

    def change(self, mutant: Mutant) -> bool:
        """Make the change in this process; whether that could be done without importing anew."""
        path = str(ROOT / mutant.path)
        source = Path(path).read_text(encoding="utf-8")
        was = _parts(compile(source, path, "exec", dont_inherit=True))
        now = _parts(compile(mutant.source(), path, "exec", dont_inherit=True))
        changed = {place for place, code in was.items() if _own(code) != _own(now.get(place))}
        standing = self.functions.get(path, {})
        reached: set[Place] = set()
        for place in standing.keys() & now.keys():
            inside = {*_parts(now[place]), place} & changed
            if inside:
                reached |= inside
                for one in standing[place]:
                    one.__code__ = now[place]
        return bool(changed) and reached >= changed


def standing(folder: Path) -> Standing:
    """Look for every function of the files in a folder."""
    found: dict[str, dict[Place, list[FunctionType]]] = {}
    inside = str(folder)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(inside):
            code = one.__code__
            of_file = found.setdefault(code.co_filename, {})
            of_file.setdefault((code.co_qualname, code.co_firstlineno), []).append(one)
    return Standing(found)


def _parts(code: CodeType) -> dict[Place, CodeType]:
    """Each piece of code with those within it, by place."""
    return {(one.co_qualname, one.co_firstlineno): one for one in _all(code)}


def _all(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _all(one)


def _own(code: CodeType | None) -> object:
    """What a piece of code does itself, apart from the pieces within it."""
    if code is None:
        return None
    values = [(type(one), one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, code.co_names, repr(values)
