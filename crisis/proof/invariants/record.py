"""What the invariants look at: journal and ledger of one incident, read back as they stand.

What *sent* and *told* mean is said here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from crisis.codec import from_recorded
from crisis.core.course import Quiet
from crisis.core.events import Event, EventBody, IncidentDeclared, MessageReleased, SeverityChanged
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

SLACK = timedelta(minutes=1)
"""How late by the clock something may be done that was owed at an instant: looking at the clock,
deciding and writing take their time, and a busy machine takes more."""

SENT = frozenset({"sent", "delivered", "acknowledged"})
"""*Sent*: the next hop has taken it. What promises are kept by, and what "told" rests on."""

EXCUSED = frozenset(
    {"no-address", "no-channel", "by-hand", "no-ladder", "no-words", "quiet-hours", "expired",
     "ended", "acknowledged", "withdrawn"}
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
    whole: bool = False
    """Whether every place that a delivery can arrive at was watched."""
    answered: Sequence[str] = ()
    """Reports that a door answered with success."""
    quarantined: Sequence[str] = ()
    """Bodies that a door said were kept."""
    in_flight_bound: int = 0
    """How many deliveries may have been repeated, all crashes together."""


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

    @property
    def id(self) -> str:
        """The incident."""
        return self.row.stream_id

    @cached_property
    def events(self) -> list[Event]:
        """Its events."""
        return [from_recorded(one) for one in self.recorded]

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

    @property
    def opened_at(self) -> datetime:
        """From when everything is counted: the acceptance of the report."""
        return self.declared.opened_at

    def of(self, *kinds: type[B]) -> Iterator[tuple[Event, B]]:
        """Give the events of these kinds, with their bodies."""
        return ((one, one.body) for one in self.events if isinstance(one.body, kinds))

    def at_once(self, event: Event) -> Iterator[EventBody]:
        """Give what was decided together with this event."""
        command_id = self.recorded[event.seq - 1].command_id
        return (
            one.body for one, stored in zip(self.events, self.recorded, strict=True)
            if stored.command_id == command_id
        )  # fmt: skip

    def written_to(self, event: Event) -> set[str]:
        """Give the people and audiences that were written to together with this event."""
        written: set[str] = set()
        for body in self.at_once(event):
            if isinstance(body, MessageReleased):
                written |= {*body.to, *([body.audience] if body.audience else [])}
        return written

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
        times = [row.sent_at for row in rows if row.sent_at is not None and row.rung == 0]
        return max(times, default=message.released_at if message else None)

    def severity_at(self, at: datetime) -> str:
        """Give the severity at an instant."""
        severity = self.declared.severity
        for event, body in self.of(SeverityChanged):
            if event.at <= at:
                severity = body.severity
        return severity

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
        return night.until(at) or at

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
    declared = cast("IncidentDeclared", from_recorded(recorded[0]).body)
    pinned = pinned_to.pinned(declared.playbook, declared.site)
    messages = view.messages(row.stream_id)
    fanouts = {one.id: view.fanout(one.id) for one in messages}
    return Record(
        row=row,
        recorded=recorded,
        decisions={one.command_id: one for one in view.decisions("incident", row.stream_id)},
        messages=messages,
        deliveries={one.id: view.deliveries(one.id) for one in messages},
        fanouts={id_: fanout for id_, fanout in fanouts.items() if fanout is not None},
        pinned=pinned,
        now=now,
        last_resort=_last_resort(pinned, organisation(None), declared, now),
        away=away,
    )


def _last_resort(
    pinned: Pinned, current: Organisation, declared: IncidentDeclared, at: datetime
) -> frozenset[str]:
    who = pinned.in_force({"severity": declared.severity}).roles["lead"].last_resort
    if who is None:
        return frozenset()
    scope = Scope(site=declared.site, building=declared.building, exercise=declared.exercise)
    return frozenset(current.directory.candidates(who, scope, at))
