"""Faust: streams carried to a worker, spread over any number of them. The only file that knows it.

Faust and Kafka order and spread the work; they are never asked to remember. Positions come from
the store, where each is written with what its message came to, and what Faust commits to its group
is only for people to look at. Faust acknowledges a message whose agent has raised, and goes on: so
nothing is raised here, and what must not happen ends the process, whose partitions move on.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Coroutine, Iterable
from typing import Any, ClassVar, cast

import faust
import structlog
from aiokafka import TopicPartition
from faust.tables import TableManager
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP
from mode import OneForOneSupervisor, ServiceT

from crisis.ports import Unavailable
from crisis.runtime.access import credentials
from crisis.runtime.again import Again
from crisis.runtime.positions import ALARMS, resume
from crisis.runtime.worker import Entry, Handle, Handled, Met

_log = structlog.get_logger(__name__)

SESSION = 6.0
"""Seconds after which a worker that is silent has lost its partitions: Apache's least."""
LOOK = 0.5
"""Seconds between two looks at whether the streams still flow."""
GLANCES = 10
"""So many of them from one glance at the ends of the logs to the next."""
SOUGHT_WITHIN = 60.0
"""Seconds for all that a rebalance asks of brokers and store; Faust gives up after 90."""
LEFT_WITHIN = 5.0
"""Seconds that streams may take to come, once they are to end."""
POLL = 0.1
"""Seconds for which a broker keeps a poll that finds nothing, and all that is asked after it."""
GONE = 70
"""Exit code of a process that has met what must not happen (EX_SOFTWARE)."""


class StreamsEnded(Exception):  # noqa: N818 - what has happened
    """Faust has given up; whoever supervises starts this process anew."""


class Polling(AIOKafkaConsumerThread):
    """Polls for a moment at a time, where Faust would for 1.5 seconds."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = int(1000 * POLL)  # noqa: SLF001 - no setting of Faust's
        return consumer


class FromTheStore(Consumer):
    """A consumer that goes on where the store says."""

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return Polling(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Hold each stored position against the log, and seek there.

        Raises TimeoutError before Faust loses patience: it would take that for the end, and handle
        nothing more without a word.
        """
        async with asyncio.timeout(SOUGHT_WITHIN):
            while True:
                try:
                    return await self._seek_as_stored()
                except Unavailable as error:
                    await _stand_still(error)

    async def _seek_as_stored(self) -> None:
        partitions = self.assignment()
        if not partitions:
            return
        app = cast("Streams", self.app)
        committed = await self.seek_to_committed()
        begins = await self.earliest_offsets(*partitions)
        ends = await self.highwaters(*partitions)
        handled = await asyncio.to_thread(app.handled)
        known = {topic for topic, _ in handled}
        seek: dict[TP, int] = {}
        new = {tp for tp in partitions if (tp.topic, tp.partition) not in handled}
        for tp in partitions:
            found = resume(
                handled.get((tp.topic, tp.partition)), begins=begins[tp], ends=ends[tp],
                committed=committed.get(tp), topic_known=tp.topic in known,
            )  # fmt: skip
            seek[tp] = found.offset
            if found.trouble in {"another-log", "unsure"}:
                await _unless_leaving(app, app.met(tp.topic, {tp.partition: begins[tp]}, anew=True))
            if found.trouble is not None:
                _log.critical(
                    ALARMS[found.trouble], trouble=found.trouble, topic=tp.topic, first=found.first,
                    partition=tp.partition, last=found.last, goes_on_at=found.offset,
                )  # fmt: skip
        for topic in {tp.topic for tp in new}:
            more = {} if topic in known else await app.again.beginnings(topic)
            there = more | {tp.partition: begins[tp] for tp in new if tp.topic == topic}
            await _unless_leaving(app, app.met(topic, there, anew=False))
        await self.seek_wait(seek)
        for tp, offset in seek.items():
            self._read_offset[tp] = self._committed_offset[tp] = offset or None
            app.following[tp] = offset


class StoreTransport(Transport):
    """Brings the consumer in."""

    Consumer: ClassVar[type] = FromTheStore


async def _stand_still(error: Unavailable) -> None:
    _log.warning("the store is away; streams wait for their positions", why=str(error))
    await asyncio.sleep(LOOK)


async def _unless_leaving(app: Streams, act: Coroutine[Any, Any, None]) -> None:
    """Wait for something, but not once the streams are to end: the store may be away for long."""
    task = asyncio.ensure_future(act)
    while not (task.done() or app.leaving or app.should_stop):
        await asyncio.wait((task,), timeout=LOOK)
    task.cancel()
    await asyncio.gather(task, return_exceptions=app.leaving or app.should_stop)


class NoTables(TableManager):
    """Faust waits a second for tables to be declared before it subscribes, at each start."""

    async def on_start(self) -> None:
        """Go on at once: none come."""
        await self._update_channels()
        await self.recovery.start()


class LetGo(OneForOneSupervisor):
    """Lets go of what was carrying a partition that is another's now.

    Faust takes a message that a rebalance breaks off for a crash: it starts an agent anew whose
    partition is gone, and where two break off at once it ends all the streams.
    """

    async def restart_service(self, service: ServiceT) -> None:
        """Never."""
        self.discard(service)


class Streams(faust.App):
    """The streams of one worker."""

    handled: Handled
    met: Met
    leaving: bool
    """Whether the streams are to end: nothing is waited for any more."""
    following: dict[TP, int]
    """Partition -> the offset that comes next, unless the log has none there."""
    again: Again

    def _create_directories(self) -> None:
        """None: without tables nothing of a worker is on its disk, which may be read-only."""

    async def passed_over(self, tp: TP, offset: int) -> list[Entry]:
        """What stands between the message that was due and this one: read from the log anew.

        Transactions and retention leave real holes; what a client has dropped looks the same.
        """
        due = self.following.get(tp, offset)
        self.following[tp] = offset + 1
        if offset <= due:
            return []
        return await self.again.between(tp.topic, tp.partition, due, offset)


def streams(
    *, brokers: str, group: str, topics: Iterable[str], handle: Handle, handled: Handled, met: Met
) -> Streams:
    """Streams that bring every message to ``handle``, in order of each partition."""
    app = Streams(
        group,
        broker=f"kafka://{brokers}",  # with TLS too: Faust has no other scheme for it
        broker_credentials=credentials(faust.SASLCredentials),
        broker_client_id=f"crisis-{socket.gethostname()}-{os.getpid()}",  # who reads what, by name
        value_serializer="raw", key_serializer="raw",
        broker_session_timeout=SESSION, broker_heartbeat_interval=SESSION / 4,
        broker_rebalance_timeout=20.0,
        broker_commit_interval=0.5,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=int(1000 * LOOK * GLANCES),
        producer_acks=-1,
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        TableManager=NoTables,
    )  # fmt: skip
    app.handled, app.met, app.following, app.again = handled, met, {}, Again(brokers)
    app.leaving = False
    app.transport = StoreTransport(app.conf.broker, app, loop=None)
    _keep_still_until_sought(app)
    for name in topics:
        _agent(app, name, handle)
    return app


async def flow(app: Streams) -> None:
    """Let the streams flow until cancelled; they end in order, also in mid-start.

    Raises :class:`StreamsEnded` when they have ended by themselves, or the log under them is
    another one by now: they start no more.
    """
    app.finalize()
    starting = asyncio.ensure_future(app.start())
    try:
        await asyncio.shield(starting)
        while not app.should_stop:
            for _ in range(GLANCES):
                if not app.should_stop:  # a crash is told by an attribute only
                    await asyncio.sleep(LOOK)
            await _same_logs(app)
        raise StreamsEnded(f"the streams have ended: {app.crash_reason!r}")
    finally:
        app.leaving = True
        await asyncio.wait((starting,), timeout=LEFT_WITHIN)
        await app.stop()
        await asyncio.gather(starting, return_exceptions=True)
        await app.again.close()


async def _same_logs(app: Streams) -> None:
    """Raise where a log ends before what comes next in it: its topic was made anew.

    That brings no rebalance, and the new log may grow beyond the old position unseen.
    """
    held = app.consumer.assignment()
    following = {TopicPartition(*tp): at for tp, at in app.following.items() if tp in held}
    cut = await app.again.cut(following)
    for tp, end in cut.items():
        _log.critical(
            "the log is shorter than what was read of it: its topic was made anew",
            topic=tp.topic, partition=tp.partition, first=end, last=following[tp] - 1,
        )  # fmt: skip
    if cut:
        raise StreamsEnded("the streams have ended: a topic was made anew while they flowed")


def _keep_still_until_sought(app: Streams) -> None:
    """After a rebalance nothing flows before the positions of the store hold, which may be away.

    Faust lets partitions flow before it seeks; and where nobody answers in time, it ends.
    """
    recovery = cast("TableManager", app.tables).recovery
    resume_streams = recovery._resume_streams  # noqa: SLF001 - there is no other door

    async def still(generation_id: int = 0) -> None:
        app.consumer.stop_flow()
        while not (app.leaving or app.should_stop):
            if app.consumer_generation_id != generation_id:
                return  # hands change again
            try:
                await asyncio.to_thread(app.handled)
            except Unavailable as error:
                await _stand_still(error)
            else:
                await resume_streams(generation_id)
                return
        recovery.completed.set()  # whoever waits for the streams need wait no longer

    recovery._resume_streams = still  # type: ignore[method-assign]  # noqa: SLF001 - as above


def _agent(app: Streams, name: str, handle: Handle) -> None:
    topic = app.topic(name, key_type=bytes, value_type=bytes, value_serializer="raw")

    async def carry(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            entry = Entry(
                message.topic, message.partition, message.offset, message.key, message.value,
                tuple(message.headers or ()),
            )  # fmt: skip
            try:
                for missed in await app.passed_over(message.tp, message.offset):
                    await handle(missed)
                await handle(entry)
            except Exception as error:  # noqa: BLE001 - Faust would pass over the message
                _log.critical("the worker ends", why=f"{type(error).__name__}: {error}")
                os._exit(GONE)

    app.agent(topic, name=name, concurrency=1, isolated_partitions=True, supervisor_strategy=LetGo)(
        carry
    )
