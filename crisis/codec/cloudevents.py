"""The journal told to other systems: CloudEvents 1.0, structured mode, as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from crisis.codec.journal import from_recorded
from crisis.ports import Recorded

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
"""The content type of a structured envelope (CloudEvents JSON format and protocol bindings)."""


def to_cloudevent(
    recorded: Recorded, *, source: str = "/crisis", exercise: bool = False
) -> dict[str, Any]:
    """The envelope of one stored event; ``json.dumps`` of it is the structured message.

    ``source`` and ``id`` together are unique, and the same on every publication: the receiver's
    idempotency key. ``time`` is when it happened, ``recordedtime`` when it was written down.
    ``sequence`` orders the events of a subject, as text; ``partitionkey`` keeps them together.
    An exercise says so in every envelope (G9). Raises :class:`crisis.codec.CannotRead` for a row
    that this release cannot read.
    """
    happened_at = from_recorded(recorded).happened_at
    return {
        "specversion": "1.0",
        "id": f"{recorded.stream}/{recorded.stream_id}/{recorded.seq}",
        "source": source,
        "type": f"crisis.{recorded.type}.v{recorded.version}",
        "subject": recorded.stream_id,
        "time": _rfc3339(happened_at or recorded.at),
        "datacontenttype": "application/json",
        "partitionkey": recorded.stream_id,
        "sequence": f"{recorded.seq:010d}",
        "recordedtime": _rfc3339(recorded.at),
        "causationid": recorded.command_id,
        "chainhead": recorded.head,
        "exercise": exercise,
        "data": json.loads(recorded.text),
    }


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
