"""The state that is kept beside the journal: of another shape, it is folded anew."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from crisis.coordinator.record import SNAPSHOT_SCHEMA
from crisis.core.incident import Incident

SHAPE = (5, "607631a22ad2")
"""The number of the shape and the digest of its fields: a change of the one changes both."""


def fields_of(kind: Any, seen: set[type]) -> Iterator[str]:
    """Every field that can be reached from a class, with what it holds."""
    for part in (kind, *typing.get_args(kind)):
        if not dataclasses.is_dataclass(part) or part in seen or not isinstance(part, type):
            if part is not kind:
                yield from fields_of(part, seen)
            continue
        seen.add(part)
        hints = typing.get_type_hints(part)
        for field in dataclasses.fields(part):
            yield f"{part.__name__}.{field.name}: {hints[field.name]}"
            yield from fields_of(hints[field.name], seen)


def test_a_change_of_the_state_changes_the_number_of_its_shape() -> None:
    """G11: a snapshot of yesterday never stands for a state that today's fold would not give.

    When this fails, raise SNAPSHOT_SCHEMA and write both here.
    """
    shape = "\n".join(sorted(fields_of(Incident, set())))
    assert "StepState.ready_at" in shape
    assert "Review.past" in shape

    assert (SNAPSHOT_SCHEMA, sha256(shape.encode()).hexdigest()[:12]) == SHAPE
