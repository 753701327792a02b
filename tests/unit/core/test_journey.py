"""The crisis as each audience lived it: message by message, with its moments of truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.after_commands import AnswerSurvey
from crisis.core.journey import Journey, Lived, journeys
from crisis.core.scorecard.words import lived_line
from crisis.core.timeline import entries
from tests.unit.core.scored import FIXTURES, FORCED, prompt
from tests.unit.core.story import Story, words
from tests.unit.only import only


def journey(story: Story, audience: str) -> Journey:
    """The journey of one audience."""
    return only(
        one for one in journeys(story.log, story.pinned, now=story.now) if one.audience == audience
    )


def test_an_audience_lives_its_messages_in_order() -> None:
    """The front line: the alarm, a holding statement, what was done, what is over."""
    story = prompt()
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    lived = journey(story, "front-line").lived
    assert [one.kind for one in lived][:2] == ["alert", "holding"]
    assert lived[0].automatic
    assert lived[0].next_at is not None
    assert [one.seq for one in lived] == sorted(one.seq for one in lived)
    assert lived[-1].kind == "end"


def test_the_moments_of_truth_are_those_of_the_plan() -> None:
    """First word, instruction and return to normal for those who are inside."""
    story = prompt()
    story.does(c.ChangeSeverity(to="S1"))
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    truths = journey(story, "people-on-site").truths
    assert truths
    assert (truths[0].truth, truths[0].good) == ("first_word", True)
    assert (truths[-1].truth, truths[-1].good) == ("normal", True)
    assert {one.truth for one in truths} <= {"first_word", "instruction", "normal"}


def test_without_a_word_of_the_plan_a_broken_promise_is_one_of_them() -> None:
    """Co-tenants of the flood were promised a word, and nobody spoke."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("6h")
    lived = journey(story, "co-tenants")
    assert [(one.truth, one.good) for one in lived.truths] == [
        ("first_word", True), ("broken_promise", False),
    ]  # fmt: skip
    assert [one.sort for one in lived.lived][-2:] == ["late", "broken"]
    inside = journey(story, "people-on-site")
    assert "broken" in {one.sort for one in inside.lived}
    assert "broken_promise" not in {one.truth for one in inside.truths}, "the plan names others"


def test_a_first_word_that_came_late_is_missed() -> None:
    """It was promised within five minutes, and sent after an hour."""
    story = prompt()
    story.log = [
        replace(event, body=replace(event.body, sent_at=event.body.sent_at + timedelta(hours=1)))
        if isinstance(event.body, e.MessageSent) else event
        for event in story.log
    ]  # fmt: skip
    assert journey(story, "front-line").truths[0].good is False


def test_safe_and_corrections_are_moments_where_the_plan_names_them() -> None:
    """The plan may name any of them."""
    moments = {"audiences/people-on-site/moments_of_truth": ["safe", "correction"]}
    story = Story("leak", folder=FIXTURES, plan=moments)
    story.report(severity="S2")
    story.accept()
    story.does(c.Say(correction=True))
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    truths = journey(story, "people-on-site").truths
    assert [one.truth for one in truths] == ["correction", "safe"]
    assert truths[0].good is None


def test_a_false_alarm_ends_a_journey_too() -> None:
    """They hear that nothing has happened: for them that is the return to normal."""
    story = prompt()
    story.does(c.CancelIncident())
    last = journey(story, "front-line").truths[-1]
    assert (last.truth, last.kind, last.phase, last.good) == ("normal", "end", "cancelled", True)


def test_who_was_promised_and_never_told_has_a_journey_too() -> None:
    """A promise whose making is not in the journal belongs to nobody."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("6h")
    bare = [one for one in story.log if not isinstance(one.body, e.MessageSent)]
    found = journeys(bare, story.pinned, now=story.now)
    assert {one.sort for each in found for one in each.lived} == {"late", "broken"}
    unmade = [one for one in bare if not isinstance(one.body, e.UpdatePromised)]
    assert journeys(unmade, story.pinned, now=story.now) == ()
    assert journeys(story.log[1:], story.pinned, now=story.now) == ()


def test_beside_a_journey_stands_what_these_people_say_of_it() -> None:
    """Doctrine: lived experience. What they wrote stays, all of it, and nobody else's words.

    Neither there nor in the timeline does it say who it was.
    """
    story = prompt()
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    story.passes("2d")
    asked = [name for name in story.incident.after.survey if name != "front-line"]
    for who, audience, rating, said in (
        ("p1", "front-line", "badly", "I stood there and knew nothing."),
        ("p2", "front-line", "well", None),
        ("p1", "front-line", "partly", "Later it was better."),
        ("p3", asked[0], "well", "Thank you."),
    ):
        comment = words(said) if said else None
        story.does(AnswerSurvey(audience=audience, rating=rating, comment=comment), who)  # type: ignore[arg-type]
    found = journey(story, "front-line")
    assert [one.rating for one in found.reactions] == ["badly", "partly"]
    heard = [one.body.comment for one in story.log if isinstance(one.body, e.SurveyAnswered)]
    assert [one.words for one in found.reactions] == [heard[0], heard[2]]
    assert [one.rating for one in journey(story, asked[0]).reactions] == ["well"]
    told = [one for one in entries(story.log, names=str.upper) if one.rule == "survey"]
    assert {one.who["en"] for one in told[-4:]} == {"no name"}


def test_a_line_of_a_journey_is_read_in_both_languages() -> None:
    """When, what, what was promised, and what it meant to them."""
    story = prompt()
    first = journey(story, "front-line").lived[0]
    line = lived_line(first, zone="Europe/Paris")
    assert line["en"] == (
        "10:00 – alert (automatic), next promised at 10:15, moment of truth: first word (kept)"
    )
    assert line["fr"].startswith("10h00 – alerte (automatique), suite promise à 10h15")
    at = story.now
    broken = Lived(seq=9, at=at, sort="broken", truth="own", good=False)
    assert lived_line(broken, zone="Europe/Paris")["fr"].endswith(
        "promesse rompue, moment de vérité : own (manqué)"
    )
    late = Lived(seq=8, at=at, sort="late")
    assert lived_line(late, zone="Europe/Paris")["en"].endswith("promised time passed")
    told = Lived(seq=7, at=at, sort="word", kind="instruction", truth="instruction")
    assert lived_line(told, zone="Europe/Paris")["en"].endswith("moment of truth: instruction")
