"""Commands and the clock brought to the rules, and what they decide brought to the disk.

The same in every runtime: in one process beside doors and dispatch, or in any number of workers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from crisis.codec import CannotRead
from crisis.compose import Composer
from crisis.coordinator import Coordinator, Parked, Released, fresh_salt
from crisis.core.commands import Command
from crisis.core.deciding import Decision
from crisis.dispatch.desk import Writer
from crisis.marks import mark
from crisis.organisation import Organisation
from crisis.ports import (
    Abilities,
    Clock,
    Conflict,
    DeliveryRow,
    InDoubt,
    Store,
    Unavailable,
    Unit,
)

_log = structlog.get_logger(__name__)

AT_ONCE = 64
"""Incidents looked at in one turn of the clock."""
AGAIN = 5
"""How often a command is decided again when somebody else decided first."""
LONGEST_SLEEP = 1.0
"""Seconds: how long the clock sleeps at most, should a wake be missed."""


class Decider:
    """The one door into the rules, and what time brings.

    ``tell`` hears of what was let go once it is durable; ``stamp`` may claim rows for the
    dispatcher of this process before.
    """

    def __init__(
        self,
        *,
        store: Store,
        write: Writer,
        organisation: Callable[[int | None], Organisation],
        clock: Clock,
        abilities: Mapping[str, Abilities],
        tell: Callable[[Released], Awaitable[None]],
        stamp: Callable[[Sequence[DeliveryRow]], list[DeliveryRow]] = list,
        salt: Callable[[], str] = fresh_salt,
    ) -> None:
        self._store = store
        self._write = write
        self._clock = clock
        self._tell = tell
        self._coordinator = Coordinator(
            organisation=organisation, words=Composer(), abilities=abilities, stamp=stamp, salt=salt
        )
        self._wake = asyncio.Event()
        self._ticking = False
        self._submitted = 0

    def idle(self) -> bool:
        """Whether nothing is being decided, and nothing is due."""
        return not self._ticking and not self._submitted and not self._due_now()

    def wake(self) -> None:
        """Look at the clock now."""
        self._wake.set()

    async def submit(
        self,
        command: Command,
        *,
        wait: timedelta | None = None,
        also: Callable[[Unit], None] = lambda _: None,
    ) -> Decision:
        """Answer with the decision once it is durable; a repeat gets the first answer again.

        What ``also`` writes stands in the same transaction.
        """
        del wait  # decided in this process: the answer never waits for another one
        self._submitted += 1
        try:
            for _ in range(AGAIN):
                try:
                    # Shielded: what was committed is taken to the dispatcher, whoever hung up.
                    return await asyncio.shield(self._decided(command, also))
                except Conflict:
                    continue
            raise Conflict(command.id)
        finally:
            self._submitted -= 1

    async def unpark(self, incident_id: str) -> str | None:
        """Let an incident that was set aside go on; answers why it stands still all the same.

        None when it goes on. Raises LookupError where it is not set aside, Unavailable where
        nothing was done, InDoubt where it is not known whether it goes on.
        """
        _log.warning("an incident is tried again", incident=incident_id)
        try:
            await self._write(
                lambda unit: self._coordinator.unpark(unit, incident_id, self._clock.now())
            )
        except (CannotRead, Parked) as reason:
            return str(reason)
        except (Conflict, Unavailable):
            raise  # nothing is wrong with the incident: it may be tried again
        except Exception as fault:
            if type(fault) is LookupError:  # not set aside; a KeyError is a fault in a fold
                raise
            _log.exception("an incident cannot be folded", incident=incident_id)
            return f"the rules failed ({type(fault).__name__})"
        try:
            await self._one_tick(incident_id)
            with self._store.read() as view:
                row = view.stream("incident", incident_id)
        except Unavailable as away:
            raise InDoubt(
                f"it was let go on, and is tried when the store answers: {away}"
            ) from away
        return row.parked if row is not None else None

    async def turn(self) -> None:
        """Do what is owed by now, then wait; an incident that cannot be done stops no other."""
        self._wake.clear()
        self._ticking = True
        try:
            now = self._clock.now()
            with self._store.read() as view:
                next_due = view.next_due_at()
                ids = view.due(now, AT_ONCE) if next_due and next_due <= now else []
            await asyncio.gather(*(self._one_tick(incident_id) for incident_id in ids))
        finally:
            self._ticking = False
        if ids:
            return
        left = (next_due - self._clock.now()).total_seconds() if next_due else LONGEST_SLEEP
        try:
            async with asyncio.timeout(min(max(left, 0.001), LONGEST_SLEEP)):
                await self._wake.wait()
        except TimeoutError:
            return

    # --- inside ---

    async def _decided(self, command: Command, also: Callable[[Unit], None]) -> Decision:
        def job(unit: Unit) -> tuple[Decision, Released]:
            answer = self._decide(unit, command)
            also(unit)
            return answer

        decision, released = await self._write(job)
        mark("decide.after-commit")
        await self._committed(released)
        return decision

    def _decide(self, unit: Unit, command: Command) -> tuple[Decision, Released]:
        self._coordinator.released = Released()
        decision = self._coordinator.handle(unit, command, self._clock.now())
        return decision, self._coordinator.released

    def _fulfil(self, unit: Unit, incident_id: str) -> Released:
        self._coordinator.released = Released()
        if incident_id not in unit.claim_due(self._clock.now(), AT_ONCE):
            return self._coordinator.released  # another worker was faster, or holds it
        self._coordinator.tick(unit, incident_id, self._clock.now())
        return self._coordinator.released

    def _park(self, unit: Unit, incident_id: str, reason: str) -> Released:
        self._coordinator.released = Released()
        self._coordinator.park(unit, incident_id, reason, self._clock.now())
        return self._coordinator.released

    async def _committed(self, released: Released) -> None:
        self._wake.set()
        await self._tell(released)

    def _due_now(self) -> bool:
        with self._store.read() as view:
            at: datetime | None = view.next_due_at()
        return at is not None and at <= self._clock.now()

    async def _one_tick(self, incident_id: str) -> None:
        try:
            released = await self._write(lambda unit: self._fulfil(unit, incident_id))
        except Conflict:
            return
        except Unavailable:
            raise  # nothing is wrong with the incident: it is done once the store is back
        except CannotRead as unreadable:
            await self._set_aside(incident_id, str(unreadable))
        except Exception as error:  # noqa: BLE001 - one incident never stops the others (G13)
            _log.exception("the rules failed", incident=incident_id)
            await self._set_aside(incident_id, f"the rules failed ({type(error).__name__})")
        else:
            await self._committed(released)

    async def _set_aside(self, incident_id: str, reason: str) -> None:
        """People are called, and have to look at it; the others go on."""
        _log.error("an incident is set aside", incident=incident_id, reason=reason)
        await self._committed(await self._write(lambda unit: self._park(unit, incident_id, reason)))


async def nobody(released: Released) -> None:
    """What was let go stands in the ledger: dispatchers elsewhere look there."""
    del released
