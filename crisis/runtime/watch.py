"""Looks how far the work is: first at the store, then at the log.

In that order: what a part has written into a topic before it says in the store that it has, is
seen in the topic. So "at rest" is never said of what is on its way from one to the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from crisis.ports import Clock, Store, Unavailable
from crisis.runtime.brokers import Brokers
from crisis.runtime.groups import Place, read_up_to
from crisis.runtime.handing_back import letters, waits
from crisis.runtime.progress import Owed, Partition, Progress, owed
from crisis.runtime.provision import BrokerRefused, NoBroker

ANSWERED_WITHIN = 2.0
"""Seconds after which a store or a broker that has not answered is away: a look is short."""
_LEAST = 64 * 1024
"""Bytes fetched of a partition to learn when one of its messages was kept."""

Handled = Mapping[Place, int]
"""Topic and partition -> the last handled offset."""
Bounds = Mapping[TopicPartition, tuple[int, int]]
"""Partition -> where it begins, and ends."""


class Watch:
    """Looks at one store and one cluster, as often as it is asked; one look after the other.

    While the store is away it goes by the positions that it knew last; ``known`` are those of
    before the first look. Where there are none it asks the groups how far they have read, and
    where they cannot say it either, it counts from where the log ended at its first look, and
    says that this is the least. ``heard`` is told at once, on the loop, what becomes known of the
    store: why it is away, or None while it is there, be it long after the look that asked it.
    """

    def __init__(
        self, consumer: AIOKafkaConsumer, *, store: Store, clock: Clock, brokers: Brokers
    ) -> None:
        self.known: Handled = {}
        self.heard: Callable[[str | None], None] = _unheard
        self._consumer = consumer
        self._store = store
        self._clock = clock
        self._brokers = brokers
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="crisis-watch")
        self._asked: asyncio.Future[tuple[Handled, Owed]] | None = None
        self._counted: tuple[Bounds, int] = {}, 0
        self._told_by_store = False
        self._ended: dict[Place, int] = {}
        self._groups = {
            brokers.reports: brokers.workers, brokers.commands: brokers.workers,
            brokers.receipts: brokers.dispatchers,
        }  # fmt: skip
        self._kept_at: dict[tuple[TopicPartition, int], datetime | None] = {}

    async def look(self, *, ages: bool = True) -> Progress:
        """How far the work is now; without ``ages``, messages are counted and not read."""
        found = await self._at_the_store(Progress(at=self._clock.real()))
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                begins, ends = await self._bounds()
        except (KafkaError, OSError, TimeoutError) as error:
            return replace(found, brokers_away=type(error).__name__)
        handled, unknown = await self._handled({tp: (begins[tp], ends[tp]) for tp in ends})
        dead = {tp for tp in ends if tp.topic == self._brokers.dead_letters}
        partitions = [
            Partition(
                topic=tp.topic, partition=tp.partition, begins=begins[tp], ends=ends[tp],
                handled=handled.get((tp.topic, tp.partition)),
                counted_from_here=(tp.topic, tp.partition) in unknown,
            )
            for tp in sorted(ends.keys() - dead)
        ]  # fmt: skip
        if ages:
            partitions = [one async for one in self._aged(partitions)]
        return replace(
            found,
            partitions=tuple(partitions),
            dead_letters=await self._letters({tp: (begins[tp], ends[tp]) for tp in dead}),
        )

    def close(self) -> None:
        """Let go of the thread; a store that hangs is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    # --- the store ---

    async def _at_the_store(self, found: Progress) -> Progress:
        if self._asked is not None and not self._asked.done():
            return replace(found, store_away="it has not answered since the last look")
        loop = asyncio.get_running_loop()
        self._asked = loop.run_in_executor(self._thread, self._read)
        self._asked.add_done_callback(self._answered)
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                _, standing = await asyncio.shield(self._asked)
        except TimeoutError:
            why = f"no answer within {ANSWERED_WITHIN:g} s"
            self.heard(why)
            return replace(found, store_away=why)
        except Unavailable as error:
            return replace(found, store_away=str(error))
        return replace(found, owed=standing)

    def _answered(self, asked: asyncio.Future[tuple[Handled, Owed]]) -> None:
        error = None if asked.cancelled() else asked.exception()
        if isinstance(error, Unavailable):
            self.heard(str(error))
        elif error is None and not asked.cancelled():
            self.known, _ = asked.result()
            self._told_by_store = True
            self.heard(None)

    def _read(self) -> tuple[Handled, Owed]:
        with self._store.read() as view:
            # business time never goes back: whoever has moved it further is right
            real = self._clock.real()
            now = max(self._clock.now(), real + view.clock_offset())
            return view.positions(self._brokers.cluster), owed(view, now, real)

    # --- the log ---

    async def _bounds(self) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        partitions = list(self._consumer.assignment())
        self._consumer.pause(*partitions)
        begins = await self._consumer.beginning_offsets(partitions)
        return begins, await self._consumer.end_offsets(partitions)

    async def _handled(self, bounds: Bounds) -> tuple[Handled, frozenset[Place]]:
        """Up to where each partition was handled, and of which nobody knows it."""
        places = {
            (tp.topic, tp.partition): bound for tp, bound in bounds.items()
            if tp.topic in self._groups
        }  # fmt: skip
        missing = places.keys() - self.known.keys()
        if self._told_by_store or not missing:
            return self.known, frozenset()
        read, handled, unknown = await self._read_by_groups(), dict(self.known), set[Place]()
        for place in missing:
            begin, end = places[place]
            ended = self._ended.setdefault(place, end)
            group = read.get(self._groups[place[0]])
            if group:  # and of a partition that it does not name it has read nothing
                handled |= {place: group[place]} if place in group else {}
            elif ended > begin:
                handled[place] = ended - 1
                unknown.add(place)
        return handled, frozenset(unknown)

    async def _read_by_groups(self) -> Mapping[str, Handled]:
        """Group -> how far it says that it has read, where it can be asked."""
        found: dict[str, Handled] = {}
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(ANSWERED_WITHIN):
                for group in set(self._groups.values()):
                    found[group] = await read_up_to(self._brokers.bootstrap, group)
        return found

    async def _letters(self, bounds: Bounds) -> int:
        """How many wait for somebody; they are read anew only where there is something new."""
        kept = sum(end - begin for begin, end in bounds.values())
        if kept and bounds != self._counted[0]:
            try:
                async with asyncio.timeout(ANSWERED_WITHIN):
                    found = await letters(self._brokers.bootstrap, self._brokers.dead_letters)
            except (BrokerRefused, NoBroker, TimeoutError):
                return kept
            self._counted = bounds, sum(map(waits, found))
        return self._counted[1] if kept else 0

    async def _aged(self, partitions: Iterable[Partition]) -> AsyncIterator[Partition]:
        """Each with its times; where a message cannot be read in time, without them."""
        partitions = list(partitions)
        last = {_tp(one): one.ends - 1 for one in partitions if one.ends > one.begins}
        first = {_tp(one): one.following for one in partitions if one.waiting}
        await self._learn(last)
        await self._learn(first)
        wanted = {*last.items(), *first.items()}
        self._kept_at = {key: at for key, at in self._kept_at.items() if key in wanted}
        for one in partitions:
            tp = _tp(one)
            yield replace(
                one,
                waits_since=self._kept_at.get((tp, first.get(tp, -1))),
                last_at=self._kept_at.get((tp, last.get(tp, -1))),
            )

    async def _learn(self, wanted: Mapping[TopicPartition, int]) -> None:
        """Read when these messages were kept; where a transaction left only its mark, none was."""
        new = {tp: offset for tp, offset in wanted.items() if (tp, offset) not in self._kept_at}
        for tp, offset in new.items():
            self._consumer.seek(tp, offset)
        self._consumer.resume(*new)
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                for tp, offset in new.items():
                    record = await self._consumer.getone(tp)
                    kept_at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
                    self._kept_at[tp, offset] = kept_at
        except (KafkaError, OSError, TimeoutError):
            for tp, offset in new.items():
                if (tp, offset) not in self._kept_at and await self._consumer.position(tp) > offset:
                    self._kept_at[tp, offset] = None
        finally:
            self._consumer.pause(*new)


@asynccontextmanager
async def watching(*, store: Store, clock: Clock, brokers: Brokers) -> AsyncIterator[Watch]:
    """A watch for the time of the block; raises KafkaError where no broker answers at its start."""
    topics = (brokers.reports, brokers.commands, brokers.receipts, brokers.dead_letters)
    async with AIOKafkaConsumer(
        *topics, bootstrap_servers=brokers.bootstrap, auto_offset_reset="latest",
        enable_auto_commit=False, max_partition_fetch_bytes=_LEAST,
    ) as consumer:  # fmt: skip
        watch = Watch(consumer, store=store, clock=clock, brokers=brokers)
        try:
            yield watch
        finally:
            watch.close()


def _unheard(away: str | None) -> None:
    """Nobody asks."""
    del away


def _tp(one: Partition) -> TopicPartition:
    return TopicPartition(one.topic, one.partition)
