"""An exercise that leaves its list, or is mixed with the real thing, is caught; so is a copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crisis.config import read_folder, write_template
from crisis.organisation import Organisation
from crisis.proof.invariants import Sinks
from crisis.proof.invariants.delivery import g2_nobody_gets_it_twice
from crisis.proof.invariants.exercises import (
    g9_an_exercise_stays_inside,
    g9_the_real_thing_is_never_mixed_with_it,
)
from crisis.proof.scenario import Story
from tests.scenarios.conftest import House
from tests.unit.proof.test_invariants import Tampered, Told, told, words


async def a_drill(story: Story) -> None:
    """An exercise that nobody answers."""
    await story.at("14:05").report("flood", building="a", exercise=True)
    await story.passes("1h")


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The exercise, told."""
    folder = tmp_path_factory.mktemp("drill") / "org"
    write_template(folder)
    files = dict(read_folder(folder))
    return told(House(files, Organisation.from_files(files, version=1), Path()), a_drill)


def test_whoever_an_exercise_reaches_is_on_its_list(drill: Told) -> None:
    """G9: who was tried and is not in the group of exercises is named."""
    record = drill.record
    assert words(g9_an_exercise_stays_inside(record)) == ""
    tried = next(row.recipient_id for rows in record.deliveries.values()
                 for row in rows if row.attempts)  # fmt: skip
    outside = replace(record, outsiders=frozenset({tried}))
    assert f"went to {tried}, who is not in it" in words(g9_an_exercise_stays_inside(outside))


def test_every_text_of_an_exercise_says_so(drill: Told) -> None:
    """G9: words without the mark, and messages that say they are real."""
    bare = replace(drill.record, unmarked=["m1.fr"])
    assert "m1.fr do not say" in words(g9_an_exercise_stays_inside(bare))
    messages = [replace(one, exercise=False) for one in drill.record.messages]
    lying = replace(drill.record, messages=messages)
    assert "does not say what it is" in words(g9_an_exercise_stays_inside(lying))


def test_a_real_report_in_an_exercise_is_caught(drill: Told) -> None:
    """G9: one of both is an exercise, and they have met."""
    view = drill.view
    assert words(g9_the_real_thing_is_never_mixed_with_it(view)) == ""

    def real(stream: str, id_: str) -> object:
        row = view.stream("report", id_) if stream == "report" else None
        return replace(row, exercise=False) if row else view.stream("incident", id_)

    mixed = Tampered(view, stream=real)
    assert "only one of both" in words(g9_the_real_thing_is_never_mixed_with_it(mixed))


def test_a_copy_that_no_crash_explains_is_caught(drill: Told) -> None:
    """G2: only what was in flight may come again, and as often as that."""
    sent = next(row for rows in drill.record.deliveries.values() for row in rows
                if row.state == "sent")  # fmt: skip
    twice = {sent.id: 2}
    explained = Sinks(received=twice, may_repeat={sent.id: 1})
    assert words(g2_nobody_gets_it_twice(drill.view, explained)) == ""
    unexplained = Sinks(received=twice, may_repeat={"another": 1})
    assert "2 copies" in words(g2_nobody_gets_it_twice(drill.view, unexplained))
