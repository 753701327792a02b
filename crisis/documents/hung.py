"""The sheets of an incident: everything that hung, where, by whom, and since when it is down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.sheets import spot_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """One sheet at one place."""

    number: int
    audience: str
    place: str
    person: str
    hung_at: datetime
    replaced_by: int | None = None
    """The number of the sheet that covers it."""
    down_at: datetime | None = None
    """Since when it hangs no more: covered, or taken down."""


def sheets_of(events: Iterable[Event]) -> list[Hung]:
    """Give all of them in the order in which they were hung; what has no end hangs still."""
    found: list[Hung] = []
    hanging: dict[str, int] = {}
    for event in events:
        at = event.happened_at or event.at
        if isinstance(event.body, e.SheetsHung):
            for place in event.body.places:
                spot = spot_of(place, event.body.audience)
                if (before := hanging.get(spot)) is not None:
                    number = event.body.number
                    found[before] = replace(found[before], replaced_by=number, down_at=at)
                hanging[spot] = len(found)
                found.append(
                    Hung(
                        number=event.body.number, audience=event.body.audience, place=place,
                        person=event.body.person, hung_at=at,
                    )
                )  # fmt: skip
        elif isinstance(event.body, e.SheetsTakenDown):
            for spot in [one for one in hanging if one.rpartition("/")[0] in event.body.places]:
                index = hanging.pop(spot)
                found[index] = replace(found[index], down_at=at)
    return found
