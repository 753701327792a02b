"""A course, a row and people, each with what a test does not care about filled in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from crisis.core.course import Course, Quiet, Stage, Way
from crisis.ports import DeliveryRow

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NIGHT = Quiet(begins=time(22), ends=time(7), zone=ZoneInfo("Europe/Paris"))
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Means:
    """What a channel can do."""

    confirms: bool = False
    repeat_safe: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """A channel's answer."""

    state: Literal["sent", "delivered", "failed", "unknown", "untried"]
    temporary: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Someone:
    """An addressee."""

    id: str = "ana"
    addresses: dict[str, str] = field(default_factory=lambda: {"email": "a@x", "sms": "+1"})
    place: bool = False


CHANNELS = {
    "email": Means(),
    "sms": Means(confirms=True, repeat_safe=False),
    "voice": Means(confirms=True),
}

MAIL, SMS = Way(medium="mail", channel="email"), Way(medium="sms", channel="sms")
CALL, RUNNER = (
    Way(medium="voice-call", channel="voice"),
    Way(medium="runner", channel="person", person=True),
)


def stages(*rungs: tuple[Way, ...], wait: timedelta | None = 10 * MINUTE) -> tuple[Stage, ...]:
    """A ladder whose rungs all have the same time."""
    return tuple(Stage(ways=ways, wait=wait) for ways in rungs)


def a_course(**other: Any) -> Course:
    """A message that went out at noon: mail, then text message, then somebody who goes."""
    course = Course(
        stages=stages((MAIL,), (SMS,), (RUNNER,)),
        channels=CHANNELS,
        languages=("fr", "en"),
        urgency="expected",
        released_at=NOON,
    )
    return replace(course, **other)


def a_row(**other: Any) -> DeliveryRow:
    """A mail to Ana that is being sent for the first time, with ten minutes before the text."""
    row = DeliveryRow(
        id="d1",
        message_id="m1",
        incident_id="i1",
        recipient_id="ana",
        medium="mail",
        channel="email",
        rung=0,
        lane="bulk",
        language="fr",
        state="sending",
        attempts=1,
        fallback_at=NOON + 10 * MINUTE,
    )
    return replace(row, **other)
