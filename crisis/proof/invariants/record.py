"""What the invariants look at: journal and ledger of one incident, read back as they stand.

What *sent* and *told* mean is said here, once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from crisis.codec import from_recorded
from crisis.core.course import Quiet
from crisis.core.events import (
    Event,
    EventBody,
    IncidentDeclared,
    IncidentMerged,
    MadeLoud,
    MessageReleased,
    PlaybookRepinned,
    SeverityChanged,
)
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.organisation import Organisation
from crisis.ports import (
    MAY_HAVE_BEEN_SENT,
    DecisionRow,
    DeliveryRow,
    FanoutRow,
    MessageRow,
    Recorded,
    Scope,
    StreamRow,
    View,
)

B = TypeVar("B")

decoded = lru_cache(maxsize=20_000)(from_recorded)
"""Many invariants look at the same events: each is read once. Raises as ``from_recorded`` does."""

SLACK = timedelta(minutes=1)
"""How late by the clock something may be done that was owed at an instant: looking at the clock,
deciding and writing take their time, and a busy machine takes more."""

SENT = frozenset({"sent", "delivered", "acknowledged"})
"""*Sent*: the next hop has taken it. What promises are kept by, and what "told" rests on."""

EXERCISE_MARKS = ("EXERCICE", "EXERCISE")
"""What the words of an exercise say at their head."""

EXCUSED = frozenset(
    {"no-address", "no-channel", "by-hand", "down", "carried", "no-ladder", "no-words",
     "quiet-hours", "expired", "ended", "acknowledged", "withdrawn"}
)  # fmt: skip
"""Why a delivery was never tried, and nothing was neglected: nothing can carry it there, or it
must not, or need not, any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A guarantee that does not hold, where, and what is wrong."""

    guarantee: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.guarantee} {self.where}: {self.words}"


@dataclass(frozen=True, slots=True)
class Away:
    """Nothing ran between these instants: what fell due in between is owed at its end."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sinks:
    """What was seen from outside."""

    received: Mapping[str, int] = field(default_factory=dict)
    """Delivery id -> copies that arrived, where mailboxes and telephones were watched."""
    asked: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    """Delivery id -> when its channel was asked to carry it, each time."""
    whole: bool = False
    """Whether every place that a delivery can arrive at was watched."""
    answered: Sequence[str] = ()
    """Reports that a door answered with success."""
    quarantined: Sequence[str] = ()
    """Bodies that a door said were kept."""
    in_flight_bound: int = 0
    """How many deliveries may have been repeated, all crashes together."""
    may_repeat: Mapping[str, int] | None = None
    """Delivery id -> how often it was in flight at a crash, or left in doubt; None: not watched."""


def was_sent(row: DeliveryRow) -> bool:
    """Whether a recipient was *sent* a message."""
    return row.state in SENT


def may_have_been_sent(row: DeliveryRow) -> bool:
    """Whether a recipient may have it: they hear its correction and its end (G7)."""
    return row.state in MAY_HAVE_BEEN_SENT


def allowed(owed_at: datetime, away: Sequence[Away]) -> datetime:
    """Give until when something owed at an instant counts as done then.

    An absence that begins before that hinders it too: it is owed at its end.
    """
    for absence in away:
        if absence.since <= owed_at + SLACK and owed_at < absence.until:
            owed_at = absence.until
    return owed_at + SLACK


def reason(row: DeliveryRow) -> str:
    """Why a row stands where it stands, in one word."""
    return row.reason.partition(":")[0]


def was_seen_to(row: DeliveryRow) -> bool:
    """Whether a recipient was tried, or it is known why nothing could be tried."""
    return may_have_been_sent(row) or row.attempts > 0 or reason(row) in EXCUSED


def _first_times(rows: Iterable[DeliveryRow]) -> Iterable[datetime]:
    """Give when each recipient was first sent it; when a further attempt was begun says nothing."""
    first: dict[str, datetime] = {}
    for row in rows:
        if row.sent_at is not None and row.rung == 0 and row.attempts <= 1:
            first[row.recipient_id] = min(first.get(row.recipient_id, row.sent_at), row.sent_at)
    return first.values()


@dataclass(frozen=True)
class Record:
    """One incident: its journal, its messages and its ledger."""

    row: StreamRow
    recorded: Sequence[Recorded]
    decisions: Mapping[str, DecisionRow]
    messages: Sequence[MessageRow]
    deliveries: Mapping[str, Sequence[DeliveryRow]]
    fanouts: Mapping[str, FanoutRow]
    pinned: Pinned
    now: datetime
    last_resort: frozenset[str] = frozenset()
    """Who is told when nobody leads."""
    away: Sequence[Away] = ()
    outsiders: frozenset[str] = frozenset()
    """Of an exercise: recipients in the ledger who are not on its list."""
    places: frozenset[str] = frozenset()
    """Recipients in the ledger who are places: each has its own media, and no further ones."""
    unmarked: Sequence[str] = ()
    """Of an exercise: texts that do not say so."""

    @property
    def id(self) -> str:
        """The incident."""
        return self.row.stream_id

    @cached_property
    def events(self) -> list[Event]:
        """Its events."""
        return [decoded(one) for one in self.recorded]

    @cached_property
    def states(self) -> list[Incident | None]:
        """The state after each event; an event that does not fit (G11 tells) changes nothing."""
        states: list[Incident | None] = []
        incident: Incident | None = None
        for event in self.events:
            with suppress(LookupError, ValueError, TypeError, AttributeError):
                incident = evolve(incident, event)
            states.append(incident)
        return states

    @property
    def misfits(self) -> list[int]:
        """Events that the fold could not take: they speak of what never was."""
        before = (0, *(one.seq if one else 0 for one in self.states))
        return [
            event.seq for event, was, state in zip(self.events, before, self.states, strict=False)
            if state is None or state.seq == was
        ]  # fmt: skip

    @cached_property
    def declared(self) -> IncidentDeclared:
        """How it began."""
        return cast("IncidentDeclared", self.events[0].body)

    @cached_property
    def opened_at(self) -> datetime:
        """From when everything is counted: the acceptance of the report, or when it opened then."""
        began = (event.at for event, body in self.of(MadeLoud) if body.began)
        return next(began, self.declared.opened_at)

    @property
    def merged_at(self) -> datetime | None:
        """When another incident took it over."""
        return next((event.at for event, _ in self.of(IncidentMerged)), None)

    @cached_property
    def repinned(self) -> Event | None:
        """The last change of its playbook: what was owed by another one is not held against it."""
        return next((event for event, _ in reversed(list(self.of(PlaybookRepinned)))), None)

    @property
    def watched(self) -> bool:
        """Whether nothing has ever opened: it was recorded, and waits or has passed."""
        last = self.states[-1]
        return last is not None and last.watched

    def of(self, *kinds: type[B]) -> Iterator[tuple[Event, B]]:
        """Give the events of these kinds, with their bodies."""
        if len(kinds) == 1:
            return iter(self._by_kind.get(kinds[0], ()))
        return ((one, one.body) for one in self.events if isinstance(one.body, kinds))

    @cached_property
    def _by_kind(self) -> Mapping[type, Sequence[tuple[Event, Any]]]:
        found: dict[type, list[tuple[Event, Any]]] = {}
        for one in self.events:
            found.setdefault(type(one.body), []).append((one, one.body))
        return found

    def at_once(self, event: Event) -> Iterator[EventBody]:
        """Give what was decided together with this event."""
        command_id = self.recorded[event.seq - 1].command_id
        pairs = zip(self.events, self.recorded, strict=True)
        return (one.body for one, stored in pairs if stored.command_id == command_id)

    def undecided(self, event: Event) -> bool:
        """Whether it stands in the middle of a decision: the state then holds at no instant."""
        here, *after = self.recorded[event.seq - 1 : event.seq + 1]
        return any(one.command_id == here.command_id for one in after)

    def written_to(self, event: Event) -> set[str]:
        """Give the people and audiences that were written to together with this event."""
        released = (one for one in self.at_once(event) if isinstance(one, MessageReleased))
        return {who for one in released for who in (*one.to, one.audience) if who is not None}

    def people_written_to(self, event: Event) -> set[str]:
        """Give the people, by name and not as an audience, that were written to with it."""
        return {
            who for body in self.at_once(event) if isinstance(body, MessageReleased)
            for who in body.to
        }  # fmt: skip

    def released(self) -> Iterator[tuple[Event, MessageReleased]]:
        """Give every message that was released."""
        return self.of(MessageReleased)

    def message(self, message_id: str) -> MessageRow | None:
        """Give one message of the ledger."""
        return next((one for one in self.messages if one.id == message_id), None)

    def rows(self, message_id: str) -> Sequence[DeliveryRow]:
        """Give the ledger's rows of a message."""
        return self.deliveries.get(message_id, ())

    def told_by(self, message_id: str) -> datetime | None:
        """Tell by when everybody of a message had been seen to; None: not yet.

        An audience is *told* a message when every recipient was sent it, or was tried, or it is
        on the record why they could not be.
        """
        rows = self.rows(message_id)
        fanout = self.fanouts.get(message_id)
        if fanout is not None and not (fanout.finished or fanout.closed):
            return None
        if not all(was_seen_to(row) for row in rows):
            return None
        message = self.message(message_id)
        media = self.pinned.plan.media  # in person: asked for in time is all that can be held
        sent = (one for one in rows if one.medium in media and not media[one.medium].person)
        return max(_first_times(sent), default=message.released_at if message else None)

    def severity_at(self, at: datetime) -> str:
        """Give the severity at an instant."""
        had = (body.severity for event, body in self.of(SeverityChanged) if event.at <= at)
        return [self.declared.severity, *had][-1]

    def allowed(self, owed_at: datetime) -> datetime:
        """Give until when something owed at an instant counts as done then."""
        return allowed(owed_at, self.away)

    def disturbable_from(self, audience: str, at: datetime) -> datetime:
        """Give when an audience may be told what was owed to it at an instant: not in its night."""
        plan = self.pinned.plan
        told, hours = plan.audiences[audience], plan.quiet_hours
        urgency = self.pinned.urgency(
            self.pinned.in_force({"severity": self.severity_at(at)}), self.severity_at(at)
        )
        if hours is None or told.on_duty or (told.at_risk and urgency == "immediate"):
            return at
        zone = ZoneInfo(self.pinned.site.zone)
        night = Quiet(begins=hours.from_.at, ends=hours.to.at, zone=zone)
        at = night.until(at) or at
        back_at = max(at, self.allowed(at) - SLACK)  # whoever comes back at night waits for its end
        return night.until(back_at) or back_at

    def late(self, owed_at: datetime, done_at: datetime | None) -> bool:
        """Whether something owed at an instant was done too late, or is not done and is late."""
        return (done_at or self.now) > self.allowed(owed_at)

    def breach(self, guarantee: str, words: str) -> Breach:
        """Say what is wrong here."""
        return Breach(guarantee=guarantee, where=self.id, words=words)


Version = Callable[[int | None], Organisation]
"""Gives a version of the organisation; the newest when none is named."""


def read_record(
    view: View,
    row: StreamRow,
    *,
    organisation: Version,
    now: datetime,
    away: Sequence[Away] = (),
) -> Record:
    """Read back everything of one incident; raises CannotRead where its journal cannot be read."""
    recorded = view.events("incident", row.stream_id)
    pinned_to = organisation(row.config_version)
    declared = cast("IncidentDeclared", decoded(recorded[0]).body)
    bodies = (decoded(one).body for one in recorded)
    repinned = [one.playbook for one in bodies if isinstance(one, PlaybookRepinned)]
    pinned = pinned_to.pinned((declared.playbook, *repinned)[-1], declared.site)
    messages = view.messages(row.stream_id)
    fanouts = {one.id: view.fanout(one.id) for one in messages}
    deliveries = {one.id: view.deliveries(one.id) for one in messages}
    elsewhere = {name for one in messages for name in one.ends} - deliveries.keys()
    whom = {one.recipient_id for rows in deliveries.values() for one in rows}
    current = organisation(None)
    return Record(
        row=row,
        recorded=recorded,
        decisions={one.command_id: one for one in view.decisions("incident", row.stream_id)},
        messages=messages,
        deliveries=deliveries | {name: view.deliveries(name) for name in elsewhere},
        fanouts={id_: fanout for id_, fanout in fanouts.items() if fanout is not None},
        pinned=pinned,
        now=now,
        last_resort=_last_resort(pinned, current, declared, now),
        away=away,
        places=frozenset(whom & current.configuration.people.places.keys()),
        outsiders=_outsiders(current, whom) if row.exercise else frozenset(),
        unmarked=_unmarked(view, messages) if row.exercise else (),
    )


def _last_resort(
    pinned: Pinned, current: Organisation, declared: IncidentDeclared, at: datetime
) -> frozenset[str]:
    who = pinned.in_force({"severity": declared.severity}).roles["lead"].last_resort
    if who is None:
        return frozenset()
    scope = Scope(site=declared.site, building=declared.building, exercise=declared.exercise)
    return frozenset(current.directory.candidates(who, scope, at))


def _outsiders(current: Organisation, whom: Iterable[str]) -> frozenset[str]:
    """Give those who are not in the group of people and places that exercises may reach."""
    group, people = current.settings.exercises.group, current.configuration.people
    return frozenset(
        one for one in whom
        if not (
            (one in people.people and group in people.people[one].groups)
            or (one in people.places and group in people.places[one].groups)
        )
    )  # fmt: skip


def _unmarked(view: View, messages: Sequence[MessageRow]) -> list[str]:
    """Give the texts of an exercise that do not say what it is, in whatever language."""
    ids = [id_ for one in messages for id_ in one.texts.values()]
    return [id_ for id_, one in view.texts(ids).items() if not _says_exercise(one.content)]


def _says_exercise(content: str) -> bool:
    """Whether each form of a text says so at its head: the subject, the long and the short one."""
    said = json.loads(content)
    forms = [said.get(form) or EXERCISE_MARKS[0] for form in ("subject", "text", "short")]
    return all(form.lstrip().startswith(EXERCISE_MARKS) for form in forms)
