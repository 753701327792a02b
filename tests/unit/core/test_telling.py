"""What a message holds: speaker, contact, times, answers; and what the readers are promised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words


def led(**more: Any) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)
    story.report(place=words("third floor"))
    story.accept()
    return story


def test_a_message_says_who_speaks_where_and_when_next() -> None:
    """The lead by name once there is one; before, the function that answers."""
    story = led()
    alert = story.sent("front-line")[0]
    assert (alert.speaker, alert.speaker_function) == (None, "facilities-duty")
    assert alert.contact == "communication-duty"
    assert alert.place == words("third floor")
    assert alert.say is not None
    story.does(c.Say())

    update = story.sent("front-line")[-1]
    assert update.speaker == "lead"
    assert update.number > alert.number
    assert update.next_update_at is not None
    assert (update.next_update_at.second, update.next_update_at > story.now) == (0, True)


def test_the_next_time_is_the_quicker_rhythm_and_then_the_slower_one() -> None:
    """S2: 15 minutes for the scope, then every 30, then, after two hours, every two hours."""
    story = Story("generic")
    story.report(severity="S2")
    story.accept()
    spans = [story.sent("front-line")[0]]
    story.passes("10m")
    story.does(c.Say())
    spans.append(story.sent("front-line")[-1])
    story.passes("2h")
    story.does(c.Say())
    spans.append(story.sent("front-line")[-1])

    promised = [one.next_update_at - one.issued_at for one in spans if one.next_update_at]
    assert promised == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=2)]


def test_no_time_is_promised_that_has_passed_when_it_is_read() -> None:
    """A rhythm under a minute is a minute."""
    story = Story("generic", plan={"audiences/front-line/update_every": "0m"})
    story.report()

    first = story.sent("front-line")[0]
    assert first.next_update_at == first.issued_at + timedelta(minutes=1)


def test_answers_and_times_fill_the_placeholders() -> None:
    """``{answer.STEP}`` and ``{eta.STEP}``: what was answered, chosen, announced."""
    story = led()
    eta_at = story.now + timedelta(minutes=40)
    story.does(c.AnswerStep(step="source", answer="roof"), "technical")
    story.does(c.AnswerStep(step="people", answer="no"), "security")
    story.does(c.ChooseOption(step="leave", option="stay"), "lead")
    story.does(c.ReportContractor(step="pump", stage="eta", eta_at=eta_at), "technical")
    story.does(c.Say())

    update = story.sent("front-line")[-1]
    assert set(update.answers) == {"source", "leave"}
    assert "roof" in update.answers["source"]["en"]
    assert update.etas == {"pump": eta_at}


def test_what_a_layer_removed_is_told_no_more() -> None:
    """A measure, an answer, a promise of a step that is not in force any more."""
    gone: dict[str, None] = {"lifts": None, "source": None, "belongings": None}
    story = led(edits={"layers/gone": {"when": {"severity": "S4"}, "steps": gone}})
    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.Say(audiences=("people-on-site", "front-line")))
    before = story.seq
    story.passes("2d")

    update = story.sent("people-on-site", "update")[0]
    assert [one.id for one in update.measures] == ["words:measure"]
    assert (update.known, dict(update.answers), update.promises) == ((), {}, ())
    broken = [one.notice for one in story.notices("lead", "promise-broken", before)]
    assert any(one is not None and one.subject == "people-on-site" for one in broken)


def test_news_of_a_step_that_a_layer_removed_is_none() -> None:
    """Nothing can be said of it, so the promised word is an honest holding statement."""
    gone = {"when": {"leave": "stay"}, "steps": {"lifts": None, "pump": None}}
    quiet = {
        "steps/current/unanswered": "no", "steps/server-room/unanswered": "no",
        "severity/raise": {}, "layers/gone": gone,
    }  # fmt: skip
    story = led(edits=quiet)
    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.ReportContractor(step="pump", stage="called"), "technical")
    story.does(c.ChooseOption(step="leave", option="stay"), "lead")
    story.at("12:00")

    assert story.sent("front-line")[-1].kind == "holding"
    assert story.sent("front-line")[-1].measures == ()


def test_a_speaker_and_contact_of_the_plan_serve_whom_the_playbook_tells_no_more() -> None:
    """Its word and its end are still signed, and somebody answers."""
    edits = {"layers/gone": {"when": {"severity": "S4"}, "tell": {"front-line": None}}}
    plan = {"audiences/front-line/speaker": "communication"}
    story = led(edits=edits, plan=plan)
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.Say(audiences=("front-line",)))

    last = story.sent("front-line")[-1]
    assert (last.speaker, last.contact) == ("communication", "communication-duty")
    assert last.impact is None

    without = led(edits=edits, plan={"audiences/front-line/speaker": "nobody"})
    without.does(c.ChangeSeverity(to="S4"))
    without.does(c.Say(audiences=("front-line",)))
    assert without.sent("front-line")[-1].speaker == "lead"


def test_a_late_word_says_by_how_much() -> None:
    """FU5: the reader sees that we know."""
    story = led(edits={"severity/raise": {}, "steps/current/unanswered": "no",
                       "steps/server-room/unanswered": "no"})  # fmt: skip
    story.at("17:59")
    assert story.said(e.CommitmentLate)
    story.does(c.Say(audiences=("front-line",)))

    assert story.sent("front-line")[-1].late_by_minutes == 1


def test_nothing_to_do_is_said_as_such_and_a_new_thing_to_do_is_an_instruction() -> None:
    """``instruction: none`` is an instruction too: when it changes, that is material."""
    tell = {"front-line": {"open": {"instruction": {"fr": "Fermez.", "en": "Close."}}}}
    edits = {
        "tell/front-line/open/instruction": "none",
        "layers/close": {"when": {"leave": "stay"}, "tell": tell},
    }
    story = led(edits=edits)
    assert story.sent("front-line")[0].instruction is None
    story.does(c.ChooseOption(step="leave", option="stay"), "lead")

    assert story.sent("front-line")[-1].kind == "instruction"


def test_an_audience_counts_what_it_was_told() -> None:
    """Its first word is number 1, whatever was written to others; also when it begins again."""
    story = Story("flood")
    story.report()
    story.accept()
    story.does(c.Say(audiences=("front-line",)))
    numbers = [one.nth for one in story.sent("front-line")]
    assert numbers == [1, 2]
    assert [one.nth for one in story.sent("people-on-site")] == [1]
    assert story.sent("front-line")[0].number > 1, "the journal counts all"
    story.does(c.DeclarePhase(phase="safe"), override=words("x"))
    story.does(c.DeclarePhase(phase="normal"), override=words("x"))
    story.does(c.DeclarePhase(phase="open"))

    assert [one.nth for one in story.sent("front-line")] == [1, 2, 3, 4, 5]
    assert {one.nth for one in story.messages if one.notice or one.cards} == {0}
