"""What has to be known of a message before anybody can be sent it, read once for many rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from crisis.core.course import Course
from crisis.core.pinned import Pinned
from crisis.ledger import course_of
from crisis.ports import Abilities, Clock, Directory, MessageRow, Recipient, Scope, View

FRESH = timedelta(seconds=1)
"""How long what was read is good for: a role that was taken since may wait that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the incident of a message stands on."""

    pinned: Pinned
    scope: Scope
    """Where; ``holders`` are the people with a role, whom quiet hours do not protect."""
    down: Mapping[str, datetime] = field(default_factory=dict)
    """What has failed, since when: media that need it are avoided."""
    told: tuple[str, ...]
    """The audiences that the playbook tells, in the plan's order."""


class Lookup(Protocol):
    """What the dispatcher asks of whoever knows incidents and the organisation."""

    def ground(self, message: MessageRow) -> Ground:
        """What the message's incident stands on now; any error keeps its rows waiting."""

    def directory(self, version: int | None = None) -> Directory:
        """People of a version of the organisation; of the current one when none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A message in one language."""

    language: str
    subject: str
    text: str
    short: str
    sender: str
    """Who speaks, as readers of this language know them."""
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A message with all that its deliveries have in common."""

    message: MessageRow
    ground: Ground
    course: Course
    words: Mapping[str, Words]
    """Language -> words; an erased text is absent."""
    follows: bool
    """Whether the same people may have had an earlier message of this incident."""
    read_at: datetime
    """Real time."""


class Trips:
    """Reads what messages need, and keeps it for a moment."""

    def __init__(self, lookup: Lookup, channels: Mapping[str, Abilities], clock: Clock) -> None:
        self._lookup = lookup
        self._channels = channels
        self._clock = clock
        self._kept: dict[str, Trip] = {}
        self._first: dict[tuple[str, str | None], int] = {}

    def of(self, view: View, message_id: str) -> Trip:
        """The message's trip; raises what the lookup raises, LookupError for no such message."""
        real = self._clock.real()
        kept = self._kept.get(message_id)
        if kept is None or real - kept.read_at >= FRESH:
            kept = self._kept[message_id] = self._read(view, message_id, real)
            if len(self._kept) > _KEPT:
                self._kept = {key: one for key, one in self._kept.items() if one.read_at == real}
        return self._timely(view, kept)

    def forget(self) -> None:
        """Something was ended: read everything again."""
        self._kept.clear()

    def recipient(self, recipient_id: str, language: str) -> Recipient:
        """The recipient as the directory has them now; without addresses once they are gone."""
        found = self._lookup.directory().recipient(recipient_id)
        return found or Recipient(id=recipient_id, language=language, addresses={})

    def directory(self, version: int) -> Directory:
        """The people of a recorded version."""
        return self._lookup.directory(version)

    def _read(self, view: View, message_id: str, real: datetime) -> Trip:
        message = view.message(message_id)
        if message is None:
            raise LookupError(f"the ledger speaks of message {message_id}, which is not kept")
        ground = self._lookup.ground(message)
        awake = {person for people in ground.scope.holders.values() for person in people}
        course = course_of(message, ground.pinned, self._channels, awake=awake, down=ground.down)
        fanout = view.fanout(message_id)
        if fanout is not None and fanout.closed:
            course = replace(course, ended=True)
        return Trip(
            message=message,
            ground=ground,
            course=course,
            words=_words(view, message, self._lookup.directory()),
            follows=self._follows(view, message),
            read_at=real,
        )

    def _follows(self, view: View, message: MessageRow) -> bool:
        """Messages are numbered as they are released: the first to an audience stays the first."""
        of = message.incident_id, message.audience
        if of not in self._first:
            if len(self._first) >= _KEPT:
                self._first.clear()
            alike = (one for one in view.messages(of[0]) if one.audience == of[1])
            self._first[of] = min(one.number for one in alike)
        return self._first[of] < message.number

    def _timely(self, view: View, trip: Trip) -> Trip:
        """Whether something newer was said matters only once the message is past its time."""
        message, course = trip.message, trip.course
        if course.expires_at is None or self._clock.now() < course.expires_at or not course.vital:
            return trip
        replaced = any(
            one.number > message.number and _same_people(one, message)
            for one in view.messages(message.incident_id)
        )
        return replace(trip, course=replace(course, replaced=replaced))


_KEPT = 256


def _same_people(later: MessageRow, message: MessageRow) -> bool:
    if message.audience is not None:
        return later.audience == message.audience
    return message.offer_id is not None and later.offer_id == message.offer_id


def _words(view: View, message: MessageRow, directory: Directory) -> dict[str, Words]:
    texts = view.texts(list(message.texts.values()))
    written = {}
    for language, text_id in message.texts.items():
        if text_id in texts:
            content = json.loads(texts[text_id].content)
            text = content["text"]
            written[language] = Words(
                language=language,
                subject=content["subject"],
                text=text,
                short=content.get("short") or text,
                sender=directory.title(message.sender, language),
                contact=directory.contact(message.contact, language),
            )
    return written
