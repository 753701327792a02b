"""What the parts of a cluster know of its brokers, and the names that they share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from crisis.ports import PerhapsKept
from crisis.runtime import topics

KEPT_WITHIN = 8.0
"""Seconds that somebody waits at a door for the brokers: a leader that falls is replaced sooner."""
KEPT_WITHOUT = 2.0
"""The same while nothing has been heard of any broker."""


class Producer(Protocol):
    """What brings messages into topics, in order of the key, and answers once they are durable."""

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> Any:
        """Keep a message; answers with its ``offset``, raises where it cannot be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brokers:
    """Where they are, which cluster they are, and what we call our topics and groups there."""

    bootstrap: str
    """``HOST:PORT``, or several with commas between."""
    cluster: str
    """The id that the cluster was made with: stored positions belong to it."""
    reports: str = topics.REPORTS.name
    commands: str = topics.COMMANDS.name
    receipts: str = topics.RECEIPTS.name
    timeline: str = topics.TIMELINE.name
    dead_letters: str = topics.DEAD_LETTERS.name
    duty: str = topics.DUTY.name
    workers: str = "crisis.workers"
    """The group of those who decide."""
    dispatchers: str = "crisis.dispatchers"
    """The group of those who send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Brings messages into topics for somebody who waits, and does not let them wait for long."""

    producer: Producer
    gone: Callable[[], bool] = lambda: False
    """Whether nothing has been heard of any broker lately."""

    async def __call__(
        self,
        topic: str,
        value: bytes,
        *,
        key: bytes,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> None:
        """Answer once it stands on every broker that is there to keep it.

        PerhapsKept where the brokers do not say so in time: what was handed over may still arrive.
        """
        within = KEPT_WITHOUT if self.gone() else KEPT_WITHIN
        try:
            async with asyncio.timeout(within):
                await self.producer.send_and_wait(topic, value, key=key, headers=headers)
        except MessageSizeTooLargeError:
            raise
        except (KafkaError, TimeoutError) as error:
            why = f"the brokers have not answered within {within:g} s ({type(error).__name__})"
            raise PerhapsKept(why) from error
