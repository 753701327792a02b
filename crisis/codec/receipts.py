"""What providers and people tell about deliveries, on its way to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crisis.codec.names import RECEIPTS, UnknownReceipt
from crisis.codec.shapes import Shape, shape_of
from crisis.codec.texts import loaded, object_of, raised_body, taken_name
from crisis.ports import Acknowledgement, ChannelReceipts, Receipt

_TOLD_OF = {name: kind for kind, (name, _) in RECEIPTS.items()}


def receipts_bytes(channel: str, receipts: Sequence[Receipt]) -> bytes:
    """What a provider told about deliveries of a channel, as JSON in UTF-8."""
    return _written(ChannelReceipts(channel=channel, receipts=tuple(receipts)))


def acknowledgement_bytes(delivery_id: str, at: datetime) -> bytes:
    """A person said "I have it", as JSON in UTF-8; ``at`` is business time."""
    return _written(Acknowledgement(delivery_id=delivery_id, at=at))


def receipts_from(raw: bytes | None) -> ChannelReceipts | Acknowledgement:
    """What was told, raised to today's version.

    Raises :class:`UnknownReceipt` for a name or version that this release does not know, and
    :class:`NotThisShape`, which names the field: both are :class:`CannotRead`.
    """
    today = dict(RECEIPTS.values())
    told = object_of("receipts", raw)
    name, version = taken_name("told", told, today, UnknownReceipt)
    if version != today[name]:
        told = raised_body(name, version, told, to=today[name], unknown=UnknownReceipt)
    shape: Shape[Any] = shape_of(_TOLD_OF[name])
    read: ChannelReceipts | Acknowledgement = loaded(shape, told)
    return read


def _written(told: ChannelReceipts | Acknowledgement) -> bytes:
    name, version = RECEIPTS[type(told)]
    shape: Shape[Any] = shape_of(type(told))
    return f'{{"told":"{name}","version":{version},{shape.dump(told)[1:]}'.encode()
