"""One word a thing: in the code, in the glossary, in French and in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import ROOT, named, python_files, tree_of

BANNED = {
    *("manager", "managers", "helper", "helpers", "util", "utils", "data", "info"),
    *("process", "processes", "case", "ticket", "sitrep", "stakeholder"),
}
"""Words that say nothing, and second words for what has one already."""

OTHERS_NAMES = {
    "data_received": "the name that asyncio gives this hook",
    "data": "its parameter",
    "_after_data": "the verb DATA of SMTP",
    "handle_DATA": "the name that aiosmtpd gives this hook",
    "info": "pydantic's word for what it knows of a field",
}
"""Names of wire formats and libraries that the product does not choose."""

INSTANT_ENDS = {"at", "now", "since", "until", "by", "begins", "ends"}
"""Last words of an instant's name; beside ``at``, those that say which side of it counts."""

SPAN_ENDS = {"within", "after", "every", "wait", "lasting", "rest", "lease", "offset"}
"""Last words of a span's name."""

SPANS_BY_OTHER_NAMES = {
    "crisis/core/values.py": "the types of spans themselves",
    "crisis/core/place.py": "opening hours are spans since midnight",
    "crisis/core/plan.py": "fields are named as the communication plan writes them",
    "crisis/core/tell.py": "fields are named as a playbook writes them",
    "crisis/core/playbook.py": "fields are named as a playbook writes them",
    "crisis/config/settings.py": "retention: what is kept, and for how long",
}

WORDS = (
    *("incident", "report", "playbook", "step", "choice", "answer", "role", "audience"),
    *("recipient", "channel", "message", "delivery", "acknowledgement", "measure"),
    *("expected result", "workaround", "commitment", "promise", "follow-up", "brief"),
    *("decision request", "timeline", "entry", "action", "exercise", "review", "directorate"),
)
"""Words that the glossary must have."""

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_ROW = re.compile(r"^\| (?P<en>[^|]+) \| (?P<fr>[^|]+) \| `(?P<code>\w+)` \| (?P<means>[^|]+) \|$")


def _made(node: ast.AST) -> str | None:
    """The name that a piece of code makes, where it makes one."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
            return name
        case ast.Attribute(attr=name, ctx=ast.Store()):
            return name
    return None


def _names(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        name = _made(node)
        if name is not None:
            yield getattr(node, "lineno", 0), name


def _words_of(name: str) -> set[str]:
    return {word.lower() for word in _PARTS.findall(name)}


def test_no_name_says_nothing() -> None:
    """No banned word in the name of a class, function, variable, field or parameter."""
    found = [
        f"{named(path)}:{line} {name}"
        for path in python_files("crisis")
        for line, name in _names(path)
        if _words_of(name) & BANNED and name not in OTHERS_NAMES
    ]
    assert found == []


def test_no_file_says_nothing() -> None:
    """No banned word in the name of a file or folder of the product."""
    found = [
        named(path)
        for folder in ("crisis", "playbooks", "deploy", "docs", "tests")
        for path in (ROOT / folder).rglob("*")
        if "__pycache__" not in path.parts and _words_of(path.stem) & BANNED
    ]
    assert found == []


def test_every_name_that_others_gave_is_still_used() -> None:
    """The list of exceptions holds nothing that has gone."""
    used = {name for path in python_files("crisis") for _, name in _names(path)}
    assert set(OTHERS_NAMES) <= used


def _fields(kinds: str) -> Iterator[tuple[str, str, str]]:
    """File, place and name of every annotated name whose type is one of ``kinds``."""
    typed = re.compile(rf"\b({kinds})\b")
    for path in python_files("crisis"):
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=type_):
                    written = ast.unparse(type_)
                    if typed.search(written) and not re.match(r"(list|Mapping|dict)\b", written):
                        yield named(path), f"{named(path)}:{node.lineno} {name}", name


def test_times_end_in_at() -> None:
    """An instant is called `…_at`, or by a word that says which side of it counts."""
    wrong = [
        where
        for _, where, name in _fields("datetime|AwareDatetime")
        if name.lower().rpartition("_")[2] not in INSTANT_ENDS
    ]
    assert wrong == []


def test_spans_say_what_they_bound() -> None:
    """A span is called `…_within`, `…_after`, `…_every`, or by a word of the same kind."""
    wrong = [
        where
        for file, where, name in _fields("timedelta|Span|Timing")
        if not name.isupper()
        and file not in SPANS_BY_OTHER_NAMES
        and name.rpartition("_")[2] not in SPAN_ENDS
    ]
    assert wrong == []


@cache
def glossary() -> dict[str, tuple[str, str]]:
    """English word -> French word, name in the code."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = (_ROW.match(line) for line in text.splitlines())
    return {row["en"]: (row["fr"], row["code"]) for row in rows if row}


@pytest.mark.parametrize("word", WORDS)
def test_the_glossary_has_every_word(word: str) -> None:
    """What the product speaks of is explained, in both languages."""
    assert word in glossary()


@cache
def _all_names() -> frozenset[str]:
    names = {name for path in python_files("crisis") for _, name in _names(path)}
    literals = {
        node.value
        for path in python_files("crisis/core")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return frozenset(names | literals)


@pytest.mark.parametrize("word", sorted(glossary()))
def test_a_word_of_the_glossary_is_one_of_the_code(word: str) -> None:
    """The name that the glossary gives exists in the product."""
    assert glossary()[word][1] in _all_names()


@cache
def _french() -> str:
    """Everything in French that people read, and the code around it."""
    ends = {".py", ".toml", ".yaml", ".txt", ".html", ".j2"}
    files = [
        path
        for folder in ("crisis", "playbooks")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in ends
    ]
    return "\n".join(path.read_text(encoding="utf-8").lower() for path in files)


@pytest.mark.parametrize("word", sorted(glossary()))
def test_the_french_word_is_the_one_that_people_read(word: str) -> None:
    """A French word of the glossary stands in what the product says; in brackets, not yet."""
    french = glossary()[word][0]
    assert bool(re.search(rf"\b{re.escape(french.strip('()'))}", _french())) != ("(" in french)
