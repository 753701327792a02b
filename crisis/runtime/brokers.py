"""What the parts of a cluster know of its brokers, and the names that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from crisis.runtime import topics


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
