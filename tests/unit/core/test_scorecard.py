"""E1 and E2: somebody is there and speaks, calmly; what has not had its time is not yet known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.scorecard import scorecard
from tests.unit.core.scored import (
    FIXTURES,
    FORCED,
    figure,
    prompt,
    scored,
    shows_its_evidence,
)
from tests.unit.core.story import PLAYBOOKS, Story


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_somebody_who_leads_and_speaks_is_not_standing_back(playbook: str) -> None:
    """E1 passes: a lead in time and by name, first words, the directorate, no silence."""
    story = prompt(playbook)
    card = shows_its_evidence(story)
    assert card["E1"].verdict == "passed"
    assert figure(card, "E1", "lead").value == 180
    visible = [one.value for one in card["E1"].figures if one.name == "lead-visible"]
    assert visible
    assert all(value is not None and value >= 180 for value in visible)
    assert figure(card, "E1", "directorate").value == 0
    broken = figure(card, "E4", "broken")
    assert broken.verdict == "unknown", "its promises have not all come to their ends"


def test_automatic_words_alone_fail_e1_and_e4() -> None:
    """A robot that writes holding messages while nobody leads scores badly (doctrine, E1, E4)."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("6h")
    card = shows_its_evidence(story)
    assert card["E1"].verdict == card["E4"].verdict == "failed"
    assert figure(card, "E1", "automatic").value == 1
    assert figure(card, "E1", "lead").value is None
    assert figure(card, "E1", "silence", "front-line").verdict == "failed"
    assert figure(card, "E4", "broken").value == 4
    assert figure(card, "E4", "kept-by-holding").verdict == "failed"
    better = scored(prompt())
    for error in ("E1", "E4"):
        passed, judged = card[error].held
        well, of = better[error].held
        assert passed / judged < well / of


def test_what_has_not_had_its_time_is_not_yet_known() -> None:
    """Two minutes after the report nobody has failed at anything."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("2m")
    card = shows_its_evidence(story)
    assert card["E1"].verdict == "unknown"
    assert figure(card, "E1", "lead").verdict == "unknown"
    assert figure(card, "E1", "automatic").verdict == "unknown"
    assert figure(card, "E1", "silence", "front-line").verdict == "unknown"


def test_a_lead_who_comes_too_late_has_stood_back() -> None:
    """Fifteen minutes are promised at S2, and it took twenty."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("20m")
    story.does(c.TakeRole(role="lead"), "ann")
    assert figure(shows_its_evidence(story), "E1", "lead").verdict == "failed"


def test_what_was_taken_on_paper_counts_from_when_it_was_taken() -> None:
    """The lead was there after five minutes, and somebody wrote it down after an hour."""
    story = Story("flood")
    story.report(severity="S2")
    then = story.now + timedelta(minutes=5)
    story.passes("1h")
    story.does(c.TakeRole(role="lead"), "ann", happened_at=then)
    assert figure(scored(story), "E1", "lead").value == 300


def test_an_audience_that_nobody_could_be_told_has_no_first_word() -> None:
    """E1 and E3: not one of the co-tenants could be sent the first word."""
    story = prompt(failing={"co-tenants"})
    card = shows_its_evidence(story)
    first = figure(card, "E1", "first-word", "co-tenants")
    assert (first.value, first.verdict) == (None, "failed")


def test_those_who_sleep_may_be_told_in_the_morning() -> None:
    """Quiet hours move the first word of those who are in no danger; not of those who are."""
    story = Story("flood", begins="23:00")
    story.report(severity="S2")
    story.passes("1h")
    card = scored(story)
    assert figure(card, "E1", "first-word", "users-away").limit == 8 * 3600
    assert figure(card, "E1", "first-word", "people-on-site").limit == 300
    awake = Story("flood", begins="23:00", plan={"quiet_hours": ...})
    awake.report(severity="S2")
    awake.passes("1h")
    assert figure(scored(awake), "E1", "first-word", "users-away").limit == 3600


def test_who_is_concerned_later_is_owed_the_first_word_from_then_on() -> None:
    """Co-tenants of the leak are told from safe on: their time begins there."""
    story = Story("leak", folder=FIXTURES)
    story.report(severity="S2")
    story.accept()
    assert not [one for one in scored(story)["E1"].figures if one.about == "co-tenants"]
    story.passes("20m")
    story.does(c.DeclarePhase(phase="safe"), override=FORCED)
    first = figure(shows_its_evidence(story), "E1", "first-word", "co-tenants")
    assert first.value == 0


def test_a_false_alarm_ends_every_clock() -> None:
    """What nobody was owed any more after the false alarm, nobody has missed."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("5m")
    story.does(c.TakeRole(role="lead"), "ann")
    story.does(c.CancelIncident(), "ann")
    story.passes("1h")
    card = shows_its_evidence(story)
    assert card["E1"].verdict == "passed"
    assert figure(card, "E4", "broken").verdict == "unknown", "a relief is still promised"


def test_what_begins_again_is_not_over() -> None:
    """After normal it began again: silence is counted to now."""
    story = prompt()
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    over = scored(story)
    story.passes("10m")
    story.does(c.DeclarePhase(phase="open"), override=FORCED)
    story.passes("6h")
    again = shows_its_evidence(story)
    assert figure(over, "E1", "silence", "front-line").verdict == "passed"
    assert figure(again, "E1", "silence", "front-line").verdict == "failed"


def test_feverish_words_that_were_said_all_the_same_are_feverishness() -> None:
    """E2: what the rules of wording found, and a person let through or could not wait with."""
    story = prompt()
    assert scored(story)["E2"].verdict == "passed"
    found = ("TN3 block /words/fr", "TN7 warn /words/fr", "CO1 warn /words/fr")
    story.log.append(e.Event(
        seq=story.seq + 1, at=story.now,
        body=e.WordingFound(subject="say", findings=found, waived=True),
    ))  # fmt: skip
    card = shows_its_evidence(story)
    assert figure(card, "E2", "tone").verdict == "failed"
    assert figure(card, "E2", "tone-warned").verdict is None
    assert figure(card, "E2", "contradictions").verdict == "failed"


def test_what_is_only_watched_has_no_score_yet() -> None:
    """Nothing has opened; once it has, everything is counted from there."""
    story = Story("flood")
    story.report(severity="S2")
    declared, *rest = story.log
    at = story.now
    hushed = e.Event(seq=2, at=at, body=e.IncidentHushed(why="lasting", until=None))
    card = scorecard([declared, hushed], story.pinned, now=at + timedelta(hours=1))
    assert {one.verdict for one in card.errors} == {"unknown"}
    loud_at = at + timedelta(minutes=10)
    loud = e.Event(seq=3, at=loud_at, body=e.MadeLoud(why="lasted", began=True))
    late = [replace(one, seq=one.seq + 2, at=loud_at) for one in rest]
    card = scorecard([declared, hushed, loud, *late], story.pinned, now=loud_at)
    assert figure(card, "E1", "lead").verdict == "unknown"
    gone = e.Event(seq=3, at=loud_at, body=e.SignalPassed())
    card = scorecard([declared, hushed, gone], story.pinned, now=loud_at)
    assert not any(one.figures for one in card.errors), "nobody was owed anything"


def corrected() -> Story:
    """They were told that it is a pipe, and then that it is not."""
    story = Story("flood")
    story.report()
    story.accept()
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    story.does(c.Say())
    story.does(c.AnswerStep(step="source", answer="sprinkler"), "technical")
    return story


def test_a_marked_correction_is_honest_and_costs_nothing() -> None:
    """E2: what was wrong was told to be wrong; had it been told as an update, it would fail."""
    story = corrected()
    assert figure(shows_its_evidence(story), "E2", "unmarked").verdict == "passed"
    story.log = [
        replace(event, body=replace(event.body, kind="update"))
        if isinstance(event.body, e.MessageReleased) and event.body.kind == "correction"
        else event
        for event in story.log
    ]
    card = shows_its_evidence(story)
    assert figure(card, "E2", "unmarked").verdict == "failed"
    assert card["E2"].verdict == "failed"


def test_an_answer_that_silence_gave_contradicts_nobody() -> None:
    """E2: the prudent answer was assumed, and a person then found what it was."""
    story = Story("flood")
    story.report()
    story.accept()
    story.at("10:45")
    assert story.incident.steps["source"].assumed
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    assert not [one for one in scored(story)["E2"].figures if one.name == "unmarked"]


def test_the_same_words_again_at_once_are_a_burst() -> None:
    """E2: two messages in a row with nothing new in the second."""
    story = prompt()
    story.passes("30m")
    before = story.seq
    last = next(one for one in reversed(story.log) if isinstance(one.body, e.MessageReleased)
                and one.body.audience == "front-line")  # fmt: skip
    assert isinstance(last.body, e.MessageReleased)
    again = replace(last.body, message_id="again", automatic=True, kind="update")
    sent_at = next(one.body.sent_at for one in story.log if isinstance(one.body, e.MessageSent)
                   and one.body.message_id == last.body.message_id)  # fmt: skip
    story.log += [
        e.Event(seq=before + 1, at=sent_at, body=again),
        e.Event(
            seq=before + 2,
            at=sent_at,
            body=e.MessageSent(message_id="again", sent_at=sent_at, tally={"sent": 1}),
        ),
    ]
    assert figure(shows_its_evidence(story), "E2", "bursts").value == 1
    assert figure(scored(prompt()), "E2", "bursts").verdict == "passed"


def test_a_journal_without_its_beginning_scores_nothing() -> None:
    """Nothing is known about it, and nothing is made up."""
    story = prompt()
    card = scorecard(story.log[1:], story.pinned, now=story.now)
    assert {one.verdict for one in card.errors} == {"unknown"}
    assert not card.contractors
