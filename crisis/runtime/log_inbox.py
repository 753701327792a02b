"""The door into the rules where workers decide: a command is kept in a topic, then awaited.

What is accepted here is safe while the database is away: it stands in the log of the brokers
(``acks=all``), and a worker decides it when it can.
"""

from __future__ import annotations

from datetime import timedelta

from crisis.codec import command_bytes, report_event
from crisis.codec.cloudevents import HEADERS
from crisis.core.commands import Command, SubmitReport
from crisis.core.deciding import Decision
from crisis.ports import Clock, Pending, Store
from crisis.runtime.answers import Answers
from crisis.runtime.brokers import Keeping

ANSWER_WITHIN = timedelta(seconds=2)
"""How long a door waits for the decision before it says that the answer follows."""


class LogInbox:
    """Keeps each command in the topic for its kind, in order of the stream that it is for."""

    def __init__(
        self, keeps: Keeping, store: Store, clock: Clock, *, reports: str, commands: str
    ) -> None:
        """``reports`` and ``commands`` are the names of the two topics."""
        self._keeps = keeps
        self.answers = Answers(store)
        """Whoever hears that the journal has moved on lets them look."""
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
        within = (ANSWER_WITHIN if wait is None else wait).total_seconds()
        decision = await self.answers.of(command.id, within)
        return decision or Pending(command_id=command.id, kept_at=kept_at)

    async def keep(self, command: Command) -> None:
        """Make a command durable, whenever it is decided; raises as :class:`Keeping` does."""
        key = command.stream_id.encode()
        if isinstance(command.body, SubmitReport):
            value = report_event(command)
            await self._keeps(self._reports, value, key=key, headers=HEADERS)
        else:
            await self._keeps(self._commands, command_bytes(command), key=key)
