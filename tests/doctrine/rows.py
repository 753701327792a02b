"""The rows of docs/doctrine.toml: what was asked, the rule, its test, what a person sees."""

from __future__ import annotations

import importlib
import inspect
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROWS = ROOT / "docs" / "doctrine.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One promise to the user."""

    number: str
    asks: str
    """What the texts ask."""
    does: str
    """What a user of the product sees."""
    rule: str
    """The function that does it, as ``crisis.core.decide.relief:seek_relief``."""
    test: str
    """The test that holds it, as pytest names it."""
    gives: str = "None"
    """What the rule answers once it is taken away, as Python writes it."""

    @property
    def function(self) -> Callable[..., Any]:
        """The rule itself. LookupError where nothing of that name is there."""
        module, _, name = self.rule.partition(":")
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = inspect.getattr_static(found, part, None)
        if not inspect.isfunction(found):
            raise LookupError(f"row {self.number}: {self.rule} is not a function")
        return found

    @property
    def file(self) -> str:
        """The file of the rule, from the root of the repository."""
        return str(Path(inspect.getfile(self.function)).relative_to(ROOT))

    @property
    def line(self) -> int:
        """The line at which the rule begins."""
        return self.function.__code__.co_firstlineno


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Rows that belong together."""

    title: str
    about: str
    rows: tuple[Row, ...]


def chapters() -> tuple[Chapter, ...]:
    """Read them, numbered in order: ``2.3`` is the third row of the second chapter."""
    with ROWS.open("rb") as file:
        read: Mapping[str, Any] = tomllib.load(file)
    return tuple(
        Chapter(
            title=chapter["title"],
            about=chapter["about"],
            rows=tuple(
                Row(number=f"{number}.{place}", **row)
                for place, row in enumerate(chapter["rows"], start=1)
            ),
        )
        for number, chapter in enumerate(read["chapters"], start=1)
    )


def left() -> tuple[Mapping[str, str], ...]:
    """What was asked and has no row, and why."""
    with ROWS.open("rb") as file:
        return tuple(tomllib.load(file)["left"])


def rows() -> tuple[Row, ...]:
    """All rows, in order."""
    return tuple(row for chapter in chapters() for row in chapter.rows)
