"""Every scenario file that stands beside a playbook, played line by line on every runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisis.proof.playing import play
from crisis.proof.scenario import Story
from crisis.proof.script import ENDING, script

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
FILES = {file.name: file.read_text("utf-8") for file in sorted(PLAYBOOKS.glob(f"*{ENDING}"))}


@pytest.mark.parametrize("file", FILES)
async def test_a_scenario_happens_as_it_is_told(story: Story, file: str) -> None:
    """Each moment of the file happens, each expectation holds, and at the end every guarantee."""
    await play(script(FILES[file], file), story)
