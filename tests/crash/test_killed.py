"""The process is killed, and nothing in it can say goodbye: the store is all that is left."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.scenario import Story
from tests.crash.child import KILLED
from tests.crash.lives import a_flood, arrived, bound
from tests.crash.test_every_mark import all_messages, all_rows, nobody_reached
from tests.scenarios.conftest import MORNING, PARIS, EmbeddedStage, House

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "nth"),
    [
        ("decide.after-commit", 1),
        ("send.after-hand-over", 10),
        ("receipts.before-commit", 3),
    ],
)
async def test_a_killed_service_goes_on_where_it_stood(
    house: House, tmp_path: Path, name: str, nth: int
) -> None:
    """G2, G11: killed for real, started again: all are told, the chains hold, repeats are few."""
    org, disk, log = tmp_path / "org", tmp_path / "crisis.db", tmp_path / "arrived"
    shutil.copy(house.empty, disk)
    for path, text in house.files.items():
        (org / path).parent.mkdir(parents=True, exist_ok=True)
        (org / path).write_text(text, encoding="utf-8")
    child = subprocess.run(  # noqa: ASYNC221, S603 - our own file; nothing else runs meanwhile
        [sys.executable, "tests/crash/child.py", org, disk, log, name, str(nth)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert child.returncode == KILLED, child.stderr

    clock = StoryClock(MORNING)
    channels = fake_channels(house.organisation, clock)
    stage = EmbeddedStage(disk, house)
    async with Story(stage=stage, clock=clock, channels=channels, zone=PARIS) as story:
        await a_flood(story)
        rows, messages = all_rows(story), all_messages(story)
    copies = Counter(arrived(log))
    for channel in channels.values():
        copies.update(channel.copies())
    assert sum(copies.values()) - len(copies) <= bound(story)
    assert not [row for row in rows if row.state == "sending"]
    assert not nobody_reached(rows, messages, copies)
