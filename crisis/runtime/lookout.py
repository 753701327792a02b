"""The lookout of a door: whether the store is there, and whether people must be called.

It looks on a thread of its own, opens and shuts the gate as soon as it is known, keeps the last
good copy of what doors need without a store, and calls the duty team where reports wait and nobody
decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from crisis.core.break_glass import Call, Glass, call_now
from crisis.dispatch.desk import forever
from crisis.organisation import Organisation
from crisis.ports import Clock, Health, Unavailable
from crisis.runtime.brokers import Brokers
from crisis.runtime.duty import Duty
from crisis.runtime.gate import Gate
from crisis.runtime.health import Outlook, health_of
from crisis.runtime.home import Home
from crisis.runtime.progress import Progress
from crisis.runtime.reach import reach_duty
from crisis.runtime.watch import Watch
from crisis.runtime.world import World

_log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks: so soon the gate opens again when the store is back."""
KEPT_EVERY = timedelta(seconds=10)
"""How often it is written down how far messages were handled: so old may the count of those that
wait be at most, after a start without a store."""
ORGANISATION, POSITIONS = "last-organisation", "last-positions"
"""The last good copies, by their names in the data folder."""


class Lookout:
    """Looks, as long as it runs; :meth:`health` tells at once what was seen last."""

    def __init__(
        self, *, watch: Watch, gate: Gate, duty: Duty, world: World, home: Home,
        secrets: Mapping[str, str], clock: Clock, brokers: Brokers,
    ) -> None:  # fmt: skip
        now = clock.real()
        self._watch, self._gate, self._duty = watch, gate, duty
        self._world, self._home, self._secrets, self._clock = world, home, secrets, clock
        self._cluster = brokers.cluster
        self._progress = Progress(at=now, store_away=gate.away)
        self._outlook = Outlook(
            there_since=now,
            away_since=now if gate.away is not None else None,
            reports=brokers.reports,
        )
        self._stale = gate.away is not None
        self._kept_version: int | None = None
        self._kept_at = now - KEPT_EVERY
        self._calling: asyncio.Task[None] | None = None
        self._at_once = asyncio.Event()
        watch.heard = self._heard
        watch.known = _positions(home, brokers.cluster)

    def health(self) -> Health:
        """How the service does."""
        rules = self._world.organisation().settings.break_glass
        return health_of(
            self._progress, self._outlook, now=self._clock.real(), told=self._duty.glass.told,
            rules=rules,
        )  # fmt: skip

    def brokers_gone(self) -> bool:
        """Whether no broker answered at the last look."""
        return self._progress.brokers_away is not None

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        self._gate.lost = lambda why: _soon(loop, self._lost, why)
        try:
            await forever("the lookout", self._turn)
        finally:
            self._gate.lost = None
            if self._calling is not None:
                self._calling.cancel()

    async def _turn(self) -> None:
        self._at_once.clear()
        progress = await self._watch.look()
        self._heard(self._gate.away)  # it may be known better by now
        progress = replace(progress, store_away=self._gate.away)
        self._outlook = self._outlook.after(self._progress, progress)
        self._progress = progress
        if progress.store_away is None:
            with suppress(Unavailable):  # gone since: the next look says so, and keeps it later
                await asyncio.to_thread(self._keep)
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call(progress))
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._at_once.wait()

    def _heard(self, away: str | None) -> None:
        """It is known whether the store is there: the gate follows, whatever else is looked at."""
        was_away = self._outlook.away_since is not None
        self._gate.away = away
        self._outlook = self._outlook.of_store(self._clock.real(), away=away is not None)
        if was_away and away is None:
            _log.warning("the store is back")
        elif away is not None and not was_away:
            self._stale = True
            _log.error("the store is away; what comes in is kept", why=away)

    def _lost(self, why: str) -> None:
        """Somebody has waited for the store in vain."""
        if self._gate.away is not None:  # it has not been heard of since
            self._heard(why)
            self._at_once.set()

    # --- the duty team ---

    async def _call(self, progress: Progress) -> None:
        organisation, outlook = self._world.organisation(), self._outlook
        waiting, rules = progress.waiting(outlook.reports), organisation.settings.break_glass

        def wanted(glass: Glass, now: datetime) -> Call | None:
            return call_now(
                glass, away_since=self._outlook.away_since, now=now, waiting=waiting,
                called_after=rules.after, repeat_after=rules.repeat_after,
            )  # fmt: skip

        async def reach(call: Call) -> int:
            return await reach_duty(
                call, organisation=organisation, secrets=self._secrets, clock=self._clock,
                waiting=waiting, at_least=progress.at_least(outlook.reports),
                since=progress.waits_since(outlook.reports), away=outlook.away_since,
            )  # fmt: skip

        try:
            await self._duty.call(wanted, reach, waiting=waiting, since=outlook.away_since)
        except Exception:  # noqa: BLE001 - the next look tries again, whatever it was
            _log.exception("the duty team could not be called; tried again")

    # --- what doors need without a store ---

    def _keep(self) -> None:
        """Keep on disk what has changed: the newest organisation, and how far messages are."""
        if self._stale:
            self._world.refresh()
            self._stale = False
        version, now = self._world.organisation().version, self._clock.real()
        if version != self._kept_version:
            with self._gate.read() as view:
                row = view.configuration(version)
            if row is not None:
                self._home.keep(ORGANISATION, {"version": version, "files": dict(row.files)})
                self._kept_version = version
        if now - self._kept_at >= KEPT_EVERY:
            known = sorted(self._watch.known.items())
            handled = [[*place, offset] for place, offset in known]
            self._home.keep(POSITIONS, {"cluster": self._cluster, "handled": handled})
            self._kept_at = now


def _soon(loop: asyncio.AbstractEventLoop, act: Callable[[str], None], why: str) -> None:
    """Act on the loop, whatever thread this is; a loop that has ended has nobody to tell."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(act, why)


def last_organisation(home: Home) -> Organisation | None:
    """The organisation as it was kept last; None where none was, or it is not whole."""
    kept = home.kept(ORGANISATION)
    if kept is None:
        return None
    return Organisation.from_files(kept["files"], version=kept["version"], kept=True)


def _positions(home: Home, cluster: str) -> dict[tuple[str, int], int]:
    """How far the messages of this cluster had been handled; nothing is known of another."""
    kept = home.kept(POSITIONS)
    if kept is None or kept["cluster"] != cluster:
        return {}
    return {(topic, place): offset for topic, place, offset in kept["handled"]}
