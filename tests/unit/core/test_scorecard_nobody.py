"""What was said to nobody proves nothing, and who was not told counts, whoever sent what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.errand import PEOPLE
from crisis.core.scorecard import Reach, Scorecard
from crisis.core.scorecard.words import nobody_line
from tests.unit.core.scored import FORCED, figure, measured, prompt, scored, shows_its_evidence
from tests.unit.core.story import Story


def about(card: Scorecard, audience: str) -> set[str]:
    """The figures of an audience."""
    return {one.name for error in card.errors for one in error.figures if one.about == audience}


def test_words_to_nobody_are_no_first_word_and_keep_no_promise() -> None:
    """E1, E4: an audience without people is told as such, outside of every other figure."""
    everybody = scored(prompt())
    story = prompt(empty={"front-line"})
    card = shows_its_evidence(story)
    assert about(card, "front-line") == {"nobody"}
    left = figure(card, "E3", "nobody", "front-line")
    assert (left.value, left.verdict, left.of) == (0, None, len(story.sent("front-line")))
    made, all_made = figure(card, "E4", "made").value, figure(everybody, "E4", "made").value
    assert made is not None
    assert all_made is not None
    assert 0 < made < all_made
    assert {"first-word", "silence"} <= about(card, "people-on-site")


def test_who_came_later_is_owed_no_first_word_from_before() -> None:
    """E1: nobody belonged to the audience when it was first told, and no record says who came when.

    What they were told from then on counts as for everybody; they waited for nothing before it.
    """
    story = Story("flood", empty={"front-line"})
    story.report(severity="S2")
    story.passes("3m")
    story.accept()
    for number in range(4):
        story.passes("20m")
        measured(story, number)
        if number == 1:
            story.empty.clear()
    card = shows_its_evidence(story)
    assert about(card, "front-line") >= {"silence", "lead-visible"}
    assert not about(card, "front-line") & {"nobody", "first-word"}
    named = figure(card, "E1", "lead-visible", "front-line")
    assert (named.value, named.verdict) == (0, "passed")
    silence = figure(card, "E1", "silence", "front-line").value
    assert silence is not None
    assert silence < 3600


def test_promises_that_stand_in_one_way_each_add_up_to_those_made() -> None:
    """E4: what is broken is not late as well; what only repeats is kept by nothing new."""
    silent = Story("flood")
    silent.report(severity="S2")
    silent.passes("6h")
    for story in (silent, prompt(), prompt("fire")):
        card = shows_its_evidence(story)
        found = {one.name: one.value or 0 for one in card["E4"].figures if not one.about}
        ways = [name for name in found if name.startswith("kept-by-")]
        assert sum(found[name] for name in (*ways, "late", "broken", "open")) == found["made"]
    assert figure(scored(silent), "E4", "broken").value
    assert figure(scored(silent), "E4", "late").value == 0


def test_an_update_in_which_nothing_is_new_is_no_real_one() -> None:
    """E4: what is sent in everyone's place only repeats what was told."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    measured(story, 1)
    for _ in range(4):
        story.passes("15m")
        story.does(c.Say())
    assert figure(scored(story), "E4", "kept-by-repeat").value == 0
    story.log = [
        replace(event, body=replace(event.body, automatic=True))
        if isinstance(event.body, e.MessageReleased) else event
        for event in story.log
    ]  # fmt: skip
    card = shows_its_evidence(story)
    assert figure(card, "E4", "kept-by-repeat").verdict == "failed"


def test_the_lead_is_named_to_each_audience_by_its_own_next_word() -> None:
    """E1: that the first audience has heard a name says nothing of the others."""
    story = prompt()
    card = shows_its_evidence(story)
    seen = {one.about: one for one in card["E1"].figures if one.name == "lead-visible"}
    assert {"people-on-site", "front-line"} <= seen.keys()
    for audience, one in seen.items():
        took = next(event for event in story.log if isinstance(event.body, e.RolesAccepted))
        after = story.sent(audience, since=took.seq)
        assert one.value == (after[0].issued_at - story.log[0].at).total_seconds()
    unled = Story("flood")
    unled.report(severity="S2")
    unled.passes("6h")
    worst = figure(shows_its_evidence(unled), "E1", "lead-visible", "front-line")
    assert (worst.value, worst.verdict) == (None, "failed")


def test_a_silence_after_a_word_that_promised_no_other_is_told() -> None:
    """E1: users who are away hear nothing more for hours; it is said, and held against nothing."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("6h")
    card = shows_its_evidence(story)
    away = figure(card, "E1", "silence", "users-away")
    last = story.sent("users-away")[-1]
    assert last.next_update_at is None
    assert away.value == (story.now - last.issued_at).total_seconds()
    assert (away.limit, away.verdict) == (None, None)


def left_over(story: Story, audience: str | None, count: int) -> None:
    """The ledger says that nobody but a person can tell some of them the last message."""
    last = (story.sent(audience) if audience else [one for one in story.messages if one.to])[-1]
    story.does(c.NoteLeftOver(
        message_id=last.id, kind=last.kind, audience=audience, count=count,
    ), "ledger")  # fmt: skip


def test_who_was_to_be_told_in_person_and_was_not_was_not_reached() -> None:
    """E3: a text message that was sent does not hide that nobody has confirmed, or gone there."""
    story = prompt()
    left_over(story, "front-line", 1)
    before = figure(scored(story), "E3", "reached", "front-line")
    assert before.verdict == "passed", "there is still time to go to them"
    story.passes("3h")
    card = shows_its_evidence(story)
    assert figure(card, "E3", "reached", "front-line").verdict == "failed"
    assert card["E3"].verdict == "failed"
    told = prompt()
    left_over(told, "front-line", 1)
    told.does(c.CarryByHand(audience="front-line"), "communication")
    told.passes("3h")
    assert figure(shows_its_evidence(told), "E3", "reached", "front-line").verdict == "passed"


def test_people_are_counted_and_not_deliveries() -> None:
    """E3: the message that reached the fewest of its people is the one that counts."""
    story = prompt()
    messages = story.sent("people-on-site")
    reaches = [Reach(message_id=one.id, tried=15, reached=15) for one in messages]
    reaches[1] = replace(reaches[1], reached=12)
    card = shows_its_evidence(story, reaches=reaches)
    found = figure(card, "E3", "reached", "people-on-site")
    assert (found.value, found.of, found.verdict) == (12, 15, "failed")


def test_the_directorate_and_those_who_hold_a_role_count_too() -> None:
    """E3: a brief that did not reach all of it, and an offer that somebody was to bring."""
    story = prompt()
    brief = story.sent("directorate", "brief")[0]
    reaches = [Reach(message_id=brief.id, tried=4, reached=3)]
    assert (
        figure(shows_its_evidence(story, reaches=reaches), "E3", "reached", "directorate").of == 4
    )
    left_over(story, None, 1)
    story.passes("3h")
    card = shows_its_evidence(story)
    assert figure(card, "E3", "reached", PEOPLE).verdict == "failed"


def test_nobody_is_reached_where_all_were_left_to_people_who_did_not_go() -> None:
    """E3: not one medium was tried, and nobody went."""
    story = prompt()
    left_over(story, "front-line", 3)
    last = story.sent("front-line")[-1]
    story.passes("3h")
    card = shows_its_evidence(story, reaches=[Reach(message_id=last.id, tried=0, reached=0)])
    found = figure(card, "E3", "reached", "front-line")
    assert (found.value, found.of) == (0, 3)
    none = scored(story, reaches=[Reach(message_id=story.sent("front-line")[0].id,
                                        tried=0, reached=0)])  # fmt: skip
    assert "reached" not in about(none, "front-line")


def test_a_false_alarm_leaves_no_silence() -> None:
    """E1: it was over before anybody could wait; nothing is promised any more."""
    story = Story("flood")
    story.report(severity="S2")
    story.passes("5m")
    story.does(c.TakeRole(role="lead"), "ann")
    story.does(c.CancelIncident(), "ann", override=FORCED)
    story.now += timedelta(hours=1)
    shows_its_evidence(story)


def test_people_in_danger_of_whom_there_is_nobody_stand_at_the_top() -> None:
    """E3: an empty audience that is at risk is called out; one that is not is only counted."""
    story = prompt(empty={"front-line", "users-away"})
    assert scored(story).unmanned(story.pinned) == ("front-line",)
    assert scored(prompt()).unmanned(story.pinned) == ()
    line = nobody_line(story.pinned.plan.audiences["front-line"].title)
    assert line["en"].startswith('NOBODY TO TELL: "Reception, guard post')
    assert line["fr"].startswith("PERSONNE À PRÉVENIR : « Accueil")
