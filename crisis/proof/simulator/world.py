"""The world of one story: one machine with its service, what came of it, and how time passes."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from crisis.core.commands import Command
from crisis.core.deciding import Decision
from crisis.organisation import Organisation
from crisis.ports import Channel, DeliveryRow, InDoubt, Store, Unavailable
from crisis.proof.fakes import Handed
from crisis.proof.invariants import Away, Breach, Sinks
from crisis.proof.simulator.clock import Restless, SimulatedClock, StillLoop
from crisis.proof.simulator.faults import (
    GuardedStore,
    PowerCut,
    StoryChannel,
    Traps,
    story_channels,
)
from crisis.proof.simulator.steps import Step, Tale
from crisis.proof.stage import Runtime
from crisis.store.memory import MemoryStore

Opens = Callable[[Store, SimulatedClock, Sequence[Channel]], Runtime]
"""Wires the real service, which is not running yet."""

LARGEST = 280
"""Deliveries after which a story is at its end: some go on for ever, and say nothing new."""
FAR, LARGEST_FAR = 86_400, 900
"""Seconds beyond which a story is long, and its deliveries: reviews and actions come late."""
MOST_LOOKS = 1_000
"""Instants after which it is as well."""
RESTLESS = 900
"""Looks in a row after which a service that is never at rest counts as stuck."""
POLL = timedelta(seconds=10)
"""How long the world waits for something that the story itself holds back."""
CALL_BACK = frozenset({"sms", "call", "push"})
"""Channels whose provider may call back; which do is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where every story plays, and how its service is opened."""

    organisation: Organisation
    files: Mapping[str, str]
    newer: Organisation
    """What the house may become in the middle of a story: version 2."""
    newer_files: Mapping[str, str]
    opens: Opens

    def people(self, *, exercise: bool) -> Sequence[str]:
        """Whoever may act: in an exercise, those who are in it."""
        group = self.organisation.settings.exercises.group
        people = self.organisation.configuration.people.people
        return sorted(id_ for id_, one in people.items() if not exercise or group in one.groups)

    def version(self, number: int | None) -> Organisation:
        """One of the two versions."""
        return self.newer if number == self.newer.version else self.organisation


@dataclass(slots=True, kw_only=True)
class Asked:
    """A command and what became of it."""

    command: Command
    answer: Decision | None = None
    lost: bool = False
    """Whether nobody can say what became of it: the power went, or the store was away."""


@dataclass(slots=True)
class World:
    """One machine, its channels and its clock."""

    tale: Tale
    house: House
    loop: StillLoop
    clock: SimulatedClock = field(init=False)
    store: MemoryStore = field(init=False)
    guard: GuardedStore = field(init=False)
    channels: Mapping[str, StoryChannel] = field(init=False)
    traps: Traps = field(default_factory=Traps)
    away: list[Away] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Bodies that nobody could read, and that a door said are kept."""
    asked: list[Asked] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    may_repeat: Counter[str] = field(default_factory=Counter)
    """Delivery id -> how often a crash has left it in flight."""
    seen: Counter[str] = field(default_factory=Counter)
    """What happened to this world, for the premises of the guarantees."""
    found: list[Breach] = field(default_factory=list)
    looks: int = 0
    """At how many instants something happened."""
    store_back: float | None = None
    down_for: float = 0.0
    numbers: Any = field(default_factory=count)
    _gone_at: datetime | None = None
    """Since when the store is away."""
    _later: list[tuple[float, int, Callable[[], Awaitable[Any]]]] = field(default_factory=list)
    _service: Runtime | None = None
    _running: asyncio.Task[None] | None = None
    _timer: float | None = None

    def __post_init__(self) -> None:
        self.clock = SimulatedClock(self.tale.begins_at)
        self.loop.follow(self.clock)
        self.store = MemoryStore()
        self.store.transact(
            [lambda unit: unit.add_configuration(self.house.files, at=self.tale.begins_at)]
        )
        self.guard = GuardedStore(self.store)
        confirming = frozenset(
            one.words("channel") for one in self.tale.steps if one.verb == "provider"
        )
        self.channels = story_channels(self.house.organisation, self.clock, confirming & CALL_BACK)
        for channel in self.channels.values():
            channel.watchers.append(self.handed.append)

    # --- the service ---

    @property
    def service(self) -> Runtime:
        """The service that runs now."""
        if self._service is None:
            raise LookupError("nothing runs")
        return self._service

    def starts(self) -> None:
        """Open the service on what is durable, and let it come to rest."""
        self.traps.off = False
        self.guard = GuardedStore(self.store)
        self._service = self.house.opens(self.guard, self.clock, [*self.channels.values()])
        self._running = self.loop.create_task(self._service.run())
        self.settles()

    def stops(self, away: float) -> None:
        """The power goes, for so many seconds."""
        began = self.clock.now()
        with self.store.read() as view:
            for row in view.streams("incident", limit=100_000):
                self._in_flight(view.messages(row.stream_id), view.deliveries)
        self.returns()
        self.traps.off = self.guard.away = True
        for one in self.asked:
            one.lost = one.lost or one.answer is None
        self._dies()
        for channel in self.channels.values():
            channel.gate = None
        self.clock.passes(timedelta(seconds=away))
        self.away.append(Away(began, self.clock.now()))
        self.seen["crash"] += 1
        self.starts()

    def ends(self) -> None:
        """Nothing runs any more."""
        self.traps.off = self.guard.away = True
        self._dies()

    def _dies(self) -> None:
        """Let go of everything that ran; it cannot reach the store any more."""
        while left := asyncio.all_tasks(self.loop):
            for task in left:
                task.cancel()
            with suppress(PowerCut):  # groups of tasks say once more what ended them
                self.loop.settle()

    def _in_flight(
        self, messages: Sequence[Any], rows_of: Callable[[str], Sequence[DeliveryRow]]
    ) -> None:
        """What is handed over and has no receipt may come once more (G2)."""
        copies = {one.outgoing.delivery_id for one in self.handed if one.arrived}
        for message in messages:
            for row in rows_of(message.id):
                if row.state == "sending":
                    self.may_repeat[row.id] += 1
                    self.seen["in flight at a crash"] += row.id in copies

    # --- time ---

    def worn_out(self) -> bool:
        """Whether so much has happened that the rest would say nothing new."""
        largest = LARGEST if self.tale.ends_after < FAR else LARGEST_FAR
        return len(self.handed) > largest or self.looks > MOST_LOOKS

    def settles(self) -> None:
        """Do everything that can be done at this instant; the power may go in the middle of it."""
        try:
            self._timer = self.loop.settle()
        except PowerCut:
            self.stops(self.down_for)
        except Restless:
            self.breach("G13", "at one instant there is no end to what the service does")
            self.looks = MOST_LOOKS + 1
        if self._running is not None and self._running.done() and not self._running.cancelled():
            fault = self._running.exception()
            self.breach("G13", f"the service has ended: {type(fault).__name__}")

    def until(self, seconds: float) -> None:
        """Let time pass until then, from one thing that happens to the next."""
        restless = 0
        while self.clock.monotonic() < seconds and not self.worn_out():
            self.looks += 1
            self._due_later()
            rests, at = self._next(seconds)
            restless = 0 if rests else restless + 1
            if restless > RESTLESS:
                self.breach("G13", "the service does not come to rest")
                at, restless = seconds, 0
            self.clock.passes_to(min(at, seconds))
            if self.store_back is not None and self.clock.monotonic() >= self.store_back:
                self.returns()
            self.settles()
        self._due_later()

    def returns(self) -> None:
        """The store is there again."""
        if self._gone_at is not None:
            self.store_back = None
            self.guard.away = False
            self.away.append(Away(self._gone_at, self.clock.now() + timedelta(seconds=2)))
            self._gone_at = None

    def goes_away(self, seconds: float) -> None:
        """The store cannot be reached for so long."""
        if self.store_back is None:
            self._gone_at = self.clock.now()
            self.guard.away = True
            self.store_back = self.clock.monotonic() + seconds

    def later(self, seconds: float, act: Callable[[], Awaitable[Any]]) -> None:
        """Something outside of the service happens after so long."""
        heapq.heappush(self._later, (self.clock.monotonic() + seconds, next(self.numbers), act))

    def _due_later(self) -> None:
        while self._later and self._later[0][0] <= self.clock.monotonic():
            self.begins(heapq.heappop(self._later)[2])
            self.settles()

    def _next(self, until: float) -> tuple[bool, float]:
        """Whether the service is at rest, and when something happens next."""
        now = self.clock.monotonic()
        times = [until]
        if self._later:
            times.append(self._later[0][0])
        if self.store_back is not None:
            return True, max(now, min(*times, self.store_back))
        at = self.service.next_at()
        rests = self.service.idle()
        if at is not None and at > self.clock.now():
            times.append(now + (at - self.clock.now()).total_seconds())
        if not rests and any(one.gate is not None for one in self.channels.values()):
            times.append(now + POLL.total_seconds())
            return True, min(times)
        if not rests and self._timer is not None:
            times.append(self._timer)
        return rests, min(one for one in times if one >= now)

    # --- doors ---

    def begins(self, act: Callable[[], Awaitable[Any]]) -> None:
        """Somebody outside does something; they see what comes of it, and the story goes on."""
        self.loop.create_task(self._outside(act))

    async def _outside(self, act: Callable[[], Awaitable[Any]]) -> None:
        try:
            await act()
        except (Unavailable, InDoubt):
            self.seen["told to come back"] += 1
        except LookupError:
            self.seen["found nothing"] += 1

    def asks(self, command: Command, *, then: Callable[[], None] = lambda: None) -> None:
        """Somebody gives a command; whether it is answered stands in :attr:`asked`."""
        asked = Asked(command=command)
        self.asked.append(asked)
        self.loop.create_task(self._submit(asked, then))

    async def _submit(self, asked: Asked, then: Callable[[], None]) -> None:
        sprung = self.seen["rules made to fail"]
        try:
            answer = await self.service.inbox.submit(asked.command)
        except (Unavailable, InDoubt):
            asked.lost = True
            return
        except Exception as fault:  # noqa: BLE001 - a command must never make the rules fail
            asked.lost = True
            if self.seen["rules made to fail"] == sprung:
                kind = type(asked.command.body).__name__
                self.breach("G13", f"the rules failed on {kind}: {type(fault).__name__}: {fault}")
            return
        if isinstance(answer, Decision):
            asked.answer = answer
            self._same_as_before(asked)
            then()

    def _same_as_before(self, asked: Asked) -> None:
        for one in self.asked:
            if one is asked or one.answer is None or one.command.id != asked.command.id:
                continue
            self.seen["repeated command"] += 1
            if asked.answer is not None and one.answer.accepted != asked.answer.accepted:
                self.breach("G11", f"the repeat of {asked.command.id} had another answer")
            return

    # --- what is seen from outside ---

    def breach(self, guarantee: str, words: str) -> None:
        """Something is wrong that no record shows."""
        one = Breach(guarantee=guarantee, where="the world", words=words)
        if one not in self.found:
            self.found.append(one)

    def incidents(self) -> list[str]:
        """Every incident, the oldest first."""
        with self.store.read() as view:
            return [one.stream_id for one in reversed(view.streams("incident", limit=100_000))]

    def sinks(self) -> Sinks:
        """What was seen of deliveries and answers."""
        copies: Counter[str] = Counter()
        doubted = Counter(self.may_repeat)
        asked: dict[str, list[datetime]] = {}
        for channel in self.channels.values():
            copies += channel.copies()
            asked |= channel.asked()
            doubted += channel.doubted
        return Sinks(
            received=copies,
            asked=asked,
            answered=tuple(self.answered),
            quarantined=tuple(self.kept),
            may_repeat=doubted,
        )


def happens_at(tale: Tale, step: Step) -> timedelta:
    """How long after the beginning."""
    return tale.at(step) - tale.begins_at
