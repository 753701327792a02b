"""A service in a process of its own, killed at a mark: ``child.py ORG DISK LOG MARK NTH``.

Nothing is tidied up on the way out. What arrived stands in the log, a delivery id a line.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

from crisis.config import read_folder
from crisis.marks import watching
from crisis.organisation import Organisation
from crisis.proof.fakes import Handed, StoryClock, fake_channels
from crisis.proof.scenario import Story
from tests.crash.lives import a_flood
from tests.scenarios.conftest import MORNING, PARIS, EmbeddedStage, House

KILLED = 9
"""The exit status of a child that reached its mark."""


async def live(org: Path, disk: Path, log: Path) -> None:
    """Tell the flood; every delivery that arrives is written down at once."""
    files = dict(read_folder(org))
    house = House(files, Organisation.from_files(files, version=1), disk)
    clock = StoryClock(MORNING)
    channels = fake_channels(house.organisation, clock)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write_down(handed: Handed) -> None:
        if handed.arrived:
            os.write(written, f"{handed.outgoing.delivery_id}\n".encode())

    for channel in channels.values():
        channel.watchers.append(write_down)
    stage = EmbeddedStage(disk, house)
    async with Story(stage=stage, clock=clock, channels=channels, zone=PARIS) as story:
        await a_flood(story)


def main(org: str, disk: str, log: str, name: str, nth: str) -> None:
    """Live until the mark is reached for the nth time."""
    seen: Counter[str] = Counter()

    def kill(reached: str) -> None:
        seen[reached] += 1
        if seen[name] == int(nth):
            os._exit(KILLED)

    with watching(kill):
        asyncio.run(live(Path(org), Path(disk), Path(log)))


if __name__ == "__main__":
    main(*sys.argv[1:])
