"""What was wrong is said to be wrong, to those who were told it (G7)."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words


def led(playbook: str = "flood", **more: Any) -> Story:
    """A crisis with all roles held."""
    story = Story(playbook, **more)
    story.report()
    story.accept()
    return story


def test_an_answer_that_replaces_what_was_told_is_a_marked_correction() -> None:
    """G7: those who were told the other thing are told at once that it was not so."""
    story = led()
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    story.does(c.Say())
    before = story.seq
    story.does(c.AnswerStep(step="source", answer="sprinkler"), "technical")

    corrected = {one.audience: one for one in story.sent(kind="correction", since=before)}
    assert set(corrected) == set(story.incident.audiences)
    one = corrected["front-line"]
    assert "pipe" in one.corrected[0]["en"]
    assert "sprinkler" in one.known[0]["en"]
    assert one.ends == (story.sent("front-line", "update")[-1].id,)
    before = story.seq
    story.does(c.Say())
    assert story.sent(kind="correction", since=before) == []


def test_an_answer_that_nobody_was_told_needs_no_correction() -> None:
    """Neither does a late answer to a question that silence had answered prudently."""
    story = led()
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    story.does(c.AnswerStep(step="source", answer="sprinkler"), "technical")
    assert story.sent(kind="correction") == []

    late = led()
    late.at("10:25")
    assert late.incident.steps["source"].assumed
    late.does(c.Say())
    late.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    assert late.sent(kind="correction") == []
    answered = late.said(e.StepAnswered)[-1]
    assert answered.was == "not-found"


def test_who_has_heard_enough_still_hears_what_was_wrong() -> None:
    """G7: those at home get three messages at most; what the second said wrong is mended."""
    story = led()
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    story.does(c.Say(audiences=("users-away",), words=words("the lift works")))
    story.does(c.AnswerStep(step="source", answer="roof"), "technical")
    assert story.sent("users-away")[-1].kind == "correction"

    assert not story.tries(c.Say(audiences=("users-away",))).accepted
    story.does(c.Say(audiences=("users-away",), words=words("it does not"), correction=True))
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    kinds = [one.kind for one in story.sent("users-away")]
    assert kinds == ["alert", "update", "correction", "correction", "end"]


def test_a_person_may_correct_in_their_own_words() -> None:
    """What was said was wrong: it is marked, and closes what it corrects."""
    story = led()
    story.does(c.Say(words=words("it is not the third floor"), correction=True))

    (one,) = story.sent("front-line", "correction")
    assert one.ends == (story.sent("front-line")[0].id,)


def test_an_audience_that_a_layer_tells_no_more_is_still_corrected_and_kept_informed() -> None:
    """It was told; it is not left with what is wrong, nor without its next word and its end."""
    edits = {"layers/gone": {"when": {"severity": "S4"}, "tell": {"front-line": None}}}
    story = led(edits=edits)
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    story.does(c.Say())
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.AnswerStep(step="source", answer="roof"), "technical")
    assert [one.kind for one in story.sent("front-line")] == ["alert", "update", "correction"]
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))

    (end,) = story.sent("front-line", "end")
    assert end.impact is not None
    assert "dry" in end.impact["en"]


def test_a_question_that_comes_again_brings_news_and_no_correction() -> None:
    """G5: a new reading is told at once as an update; the same one again tells nobody anything."""
    story = led(edits={"steps/source/every": "15m", "steps/source/until": "safe"})

    def reads(answer: str) -> list[str]:
        story.does(c.AnswerStep(step="source", answer=answer), "technical")
        told = [str(one.kind) for one in story.sent("people-on-site", since=before)]
        story.passes("16m")
        return told

    before = story.seq
    reads("pipe")
    before = story.seq
    assert reads("roof") == ["update"]
    assert story.said(e.StepAnswered)[-1].was is None
    for _ in range(3):
        before = story.seq
        assert reads("roof") == []
    assert story.sent(kind="correction") == []


def test_another_instruction_says_that_it_replaces_the_one_before() -> None:
    """Told to leave, then to stay: the second word says that it takes the place of the first."""
    story = led()
    first = story.sent("people-on-site")[-1]
    story.does(c.ChooseOption(step="leave", option="stay"))
    told = story.sent("people-on-site", "instruction")[-1]

    assert (told.replaces_at, told.nth) == (first.issued_at, first.nth + 1)
    assert first.replaces_at is None
