"""Messages that could not be handled: kept as they came, with where they stood and why."""

from __future__ import annotations

import json

from crisis.runtime.brokers import Producer
from crisis.runtime.worker import Entry


class DeadLetters:
    """The topic in which they wait for a person."""

    def __init__(self, producer: Producer, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def keep(self, entry: Entry, reason: str) -> None:
        """Keep one; answers once it is durable."""
        told = {
            "topic": entry.topic, "partition": entry.partition, "offset": entry.offset,
            "reason": reason,
        }  # fmt: skip
        headers = [(f"crisis-{name}", json.dumps(value).encode()) for name, value in told.items()]
        await self._producer.send_and_wait(self._topic, entry.value, key=entry.key, headers=headers)
