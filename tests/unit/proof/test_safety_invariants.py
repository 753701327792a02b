"""Danger that nobody hears of is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisis.codec import from_recorded
from crisis.config import read_folder, write_template
from crisis.core import events as e
from crisis.organisation import Organisation
from crisis.proof.invariants.safety import g12_danger_is_told
from crisis.proof.scenario import Story
from tests.scenarios.conftest import House
from tests.unit.proof.test_invariants import Tampered, Told, told, words


async def a_second_call(story: Story) -> None:
    """A flood at five past two; at ten past somebody says that a man is caught."""
    await story.at("14:05").report("flood", building="a", danger="yes")
    await story.at("14:07").accept_all()
    await story.at("14:10").report("flood", building="a", danger="yes", says="Un homme est pris.")


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The second call, told."""
    folder = tmp_path_factory.mktemp("called") / "org"
    write_template(folder)
    files = dict(read_folder(folder))
    return told(House(files, Organisation.from_files(files, version=1), Path()), a_second_call)


def test_danger_that_nobody_hears_of_is_caught(called: Told) -> None:
    """G12: the report is linked, and its decision writes to nobody."""
    view = called.view
    assert words(g12_danger_is_told(view)) == ""
    linked = next(
        one.command_id for one in called.record.recorded
        if isinstance(from_recorded(one).body, e.ReportLinked)
    )  # fmt: skip
    silent = Tampered(view, events=lambda stream, id_, **_: [
        one for one in view.events(stream, id_)
        if stream == "report" or one.command_id != linked
        or not isinstance(from_recorded(one).body, e.MessageReleased)
    ])  # fmt: skip
    assert "nobody was written to" in words(g12_danger_is_told(silent))
