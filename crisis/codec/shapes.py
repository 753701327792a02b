"""Frozen dataclasses to JSON and back, driven by their type hints, compiled once per type.

The hints are compiled into a schema of pydantic's own engine (which is Rust), so that the core's
dataclasses stay plain: a snapshot of 7 kB takes some tens of microseconds each way. Strict both
ways: a field too many, a field too few, a wrong type or a naive time is refused, never mended.
Times are written as RFC 3339 in UTC and read back as UTC.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter, methodcaller
from typing import Any, Generic, Literal, TypeVar, cast

from pydantic_core import PydanticSerializationError, SchemaSerializer, SchemaValidator
from pydantic_core import ValidationError as Refused
from pydantic_core import core_schema as cs

from crisis.codec.names import CannotRead

T = TypeVar("T")


class NotThisShape(CannotRead, ValueError):  # noqa: N818 - as CannotRead
    """The text, or the value, does not have the shape that the type says; it names the field."""


class Shape(Generic[T]):
    """How values of one type are written and read. Made by :func:`shape_of`."""

    __slots__ = ("_classed", "_reader", "_writer", "kind", "schema")

    def __init__(self, kind: Any, schema: cs.CoreSchema) -> None:
        self.kind = kind
        self.schema = schema
        """In the terms of pydantic's engine; :mod:`crisis.codec.published` tells others of it."""
        self._classed = is_dataclass(kind)
        config = cs.CoreConfig(strict=True, extra_fields_behavior="forbid")
        self._reader = SchemaValidator(schema, config)
        self._writer = SchemaSerializer(schema, config)

    def dump(self, value: T) -> str:
        """Compact JSON, fields in the order of the class; equal values give equal text.

        Raises :class:`NotThisShape` where a value is not of the type that its hint says.
        """
        if self._classed and type(value) is not self.kind:
            raise NotThisShape(f"{type(value).__name__} cannot be written as {_shown(self.kind)}")
        try:
            return self._writer.to_json(value, warnings="error").decode()
        except (PydanticSerializationError, UnicodeEncodeError) as error:
            raise NotThisShape(f"cannot be written as {_shown(self.kind)}: {error}") from error

    def load(self, text: str | bytes) -> T:
        """The value again. Raises :class:`NotThisShape`, which names the field."""
        try:
            return cast("T", self._reader.validate_json(text))
        except Refused as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(_place, first["loc"])) or "the whole"
            raise NotThisShape(f"is no {_shown(self.kind)}: {where}: {first['msg']}") from error


def shape_of(kind: type[T]) -> Shape[T]:
    """The shape of a type: dataclasses of scalars, times, tuples, dicts, Literals and unions.

    In a union of several dataclasses each is written as ``["ClassName", {…}]``. Raises TypeError
    for a hint that has no one way to be written. Compiled at the first call, kept from then on.
    """
    shape = _COMPILED.get(kind)
    if shape is None:
        shape = _COMPILED[kind] = Shape(kind, _schema(kind, ()))
    return shape


_COMPILED: dict[Any, Shape[Any]] = {}


def _place(part: int | str) -> str:
    """One part of where a fault is; a key that is no name could be somebody's words."""
    named = isinstance(part, int) or _NAMED.fullmatch(part)
    return str(part) if named else "?"


_NAMED = re.compile(r"[A-Za-z0-9_-]{1,40}")


def _shown(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at.astimezone(UTC)


def _time() -> cs.CoreSchema:
    aware = cs.datetime_schema(tz_constraint="aware")
    written = cs.plain_serializer_function_ser_schema(
        _in_utc, return_schema=cs.datetime_schema(), is_field_serializer=False
    )
    return cs.no_info_after_validator_function(
        methodcaller("astimezone", UTC), aware, serialization=written
    )


_SCALARS: Mapping[Any, Callable[[], cs.CoreSchema]] = {
    str: cs.str_schema,
    int: cs.int_schema,
    float: cs.float_schema,
    bool: cs.bool_schema,
    types.NoneType: cs.none_schema,
    datetime: _time,
    date: cs.date_schema,
    timedelta: cs.timedelta_schema,
}


def _schema(hint: Any, above: tuple[type, ...]) -> cs.CoreSchema:
    """The schema of one hint; ``above`` are the dataclasses that it stands in."""
    if hint in _SCALARS:
        return _SCALARS[hint]()
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint, above)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return _literal(arguments)
    if origin in {typing.Union, types.UnionType}:
        return _union(arguments, above)
    return _collection(hint, origin, arguments, above)


def _collection(
    hint: Any, origin: Any, arguments: tuple[Any, ...], above: tuple[type, ...]
) -> cs.CoreSchema:
    items = [_schema(item, above) for item in arguments if item is not Ellipsis]
    if origin is tuple:
        endless = arguments[1:] == (Ellipsis,)
        return cs.tuple_schema(items, variadic_item_index=0 if endless else None)
    if origin is frozenset:
        return _set(items[0])
    if origin in {dict, Mapping} and _names(arguments[0]):
        return cs.dict_schema(items[0], items[1])
    raise TypeError(f"{hint!r} has no one way to be written; see crisis/codec/shapes.py")


def _literal(members: tuple[Any, ...]) -> cs.CoreSchema:
    """One of a few words; the engine does not look at them on the way out, so we do."""

    def member(value: Any) -> Any:
        if value not in members:
            raise ValueError(f"{value!r} is none of {members}")
        return value

    written = cs.plain_serializer_function_ser_schema(member, return_schema=cs.any_schema())
    return cs.literal_schema(list(members), serialization=written)


def _names(hint: Any) -> bool:
    """Whether the keys of an object can be of this type."""
    return hint is str or (
        typing.get_origin(hint) is Literal and all(isinstance(k, str) for k in hint.__args__)
    )


def _set(item: cs.CoreSchema) -> cs.CoreSchema:
    """A set is written in order: its own order changes from run to run."""
    ordered = cs.plain_serializer_function_ser_schema(sorted, return_schema=cs.list_schema(item))
    return cs.frozenset_schema(item, serialization=ordered)


def _dataclass(kind: type, above: tuple[type, ...]) -> cs.CoreSchema:
    if kind in above:
        raise TypeError(f"{kind.__name__} stands inside itself; a snapshot has an end")
    hints = typing.get_type_hints(kind)
    given = []
    for one in fields(kind):
        schema = _schema(hints[one.name], (*above, kind))
        if one.default is not MISSING:
            schema = cs.with_default_schema(schema, default=one.default)
        elif one.default_factory is not MISSING:
            schema = cs.with_default_schema(schema, default_factory=one.default_factory)
        given.append(cs.dataclass_field(one.name, schema, kw_only=bool(one.kw_only)))
    return cs.dataclass_schema(
        kind,
        cs.dataclass_args_schema(kind.__name__, given),
        [one.name for one in fields(kind)],
        slots="__slots__" in vars(kind),
        frozen=True,
        config=cs.CoreConfig(strict=True, extra_fields_behavior="forbid"),
    )


def _union(hints: tuple[Any, ...], above: tuple[type, ...]) -> cs.CoreSchema:
    classes = [hint for hint in hints if isinstance(hint, type) and is_dataclass(hint)]
    plain = [hint for hint in hints if hint not in classes and hint is not types.NoneType]
    choices = [_schema(hint, above) for hint in plain]
    if len(classes) == 1:
        choices.append(_schema(classes[0], above))
    elif classes:
        choices.append(_tagged(classes, above))
    schema = choices[0] if len(choices) == 1 else cs.union_schema(list(choices))
    return cs.nullable_schema(schema) if types.NoneType in hints else schema


def _tagged(classes: list[type], above: tuple[type, ...]) -> cs.CoreSchema:
    """One of several dataclasses: the name of its class, then its fields."""
    bodies = {kind.__name__: _schema(kind, above) for kind in classes}
    if len(bodies) < len(classes):
        raise TypeError(f"two classes of one union share a name: {sorted(bodies)}")
    pairs: dict[Any, cs.CoreSchema] = {
        name: cs.no_info_after_validator_function(
            itemgetter(1), cs.tuple_schema([cs.literal_schema([name]), body])
        )
        for name, body in bodies.items()
    }
    written = cs.tuple_schema([cs.str_schema(), cs.union_schema(list(bodies.values()))])
    return cs.tagged_union_schema(
        pairs,
        discriminator=_tag,
        serialization=cs.plain_serializer_function_ser_schema(
            lambda value: (type(value).__name__, value), return_schema=written
        ),
    )


def _tag(pair: Any) -> Any:
    """The name that stands before the fields; None where there is none: no choice fits then."""
    return pair[0] if isinstance(pair, list) and pair else None
