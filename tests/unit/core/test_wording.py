"""A person's words are read before they are told; where people must act at once, after (G12)."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import people_commands as p
from tests.unit.core.story import Story, words
from tests.unit.core.test_messages import CALM, led

FEVER = words("C'est la catastrophe.")


def test_feverish_words_wait_until_they_are_mended() -> None:
    """E2: at ten o'clock the lead writes in a fever; nothing leaves, and they hear why."""
    story = led(edits=CALM)
    before = story.seq
    refusal = story.refused(c.Say(words=FEVER))

    assert refusal.overridable
    assert refusal.words["en"].startswith('TN3: "catastrophe" lets feverishness show; say a fact')
    assert refusal.words["fr"].endswith("passez outre avec un motif : le journal le dira.")
    assert story.seq == before
    story.does(c.Say(words=words("Three teams are on site.")))
    assert story.said(e.WordingFound) == []


def test_a_person_may_let_them_through_by_name() -> None:
    """A waiver is on the record: who, why, and what was found."""
    story = led(edits=CALM)
    story.does(c.Say(words=FEVER), override=words("quoting the prefect"))

    (waived,) = story.said(e.WordingFound)
    assert (waived.subject, waived.waived) == ("say", True)
    assert waived.findings == ("TN3 block /words",)
    assert "wording" in {one.rule for one in story.said(e.RefusalOverridden)}


def test_where_people_must_act_at_once_findings_come_after_the_sending() -> None:
    """G12: to people at risk at immediate urgency nothing is held; the record shows it beside."""
    story = led(edits={"urgency/S3": "immediate"})
    before = story.seq
    story.does(c.Say(audiences=("people-on-site",), words=words("Sortez !!")))

    assert [one.kind for one in story.sent("people-on-site", since=before)] == ["update"]
    (found,) = story.said(e.WordingFound, before)
    assert (found.findings, found.waived) == (("TN4 block /words",), False)


def test_what_only_warns_holds_nothing() -> None:
    """It is told, and the author and the review see what was found."""
    story = led(edits=CALM)
    story.does(c.Say(words=words("We will speak soon.")))

    assert [one.findings for one in story.said(e.WordingFound)] == [("FU3 warn /words",)]


def test_what_a_message_lacks_is_noted_with_the_words_that_it_carries() -> None:
    """CT6: a measure was recorded without its expected result; whoever speaks sees it."""
    story = led(edits=CALM)
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    story.does(c.Say(words=words("The lift stands still.")))
    found = [mark for one in story.said(e.WordingFound) for mark in one.findings]
    assert [mark.split()[0] for mark in found] == ["CT6"]
    assert found[0].endswith("/expected_result")


def test_a_silent_contradiction_is_held_and_a_correction_is_not() -> None:
    """CO1: the last message to these people said that level 2 was closed."""
    story = led(edits=CALM)
    last = story.incident.audiences["people-on-site"].last_message_id
    story.texts[f"{last}.en"] = {"text": "Level 2 is closed."}
    opened = words("Level 2 is open.")

    refused = story.refused(c.Say(audiences=("people-on-site",), words=opened))
    assert refused.words["en"].startswith("CO1: ")
    story.does(c.Say(audiences=("people-on-site",), words=opened, correction=True))
    assert story.sent("people-on-site")[-1].kind == "correction"


@pytest.mark.parametrize(
    "body",
    [
        c.RecordMeasure(measure=FEVER),
        c.RecordMeasure(measure=words("The valve is shut."), expected_result=FEVER),
        c.RecordWorkaround(workaround=FEVER),
    ],
)
def test_measures_and_workarounds_are_read_too(body: Any) -> None:
    """They are told in the next update without anybody looking again."""
    story = led(edits=CALM)
    assert story.refused(body).rule == "wording"

    urgent = led(edits={"urgency/S3": "immediate"})
    urgent.does(body)
    assert not urgent.said(e.WordingFound)[0].waived


def test_what_stays_inside_is_not_read() -> None:
    """A measure that nobody outside hears may be written as it comes."""
    story = led(edits=CALM)
    story.does(c.RecordMeasure(measure=FEVER, inside_only=True))
    assert story.said(e.WordingFound) == []


def test_a_promise_is_read_too() -> None:
    """And its counterpart: both are told to the audience."""
    story: Story = led(edits=CALM)
    body = c.MakePromise(
        promise_id="p1", audience="people-on-site", words=FEVER,
        due_at=story.now.replace(hour=20),
    )  # fmt: skip
    assert story.refused(body).rule == "wording"
    story.does(body, override=words("so it was said aloud"))
    assert [one.subject for one in story.said(e.WordingFound)] == ["promise"]


def test_words_that_are_cut_in_a_text_message_are_told_to_their_author() -> None:
    """E3: what does not fit is cut at its end; whoever wrote it sees so, and nothing is held."""
    story = led(edits=CALM)
    number = story.incident.messages + 1
    story.texts[f"{story.incident.id}-{number}.fr"] = {"short": "Sortez par..."}
    story.does(c.Say(audiences=("people-on-site",), words=words("Leave calmly.")))

    assert [one.findings for one in story.said(e.WordingFound)] == [("CH1 warn /short/fr",)]


def test_replies_and_refusals_to_people_are_read_too() -> None:
    """Whoever asked reads our words as an audience does."""
    story = led(edits=CALM)
    for name in ("q1", "q2"):
        story.does(p.AskQuestion(question_id=name, words=words(name)), "p1")
    told = p.ReplyToQuestion(question="q1", reply=FEVER)
    refused = p.RefuseQuestion(question="q2", reason=words("Closed."), alternative=FEVER)
    for body in (told, refused):
        assert story.refused(body).rule == "wording"
        story.does(body, override=words("so it was said aloud"))
    assert [one.subject for one in story.said(e.WordingFound)] == ["reply", "refusal"]


def test_a_word_that_the_house_does_not_use_waits_too() -> None:
    """The plan says how the organisation speaks; whoever writes hears which word is not its own."""
    never = {"never": {"fr": ["usagers"], "en": ["end users"]}}
    story = led(edits=CALM, plan={"voice": never})
    refusal = story.refused(c.Say(words=words("End users stay out.")))

    assert refusal.words["en"].startswith('VO1: "End users" is no word of this house; say it')
    story.does(c.Say(words=words("People stay out.")))
    assert story.said(e.WordingFound) == []
