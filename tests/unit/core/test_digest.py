"""The month in figures: one incident, what came of it, and the month to which it belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crisis.core import commands as c
from crisis.core.afterwards import Action, Review
from crisis.core.digest import digest_of, informed, month_of, over_the_year, sort_of
from crisis.core.objectives import Result
from crisis.core.window import Works
from tests.unit.core.scored import FORCED, prompt, scored
from tests.unit.core.story import ZONE, Story


def test_a_month_begins_at_midnight_there() -> None:
    """November in Paris ends when December begins in Paris; December ends with the year."""
    incident = prompt().incident
    begins = datetime(2026, 10, 31, 23, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert month_of(replace(incident, opened_at=begins), ZONE) == (2026, 11)
    assert month_of(replace(incident, opened_at=begins - second), ZONE) == (2026, 10)
    ends = datetime(2027, 1, 1, tzinfo=ZONE).astimezone(UTC)
    assert month_of(replace(incident, opened_at=ends - second), ZONE) == (2026, 12)


def test_one_crisis_in_figures() -> None:
    """When it began and ended, who was told in time, promises kept, what was learned and done."""
    story = prompt()
    severities = story.pinned.plan.severities
    open_ = digest_of(story.incident, scored(story), severities)
    assert (open_.sort, open_.over_at, open_.avoidable, open_.actions) == (
        "crisis", None, None, Result(),
    )  # fmt: skip
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    actions = {
        "a1": Action(state="verified", playbook="flood"), "a2": Action(state="agreed"),
        "a3": Action(),
    }  # fmt: skip
    review = Review(owner=None, opened_at=story.now, due_at=story.now, avoidable="partly")
    incident = replace(story.incident, actions=actions, review=review)
    found = digest_of(incident, scored(story), severities)
    assert (found.severity, found.began_at) == ("S2", incident.opened_at)
    assert found.over_at == incident.phases["normal"]
    assert found.first.kept == found.first.of > 3
    assert found.slowest is not None
    assert 0 < found.promises.kept <= found.promises.of
    assert (found.avoidable, found.actions, found.changed) == ("partly", Result(kept=1, of=2), 1)


def test_what_people_say_of_it_is_counted_over_all_audiences() -> None:
    """Who was kept well informed, of all who answered; nobody has: nothing is claimed."""
    incident = prompt().incident
    assert informed(incident) == Result()
    said = {"people-on-site": {"well": 3, "partly": 1}, "front-line": {"badly": 1, "well": 0}}
    found = replace(incident, after=replace(incident.after, survey=said))
    assert informed(found) == Result(kept=3, of=5)


def test_the_year_is_told_month_by_month_without_its_exercises() -> None:
    """Twelve months up to the one that is asked for; what two crises of a month say is one sum."""
    incident = prompt().incident
    well = replace(incident, after=replace(incident.after, survey={"front-line": {"well": 2}}))
    drill = replace(well, exercise=True)
    found = [
        ((2025, 11), well), ((2025, 12), well), ((2026, 3), drill), ((2026, 11), incident),
        ((2026, 11), well), ((2026, 11), well), ((2026, 12), well),
    ]  # fmt: skip
    two, four = Result(kept=2, of=2), Result(kept=4, of=4)
    assert over_the_year(found, (2026, 11)) == {(2025, 12): two, (2026, 11): four}
    assert over_the_year(found, (2026, 12)) == {(2026, 11): four, (2026, 12): two}


def test_crises_works_false_alarms_and_exercises_are_told_apart() -> None:
    """Works begin when they were announced for; an exercise is an exercise whatever it plays."""
    story = Story("flood")
    story.report(severity="S3")
    story.accept()
    incident = story.incident
    assert sort_of(incident) == "crisis"
    later = story.now + timedelta(days=1)
    works = Works(starts_at=later, ends_at=later, seq=1)
    announced = replace(incident, works=works, phase="cancelled")
    assert sort_of(announced) == "works"
    assert digest_of(announced, scored(story), ()).began_at == later
    assert sort_of(replace(announced, exercise=True)) == "exercise"
    story.does(c.CancelIncident())
    assert sort_of(story.incident) == "false-alarm"
