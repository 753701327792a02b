"""What people say: done, answered, chosen; whose right it is; what is set aside by name."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, cast, words


def led(**more: Any) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)
    story.report()
    story.accept()
    return story


def test_anybody_may_say_that_a_step_is_done_and_when() -> None:
    """Whoever did it; from paper with the time it happened; the record has both times."""
    story = led()
    earlier = story.now
    story.passes("5m")
    story.does(c.CompleteStep(step="lifts"), "passer-by", happened_at=earlier)

    done = next(one for one in story.log if isinstance(one.body, e.StepDone))
    assert (done.happened_at, done.at, done.actor) == (earlier, story.now, "person:passer-by")
    assert story.incident.steps["lifts"].told_at == earlier


def test_evidence_is_asked_for_and_may_be_set_aside_by_name() -> None:
    """« Se réfugier derrière les règlements » is a failure too: an override is recorded."""
    story = led()
    assert story.refused(c.CompleteStep(step="shut-water"), "technical").rule == "evidence"
    machine = c.Actor(kind="source", id="valve")
    body = c.CompleteStep(step="shut-water")
    assert story.refused(body, actor=machine, override=words("x")).rule == "step-done"
    story.does(body, "technical", override=words("no light for a photo"))

    (overridden,) = story.said(e.RefusalOverridden)
    assert (overridden.rule, overridden.reason) == ("evidence", words("no light for a photo"))


def test_what_is_not_done_by_saying_so_is_refused() -> None:
    """A question wants its answer, a call its contractor, nothing is done twice."""
    story = led()
    for step in ("people", "leave", "pump"):
        assert "waits for" in story.refused(c.CompleteStep(step=step)).words["en"]
    assert "no step" in story.refused(c.CompleteStep(step="dance")).words["en"]
    for step in ("dance.undo", "people.undo", "p9.counterpart"):
        assert "put back" in story.refused(c.CompleteStep(step=step)).words["en"]
    story.does(c.CompleteStep(step="lifts"))
    assert "already" in story.refused(c.CompleteStep(step="lifts")).words["en"]


def test_something_may_be_put_back_before_it_is_asked_for() -> None:
    """Nobody has to wait for the product to reopen a lift."""
    story = led()
    story.does(c.CompleteStep(step="lifts"))
    story.does(c.CompleteStep(step="lifts.undo"))

    assert story.incident.steps["lifts.undo"].state == "done"


def test_an_answer_is_one_of_those_there_are() -> None:
    """The refusal names them; the same answer again is thanked for; a new one is on the record."""
    story = led()
    assert "pipe" in story.refused(c.AnswerStep(step="source", answer="sea")).words["en"]
    assert story.refused(c.AnswerStep(step="lifts", answer="yes")).rule == "answer"
    story.does(c.AnswerStep(step="source", answer="pipe"))
    assert "already" in story.refused(c.AnswerStep(step="source", answer="pipe")).words["en"]
    (changed,) = story.does(c.AnswerStep(step="source", answer="sprinkler"))[:1]

    assert isinstance(changed, e.StepAnswered)
    assert changed.was == "pipe"


def test_a_person_confirms_what_silence_had_assumed() -> None:
    """The same answer, said by a person, is a fact now."""
    story = led()
    story.at("10:10")
    assert story.incident.steps["current"].assumed
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")

    assert not story.incident.steps["current"].assumed


def test_a_choice_belongs_to_who_may_decide() -> None:
    """The role that the playbook names, or one with the authority to decide."""
    story = led()
    choice = c.ChooseOption(step="leave", option="stay")
    assert story.refused(choice, "logistics").rule == "choose"
    assert "stay" in story.refused(c.ChooseOption(step="leave", option="x")).words["en"]
    assert story.refused(c.ChooseOption(step="lifts", option="x")).rule == "choose"
    story.does(choice, "security")
    assert "already" in story.refused(choice, "lead").words["en"]
    story.does(c.ChooseOption(step="leave", option="leave-floor"), "lead")

    assert story.incident.steps["leave"].value == "leave-floor"


def test_the_directorate_decides_what_is_asked_of_it() -> None:
    """Its members hold no role; they are the directorate. Others who may decide still may."""
    story = led()
    story.does(c.ChangeSeverity(to="S2"))
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    choice = c.ChooseOption(step="next-day", option="all-remote")
    assert story.refused(choice, "stranger").rule == "choose"
    assert story.refused(c.ChooseOption(step="leave", option="stay"), "dg").rule == "choose"
    story.does(choice, "dg")

    assert story.incident.steps["next-day"].value == "all-remote"


def test_the_last_resort_of_the_lead_may_always_act() -> None:
    """Somebody must be able to when nobody accepts."""
    story = Story("flood")
    story.report()
    story.does(c.ChangeSeverity(to="S1"), "director")
    story.does(c.Say(), "director")
    assert story.refused(c.Say(), "lead-deputy").rule == "say"

    nobody = Story("flood", people={"lead": (Rank("holder", ("ann",)),)})
    nobody.report()
    assert nobody.refused(c.Say(), "director").rule == "say"


def test_a_right_counts_for_whose_act_it_is() -> None:
    """By proxy: the lead's word entered by reception is the lead's; the record names both."""
    story = led()
    proxy = c.Actor(kind="person", id="reception", for_person="lead")
    assert story.refused(c.Say(), "reception").rule == "say"
    story.does(c.Say(), actor=proxy)

    assert story.log[-1].actor == "rule:ledger"
    spoken = [one for one in story.log if isinstance(one.body, e.MessageReleased)][-1]
    assert spoken.actor == "person:reception for person:lead"


def test_authority_is_that_of_a_role_in_force() -> None:
    """A role that a layer has removed gives no right any more."""
    edits = {"layers/calm": {"when": {"severity": "S4"}, "roles": {"communication": None}}}
    story = led(edits=edits)
    story.does(c.Say(), "communication")
    story.does(c.ChangeSeverity(to="S4"))

    assert story.refused(c.Say(), "communication").rule == "say"


def test_a_refusal_is_set_aside_by_a_person_only_and_with_a_reason() -> None:
    """The person who overrides stands behind it by name."""
    story = led()
    assert story.refused(c.Say(), "logistics").rule == "say"
    story.does(c.Say(), "logistics", override=words("the lead is in the lift"))

    overridden = next(one for one in story.log if isinstance(one.body, e.RefusalOverridden))
    assert overridden.actor == "person:logistics"


def test_a_way_round_in_a_persons_words_replaces_the_playbooks() -> None:
    """From now on, in every message and in the brief."""
    story = led()
    story.does(c.RecordWorkaround(workaround=words("use the annex")), "logistics")
    story.does(c.Say())

    assert {one.workaround for one in story.sent(kind="update")} == {words("use the annex")}


def test_only_a_person_records() -> None:
    """What a sensor says is a report; measures and ways round are people's."""
    story = led()
    machine = c.Actor(kind="source", id="sensor")
    assert story.refused(c.RecordMeasure(measure=words("m")), actor=machine).rule == "measure"
    way = c.RecordWorkaround(workaround=words("w"))
    assert story.refused(way, actor=machine).rule == "workaround"
    assert story.refused(c.AnswerStep(step="people", answer="no"), actor=machine).rule == "answer"


def test_one_person_may_hold_everything() -> None:
    """At night one guard may be all there is."""
    guard = (Rank("holder", ("guard",)),)
    people = dict.fromkeys(cast(("lead", "technical", "security", "communication")), guard)
    story = led(people=people)
    story.does(c.ChooseOption(step="leave", option="stay"), "guard")

    assert story.incident.lead == "guard"
