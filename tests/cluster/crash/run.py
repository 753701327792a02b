"""One run: a service on several machines, five thousand reports, and what goes wrong meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from crisis.runtime import provision, topics
from crisis.runtime.brokers import Brokers
from crisis.runtime.handing_back import letters
from tests.benchmarks.sinks import PhoneSink
from tests.cluster.broker import Kafka
from tests.cluster.crash import house
from tests.cluster.crash.faults import FAULTS, LEASE_S, Scene, commits_ahead
from tests.cluster.crash.letters import misplaced
from tests.cluster.crash.mailbox import Mailbox
from tests.cluster.crash.parts import Parts
from tests.cluster.crash.senders import PRESSED, Town
from tests.cluster.crash.verdict import Outside, Verdict, judge
from tests.cluster.crash.watch import Watch
from tests.cluster.timeline import read
from tests.postgres import Postgres

RATE = 150.0
"""Reports a second, all together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a seed decides beforehand."""

    seed: int
    reports: int
    within: float
    """Seconds in which they are sent; where that is too fast for the machine, as it can be."""
    nodes: int
    faults: tuple[tuple[float, str], ...]
    """When (as a share of the time of sending) and what."""
    ahead: bool
    """Whether the group's commits are set beyond the truth on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A run, told."""

    plan: Plan
    verdict: Verdict
    answered: int
    pressed: int
    """Mails that somebody has answered, and was told that it is kept."""
    bound: int
    seen_again: int
    longest_gap: float
    fell: int
    """Processes that ended by themselves, and were started again; those that nothing explains are
    breaches."""
    took: float
    cpu: float

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled, out of order, or broken in any other way."""
        return not self.verdict.breaches and self.verdict.excess <= self.bound


def plan(number: int, seed: int, *, reports: int, nodes: int | None, only: str | None) -> Plan:
    """Draw what happens in a run; the same seed draws the same."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    names = only.split(",") if only else list(FAULTS)
    drawn = [chance.choice(names) for _ in range(chance.randint(3, 7))]
    return Plan(
        seed=seed,
        reports=reports,
        within=reports / RATE,
        nodes=nodes or (3 if number % 5 == 4 else 1),
        faults=tuple(sorted((chance.uniform(0.1, 0.9), one) for one in drawn)),
        ahead=number % 2 == 1 and only is None,
    )


async def run(drawn: Plan, cluster: Kafka, postgres: Postgres, folder: Path) -> Outcome:
    """Carry it out on brokers of its own; raises what the driver itself could not do."""
    began = time.monotonic()
    async with AsyncExitStack() as held:
        database = held.enter_context(postgres.database())
        sink = await held.enter_async_context(Mailbox())
        phone = await held.enter_async_context(PhoneSink.listening())
        where = house.made(folder, mail_port=sink.port, phone_port=phone)
        made = await provision.apply(cluster.bootstrap, topics.TOPICS)
        names = Brokers(bootstrap=cluster.bootstrap, cluster=made.cluster_id)
        watch = Watch(database, names)
        watch.begin()
        parts = Parts(
            folder, kafka=cluster.bootstrap, store=database, home=where.home, lease=LEASE_S
        )
        await held.enter_async_context(parts.ending())
        parts.doors.start()
        await parts.until_open()
        for part in (*parts.workers, *parts.dispatchers):
            part.start()
        chance = random.Random(drawn.seed)  # noqa: S311 - a story, not a secret
        town = Town(parts.url, where, chance)
        sink.on_mail = town.saw
        scene = Scene(parts, cluster, names, postgres, chance)
        watched = asyncio.ensure_future(scene.supervise())
        held.push_async_callback(_ended, watched)
        held.push_async_callback(_ended, asyncio.ensure_future(town.press()))
        try:
            await _live(drawn, town, scene, watch)
            sent_by = time.time()
            left = await _at_rest(town, watch)
            outside = Outside(
                answered=town.answered | scene.submitted, noted=town.noted,
                received=dict(sink.received), bound=scene.bound(),
                pressed=tuple(town.pressed.values()),
                timeline=await read(cluster.bootstrap, names.timeline),
            )  # fmt: skip
            verdict = await asyncio.to_thread(judge, database, outside)
        except BaseException:
            (folder / "said.txt").write_text(parts.said(), encoding="utf-8")
            raise
        more = [*([left] if left else []), *(f"no answer: {one}" for one in town.given_up)]
        if {one.choice for one in town.pressed.values()} != set(PRESSED):
            more.append("not everything that a mail may ask was pressed: nothing is proved of it")
        more += [str(one) for one in scene.strange()]
        found = await letters(cluster.bootstrap, names.dead_letters)
        more += misplaced(scene.poison.kept, scene.poison.tried, found)
        more += [f"turned away: {one}" for one in town.turned_away]
        return Outcome(
            plan=drawn, verdict=_with(verdict, more), answered=len(town.answered),
            pressed=len(town.pressed),
            bound=scene.bound(), seen_again=watch.seen_again(),
            longest_gap=watch.longest_gap(sent_by),
            fell=len(scene.falls()), took=time.monotonic() - began,
            cpu=sum(part.spent() for part in parts.all()),
        )  # fmt: skip


async def _live(drawn: Plan, town: Town, scene: Scene, watch: Watch) -> None:
    """Reports come in, people answer, and things go wrong."""

    async def at(share: float, name: str) -> None:
        while not await asyncio.to_thread(watch.begun):  # noqa: ASYNC110 - it is seen in a database
            await asyncio.sleep(0.1)
        await asyncio.sleep(share * drawn.within)
        await (commits_ahead if name == "ahead" else FAULTS[name])(scene)

    async def notes() -> None:
        await asyncio.sleep(0.2 * drawn.within)
        incidents = await asyncio.to_thread(watch.incidents)
        await asyncio.gather(*(town.note(one) for one in incidents[:4]))

    wrong = [*drawn.faults, *([(0.5, "ahead")] if drawn.ahead else [])]
    async with asyncio.TaskGroup() as group:
        group.create_task(town.report(drawn.reports, drawn.within))
        group.create_task(notes())
        for share, name in wrong:
            group.create_task(at(share, name))


async def _at_rest(town: Town, watch: Watch) -> str | None:
    """Wait until nobody has anything left to answer or to do; answers what is, where that fails."""
    while True:
        answered = len(town.pressed)
        left = await watch.until_at_rest()
        await town.all_answered()
        if left or len(town.pressed) == answered:
            return left


async def _ended(task: asyncio.Future[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _with(verdict: Verdict, more: list[str]) -> Verdict:
    return replace(verdict, breaches=(*verdict.breaches, *more))
