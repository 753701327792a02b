"""A failing story becomes as short as what makes it fail, and is told for people to read."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crisis.proof.simulator import Step, Tale, draw, shrink, told
from crisis.proof.simulator.happenings import HAPPENINGS

NEEDED = {3, 17}


def _tale(steps: int) -> Tale:
    return Tale(
        seed=1,
        begins_at=datetime(2026, 3, 10, 13, tzinfo=UTC),
        steps=tuple(Step(after=float(n), verb="brief", how={"n": n}) for n in range(steps)),
        ends_after=7200.0,
    )


def test_only_the_steps_that_matter_are_left() -> None:
    """Of twenty steps two make it fail: those two are told, and an end soon after them."""
    fails = lambda tale: {one.number() for one in tale.steps} >= NEEDED  # noqa: E731 - the fault
    short = shrink(_tale(20), fails)
    assert {one.number() for one in short.steps} == NEEDED
    assert short.ends_after == 17.0


def test_shrinking_ends_however_long_it_could_go_on() -> None:
    """A story is played so often and no more; what was found until then is the answer."""
    played: list[Tale] = []

    def fails(tale: Tale) -> bool:
        played.append(tale)
        return len(tale.steps) > 5

    assert len(shrink(_tale(64), fails, tries=9).steps) > 5
    assert len(played) <= 9


def test_a_story_is_told_in_the_time_of_the_place() -> None:
    """Whoever reads a failure sees what happened when, by the clocks on the wall."""
    lines = list(told(_tale(1), ZoneInfo("Europe/Paris")))
    assert lines[0] == "seed 1, 1 steps"
    assert "Tue 10 Mar 14:00:00" in lines[1]
    assert "16:00:00" in lines[-1]


def test_every_seed_draws_steps_that_can_be_played() -> None:
    """What is drawn is known by name, in order of time, and the same when it is drawn again."""
    for seed in range(300):
        tale = draw(seed)
        assert tale == draw(seed)
        assert {one.verb for one in tale.steps} <= HAPPENINGS.keys()
        assert [one.after for one in tale.steps] == sorted(one.after for one in tale.steps)
