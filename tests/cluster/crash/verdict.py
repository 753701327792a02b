"""What a run came to: counted at the doors, in the journal, and in everyone's mailbox."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from jsonschema import ValidationError

from crisis.codec import from_recorded
from crisis.core.events import (
    IncidentDeclared,
    MeasureRecorded,
    MessageReleased,
    ReportLinked,
    RolesAccepted,
    RolesOffered,
)
from crisis.directory import PeopleDirectory
from crisis.ports import DeliveryRow, Recorded, View
from crisis.proof.invariants import Sinks, check
from crisis.runtime.clock import ServiceClock
from crisis.runtime.world import World
from crisis.store import open_store
from tests.cluster.crash.answers import Roles, unacknowledged, undecided
from tests.cluster.crash.house import residents
from tests.cluster.crash.ledger import MAIL, Mailing, left_over, misdelivered, untold
from tests.cluster.crash.senders import Pressed
from tests.cluster.timeline import Message, is_as_documented, is_the_journal

_EVERY = 1_000_000
_ALIKE = 20
_TYPE = re.compile(rb'"type":\s*"([^"]*)"')
_ORDER = frozenset({"G11"})
"""The guarantee of a chain that holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What was seen and heard around the service."""

    answered: Mapping[str, str]
    """Report -> building."""
    noted: Mapping[str, Sequence[str]]
    """Incident -> commands, in the order in which they were sent."""
    received: Mapping[tuple[str, str], int]
    """Delivery and address -> mails that came."""
    bound: int
    """Mails that may come twice."""
    pressed: Sequence[Pressed] = ()
    """What people answered to their mails, and were told is kept."""
    timeline: Sequence[Message] = ()
    """All that other systems were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Each of the first three must be zero, and ``breaches`` empty."""

    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    expected: int = 0
    arrived: int = 0
    excess: int = 0
    breaches: tuple[str, ...] = field(default=())


def judge(database: str, outside: Outside) -> Verdict:
    """Hold what is durable against what was said and seen outside."""
    clock = ServiceClock()
    copies: Counter[str] = Counter()
    for (delivery, _), count in outside.received.items():
        copies[delivery] += count
    sinks = Sinks(received=copies, answered=list(outside.answered), in_flight_bound=outside.bound)
    with closing(open_store(database)) as store:
        organisation = World(store).organisation
        organisation()  # before the view: who reads it for long holds none open meanwhile
        with store.read() as view:
            found = check(view, organisation=organisation, now=clock.now(), sinks=sinks)
            told = _told(view)
            mailings = list(_mailings(view, told.released))
            lost = [one for one in outside.answered if not told.reports[one]]
            doubled = [one for one, count in told.reports.items() if count > 1]
            doubled += [one for one, count in told.buildings.items() if count > 1]
            order = list(out_of_order(outside.noted, told.notes))
            mails = list(_mails(told, outside.received, mailings, organisation().directory))
            ledger = list(left_over((row for one in mailings for row in one.rows), outside.bound))
            answers = list(_answers(view, outside.pressed, told))
            timeline = list(mistold(outside.timeline, view.since(0, _EVERY)))
    breaches = [
        *map(str, found),
        *(f"lost: report {one}" for one in lost),
        *(f"doubled: {one}" for one in doubled),
        *order, *mails, *ledger, *answers, *timeline,
    ]  # fmt: skip
    return Verdict(
        lost=len(lost), doubled=len(doubled),
        out_of_order=len(order) + sum(one.guarantee in _ORDER for one in found),
        expected=len(copies), arrived=sum(copies.values()),
        excess=sum(copies.values()) - len(copies), breaches=tuple(breaches),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What the journals of the incidents tell."""

    reports: Counter[str] = field(default_factory=Counter)
    buildings: Counter[str] = field(default_factory=Counter)
    notes: dict[str, list[str]] = field(default_factory=dict)
    """Incident -> the command of each note, as often as it stands there."""
    offered: dict[str, Roles] = field(default_factory=dict)
    """By the offer."""
    accepted: list[Roles] = field(default_factory=list)
    released: dict[str, Mailing] = field(default_factory=dict)
    """By the message; what the ledger has of it is not looked up."""


def _told(view: View) -> _Told:
    told = _Told()
    for row in view.streams("incident", limit=_EVERY):
        building = ""
        for one in view.events("incident", row.stream_id):
            body = from_recorded(one).body
            if isinstance(body, MessageReleased):
                told.released[body.message_id] = Mailing(
                    id=body.message_id, building=building, audience=body.audience, to=body.to
                )
            if isinstance(body, MeasureRecorded):
                told.notes.setdefault(row.stream_id, []).append(one.command_id)
            if isinstance(body, IncidentDeclared | ReportLinked):
                told.reports[body.report_id] += 1
            if isinstance(body, IncidentDeclared):
                building = body.building or ""
                told.buildings[building] += 1
            if isinstance(body, RolesOffered | RolesAccepted):
                roles = Roles(
                    incident=row.stream_id, command_id=one.command_id, offer_id=body.offer_id,
                    roles=frozenset(body.roles),
                )  # fmt: skip
                if isinstance(body, RolesOffered):
                    told.offered[body.offer_id] = roles
                else:
                    told.accepted.append(roles)
    return told


def out_of_order(
    sent: Mapping[str, Sequence[str]], stand: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """What people wrote down in an incident stands there once, in the order of its sending.

    Both are incident -> commands, ``stand`` as often as the journal has their notes.
    """
    for incident, commands in sent.items():
        notes = list(stand.get(incident, ()))
        if notes == list(commands):
            continue
        twice = [one for one, count in Counter(notes).items() if count > 1]
        missing = [one for one in commands if one not in notes]
        what = f"{len(missing)} missing, {len(twice)} more than once, or in another order"
        yield f"out of order: {incident} has {len(notes)} notes of {len(commands)}: {what}"


def mistold(timeline: Sequence[Message], journal: Sequence[Recorded]) -> Iterator[str]:
    """The timeline is the journal, for each incident and report whole and in order.

    What each kind of event looks like is held for the first ones of it, which is enough.
    """
    some: dict[bytes, list[Message]] = {}
    for one in timeline:
        kind = _TYPE.search(one.value or b"")
        alike = some.setdefault(kind[1] if kind else b"", [])
        if len(alike) < _ALIKE:
            alike.append(one)
    try:
        is_as_documented(one for alike in some.values() for one in alike)
        is_the_journal(timeline, journal)
    except (AssertionError, ValidationError, LookupError, ValueError) as wrong:
        yield f"timeline: {type(wrong).__name__}: {str(wrong)[:300]}"


def _mailings(view: View, released: Mapping[str, Mailing]) -> Iterator[Mailing]:
    """What the journals have released, with what the ledger has of it."""
    for id_, message in released.items():
        fanout = view.fanout(id_)
        closed = fanout is not None and fanout.closed
        yield replace(message, closed=closed, rows=view.deliveries(id_))


def _mails(
    told: _Told,
    received: Mapping[tuple[str, str], int],
    mailings: Sequence[Mailing],
    directory: PeopleDirectory,
) -> Iterator[str]:
    """Everybody has what is for them, each message of it, and nothing else."""
    ids = {row.recipient_id for one in mailings for row in one.rows} | set(residents())
    known = [one for id_ in ids if (one := directory.recipient(id_)) is not None]
    addresses = {one.id: one.addresses.get(MAIL, "") for one in known}
    yield from misdelivered(mailings, received.keys(), addresses)
    yield from untold(mailings, told.buildings.keys(), {id_: addresses[id_] for id_ in residents()})


def _answers(view: View, pressed: Sequence[Pressed], told: _Told) -> Iterator[str]:
    """What people answered stands where it belongs."""
    rows: dict[str, DeliveryRow] = view.ledger([one.delivery for one in pressed])
    messages = {id_: view.message(row.message_id) for id_, row in rows.items()}
    offered = {
        id_: told.offered[message.offer_id] for id_, message in messages.items()
        if message is not None and message.offer_id is not None
    }  # fmt: skip
    ids = [id_ for one in pressed for id_ in one.commands]
    decisions = {id_: row for id_ in ids if (row := view.decision(id_)) is not None}
    yield from unacknowledged(pressed, rows)
    yield from undecided(pressed, decisions, offered, told.accepted)
