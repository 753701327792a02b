"""Which sheets hang where, and who was asked to take them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as changed
from typing import Any

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.evolve.folding import replace
from crisis.core.incident import Incident
from crisis.core.sheets import Sheet, spot_of


def _hung(incident: Incident, event: Event, body: e.SheetsHung) -> Incident:
    hung = {
        spot_of(place, body.audience): Sheet(
            number=body.number, audience=body.audience, place=place, by=body.person,
            hung_at=event.happened_at or event.at,
        )
        for place in body.places
    }  # fmt: skip
    return replace(incident, sheets={**incident.sheets, **hung})


def _asked(incident: Incident, event: Event, body: e.TakeDownAsked) -> Incident:
    sheets = dict(incident.sheets)
    for spot in body.spots:
        sheets[spot] = (
            changed(sheets[spot], reminders=body.count, reminded_at=event.at)
            if body.count
            else changed(
                sheets[spot], asked_at=event.at, due_at=body.due_at, reminders=0, reminded_at=None
            )
        )
    return replace(incident, sheets=sheets)


def _down(incident: Incident, _event: Event, body: e.SheetsTakenDown) -> Incident:
    left = {spot: one for spot, one in incident.sheets.items() if one.place not in body.places}
    return replace(incident, sheets=left)


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.SheetsHung: _hung,
    e.TakeDownAsked: _asked,
    e.SheetsTakenDown: _down,
}
