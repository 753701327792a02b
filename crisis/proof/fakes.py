"""A clock that stands still and channels in memory: for stories, crash runs and other tests.

The channels pass the same contract as the real ones, with failures as a test scripts them. They
are public: who writes a channel or a playbook of their own may tell stories with them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crisis.channels import open_channel
from crisis.organisation import Organisation
from crisis.ports import OWN_PAGES, Abilities, Clock, Outgoing, Receipt, in_time

Fault = Literal["refused", "later", "unreachable", "silent", "dropped", "lost"]
"""What becomes of deliveries: refused for good; refused for now; the server is not there; arrived
and never answered; arrived and the connection dropped; said to be sent and never arrived."""

_ARRIVES = frozenset({None, "silent", "dropped"})


class StoryClock:
    """Time stands still until it is moved; business time and real time are the same."""

    def __init__(self, begins_at: datetime) -> None:
        self._begins_at = begins_at
        self.offset = timedelta()
        """How far it was moved ahead; a runtime sets it from what its store keeps."""

    def now(self) -> datetime:
        """Business time, UTC."""
        return self._begins_at + self.offset

    def real(self) -> datetime:
        """The same, so that what is kept for a moment of real time never outlives a story's."""
        return self.now()

    def pass_unseen(self, span: timedelta) -> None:
        """Time goes by while nothing runs."""
        self._begins_at += span


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One delivery as it was handed over, and whether it arrived.

    ``asked_at`` is when the channel was asked; it may have had to wait for a connection.
    """

    at: datetime
    asked_at: datetime
    channel: str
    outgoing: Outgoing
    arrived: bool


class FakeChannel:
    """A channel in memory. ``fault`` holds for everybody, ``faults`` for single addresses.

    ``next_faults`` are used up by an address's next attempts, one after the other.

    ``handed`` keeps every attempt, in order. ``patience`` (seconds of real time) is how long it
    waits for an answer that never comes. ``watchers`` hear of each
    hand-over. ``gate``, where set, holds back every batch until it is
    opened. With ``confirms`` among its abilities, :meth:`receipts` makes the call-backs, which
    the test hands in late, twice, or never.
    """

    def __init__(
        self,
        name: str,
        abilities: Abilities,
        clock: Clock,
        *,
        answer: Literal["sent", "delivered"] = "sent",
        patience: float = 0.05,
    ) -> None:
        self.name = name
        self.abilities = abilities
        self.handed: list[Handed] = []
        self.fault: Fault | None = None
        self.faults: dict[str, Fault] = {}
        self.next_faults: dict[str, list[Fault]] = {}
        self.gate: asyncio.Event | None = None
        self.watchers: list[Callable[[Handed], None]] = []
        self.at_once = 0
        self.most_at_once = 0
        self._answer = answer
        self._patience = patience
        self._clock = clock
        self._lines = asyncio.Semaphore(abilities.connections)

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Take a batch, one connection each; a receipt for each delivery, as scripted."""
        asked_at = self._clock.now()
        async with self._lines:
            self.at_once += len(batch)
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                if self.gate is not None:
                    await self.gate.wait()
                await asyncio.sleep(0)
                receipts = [self._take(one, asked_at) for one in batch]
                if any(self._fault_of(one.address) == "silent" for one in batch):
                    await asyncio.sleep(self._patience)
                return receipts
            finally:
                self.at_once -= len(batch)

    async def close(self) -> None:
        """Nothing is held open."""

    def arrived(self, address: str | None = None) -> Iterator[Handed]:
        """What has arrived, at one address or at all of them, oldest first."""
        return (
            one for one in self.handed if one.arrived and address in {None, one.outgoing.address}
        )

    def copies(self) -> Counter[str]:
        """Delivery id -> how often it arrived."""
        return Counter(one.outgoing.delivery_id for one in self.arrived())

    def asked(self) -> dict[str, list[datetime]]:
        """Delivery id -> when it was to be carried, each time."""
        found: dict[str, list[datetime]] = {}
        for one in self.handed:
            found.setdefault(one.outgoing.delivery_id, []).append(one.asked_at)
        return found

    def receipts(
        self, address: str, state: Literal["delivered", "failed"] = "delivered", *, times: int = 1
    ) -> list[Receipt]:
        """Make the call-back for the last delivery to this address, ``times`` over."""
        *_, last = self.arrived(address)
        receipt = Receipt(
            delivery_id="",
            state=state,
            at=self._clock.now(),
            reason="" if state == "delivered" else "the provider could not deliver it",
            provider_ref=_reference(last.outgoing),
        )
        return [receipt] * times

    def _fault_of(self, address: str) -> Fault | None:
        return self.faults.get(address, self.fault)

    def _take(self, one: Outgoing, asked_at: datetime) -> Receipt:
        if not in_time(one.until, self._clock.real()):
            at, why = self._clock.now(), "it was another's to send by then"
            return Receipt(delivery_id=one.delivery_id, state="untried", at=at, reason=why)
        coming = self.next_faults.get(one.address)
        fault = coming.pop(0) if coming else self._fault_of(one.address)
        if fault is None and not one.address.strip(" ."):
            fault = "refused"
        handed = Handed(
            at=self._clock.now(),
            asked_at=asked_at,
            channel=self.name,
            outgoing=one,
            arrived=fault in _ARRIVES,
        )
        self.handed.append(handed)
        for watcher in self.watchers:
            watcher(handed)
        return self._said(one, fault)

    def _said(self, one: Outgoing, fault: Fault | None) -> Receipt:
        at = self._clock.now()
        match fault:
            case None | "lost":
                return Receipt(
                    delivery_id=one.delivery_id,
                    state=self._answer,
                    at=at,
                    provider_ref=_reference(one),
                )
            case "silent" | "dropped":
                why = "no answer" if fault == "silent" else "the connection was dropped"
                return Receipt(delivery_id=one.delivery_id, state="unknown", at=at, reason=why)
        return Receipt(
            delivery_id=one.delivery_id,
            state="failed",
            at=at,
            temporary=fault != "refused",
            reason={
                "refused": "no such address",
                "later": "come back later",
                "unreachable": "the server cannot be reached",
            }[fault],
        )


def _reference(one: Outgoing) -> str:
    return f"fake-{one.delivery_id}"


def fake_channels(organisation: Organisation, clock: Clock) -> dict[str, FakeChannel]:
    """Make a fake for each channel of an organisation, able to do what the real one can."""
    fakes = {}
    for name, settings in organisation.settings.channels.items():
        real = open_channel(name, settings.kind, settings.own(), _AnySecret(), clock)
        fakes[name] = FakeChannel(name, real.abilities, clock)
    page = Abilities(form="long", confirms=True, repeat_safe=True, connections=1, depth=64)
    for name in sorted(OWN_PAGES):
        fakes[name] = FakeChannel(name, page, clock, answer="delivered")
    return fakes


class _AnySecret(dict[str, str]):
    """A fake needs no password."""

    def __missing__(self, name: str) -> str:
        return f"not the real {name}"
