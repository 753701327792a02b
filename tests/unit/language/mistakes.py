"""The mistakes of docs/mistakes.toml, and what the product prints of each: docs/mistakes.md."""

from __future__ import annotations

import difflib
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from crisis.config import read_folder, write_template
from crisis.library import check
from crisis.organisation import Organisation
from crisis.yamlfile import Finding, NotAcceptable

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "mistakes.md"
SMALL = ROOT / "tests" / "fixtures" / "playbooks"
TODAY = date(2026, 11, 20)
KEPT = ("playbooks/fire.yaml", "playbooks/generic.yaml")
"""The playbooks of the house: few, because each is checked again."""
HEAD = """\
# Mistakes, and what is printed

What people write without meaning it in a playbook, a layer, the communication plan, and what
`crisis playbook check` and `crisis org check` print of it: file, line, column, rule, what is wrong
and what to write instead. `-` is what stood there, `+` what was written. What is a warning stops
nothing; all else is refused. Made by the product from [mistakes.toml](mistakes.toml) (`make docs`);
a test holds this page to it, and every sentence of the checks to this page.
"""

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something that somebody writes, and what is printed of it."""

    title: str
    edits: tuple[tuple[str, str, str], ...]
    """File, what stands there, what is written instead; nothing stands in a new file."""
    house: bool
    """Whether it is made in a whole organisation, or in the small library of the tests."""

    def files(self) -> Files:
        """All the files, with the mistake."""
        files = dict(house() if self.house else library())
        for file, before, after in self.edits:
            text = files.get(file, "")
            if before not in text:
                msg = f"{self.title}: {before!r} does not stand in {file}"
                raise LookupError(msg)
            files[file] = text.replace(before, after, 1) if before else text + after
        return files

    def printed(self) -> list[Finding]:
        """What the product says of it."""
        if not self.house:
            return check(self.files(), today=TODAY)
        try:
            return sorted(Organisation.from_files(self.files()).findings)
        except NotAcceptable as refusal:
            return sorted(refusal.findings)

    def lines(self) -> Iterator[str]:
        """The mistake as the page shows it."""
        yield f"**{self.title}**"
        yield ""
        yield "```diff"
        for file, before, after in self.edits:
            if not before:
                yield f"+ ({file})"
            for line in difflib.ndiff(before.splitlines(), after.splitlines()):
                if line[0] in "-+":
                    yield f"{line[0]} {line[2:].expandtabs(4)}".replace("\x01", "␁")
        yield ""
        yield from map(str, self.printed())
        yield "```"
        yield ""


@cache
def library() -> Files:
    """A small playbook, its plan, and the one for what is unforeseen."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SMALL.glob("*.yaml"))}


@cache
def house() -> Files:
    """The organisation that ships, with two of its playbooks."""
    with tempfile.TemporaryDirectory() as folder:
        write_template(Path(folder) / "house")
        files = read_folder(Path(folder) / "house")
    return {
        name: text for name, text in files.items()
        if name in KEPT or not name.startswith("playbooks/")
    }  # fmt: skip


def parts() -> Iterator[tuple[str, list[Mistake]]]:
    """The table: each part with its mistakes."""
    table = tomllib.loads(PAGE.with_suffix(".toml").read_text(encoding="utf-8"))
    for part in table["part"]:
        yield part["title"], [_mistake(row, part) for row in part["mistakes"]]


def _mistake(row: list[str], part: Mapping[str, Any]) -> Mistake:
    title, *edits = row
    return Mistake(
        title=title,
        edits=tuple(zip(edits[::3], edits[1::3], edits[2::3], strict=True)),
        house=part.get("house", False),
    )


def section(title: str, mistakes: list[Mistake]) -> str:
    """Give one part of the page."""
    lines = [f"## {title}", ""]
    for mistake in mistakes:
        lines += mistake.lines()
    return "\n".join(lines).rstrip() + "\n"


def page() -> str:
    """Give the whole page."""
    return "\n".join([HEAD, *(section(*part) for part in parts())])
