"""YAML files in which every value has its line and column: playbooks, plans, sites, people.

YAML 1.2 (`yes` is text). Anchors, tags and merge keys are refused: what stands in a file is what
is meant, once, and readable without knowing YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.form import faults_of

_DEPTH = 40
_BOOLS = {"true": True, "false": False}
_NULLS = ("", "~", "null")
_INT = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_LONE_NAME = re.compile(r"\s*[\w-]+\s*\Z")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong in a file: `flood.yaml:117:5 [unknown-field] …`, counted from 1."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        gravity = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}:{self.column} [{self.rule}] {gravity}{self.message}"


class NotAcceptable(Exception):  # noqa: N818  it says what the documents are
    """Documents cannot be used as they are. Each finding says where, what is wrong, what to write.

    Nothing of them was taken over: mend the lines, then try again.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(set(findings))
        super().__init__("\n".join(map(str, self.findings)))


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain Python values, with the place of each."""

    file: str
    value: Any
    _places: dict[Pointer, tuple[int, int]] = field(repr=False)
    under: Document | None = None
    """The document that this one changes; ``value`` is what both come to."""

    def over(self, under: Document, value: Any) -> Document:
        """This document as changes of another one, and what both come to."""
        below = under if self.under is None else self.under.over(under, self.under.value)
        return replace(self, value=value, under=below)

    def moved(self, to: Pointer) -> Document:
        """This document as it stands within another one, at a pointer there."""
        root = self._places[()]
        above = {to[:length]: root for length in range(len(to) + 1)}
        places = {(*to, *at): place for at, place in self._places.items()}
        return replace(self, _places={**above, **places})

    def place(self, pointer: Pointer) -> tuple[int, int]:
        """Line and column, from 1, of the value at a pointer, or of the nearest one above it.

        A place in a list leads to the value itself where one value stands for a list.
        """
        return self.written_at(pointer)[1]

    def reach(self, pointer: Pointer) -> tuple[Pointer, bool]:
        """How far a pointer leads into this document, and whether that is all the way."""
        here, whole = self._reach(pointer)
        if self.under is None or whole:
            return here, whole
        there, all_the_way = self.under.reach(pointer)
        return (there, all_the_way) if len(there) > len(here) or all_the_way else (here, whole)

    def written_at(self, pointer: Pointer) -> tuple[str, tuple[int, int]]:
        """The file in which it is written, and where."""
        here, _ = self.reach(pointer)
        if here in self._places or self.under is None:
            return self.file, self._places[here]
        return self.under.written_at(here)

    def _reach(self, pointer: Pointer) -> tuple[Pointer, bool]:
        here: Pointer = ()
        for part in pointer:
            if (*here, part) in self._places:
                here = (*here, part)
            elif not isinstance(part, int):
                return here, False
        return here, True

    def finding(self, fault: Fault) -> Finding:
        """A fault of this document at its place in the file."""
        file, (line, column) = self.written_at(fault.at)
        return Finding(file, line, column, fault.rule, fault.says, fault.severity)


def decoded(content: bytes, file: str) -> str:
    """The text of a file; raises NotAcceptable, at its first byte that is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        above = content[: error.start].decode("utf-8")
        line, column = above.count("\n") + 1, len(above) - above.rfind("\n")
        says = "this file is not UTF-8; save it as UTF-8"
        raise NotAcceptable([Finding(file, line, column, "not-utf-8", says)]) from None


def read(text: str, file: str) -> Document:
    """The document in a text; raises NotAcceptable where it is not YAML, or more than plain YAML.

    `file` is the name that findings show.
    """
    known = _known(text, file)
    return replace(known, value=deepcopy(known.value))  # the caller's own


@lru_cache(maxsize=64)
def _known(text: str, file: str) -> Document:
    """Whoever changes one file of a folder has the others read once."""
    try:
        return _Reader(file).read(text)
    except ReaderError as error:
        above = text[: error.position]
        line, column = above.count("\n") + 1, error.position - above.rfind("\n")
        raise NotAcceptable([Finding(file, line, column, "not-yaml", _CONTROL)]) from None
    except YAMLError as error:
        (line, column), advice = _stumbled(text, error)
        raise NotAcceptable([Finding(file, line, column, "not-yaml", advice)]) from None


def findings_of(
    error: ValidationError, document: Document, model: type[BaseModel]
) -> list[Finding]:
    """What pydantic found wrong in a document that was read as `model`, each at its place."""
    return sorted(document.finding(fault) for fault in faults_of(error, model))


_COLON = 'the text holds ": "; put the whole text between double quotes'
_CONTROL = "an invisible control character stands here; remove it"
_ABOVE = (
    "a field begins here while the text of the line above goes on; align this line with its "
    "neighbours, and look for a missing colon, quote or plain space above"
)
_ADVICE = {
    "mapping values are not allowed": _COLON,
    "cannot start any token": "no text begins with this character, and no line with a tab; "
    "put the text between double quotes, indent with spaces",
    "unexpected end of stream": "a quote is opened and never closed; close it",
    "expected ',' or": "a quote or a bracket is not closed here, or a comma is missing; close "
    "it, or put the text between double quotes",
    "expected the node content": "a bracket is opened and never closed, or nothing stands between "
    "two commas; mend that",
    "unknown escape character": "a backslash stands in a double-quoted text; write it twice",
    "could not find expected ':'": "a name has no colon; write NAME: value",
    "expected <block end>": "this line is indented unlike its neighbours; align it, and look at "
    "the indentation and the quotes of the line above",
}


def _stumbled(text: str, error: YAMLError) -> tuple[tuple[int, int], str]:
    """Where the parser stumbled, from 1, and what to write instead.

    A bracket that is still open when the next line begins is named where it is opened.
    """
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return (1, 1), _advice(error)
    mark = error.problem_mark
    opened, problem = error.context_mark, str(error.problem)
    if opened is not None and opened.line < mark.line and "expected ',' or" in problem:
        says = (
            f"the bracket opened here is not closed by line {mark.line + 1}; close it, or put the "
            "text between double quotes (a # begins a comment)"
        )
        return (opened.line + 1, opened.column + 1), says
    before = text[: mark.index].rpartition("\n")[2]
    if "mapping values" in problem and _LONE_NAME.match(before):
        return (mark.line + 1, len(before) - len(before.lstrip()) + 1), _ABOVE
    at_colon = text[mark.index : mark.index + 1] == ":" and "expected ',' or" in problem
    return (mark.line + 1, mark.column + 1), _COLON if at_colon else _advice(error)


def _advice(error: YAMLError) -> str:
    """What to write instead, by what the parser stumbled on."""
    problem = str(getattr(error, "problem", None) or error)
    for sign, advice in _ADVICE.items():
        if sign in problem:
            return advice
    return f"{problem}; look at the indentation and the quotes of this line and the one above"


@dataclass(slots=True)
class _Open:
    """A map or list that is being read."""

    value: dict[str, Any] | list[Any]
    pointer: Pointer
    key: str | None = None


class _Reader:
    """Builds plain values out of YAML events and notes where each begins."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._places: dict[Pointer, tuple[int, int]] = {(): (1, 1)}
        self._stack: list[_Open] = []
        self._root: Any = None
        self._documents = 0

    def read(self, text: str) -> Document:
        yaml = YAML(typ="safe", pure=True)
        events: Iterator[Any] = yaml.parse(text)
        for event in events:
            self._take(event)
        return Document(self._file, self._root, self._places)

    def _take(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "not-yaml", "a second document begins here; keep one in a file")
        elif isinstance(event, AliasEvent):
            self._refuse(event, "no-anchor", f"*{event.anchor} is an alias; write the value out")
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._stack.pop()
        elif isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)):
            self._plain_only(event)
            if isinstance(event, ScalarEvent):
                self._scalar(event)
            else:
                self._begin(event)

    def _plain_only(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "no-anchor", f"&{event.anchor} is an anchor; write the value out")
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, "no-anchor", f"{tag} is a tag; take it out")

    def _begin(self, event: Any) -> None:
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        self._stack.append(_Open(value, self._place(event, value)))
        if len(self._stack) > _DEPTH:
            self._refuse(event, "not-yaml", "too many blocks inside one another; take some out")

    def _scalar(self, event: Any) -> None:
        block = self._stack[-1] if self._stack else None
        if block and isinstance(block.value, dict) and block.key is None:
            self._key(event, block, block.value)
        else:
            self._place(event, _resolved(event))

    def _key(self, event: Any, block: _Open, value: dict[str, Any]) -> None:
        if event.value == "<<":
            self._refuse(event, "no-anchor", "<< is a merge key; write the fields out")
        if event.value in value:
            line = self._places[(*block.pointer, event.value)][0]
            self._refuse(
                event,
                "duplicate-name",
                f'"{event.value}" stands here a second time (first in line {line}); '
                "take one out or give it another name",
            )
        block.key = event.value
        self._note((*block.pointer, event.value), event)

    def _place(self, event: Any, value: Any) -> Pointer:
        """Put a value where it belongs and note where it begins."""
        if not self._stack:
            self._root = value
            self._note((), event)
            return ()
        block = self._stack[-1]
        if isinstance(block.value, list):
            pointer = (*block.pointer, len(block.value))
            block.value.append(value)
            self._note(pointer, event)
            return pointer
        key = block.key
        if key is None:
            self._refuse(event, "not-yaml", "a list or block cannot be a name; write NAME: value")
        pointer = (*block.pointer, key)
        block.value[key] = value
        block.key = None
        return pointer

    def _note(self, pointer: Pointer, event: Any) -> None:
        self._places[pointer] = (event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, rule: str, message: str) -> NoReturn:
        mark = event.start_mark
        raise NotAcceptable([Finding(self._file, mark.line + 1, mark.column + 1, rule, message)])


def _resolved(event: Any) -> Any:
    """The plain value of a scalar in the core schema of YAML 1.2; dates stay text."""
    text: str = event.value
    if event.style is not None:
        return text
    if text in _NULLS:
        return None
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else _BOOLS.get(text, text)
