"""How the doctor looks: at a cluster from outside, or at the copy of one machine's store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from aiokafka.errors import KafkaError

from crisis.cli.checkup import (
    EVERY,
    Finding,
    away,
    not_let_in,
    of_health,
    of_record,
    of_topics,
    of_upkeep,
)
from crisis.cli.door import Card, NotRunning
from crisis.cli.offline import StoreReader, copied
from crisis.cli.speech import say
from crisis.config.settings import BreakGlass
from crisis.ports import Health, Store, Unavailable
from crisis.proof.invariants import Away
from crisis.runtime import provision, topics
from crisis.runtime.access import AccessRefused
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.duty import outages
from crisis.runtime.gate import LateStore
from crisis.runtime.health import Outlook, health_of
from crisis.runtime.progress import Progress, owed
from crisis.runtime.watch import watching
from crisis.runtime.world import World
from crisis.store import StoreRefused, open_store
from crisis.web.upkeep import upkeep

BETWEEN_LOOKS = 2.0
"""Seconds between two looks: what has moved on meanwhile does not stand still."""
ANSWERED_WITHIN = 5.0
"""Seconds for a door to say how it does."""
EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Whatever waits, it was not before us: the doctor excuses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was seen, and what a person should look at."""

    answers: bool
    """Whether anything answered at all."""
    health: Health
    progress: Progress
    incidents: Sequence[Mapping[str, Any]] = ()
    """Those that are open, with the age of their last brief."""
    findings: Sequence[Finding]

    @property
    def errors(self) -> int:
        """How many of them cannot wait."""
        return sum(one.severity == "error" for one in self.findings)

    def checks(self) -> dict[str, Any]:
        """What was looked at, as JSON has it."""
        return {name: _plain(asdict(one)) for name, one in self.health.checks.items()}

    def partitions(self) -> list[dict[str, Any]]:
        """Each partition: handled against the end of its log."""
        return [_plain(asdict(one)) | {"waiting": one.waiting} for one in self.progress.partitions]


async def examine_cluster(bootstrap: str, address: str) -> Examined:
    """Look at a cluster twice, at its topics, and at the record."""
    clock, late = ServiceClock(), LateStore(lambda: open_store(address, upgrading=False))
    findings: list[Finding] = []
    away: list[tuple[datetime, datetime]] = []
    progress, outlook = Progress(at=clock.real()), Outlook(there_since=EVER)
    with closing(late):
        try:
            outcome = await provision.check(bootstrap, topics.TOPICS)
            findings += of_topics(outcome.differences)
            brokers = Brokers(bootstrap=bootstrap, cluster=outcome.cluster_id)
            async with watching(store=late, clock=clock, brokers=brokers) as watch:
                progress = await watch.look()
                await asyncio.sleep(BETWEEN_LOOKS if progress.waiting() else 0)
                before, progress = progress, await watch.look()
                away = await outages(brokers, clock.real())
                since = max((until for _, until in away), default=EVER)
                outlook = Outlook(there_since=since).after(before, progress)
        except AccessRefused as refusal:
            findings.append(not_let_in(refusal, "error"))
        except (provision.NoBroker, provision.BrokerRefused, KafkaError) as error:
            findings.append(_gone("brokers", str(error)))
        recorded, incidents, there = await asyncio.to_thread(_record, late, clock, away)
    health = health_of(progress, outlook, now=clock.real(), told=None, rules=BreakGlass())
    findings += [*(one for one in of_health(health) if one.where != "store"), *recorded]
    return Examined(
        answers=there or bool(progress.partitions), health=health, progress=progress,
        incidents=incidents, findings=findings,
    )  # fmt: skip


def examine_home(home: Path) -> Examined:
    """Ask the service of this machine how it does, and look at a copy of its store."""
    clock = ServiceClock()
    answers = _answers(home)
    findings = [] if answers else [_silent()]
    progress = Progress(at=clock.real())
    incidents: Sequence[Mapping[str, Any]] = ()
    try:
        with copied(home) as store:
            with store.read() as view:
                real = clock.real()
                progress = Progress(at=real, owed=owed(view, real + view.clock_offset(), real))
            recorded, incidents, _ = _record(store, clock)
            findings += recorded
    except (OSError, StoreRefused) as error:
        findings.append(_gone("store", str(error)))
    health = health_of(
        progress, Outlook(there_since=EVER), now=clock.real(), told=None, rules=BreakGlass()
    )
    findings += of_health(health)
    return Examined(
        answers=answers, health=health, progress=progress, incidents=incidents, findings=findings
    )


def _record(
    store: Store, clock: ServiceClock, away: Sequence[tuple[datetime, datetime]] = ()
) -> tuple[list[Finding], list[Mapping[str, Any]], bool]:
    """What the record says: findings, the open incidents, and whether it can be read."""
    world = World(store)
    try:
        with store.read() as view:
            if view.configuration() is None:
                return [_empty()], [], True
        world.organisation()  # before the view: who reads it for long holds none open meanwhile
        with store.read() as view:
            offset = view.clock_offset()
            now = clock.real() + offset
            spans = [Away(since + offset, until + offset) for since, until in away]
            found = list(of_record(view, world.organisation, now, spans))
            rows = [row for row in view.streams("incident", limit=EVERY) if not row.parked]
        found += of_upkeep(upkeep(StoreReader(store), now))
        return found, list(_open(world, [row.stream_id for row in rows], now)), True
    except Unavailable as error:
        return [_gone("store", str(error))], [], False


def _open(world: World, ids: Sequence[str], now: datetime) -> Iterator[Mapping[str, Any]]:
    for incident_id in ids:
        incident = world.incident(incident_id)
        if incident is not None and incident.phase not in {"closed", "cancelled"}:
            last = incident.last_brief_at
            yield {
                "incident": incident_id, "phase": incident.phase, "briefs": incident.briefs,
                "last_brief_s": round((now - last).total_seconds()) if last else None,
            }  # fmt: skip


def _answers(home: Path) -> bool:
    """Whether the service of this folder says how it does, whatever it says."""
    try:
        card = Card.of(home)
        with build_opener(ProxyHandler({})).open(
            f"{card.url}/healthz", timeout=ANSWERED_WITHIN
        ) as answer:
            return isinstance(json.load(answer), dict)
    except HTTPError as error:
        with error:
            return True
    except (NotRunning, OSError, HTTPException, ValueError):
        return False


def _silent() -> Finding:
    return Finding(
        severity="error", where="service",
        what=say("Aucun service ne répond.", "No service answers."),
        fix=say("Lancez-le : crisis serve. Jusque-là, téléphonez.",
                "Start it: crisis serve. Until then, telephone."),
    )  # fmt: skip


def _empty() -> Finding:
    return Finding(
        severity="error", where="organisation",
        what=say("Aucune organisation en vigueur.", "No organisation holds."),
        fix=say("crisis init DOSSIER, puis crisis org apply DOSSIER.",
                "crisis init DIR, then crisis org apply DIR."),
    )  # fmt: skip


def _gone(name: str, why: str) -> Finding:
    what, fix = away(name, why)
    return Finding(severity="error", where=name, what=what, fix=fix)


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(value, default=str))
    return plain
