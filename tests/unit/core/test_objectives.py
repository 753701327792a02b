"""What is promised to each audience, and how often it was kept: figures, never names."""

from __future__ import annotations

from crisis.core.objectives import Result, objectives, results
from tests.unit.core.scored import prompt, scored
from tests.unit.core.story import Story, pinned

PLAN = pinned("flood").plan


def test_what_is_published_is_what_the_plan_promises() -> None:
    """Each audience at each severity: its own times where it has some, everyone's otherwise."""
    found = objectives(PLAN)
    assert list(found) == list(PLAN.audiences)
    gravest, *_ = found["people-on-site"]
    assert gravest.severity == "S1"
    assert (str(gravest.first_within), str(gravest.every), str(gravest.reply_within)) == (
        "5m",
        "20m",
        "1h",
    )
    assert gravest.media[0] == "public-address"
    away = {one.severity: str(one.first_within) for one in found["users-away"]}
    assert away == {"S1": "30m", "S2": "1h", "S3": "4h", "S4": "1d"}
    briefed = {
        one.severity: (str(one.first_within), str(one.every)) for one in found["directorate"]
    }
    assert briefed["S1"] == ("5m", "30m"), "its briefs, and not the rhythm of the others"


def test_the_results_are_those_of_the_scorecards() -> None:
    """One crisis was led in time, one was not: both count, and what is not known yet does not."""
    silent = Story("flood")
    silent.report(severity="S2")
    silent.passes("6h")
    begun = Story("flood")
    begun.report(severity="S2")
    found = results([scored(prompt()), scored(silent), scored(begun)])
    assert found.by.get(("lead", "")) == Result(kept=1, of=2)
    assert found.by["first", "people-on-site"].of == found.by["first", "people-on-site"].kept == 3
    late = found.by["rhythm", "people-on-site"]
    assert 0 < late.kept < late.of
    assert 0 < found.promises.kept < found.promises.of
    assert results(()).promises == Result()
