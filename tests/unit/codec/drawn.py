"""Values of any event or command class, drawn from its type hints (times are aware)."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

TIMES = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis takes the zone apart
    timezones=st.just(UTC),
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)


def built(kind: type, *, words: st.SearchStrategy[str] = WORDS) -> st.SearchStrategy[Any]:
    """Any value of a frozen dataclass of the core."""
    hints = typing.get_type_hints(kind)
    drawn = {field.name: _of(hints[field.name], words) for field in fields(kind)}
    return st.builds(kind, **drawn)


def _of(hint: Any, words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Values of one hint."""
    if hint in {str, datetime}:
        return words if hint is str else TIMES
    if isinstance(hint, type) and is_dataclass(hint):
        return built(hint, words=words)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([_of(one, words) for one in inner])
    if origin is tuple:
        return st.lists(_of(inner[0], words), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(_of(inner[0], words), _of(inner[1], words), max_size=3)
    strategy: st.SearchStrategy[Any] = st.from_type(hint)
    return strategy
