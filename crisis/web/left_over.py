"""What people must carry by hand: whom to call or to visit, the words to say, the sheet to hang."""

from __future__ import annotations

import json
from typing import Any

from crisis.core.delivery import by_hand
from crisis.core.errand import PEOPLE, audience_of
from crisis.core.message import TO_AUDIENCES
from crisis.core.pinned import Pinned
from crisis.ports import DeliveryRow, MessageRow, View
from crisis.web.record import NotOnRecord, Reader

LISTED = 500
"""People of one message who are listed: more than anybody can call in a day."""


def left_over(reader: Reader, incident_id: str) -> list[dict[str, Any]]:
    """Give every errand that is open: who carries it, by when, the words, and whom to tell.

    Raises NotOnRecord where there is no such incident.
    """
    incident, pinned = reader.incident(incident_id), reader.pinned(incident_id)
    if incident is None or pinned is None:
        raise NotOnRecord(incident_id)
    directory = reader.organisation().directory
    found = []
    with reader.store.read() as view:
        for key, errand in incident.errands.items():
            message = view.message(errand.message_id)
            if message is None:
                continue
            audience = pinned.plan.audiences.get(audience_of(key) or "")
            rows = _first_of_each(view.deliveries(message.id))
            found.append({
                "audience": key,
                "title": dict(audience.title) if audience else {},
                "people": key == PEOPLE,
                "sheet": message.number if message.kind in TO_AUDIENCES else None,
                "count": errand.count,
                "due_at": errand.due_at.isoformat(),
                "carriers": [directory.name(one) for one in errand.carriers],
                "words": _words(view, message),
                "left": [_whom(reader, pinned, row) for row in rows[:LISTED]],
                "more": max(len(rows) - LISTED, 0),
            })  # fmt: skip
    return found


def _first_of_each(rows: list[DeliveryRow]) -> list[DeliveryRow]:
    """One way by hand for each recipient: the first of the ladder that lives."""
    first: dict[str, DeliveryRow] = {}
    for row in rows:
        if by_hand(row):
            first.setdefault(row.recipient_id, row)
    return list(first.values())


def _words(view: View, message: MessageRow) -> dict[str, dict[str, str]]:
    """What is said, in each language: the subject, the whole text, and the sentence to say."""
    texts = view.texts(list(message.texts.values()))
    content = {
        language: json.loads(texts[name].content)
        for language, name in message.texts.items()
        if name in texts
    }
    return {
        part: {language: one[part] for language, one in content.items() if one.get(part)}
        for part in ("subject", "text", "say")
    }


def _whom(reader: Reader, pinned: Pinned, row: DeliveryRow) -> dict[str, Any]:
    """A person or a place: the name, every number of theirs, and the way that the plan names."""
    directory = reader.organisation().directory
    known = directory.recipient(row.recipient_id)
    addresses = known.addresses if known is not None else {}
    numbers = dict.fromkeys(
        addresses[channel] for channel in ("person", "call", "sms", "sms-modem", "paper")
        if channel in addresses
    )  # fmt: skip
    medium = pinned.plan.media.get(row.medium)
    return {
        "delivery": row.id,
        "person": row.recipient_id,
        "name": directory.name(row.recipient_id),
        "at": list(numbers),
        "medium": dict(medium.title) if medium is not None else {},
    }
