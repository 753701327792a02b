"""One press by whoever works: the announced works will last longer, and by how much.

The page names the end that stands; what is pressed adds to that one, so that pressing again, or
from another page that shows the same end, announces the same time and not a later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from crisis.core.commands import Actor, Command, RescheduleWorks
from crisis.core.incident import Incident
from crisis.ports import DeliveryRow, MessageRow

LONGER: Mapping[str, timedelta] = {
    "longer-30m": timedelta(minutes=30),
    "longer-1h": timedelta(hours=1),
    "longer-2h": timedelta(hours=2),
    "longer-4h": timedelta(hours=4),
}
"""What can be pressed, and how much later the works then end."""


def announced_end(incident: Incident | None, message: MessageRow) -> datetime | None:
    """The end that stands, for those who were asked whether it will; None for anybody else."""
    if incident is None or incident.works is None or not message.acknowledge:
        return None
    named = message.audience is None and message.offer_id is None
    going_on = not incident.over and incident.phase != "expected"
    return incident.works.ends_at if named and going_on else None


def longer(
    delivery: DeliveryRow, message: MessageRow, choice: str, shown: str, press: str
) -> Command | None:
    """What the button says; None where it says nothing that could be meant."""
    try:
        ends_at = datetime.fromisoformat(shown) + LONGER[choice]
    except (ValueError, KeyError, OverflowError):
        return None
    if ends_at.tzinfo is None:
        return None
    return Command(
        id=f"link-{delivery.id}-{choice}-{press}",
        stream="incident",
        stream_id=delivery.incident_id,
        body=RescheduleWorks(ends_at=ends_at.astimezone(UTC)),
        actor=Actor(kind="person", id=delivery.recipient_id),
        authority="signed-link",
        door="acknowledgement",
        exercise=message.exercise,
    )
