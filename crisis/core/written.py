"""What the small values of the documents share: one way to be read, one way to be written."""

from __future__ import annotations

import difflib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


def wrong(rule: str, says: str, **context: Any) -> PydanticCustomError:
    """A error that names the rule it breaks and says what to write instead.

    `at=FIELD` in the context moves the error from a section to one of its fields.
    """
    return PydanticCustomError(rule, "{says}", {"says": says, **context})


_SHOWN = 40
"""Characters of a value that fit into a line of a terminal, with the rest of an error."""


def shown(raw: object) -> str:
    """A raw value as its author wrote it, cut where it is long."""
    if raw is None:
        return "~"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    words = str(raw) if isinstance(raw, (str, int, float)) else json.dumps(raw, default=str)
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that somebody who wrote `word` most likely meant, if any is near."""
    names = sorted(known)
    same = [name for name in names if name.casefold() == word.strip().casefold()]
    near = same or difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return near[0] if near and _is_a_slip(word, near[0]) else None


_SURELY = 0.7
"""How like another a word is when nobody doubts which one was meant."""


def _is_a_slip(word: str, name: str) -> bool:
    """Whether one is the other with a slip: "foto" for "photo", and not "people" for "reopen"."""
    one, other = word.casefold(), name.casefold()
    like = difflib.SequenceMatcher(None, one, other)
    part = like.find_longest_match().size * 2 > min(len(one), len(other))
    return like.ratio() >= _SURELY or part or one[0] == other[0]


def instead(word: str, known: Iterable[str]) -> str:
    """The end of an error sentence: the nearest name, or all that could stand there."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f'did you mean "{near}"?'
    return f"known here: {', '.join(names)}" if names else "there is none here"


class Written(ABC):
    """A value that stands in a document in a short form of its own.

    A subclass gives `parse` (any raw value in; raises the error made by `wrong`), `written` (the
    plain form out, which `parse` reads back to an equal value) and `written_schema`.
    """

    __slots__ = ()

    @classmethod
    @abstractmethod
    def parse(cls, raw: object) -> Self:
        """Read the value as it stands in a document."""

    @abstractmethod
    def written(self) -> Any:
        """The plain JSON form of the value."""

    @classmethod
    @abstractmethod
    def written_schema(cls) -> JsonSchemaValue:
        """The JSON Schema of the plain form."""

    @classmethod
    def _accept(cls, raw: object) -> Self:
        return raw if isinstance(raw, cls) else cls.parse(raw)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._accept,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.written),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return cls.written_schema()
