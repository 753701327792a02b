"""The base of every block of the documents, and the shapes that many of them share."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from crisis.core.values import NAME, Text
from crisis.core.written import shown, wrong

Phase = Literal["expected", "open", "safe", "worked_around", "normal", "cancelled"]
"""The states of an incident that words and steps can depend on."""

Urgency = Literal["immediate", "expected", "future"]
"""How soon people must act, in the words of CAP 1.2."""

T = TypeVar("T")


class Section(BaseModel):
    """A block of a document: immutable, and every field that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def read_name(word: str) -> str:
    """Read a name; anything else breaks the rule `name`."""
    if NAME.match(word) is None:
        raise wrong("name", f'"{shown(word)}" is not a name; write {_name_meant(word)}')
    return word


def _name_meant(word: str) -> str:
    """The name that was meant, where only its letters are wrong; or what a name is made of."""
    several = word.split(", ") if ", " in word else word.split(",")
    if len(several) > 1 and all(map(NAME.match, several)):
        return f"a list: [{', '.join(several)}]"
    meant = "-".join(word.split()).lower()
    if NAME.match(meant):
        return f"{meant} (small letters, digits, - and _)"
    form = "small letters, digits, - and _, as close-valve"
    strange = next((one for one in meant if not one.isascii()), None)
    if strange is None:
        return form
    return f"{form}; its “{strange}” is {unicodedata.name(strange, 'no letter').lower()}"


class _Listed:
    """One value may stand where a list is expected."""

    @staticmethod
    def _read(value: Any) -> Any:
        return value if isinstance(value, (list, tuple, frozenset)) else [value]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(cls._read, handler(source))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


class _Silence:
    """A value, or the word `none`."""

    @staticmethod
    def _read(value: Any, read: core_schema.ValidatorFunctionWrapHandler) -> Any:
        if value is None:
            raise wrong("text", "nothing stands here; write the words, or none")
        return None if value == "none" else read(value)

    @staticmethod
    def _written(value: Any, write: core_schema.SerializerFunctionWrapHandler) -> Any:
        return "none" if value is None else write(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            cls._read,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(cls._written),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        words = [one for one in handler(schema)["anyOf"] if one != {"type": "null"}]
        return {"anyOf": [*words, {"const": "none"}]}


Name = Annotated[str, AfterValidator(read_name)]
"""A small-letter name that other parts of the document can point at."""

OneOrMany = Annotated[tuple[T, ...], _Listed]
"""A list, or one value standing for it."""

AtLeastOne = Annotated[tuple[T, ...], Field(min_length=1), _Listed]
"""A list that is not empty, or one value standing for it."""

OrNone = Annotated[T | None, _Silence]
"""A value, or the word `none`: said on purpose, and not forgotten."""

Texts = OneOrMany[Text]
Names = OneOrMany[Name]
