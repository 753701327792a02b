"""What has failed, as far as it is known, and what people carry meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as changed
from typing import Any

from crisis.core import events as e
from crisis.core.errand import Errand, errand_of
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace, without
from crisis.core.incident import Incident


def _down(incident: Incident, _event: Event, body: e.WentDown) -> Incident:
    cut_at = min(incident.cut_at or body.since, body.since)
    return replace(incident, down=put(incident.down, body.what, body.since), cut_at=cut_at)


def _up(incident: Incident, _event: Event, body: e.CameBack) -> Incident:
    down = without(incident.down, body.what)
    return replace(incident, down=down, cut_at=incident.cut_at if down else None)


def _left(incident: Incident, event: Event, body: e.LeftToCarry) -> Incident:
    errand = Errand(
        message_id=body.message_id,
        kind=body.kind,
        count=body.count,
        carriers=body.carriers,
        asked_at=event.at,
        due_at=body.due_at,
        told_seq=incident.brief_seq if body.message_id == incident.brief_id else 0,
    )
    key = errand_of(body.audience, body.kind)
    before = incident.errands.get(key) or incident.replaced.get(key)
    if before is not None and before.due_at == body.due_at:  # the same chase goes on
        errand = changed(
            errand, asked_at=before.asked_at, reminders=before.reminders,
            reminded_at=before.reminded_at,
        )  # fmt: skip
    return replace(
        incident,
        errands=put(incident.errands, key, errand),
        replaced=without(incident.replaced, key),
    )


def _key(incident: Incident, message_id: str) -> str:
    """The name under which the errand of a message stands."""
    return next(key for key, one in incident.errands.items() if one.message_id == message_id)


def _carried(incident: Incident, _event: Event, body: e.CarriedByHand) -> Incident:
    key = _key(incident, body.message_id)
    errand = incident.errands[key]
    known = max(incident.known_seq, errand.told_seq)
    if not body.left:
        return replace(incident, errands=without(incident.errands, key), known_seq=known)
    left = put(incident.errands, key, changed(errand, count=body.left))
    return replace(incident, errands=left, known_seq=known)


def _late(incident: Incident, event: Event, body: e.CarryingLate) -> Incident:
    key = _key(incident, body.message_id)
    errand = incident.errands[key]
    errand = changed(errand, reminders=body.count, reminded_at=event.at)
    return replace(incident, errands=put(incident.errands, key, errand))


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.WentDown: _down,
    e.CameBack: _up,
    e.LeftToCarry: _left,
    e.CarriedByHand: _carried,
    e.CarryingLate: _late,
}
