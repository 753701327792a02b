"""Whether the parts of one kind on this machine get on, for whoever starts anew those that do not.

Narrower than the doctor: what is no fault of theirs, or would not be mended by a new start, is for
``/healthz`` and the doctor to say. While the database or the brokers are away nobody can get on.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

from aiokafka.errors import KafkaError

from crisis.cli.checkup import Finding, away, not_let_in, of_health
from crisis.cli.doctor import PartKind
from crisis.cli.examining import BETWEEN_LOOKS, EVER, Examined
from crisis.cli.speech import say
from crisis.config.settings import BreakGlass
from crisis.ports import Health, Store
from crisis.runtime import provision, topics
from crisis.runtime.access import AccessRefused
from crisis.runtime.brokers import Brokers
from crisis.runtime.clock import ServiceClock
from crisis.runtime.gate import LateStore
from crisis.runtime.groups import Place, readers
from crisis.runtime.health import Outlook, health_of
from crisis.runtime.progress import Owed, Partition, Progress
from crisis.runtime.watch import watching
from crisis.store import open_store

Readers = Mapping[str, frozenset[Place]]


async def examine_parts(kind: PartKind, bootstrap: str, address: str) -> Examined:
    """Look twice at what the parts of this kind on this machine have to do."""
    clock = ServiceClock()
    with closing(LateStore(lambda: open_store(address, upgrading=False))) as late:
        try:
            outcome = await provision.check(bootstrap, topics.TOPICS)
            brokers = Brokers(bootstrap=bootstrap, cluster=outcome.cluster_id)
            return await look_at_parts(kind, brokers, late, clock)
        except AccessRefused as refusal:
            return _examined(Progress(at=clock.real()), [not_let_in(refusal, "warning")])
        except (provision.NoBroker, provision.BrokerRefused, KafkaError, OSError) as error:
            return _examined(Progress(at=clock.real()), [_away("brokers", str(error))])


async def look_at_parts(
    kind: PartKind, brokers: Brokers, store: Store, clock: ServiceClock
) -> Examined:
    """The same, where the brokers are known. Raises KafkaError and OSError."""
    async with watching(store=store, clock=clock, brokers=brokers) as watch:
        before = now = await watch.look()
        if before.waiting():
            await asyncio.sleep(BETWEEN_LOOKS)
            now = await watch.look()
    if now.store_away is not None or now.brokers_away is not None:
        name = "store" if now.store_away is not None else "brokers"
        return _examined(now, [_away(name, now.store_away or now.brokers_away or "")])
    group = brokers.workers if kind is PartKind.WORKER else brokers.dispatchers
    found = await readers(brokers.bootstrap, group)
    own = _own(found)
    if own is None:
        return _examined(now, [_nobody(kind, group)])
    before, now = (
        _their(kind, one, own, brokers, known=found is not None) for one in (before, now)
    )
    health = health_of(
        now, Outlook(there_since=EVER).after(before, now), now=clock.real(), told=None,
        rules=BreakGlass(),
    )  # fmt: skip
    return _examined(now, list(_of_them(kind, health)), health)


def _own(found: Readers | None) -> frozenset[Place] | None:
    """What is read by parts of this machine; None where it has none that belongs to the group."""
    if found is None:
        return frozenset()
    mine = [
        places for client, places in found.items()
        if client.startswith(f"crisis-{socket.gethostname()}-")
    ]  # fmt: skip
    return frozenset[Place]().union(*mine) if mine else None


def _their(
    kind: PartKind, progress: Progress, own: frozenset[Place], brokers: Brokers, *, known: bool
) -> Progress:
    """What of it is theirs to do; while partitions change hands, any of their topics."""
    owed, theirs = progress.owed, {brokers.reports, brokers.commands}
    if kind is PartKind.DISPATCH:
        theirs = {brokers.receipts}

    def is_theirs(one: Partition) -> bool:
        return (one.topic, one.partition) in own if known else one.topic in theirs

    return replace(
        progress,
        owed=_owed_by(kind, owed) if owed is not None else None,
        partitions=tuple(filter(is_theirs, progress.partitions)),
        dead_letters=0,
    )


def _owed_by(kind: PartKind, owed: Owed) -> Owed:
    """What any of them would have done by now, unless all stand still.

    Not the one message that nobody can look up: no new start would mend it.
    """
    if kind is PartKind.WORKER:
        return Owed(now=owed.now, next_due_at=owed.next_due_at)
    return Owed(now=owed.now, next_attempt_at=owed.next_attempt_at, sending=owed.sending)


def _of_them(kind: PartKind, health: Health) -> Iterator[Finding]:
    for one in of_health(health):
        yield replace(one, where=f"{kind}: {one.where}")


def _examined(
    progress: Progress, findings: list[Finding], health: Health | None = None
) -> Examined:
    return Examined(
        answers=True, health=health or Health(checks={}), progress=progress, findings=findings
    )


def _away(name: str, why: str) -> Finding:
    what, fix = away(name, why)
    return Finding(severity="warning", where=name, what=what, fix=fix)


def _nobody(kind: PartKind, group: str) -> Finding:
    return Finding(
        severity="error", where=f"{kind}",
        what=say(f"Aucun, sur cette machine, n'est du groupe {group}.",
                 f"None on this machine belongs to the group {group}."),
        fix=say("Il ne tourne pas, ou ne répond plus aux brokers : relancez-le.",
                "It does not run, or answers the brokers no more: start it anew."),
    )  # fmt: skip
