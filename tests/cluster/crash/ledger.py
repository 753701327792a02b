"""The ledger, held against the journals, against who lives where, and against the mailboxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crisis.ports import DeliveryRow
from tests.cluster.crash.house import neighbours

MAIL = "email"
TOOK = frozenset({"sent", "delivered", "acknowledged"})
"""The mail server has taken it."""
_UNREACHABLE = frozenset({"no-address", "no-channel", "by-hand"})
_UNWANTED = frozenset({"acknowledged", "withdrawn", "ended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A message that was released, and its rows of the ledger."""

    id: str
    building: str
    audience: str | None = None
    to: tuple[str, ...] = ()
    """Whom it names, where it is for no audience."""
    closed: bool = False
    """Taken back before everybody had it: a role that another has taken."""
    rows: Sequence[DeliveryRow] = ()

    def mailed(self) -> set[str]:
        """To whom it has gone by mail."""
        return {one.recipient_id for one in self.rows if one.channel == MAIL and one.state in TOOK}


def misdelivered(
    mailings: Iterable[Mailing],
    received: Collection[tuple[str, str]],
    addresses: Mapping[str, str],
) -> Iterator[str]:
    """Each mail that was taken has come, to whom it was for and to nobody else.

    ``received`` are deliveries and the addresses that they came to; ``addresses`` are by recipient.
    """
    came: dict[str, set[str]] = {}
    for delivery, address in received:
        came.setdefault(delivery, set()).add(address)
    for message in mailings:
        for row in message.rows:
            wanted, found = addresses.get(row.recipient_id, ""), came.get(row.id, set())
            if row.channel == MAIL and row.state in TOOK and wanted not in found:
                yield f"never came: {row.id} of {message.id} to {row.recipient_id} is {row.state}"
            if found - {wanted}:
                yield f"went astray: {row.id} of {message.id} is for {row.recipient_id} alone"


def untold(
    mailings: Sequence[Mailing], buildings: Collection[str], people: Mapping[str, str]
) -> Iterator[str]:
    """Each message has gone to everybody whom it is for, the first one and each that follows.

    ``buildings`` are those of which somebody has reported; ``people`` are their addresses by
    recipient. Whoever lives there is written to, as an audience: what reaches any of them anywhere
    has to reach all of them everywhere. Whom a message names has it on some way.
    """
    crowds = {one.audience for one in mailings if one.audience and one.mailed() & people.keys()}
    told = {one.building for one in mailings if one.audience in crowds}
    yield from (f"not told: nobody of {one}" for one in sorted(set(buildings) - told))
    for message in mailings:
        missing = sorted(set(message.to) - {one.recipient_id for one in message.rows})
        if message.audience in crowds and not message.closed:
            there = neighbours(message.building)
            here = {one for one, address in people.items() if address in there}
            missing += sorted(here - message.mailed())
        if missing:
            yield f"not told: {len(missing)} by {message.id}, {missing[0]} for one"


def left_over(rows: Iterable[DeliveryRow], bound: int) -> Iterator[str]:
    """Nothing is open any more but what must be; ``bound`` were in flight as their sender fell.

    By mail everything has gone: its server takes whatever comes, and what is in doubt goes again.
    Elsewhere may be left

    - what waits for its turn or its next attempt: a ladder asks its later rungs in minutes;
    - as unknown what was in flight, for nobody may say it twice where that does harm.

    Left out is what nothing can carry there; left out, or dropped between two attempts (then it
    may be unknown by mail too), is what is not wanted any more: never what took too long.
    """
    unknown = 0
    for row in rows:
        word, _, why = row.reason.partition(": ")
        match row.state:
            case "sent" | "delivered" | "acknowledged":
                continue
            case "suppressed" if word in _UNREACHABLE | _UNWANTED:
                continue
            case "failed" if word in _UNWANTED:
                continue
            case "unknown" if row.channel != MAIL or why in _UNWANTED:
                unknown += 1
                continue
            case "queued" if row.channel != MAIL and (row.rung or row.attempts):
                continue
        yield f"left over: {row.id} by {row.channel} is {row.state} ({row.reason or 'no reason'})"
    if unknown > bound:
        yield f"left over: {unknown} are unknown, and {bound} were in flight"
