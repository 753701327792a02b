"""Walks a document down to its small values, each with the pointer that leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from crisis.core.checks.fault import Pointer
from crisis.core.written import Written


def leaves(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Every value under `value` that is neither a section, nor a map, nor a list."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from leaves(getattr(value, name), (*at, field.alias or name))
    elif isinstance(value, Written):
        yield at, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, (*at, name))
    elif isinstance(value, (tuple, list)):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*at, index))
    elif value is not None:
        yield at, value
