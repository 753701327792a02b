"""A part of a log read anew, where messages seem to be missing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from crisis.runtime.worker import Entry

_log = structlog.get_logger(__name__)

WITHIN = 30.0
"""Seconds that the brokers may take; then nobody knows what stands there, and this raises."""
GLANCE = 5.0
"""Seconds for a look that another follows: a gap that waits for its turn is worth more."""


class Again:
    """Reads a range of offsets once more, in no group; one range at a time."""

    def __init__(self, brokers: str) -> None:
        self._brokers = brokers
        self._reader: AIOKafkaConsumer | None = None
        self._turn = asyncio.Lock()

    async def between(self, topic: str, partition: int, first: int, end: int) -> list[Entry]:
        """Give the messages from ``first`` up to, not with, ``end``, which is known to exist.

        What is not there was never a message (the marks of transactions), unless retention has
        taken it, which is said loudly. Raises where the brokers do not answer.
        """
        tp = TopicPartition(topic, partition)
        async with self._turn, asyncio.timeout(WITHIN):
            reader = await self._opened()
            self._still(reader, tp)
            begins = (await reader.beginning_offsets([tp]))[tp]
            if begins > first:
                _log.critical(
                    "messages were lost", topic=topic, partition=partition, first=first,
                    last=min(begins, end) - 1, goes_on_at=begins,
                )  # fmt: skip
            if begins >= end:
                return []
            reader.seek(tp, max(first, begins))
            reader.resume(tp)
            found: list[Entry] = []
            while True:
                message = await reader.getone(tp)
                if message.offset >= end:
                    break
                entry = Entry(
                    topic, partition, message.offset, message.key, message.value,
                    tuple(message.headers),
                )  # fmt: skip
                found.append(entry)
            reader.pause(tp)
        log = _log.warning if found else _log.info
        log(
            "a gap in a topic was read again", topic=topic, partition=partition, first=first,
            last=end - 1, messages=len(found),
        )  # fmt: skip
        return found

    async def beginnings(self, topic: str) -> dict[int, int]:
        """Give the partitions of a topic, each with the first offset that it still has."""
        async with self._turn, asyncio.timeout(WITHIN):
            reader = await self._opened()
            first = TopicPartition(topic, 0)
            self._still(reader, first)
            await reader.beginning_offsets([first])  # from here on it knows the topic
            there = [TopicPartition(topic, one) for one in reader.partitions_for_topic(topic)]
            begins = await reader.beginning_offsets(there)
            return {tp.partition: offset for tp, offset in begins.items()}

    async def cut(self, following: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Give the ends of logs that end before what comes next in them: they are other logs.

        None where the brokers do not answer: who asks looks again.
        """
        try:
            async with self._turn, asyncio.timeout(GLANCE):
                ends = await (await self._opened()).end_offsets(list(following))
        except (KafkaError, TimeoutError):
            return {}
        return {tp: end for tp, end in ends.items() if end < following[tp]}

    @staticmethod
    def _still(reader: AIOKafkaConsumer, of: TopicPartition) -> None:
        """Take up a partition without polling it: whatever else is asked would wait for that."""
        reader.assign([of])
        reader.pause(of)

    async def close(self) -> None:
        """Give the connection back."""
        if self._reader is not None:
            await self._reader.stop()

    async def _opened(self) -> AIOKafkaConsumer:
        if self._reader is None:
            reader = AIOKafkaConsumer(
                bootstrap_servers=self._brokers, enable_auto_commit=False,
                auto_offset_reset="earliest", client_id="crisis-again",
            )  # fmt: skip
            try:
                await reader.start()
            except BaseException:
                await reader.stop()
                raise
            self._reader = reader
        return self._reader
