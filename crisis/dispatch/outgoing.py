"""One delivery, with its words and address, ready for a connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crisis.core.delivery import Reason
from crisis.core.message import DECISION_REQUEST
from crisis.dispatch.ground import Trip
from crisis.ports import DeliveryRow, MessageRow, Outgoing, Recipient, View

Sign = Callable[[DeliveryRow, MessageRow], str]
"""The signed link to the page where the person answers: personal, never logged."""

_ACKNOWLEDGE = {"fr": "J'ai bien reçu ce message", "en": "I have this message"}
_CHOOSE = {"fr": "Choisir", "en": "Choose"}
_ANSWER = {"fr": "Répondre : j'accepte / je ne peux pas", "en": "Answer: I accept / I cannot"}


def outgoing(
    row: DeliveryRow,
    to: Recipient,
    trip: Trip,
    sign: Sign,
    view: View,
    *,
    until: datetime | None = None,
) -> Outgoing | str:
    """What is handed to the channel, ``until`` a real time, or the reason why nothing can be."""
    address = to.addresses.get(row.channel)
    if address is None:
        return Reason.NO_ADDRESS.of(row.medium)
    message = trip.message
    words = trip.words.get(row.language) or next(iter(trip.words.values()), None)
    if words is None:
        return str(Reason.NO_WORDS)
    asks = (trip.course.acknowledge or message.kind == "survey") and not to.place
    labels = _ANSWER if message.offer_id is not None else _ACKNOWLEDGE
    if message.kind == DECISION_REQUEST:
        labels = _CHOOSE
    return Outgoing(
        delivery_id=row.id,
        incident_id=row.incident_id,
        message_id=row.message_id,
        number=message.number,
        kind=message.kind,
        urgency=message.urgency,
        exercise=message.exercise,
        address=address,
        language=words.language,
        subject=words.subject,
        text=words.text,
        short=words.short,
        sender=words.sender,
        contact=words.contact,
        thread=_thread(row, trip, view),
        ack_url=sign(row, message) if asks else None,
        ack_label=labels.get(words.language, labels["en"]) if asks else "",
        expires_at=message.expires_at,
        until=until,
    )


def _thread(row: DeliveryRow, trip: Trip, view: View) -> tuple[str, ...]:
    """Earlier deliveries of this incident here; the first message of all has none to look for."""
    if not trip.follows:
        return ()
    earlier = view.thread(row.incident_id, row.recipient_id, row.medium)
    return tuple(one for one in earlier if one != row.id)
