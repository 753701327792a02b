"""Small moves that every family of the fold makes: a changed copy, one less, a lapse noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from crisis.core.afterwards import Lapse
from crisis.core.events import Event
from crisis.core.incident import REMEMBERED, Incident

V = TypeVar("V")

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - exported
else:

    def replace(value: V, /, **changes: Any) -> V:
        """:func:`dataclasses.replace` for classes without slots that do nothing when they are made.

        A tenth of its cost: an incident has fifty fields, and every event changes a few of them.
        TypeError for a field that there is not.
        """
        fields = vars(value)
        if slips := changes.keys() - fields.keys():
            raise TypeError(f"{type(value).__name__} has no field {', '.join(sorted(slips))}")
        changed = object.__new__(type(value))
        vars(changed).update(fields, **changes)
        return changed


def put(mapping: Mapping[str, V], name: str, value: V) -> dict[str, V]:
    """A copy in which this name has this value."""
    return {**mapping, name: value}


def without(mapping: Mapping[str, V], name: str) -> dict[str, V]:
    """A copy in which this name does not stand."""
    return {key: value for key, value in mapping.items() if key != name}


def counted(tallies: Mapping[str, int], name: str) -> dict[str, int]:
    """A copy in which this is counted once more."""
    return {**tallies, name: tallies.get(name, 0) + 1}


def lapsed(incident: Incident, event: Event, reason: str, subject: str) -> tuple[Lapse, ...]:
    """The lapses with one more: what the review starts from."""
    lapse = Lapse(reason=reason, subject=subject, seq=event.seq, at=event.at)
    return (*incident.lapses, lapse)[-REMEMBERED:]


def made_good(incident: Incident, step: str, at: datetime, seq: int) -> Incident:
    """What was promised in case a promise breaks is done: those who were promised are told."""
    if not any(one.owed == step and not one.done_seq for one in incident.broken.values()):
        return incident
    broken = {
        name: replace(one, done_at=at, done_seq=seq) if one.owed == step else one
        for name, one in incident.broken.items()
    }
    return replace(incident, broken=broken)


def excused(
    lapses: tuple[Lapse, ...], reason: str, subject: str, done_at: datetime | None = None
) -> tuple[Lapse, ...]:
    """The lapses without those that were none: it was done before they were seen."""
    return tuple(
        one for one in lapses
        if (one.reason, one.subject) != (reason, subject)
        or (done_at is not None and one.at < done_at)
    )  # fmt: skip
