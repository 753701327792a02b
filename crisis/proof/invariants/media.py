"""What has failed carries nothing, in no crisis of its site (rows 7.6 and 7.8 of the doctrine)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations, product

from crisis.codec import CannotRead
from crisis.core.events import CameBack, Event, WentDown
from crisis.core.evolve import evolve
from crisis.core.incident import Incident
from crisis.ports import StreamRow, View
from crisis.proof.invariants.record import SLACK, Away, Breach, Record, Sinks, allowed, decoded

_EVERY = 1_000_000

Stretch = tuple[datetime, datetime | None]
"""From when, and until when; None: it goes on."""


def d7_nothing_by_what_is_dead(record: Record, sinks: Sinks) -> Iterator[Breach]:
    """No channel is asked to carry anything by a medium that is known to be dead.

    Known for a minute: what was in hand when somebody noted the failure is out of hand by then.
    """
    known = [(event.at, state.down) for event, state in _changes(record)]
    if not known:
        return
    for message in record.messages:
        for row in record.rows(message.id):
            for at in sinks.asked.get(row.id, ()):
                if _dead(record, row.medium, known, at - SLACK, at):
                    words = f"{row.id} of {message.id} went by {row.medium}, which is dead"
                    yield record.breach("7.6", words)


def _changes(record: Record) -> Iterator[tuple[Event, Incident]]:
    for event, state in zip(record.events, record.states, strict=True):
        if isinstance(event.body, WentDown | CameBack) and state is not None:
            yield event, state


def _dead(
    record: Record,
    medium: str,
    known: Sequence[tuple[datetime, Mapping[str, datetime]]],
    since: datetime,
    until: datetime,
) -> bool:
    """Whether a medium was known to be dead all of a time."""
    before = [down for at, down in known if at <= since]
    meanwhile = [down for at, down in known if since < at <= until]
    died = [record.pinned.dead(down).get(medium) for down in (*before[-1:], *meanwhile)]
    return bool(before) and all(at is not None and at <= since for at in died)


@dataclass(frozen=True, slots=True)
class Life:
    """One incident as far as media matter: when it went on, and what it knew, since when."""

    id: str
    stretches: Sequence[Stretch]
    down: Mapping[str, Sequence[Stretch]]

    def knew(self, what: str, since: datetime, until: datetime) -> bool:
        """Whether it knew at some instant of this time."""
        return any(
            begins <= until and (ends is None or ends >= since)
            for begins, ends in self.down.get(what, ())
        )


def d7_what_fails_fails_for_all(
    view: View, now: datetime, away: Sequence[Away] = ()
) -> Iterator[Breach]:
    """What one crisis of a site knows to have failed, each other one there knows as well."""
    sites: dict[tuple[bool, str], list[Life]] = {}
    for row in view.streams("incident", limit=_EVERY):
        with suppress(CannotRead, LookupError):  # G11 tells
            site, life = _life(view, row)
            sites.setdefault((row.exercise, site), []).append(life)
    for lives in sites.values():
        yield from unknown_beside(lives, now, away)


def unknown_beside(
    lives: Sequence[Life], now: datetime, away: Sequence[Away] = ()
) -> Iterator[Breach]:
    """Give what one incident of a site knows to have failed, and another one there does not."""
    for one, other in permutations(lives, 2):
        for what, times in one.down.items():
            for since, until in _together(times, one.stretches, other.stretches, now, away):
                if not other.knew(what, since, until):
                    words = f"{one.id} knows at {since:%H:%M} that {what} has failed"
                    yield Breach(guarantee="7.8", where=other.id, words=words)


def _together(
    times: Sequence[Stretch],
    one: Sequence[Stretch],
    other: Sequence[Stretch],
    now: datetime,
    away: Sequence[Away],
) -> Iterator[tuple[datetime, datetime]]:
    """Give when both went on while something had failed, and until when the other has to know."""
    for stretches in product(times, one, other):
        since = max(begins for begins, _ in stretches)
        until = allowed(since, away)
        if all(until < (ends or now) for _, ends in stretches):
            yield since, until


def _life(view: View, row: StreamRow) -> tuple[str, Life]:
    incident: Incident | None = None
    stretches: list[Stretch] = []
    down: dict[str, list[Stretch]] = {}
    for recorded in view.events("incident", row.stream_id):
        event = decoded(recorded)
        incident = evolve(incident, event)
        over, open_now = (
            incident.over or incident.merged,
            bool(stretches) and stretches[-1][1] is None,
        )
        if over and open_now:
            stretches[-1] = (stretches[-1][0], event.at)
        elif not over and not open_now:
            stretches.append((event.at, None))
        match event.body:
            case WentDown(what=what):
                down.setdefault(what, []).append((event.at, None))
            case CameBack(what=what) if what in down:
                down[what][-1] = (down[what][-1][0], event.at)
    if incident is None:
        raise LookupError(row.stream_id)
    return incident.site, Life(row.stream_id, stretches, down)
