"""Dead letters read by a person, and handed back to where they came from. No service need run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from crisis.ports import Clock
from crisis.runtime.access import reached_at
from crisis.runtime.dead_letters import DeadLetters, Letter, letter_of, noted
from crisis.runtime.provision import in_our_words, partitions_of
from crisis.runtime.topics import DEAD_LETTERS
from crisis.runtime.worker import Entry

WITHIN = 30.0
"""Seconds in which all of them are read, or nobody waits any longer."""


async def letters(bootstrap: str, topic: str) -> list[Letter]:
    """Every letter that the topic still has, oldest first, with when it was handed back.

    Raises :class:`crisis.runtime.provision.NoBroker` and ``BrokerRefused``.
    """
    found: dict[str, Letter] = {}
    handed_back: dict[str, datetime] = {}
    with in_our_words(bootstrap):
        async with asyncio.timeout(WITHIN):
            async for entry, at in _messages(bootstrap, topic):
                letter, note = letter_of(entry), noted(entry)
                if letter is not None:
                    found[letter.name] = replace(letter, at=at)
                if note is not None:
                    handed_back[note[0]] = note[1]
    return [replace(one, handed_back_at=handed_back.get(name)) for name, one in found.items()]


def waits(letter: Letter) -> bool:
    """Whether somebody has to see to it: what came in at a door is on its page, and done here."""
    return letter.handed_back_at is None and not letter.door


def why_not(letter: Letter) -> str | None:
    """Why a letter cannot be handed back (``door``, ``beginning``, ``stranger``); None: it can."""
    if not letter.topic:
        return "door" if letter.door else "stranger"
    return None if letter.whole else "beginning"


async def hand_back(bootstrap: str, topic: str, chosen: Sequence[Letter], clock: Clock) -> None:
    """Send letters to the topic and key that they came from, with their own headers.

    Each is acknowledged by every copy before it is noted: where this ends in between, it may be
    handed back once more, which changes nothing, for a command is decided once. Raises as
    :func:`letters`.
    """
    with in_our_words(bootstrap):
        producer = AIOKafkaProducer(
            **reached_at(bootstrap), acks="all", max_request_size=DEAD_LETTERS.largest
        )
        try:
            await producer.start()
            notes = DeadLetters(producer, topic)
            for one in chosen:
                headers = list(one.headers)
                await producer.send_and_wait(one.topic, one.value, key=one.key, headers=headers)
                await notes.note(one, clock.real())
        finally:
            await producer.stop()


async def _messages(bootstrap: str, topic: str) -> AsyncIterator[tuple[Entry, datetime]]:
    """All that stands in a topic now, with the time that the broker gives."""
    partitions = [TopicPartition(topic, n) for n in range(await partitions_of(bootstrap, topic))]
    consumer = AIOKafkaConsumer(
        **reached_at(bootstrap), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for tp, end in sorted(ends.items()):
            while await consumer.position(tp) < end:
                for one in (await consumer.getmany(tp, timeout_ms=500)).get(tp, ()):
                    entry = Entry(
                        topic, tp.partition, one.offset, one.key, one.value, tuple(one.headers)
                    )
                    yield entry, datetime.fromtimestamp(one.timestamp / 1000, UTC)
    finally:
        await consumer.stop()
