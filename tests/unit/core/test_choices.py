"""Decisions: asked by number, reminded of, passed on, taken by one or by several, corrected."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from crisis.core.message import ChoiceRequest
from tests.unit.core.story import Story, cast, pinned, words
from tests.unit.only import only

STAY = c.ChooseOption(step="leave", option="stay")
BUILDING = c.ChooseOption(step="leave", option="leave-building")
TWO = {"steps/leave/by": [{"role": "directorate", "need": 2}]}


def led(**more: Any) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)
    story.report()
    story.accept()
    return story


def board(**edits: Any) -> Story:
    """A flood in which two of a directorate of three must choose the same."""
    people = cast(pinned("flood").in_force({}).roles)
    people["directorate"] = (Rank("member", ("dg", "dga", "drh")),)
    return led(people=people, edits=TWO | edits)


def asked(story: Story, person: str, topic: str = "decision") -> list[tuple[str, ChoiceRequest]]:
    """The requests that somebody got: when, and what."""
    notices = story.notices(person, topic)
    return [(story.clock(one.issued_at), one.request) for one in notices if one.request is not None]


def test_a_request_says_what_each_option_brings_and_what_silence_means() -> None:
    """Numbered, with the situation, its deadline, its default and who decides next."""
    story = led()
    (at, request) = only(asked(story, "lead"))
    (message,) = story.notices("lead", "decision")

    assert (at, request.number) == ("10:00", 1)
    assert message.kind == "decision_request"
    assert message.notice is not None
    assert message.notice.due_at is not None
    assert story.clock(message.notice.due_at) == "10:10"
    assert message.measures, "whoever decides knows how things stand"
    assert [one.name for one in request.options] == ["stay", "leave-floor", "leave-building"]
    stay, floor, building = request.options
    assert stay.then == ()
    assert story.pinned.in_force({}).steps["assist"].text in floor.then
    assert building.then == floor.then
    assert request.otherwise == floor.words
    assert request.then_by == story.pinned.in_force({}).roles["security"].title
    assert request.need == 1


def test_each_request_of_an_incident_has_its_number() -> None:
    """The directorate and the room speak of the same decision no. 2."""
    story = led(edits={"steps/stop-it/when": ..., "steps/stop-it/by": "technical"})
    numbers = {one.step: one.number for one in story.said(e.ChoiceAsked)}

    assert numbers == {"leave": 1, "stop-it": 2}
    assert story.incident.requests == 2


def test_whoever_comes_to_hold_the_role_is_asked_too() -> None:
    """The card shows it; the request brings the options, the time and the page to answer on."""
    story = Story("flood")
    story.report()
    assert asked(story, "lead") == []
    story.at("10:03")
    story.accept()

    assert [(at, one.number) for at, one in asked(story, "lead")] == [("10:03", 1)]
    assert [one.why for one in story.said(e.ChoiceAsked)] == ["joined"]


def test_a_choice_is_asked_for_again_while_there_is_time() -> None:
    """At 80 % of the span, once; then it passes on, and the next ones are reminded too."""
    story = led()
    story.at("10:08")
    assert [at for at, _ in asked(story, "lead", "decision-soon")] == ["10:08"]
    story.at("10:10")
    ((at, passed),) = asked(story, "security", "choice-passed-on")
    assert (at, passed.number, passed.then_by) == ("10:10", 1, None)
    story.at("10:18")

    assert [at for at, _ in asked(story, "security", "decision-soon")] == ["10:18"]
    assert [at for at, _ in asked(story, "lead", "decision-soon")] == ["10:08"]


def test_after_an_absence_nobody_is_reminded_of_what_is_past() -> None:
    """The reminder and the end of the time fall due together: the next one is asked at once."""
    story = led()
    story.away("12m")

    assert asked(story, "lead", "decision-soon") == []
    assert asked(story, "security", "choice-passed-on")


def test_a_choice_that_nobody_can_be_reminded_of_waits_for_its_default() -> None:
    """Nobody is left to ask: the record says so, once, and the default holds in the end."""
    story = Story("flood", people={"directorate": (Rank("member", ("dg",)),)})
    story.report()
    story.passes("25m")
    told = [(one.why, one.message_id) for one in story.said(e.ChoiceAsked)]

    assert told == [("soon", None), ("soon", None)]
    assert [one.option for one in story.said(e.ChoiceMade)] == ["leave-floor"]
    assert story.incident.steps["leave"].asked_in == ()


def test_a_choice_passes_on_to_the_directorate() -> None:
    """It is told how things stand first, and may then decide by one gesture."""
    story = led(edits={"steps/leave/then_by": "directorate"})
    story.at("10:10")
    assert asked(story, "directorate", "choice-passed-on")
    story.does(STAY, "dg")

    assert story.incident.steps["leave"].chosen_by == "dg"


def test_the_default_is_told_and_a_late_choice_corrects_it() -> None:
    """Those who were asked learn what holds; what a person says then is a marked correction."""
    story = led(edits={"steps/leave/then_by": ..., "steps/leave/by": ["lead", "directorate"]})
    story.at("10:10")
    (told,) = story.notices("lead", "choice-assumed")
    assert told.notice is not None
    assert story.notices("directorate", "choice-assumed")
    assert any(one.reason == "undecided" for one in story.incident.lapses)
    before = story.seq
    story.at("10:14")
    (made,) = (one for one in story.does(BUILDING) if isinstance(one, e.ChoiceMade))

    assert (made.was, made.person, made.assumed) == ("leave-floor", "lead", False)
    assert story.notices("lead", "choice-made", before) == [], "whoever chose knows it"
    assert story.notices("directorate", "choice-made", before)
    assert story.incident.steps["leave"].value == "leave-building"


def test_a_choice_made_in_time_and_noted_late_was_no_lapse() -> None:
    """It was taken on paper at five past ten: the record shows both times, and no fault."""
    story = led(edits={"steps/leave/then_by": ...})
    at = story.now
    story.at("10:12")
    story.does(STAY, happened_at=at)

    assert not any(one.reason == "undecided" for one in story.incident.lapses)


def test_of_a_quorum_so_many_different_people_must_choose_the_same() -> None:
    """One member alone decides nothing; the second who agrees takes the decision, by name."""
    story = board()
    (_, request) = only(asked(story, "directorate"))
    assert request.need == 2
    (backed,) = story.does(STAY, "dg")
    assert isinstance(backed, e.ChoiceBacked)
    assert story.incident.steps["leave"].state == "ready"
    assert "Others must choose" in story.refused(STAY, "dg").words["en"]
    before = story.seq
    story.does(STAY, "drh")

    made = story.incident.steps["leave"]
    assert (made.value, made.chosen_by, made.backed) == ("stay", "drh", {})
    assert story.notices("lead", "choice-made", before), "the lead acts on it"


def test_a_disagreement_is_shown_and_passed_on_at_the_time() -> None:
    """Each sees what the others chose; without an agreement the next one decides alone."""
    story = board()
    story.does(STAY, "dg")
    story.does(BUILDING, "dga")
    ((_, split),) = asked(story, "directorate", "decision-split")
    chosen = {one.name: one.people for one in split.options}
    assert chosen == {"stay": ("dg",), "leave-floor": (), "leave-building": ("dga",)}
    story.does(c.ChooseOption(step="leave", option="leave-floor"), "drh")
    assert len(asked(story, "directorate", "decision-split")) == 1
    story.at("10:10")
    ((_, passed),) = asked(story, "security", "choice-passed-on")
    assert [one.people for one in passed.options] == [("dg",), ("drh",), ("dga",)]
    assert passed.need == 1
    story.does(BUILDING, "security")

    assert story.incident.steps["leave"].value == "leave-building"


def test_one_of_a_quorum_may_decide_alone_by_name_with_a_reason() -> None:
    """« Se réfugier derrière les règlements » is a failure too: the record shows the override."""
    story = board()
    story.does(STAY, "dg", override=words("nobody else answers"))

    assert story.said(e.RefusalOverridden)[-1].rule == "quorum"
    assert story.incident.steps["leave"].chosen_by == "dg"


def test_a_quorum_is_not_replaced_by_the_power_to_decide() -> None:
    """The lead may decide much alone; what wants two of the directorate wants them."""
    story = board()
    assert story.refused(STAY, "lead").rule == "choose"
    story.does(STAY, "lead", override=words("they cannot be reached"))

    assert story.incident.steps["leave"].value == "stay"


def test_a_quorum_beside_one_who_decides_alone() -> None:
    """Either two of the directorate, or the lead: any of these."""
    story = board(**{"steps/leave/by": ["lead", {"role": "directorate", "need": 2}]})
    ((_, request),) = asked(story, "lead")
    assert request.need == 1
    story.does(STAY, "dga")
    story.does(BUILDING)

    assert story.incident.steps["leave"].value == "leave-building"


def test_a_quorum_may_choose_before_it_is_asked() -> None:
    """What they know already is not lost: it counts once the question comes."""
    story = board(**{"steps/leave/after": "lifts"})
    story.does(STAY, "dg")
    story.does(STAY, "dga")

    assert story.incident.steps["leave"].value == "stay"


def test_a_brief_says_which_decisions_are_wanted_and_which_were_taken() -> None:
    """With their deadlines and defaults; once taken, by whom, in the next brief only."""
    story = led()
    story.does(c.SendBrief())
    wanted = story.sent("directorate", "brief")[-1].brief
    assert wanted is not None
    assert [(one.number, one.due_at and story.clock(one.due_at)) for one in wanted.decisions] == [
        (1, "10:10")
    ]
    story.at("10:05")
    story.does(STAY)
    story.does(c.SendBrief())
    taken = story.sent("directorate", "brief")[-1].brief
    assert taken is not None
    assert [one.person for one in taken.decisions] == ["lead"]
    story.at("10:06")
    story.does(c.SendBrief())
    later = story.sent("directorate", "brief")[-1].brief
    assert later is not None

    assert later.decisions == ()


def test_a_decision_without_a_time_is_asked_for_and_waits() -> None:
    """Nothing is due by no time: nobody is reminded, and nothing is assumed."""
    story = led(edits={"steps/leave/within": {"S1": "5m"}})
    story.passes("2h")

    assert [one.why for one in story.said(e.ChoiceAsked) if one.step == "leave"] == ["joined"]
    assert [one for one in story.said(e.ChoiceMade) if one.step == "leave"] == []


def test_after_the_close_no_choice_is_chased() -> None:
    """What was still open is an action of the review, or past."""
    story = led(edits={"steps/leave/within": "3d"})
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(c.CloseIncident(), override=words("seen"))
    before = story.seq
    story.passes("4d")

    assert story.said(e.ChoiceMade, before) == []
