"""The base of every block of the documents, and the shapes that many of them share."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    WrapSerializer,
    WrapValidator,
)
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from crisis.core.values import NAME, Text
from crisis.core.written import wrong

Phase = Literal["expected", "open", "safe", "worked_around", "normal", "cancelled"]
"""The states of an incident that words and steps can depend on."""

Urgency = Literal["immediate", "expected", "future"]
"""How soon people must act, in the words of CAP 1.2."""

T = TypeVar("T")


class Section(BaseModel):
    """A block of a document: immutable, and every field that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _name(word: str) -> str:
    if NAME.match(word) is None:
        raise wrong(
            "name", f'"{word}" is not a name; write small letters, digits, - and _, as close-valve'
        )
    return word


def _listed(value: Any) -> Any:
    """One value may stand where a list is expected."""
    return value if isinstance(value, (list, tuple, frozenset)) else [value]


def _unless_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    if value is None:
        raise wrong("text", "nothing stands here; write the words, or none")
    return None if value == "none" else read(value)


def _none_written(value: Any, write: SerializerFunctionWrapHandler) -> Any:
    return "none" if value is None else write(value)


Name = Annotated[str, AfterValidator(_name)]
"""A small-letter name that other parts of the document can point at."""

OneOrMany = Annotated[tuple[T, ...], BeforeValidator(_listed)]
"""A list, or one value standing for it."""

AtLeastOne = Annotated[tuple[T, ...], BeforeValidator(_listed), Field(min_length=1)]
"""A list that is not empty, or one value standing for it."""

OrNone = Annotated[T | None, WrapValidator(_unless_none), WrapSerializer(_none_written)]
"""A value, or the word `none`: said on purpose, and not forgotten."""

Texts = OneOrMany[Text]
Names = OneOrMany[Name]
