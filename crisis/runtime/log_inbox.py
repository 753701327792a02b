"""The door into the rules where workers decide: a command is kept in a topic, then awaited.

What is accepted here is safe while the database is away: it stands in the log of the brokers
(``acks=all``), and a worker decides it when it can.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from crisis.codec import command_bytes, report_event
from crisis.coordinator import as_before
from crisis.core.commands import Command, SubmitReport
from crisis.core.deciding import Decision
from crisis.ports import Clock, Pending, Store, Unavailable
from crisis.runtime.brokers import Producer

ANSWER_WITHIN = timedelta(seconds=2)
"""How long a door waits for the decision before it says that the answer follows."""
FIRST_LOOK, LONGEST_PAUSE = 0.004, 0.1
"""Seconds between two looks for the decision; each pause is half as long again as the last."""


class LogInbox:
    """Keeps each command in the topic for its kind, in order of the stream that it is for."""

    def __init__(
        self, producer: Producer, store: Store, clock: Clock, *, reports: str, commands: str
    ) -> None:
        """``reports`` and ``commands`` are the names of the two topics."""
        self._producer = producer
        self._store = store
        self._clock = clock
        self._reports = reports
        self._commands = commands

    async def submit(
        self, command: Command, *, wait: timedelta | None = None
    ) -> Decision | Pending:
        """Answer with the decision, or with :class:`Pending` where there is none in time.

        While the store is away there will be none: nobody is kept at the door for it.
        """
        kept_at = self._clock.now()
        await self.keep(command)
        until = time.monotonic() + (ANSWER_WITHIN if wait is None else wait).total_seconds()
        pause = FIRST_LOOK
        while time.monotonic() < until:
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)
            try:
                decision = await asyncio.to_thread(self._decision, command.id)
            except Unavailable:
                break
            if decision is not None:
                return decision
        return Pending(command_id=command.id, kept_at=kept_at)

    async def keep(self, command: Command) -> None:
        """Make a command durable, whenever it is decided; raises where it cannot be kept."""
        if isinstance(command.body, SubmitReport):
            topic, value = self._reports, report_event(command)
        else:
            topic, value = self._commands, command_bytes(command)
        await self._producer.send_and_wait(topic, value, key=command.stream_id.encode())

    def _decision(self, command_id: str) -> Decision | None:
        with self._store.read() as view:
            row = view.decision(command_id)
        return None if row is None else as_before(row)
