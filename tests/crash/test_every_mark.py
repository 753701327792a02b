"""The power goes at each named point; after a restart all are told, and hardly any twice."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crisis.marks import MARKS, watching
from crisis.ports import DeliveryRow, MessageRow
from crisis.proof.fakes import FakeChannel, StoryClock, fake_channels
from crisis.proof.scenario import Story
from tests.crash.lives import a_flood, bound
from tests.scenarios.conftest import MORNING, PARIS, EmbeddedStage, House


class PowerCut(BaseException):
    """Nothing that is not durable survives this."""


@dataclass
class Cut:
    """Stops everything when a mark is reached for the nth time, and every mark after it."""

    name: str
    nth: int
    loop: asyncio.AbstractEventLoop
    seen: Counter[str] = field(default_factory=Counter)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, reached: str) -> None:
        """See one mark; may be called on the writer's thread."""
        self.seen[reached] += 1
        if self.seen[self.name] >= self.nth:
            self.loop.call_soon_threadsafe(self.happened.set)
            raise PowerCut(self.name)


@dataclass
class Flat:
    """A machine with one disk: its service may die and be started again."""

    house: House
    disk: Path
    channels: dict[str, FakeChannel]
    clock: StoryClock

    def story(self) -> Story:
        """Wire a service to what the disk holds."""
        return Story(
            stage=EmbeddedStage(self.disk, self.house),
            clock=self.clock,
            channels=self.channels,
            zone=PARIS,
        )

    async def lives_until(self, cut: Cut) -> None:
        """Tell the story until the power goes; everything that ran is gone then."""
        with watching(cut):
            telling = asyncio.create_task(self._tell())
            cutting = asyncio.create_task(cut.happened.wait())
            await asyncio.wait({telling, cutting}, return_when=asyncio.FIRST_COMPLETED)
            telling.cancel()
            cutting.cancel()
            await asyncio.gather(telling, cutting, return_exceptions=True)

    async def _tell(self) -> None:
        story = self.story()
        try:
            await story.starts()
            await a_flood(story)
        finally:
            await story.stops()


@pytest.fixture
def flat(house: House, quick_disk: Path) -> Flat:
    """A machine that has just been set up."""
    disk = quick_disk / "crisis.db"
    shutil.copy(house.empty, disk)
    clock = StoryClock(MORNING)
    return Flat(house, disk, fake_channels(house.organisation, clock), clock)


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("name", MARKS)
async def test_a_crash_loses_nobody_and_repeats_little(flat: Flat, name: str, nth: int) -> None:
    """G2, G11, G13: whatever was answered stands; repeats are at most what was in flight."""
    cut = Cut(name, nth, asyncio.get_running_loop())
    await flat.lives_until(cut)
    assert cut.happened.is_set(), f"the story never reached {name} {nth} times"

    async with flat.story() as story:
        story.repeats = bound(story)
        await a_flood(story)
        rows, messages = all_rows(story), all_messages(story)
        copies = Counter(
            one.outgoing.delivery_id for channel in flat.channels.values()
            for one in channel.arrived()
        )  # fmt: skip
    assert not [row for row in rows if row.state == "sending"]
    assert not [row.id for row in rows if row.state in {"sent", "delivered"} and not copies[row.id]]
    assert not nobody_reached(rows, messages, copies)


def nobody_reached(
    rows: list[DeliveryRow], messages: dict[str, MessageRow], copies: Counter[str]
) -> list[tuple[str, str]]:
    """Give who has no copy of something that they could have had, (message, recipient).

    Where a repeat does harm, what may have left counts, but not for what saves lives or asks
    somebody to lead; what was withdrawn or has expired meanwhile counts for nobody.
    """
    could, has = set(), set()
    for row in rows:
        message, who = messages[row.message_id], (row.message_id, row.recipient_id)
        vital = message.life_safety or message.offer_id is not None
        if row.attempts:
            could.add(who)
        over = row.reason.partition(":")[0] in {"withdrawn", "expired", "ended", "acknowledged"}
        if copies[row.id] or over or (row.state == "unknown" and not vital):
            has.add(who)
    return sorted(could - has)


def all_messages(story: Story) -> dict[str, MessageRow]:
    """Give the incident's messages by id."""
    with story.runtime.store.read() as view:
        return {one.id: one for one in view.messages(story.incident_id)}


def all_rows(story: Story) -> list[DeliveryRow]:
    """Give the whole ledger of the incident."""
    with story.runtime.store.read() as view:
        return [
            row for message in view.messages(story.incident_id)
            for row in view.deliveries(message.id)
        ]  # fmt: skip


async def test_every_mark_is_reached(flat: Flat) -> None:
    """A named point that nothing passes is tested by nothing."""
    cut = Cut("none", 1, asyncio.get_running_loop())
    with watching(cut):
        async with flat.story() as story:
            await a_flood(story)
    assert set(cut.seen) == set(MARKS)
