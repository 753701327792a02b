"""Ten chronicles of real outages, played again in the example house: times and states only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crisis.proof.chronicle import Chronicle, Replay, read, replay
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.scenario import Story
from tests.scenarios.conftest import EmbeddedStage, House, read_house

KEPT = Path(__file__).with_name("chronicles.json")
ZONE = ZoneInfo("Europe/Paris")
DAY = datetime(2026, 3, 10, 10, tzinfo=ZONE)
"""A Tuesday morning in the example house: the chronicle's own day and hour play no part."""
KIND = "service-outage"


def chronicles() -> tuple[Chronicle, ...]:
    """Give the ten."""
    return tuple(map(read, json.loads(KEPT.read_text(encoding="utf-8"))))


async def replayed(house: House, chronicle: Chronicle) -> Replay:
    """Play one; its end checks every guarantee."""
    clock = StoryClock(DAY)
    channels = fake_channels(house.organisation, clock)
    stage = EmbeddedStage("memory:", house)
    async with Story(stage=stage, clock=clock, channels=channels, zone=ZONE) as story:
        return await replay(story, chronicle, kind=KIND, building="a")


def all_replayed(folder: Path) -> Iterator[Replay]:
    """Play them one after the other."""
    house = read_house(folder)
    for chronicle in chronicles():
        yield asyncio.run(replayed(house, chronicle))
