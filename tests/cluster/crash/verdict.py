"""What a run came to: counted at the doors, in the journal, and in everyone's mailbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from crisis.codec import from_recorded
from crisis.core.events import IncidentDeclared, ReportLinked
from crisis.ports import View
from crisis.proof.invariants import Sinks, check
from crisis.proof.invariants.record import EXCUSED, reason
from crisis.runtime.clock import ServiceClock
from crisis.runtime.world import World
from crisis.store import open_store
from tests.cluster.crash.house import neighbours

_EVERY = 1_000_000
_ORDER = frozenset({"G11"})
"""The guarantee of a chain that holds."""
_TOOK = frozenset({"sent", "delivered", "acknowledged"})


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
        world = World(store)
        world.organisation()  # before the view: who reads it for long holds none open meanwhile
        with store.read() as view:
            found = check(view, organisation=world.organisation, now=clock.now(), sinks=sinks)
            told = _told(view)
            lost = [one for one in outside.answered if not told.reports[one]]
            doubled = [one for one, count in told.reports.items() if count > 1]
            doubled += [one for one, count in told.buildings.items() if count > 1]
            order = list(_out_of_order(outside.noted, told.commands))
            mails = _mails(view, told.buildings, outside.received)
            ledger = list(_ledger(view, copies))
    breaches = [
        *map(str, found),
        *(f"lost: report {one}" for one in lost),
        *(f"doubled: {one}" for one in doubled),
        *order, *mails, *ledger,
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
    commands: dict[str, list[str]] = field(default_factory=dict)


def _told(view: View) -> _Told:
    told = _Told()
    for row in view.streams("incident", limit=_EVERY):
        commands = told.commands.setdefault(row.stream_id, [])
        for one in view.events("incident", row.stream_id):
            commands.append(one.command_id)
            body = from_recorded(one).body
            if isinstance(body, IncidentDeclared | ReportLinked):
                told.reports[body.report_id] += 1
            if isinstance(body, IncidentDeclared):
                told.buildings[body.building or ""] += 1
    return told


def _out_of_order(
    noted: Mapping[str, Sequence[str]], decided: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """What people wrote down in an incident stands there once, in the order of its sending."""
    for incident, sent in noted.items():
        wanted = set(sent)
        stands = [one for one in decided.get(incident, ()) if one in wanted]
        once = list(dict.fromkeys(stands))
        if once != list(sent):
            have = f"{len(once)} of {len(sent)} notes"
            yield f"out of order: {incident} has {have}, or in another order"


def _mails(
    view: View, buildings: Mapping[str, int], received: Mapping[tuple[str, str], int]
) -> Iterator[str]:
    """Everybody in a building of which somebody has reported has a mail."""
    del view
    reached = {address for _, address in received}
    for building in buildings:
        missing = sorted(neighbours(building) - reached)
        if missing:
            yield f"not told: {len(missing)} people of {building}, {missing[0]} for one"


def _ledger(view: View, copies: Mapping[str, int]) -> Iterator[str]:
    """What the ledger says was taken by the mail server has come, and nothing else is left."""
    for row in view.streams("incident", limit=_EVERY):
        for message in view.messages(row.stream_id):
            for one in view.deliveries(message.id):
                if one.channel != "email":
                    continue
                if one.state in _TOOK and not copies.get(one.id):
                    yield f"never came: {one.id} is {one.state}"
                if one.state == "failed" and reason(one) not in EXCUSED:
                    yield f"not delivered: {one.id} is {one.state} ({one.reason})"
