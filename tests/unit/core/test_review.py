"""Drawing the consequences: a review with owner and date, actions chased until verified (G10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide.review import action_due, hot_wash_due, review_due
from crisis.core.deciding import Deciding, Facts, Rank
from crisis.core.evolve import evolve
from crisis.core.values import Text
from tests.unit.core.story import Story, words
from tests.unit.only import only

FORCED = words("seen")


def over(**more: Any) -> Story:
    """A flood that is back to normal."""
    severity = more.pop("severity", "S2")
    story = Story("flood", **more)
    story.report(severity=severity)
    story.accept()
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    return story


def test_every_crisis_above_the_set_severity_has_its_review() -> None:
    """G10: an owner, a date, and the first actions that the record itself asks for."""
    story = Story("flood", people={"lead": (Rank("holder", ("ann",)),)})
    story.report(severity="S2")
    story.at("12:00")
    story.does(c.TakeRole(role="lead"), "bob")
    story.does(c.DeclarePhase(phase="normal"), "bob", override=FORCED)

    opened = only(story.said(e.ReviewOpened))
    assert opened.owner == "bob"
    assert opened.due_at - story.now == timedelta(days=7), "five working days"
    reasons = {one.reason for one in story.incident.actions.values()}
    assert {"no-lead", "role-unfilled", "step-late", "complete-plan"} <= reasons
    assert all(one.due_at == opened.due_at for one in story.incident.actions.values())
    assert story.notices("bob", "review")


def test_what_happened_several_times_is_one_action_with_all_its_evidence() -> None:
    """Four broken promises are one thing to mend."""
    story = Story("flood")
    story.report()
    story.accept()
    story.away("1d")
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)

    broken = [one for one in story.said(e.ActionProposed) if one.reason == "promise-broken"]
    assert len(broken) == 1
    assert len(broken[0].evidence) == 4


def test_below_it_there_is_none_unless_it_was_grave_once() -> None:
    """Lowering the severity at the end does not make the review unnecessary."""
    assert over(severity="S4").incident.review is None
    story = Story("flood")
    story.report(severity="S1")
    story.accept()
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)

    assert story.incident.review is not None
    assert story.incident.review.due_at - story.now == timedelta(days=3), "as S1 wants it"


def test_a_false_alarm_has_its_lessons_too() -> None:
    """The building was evacuated for nothing, and somebody must ask why."""
    story = Story("flood")
    story.report(severity="S2")
    story.accept()
    story.does(c.CancelIncident())
    assert story.incident.review is not None

    story.does(c.HoldReview(avoidable="yes", why=words("old sensor")))
    assert story.incident.review.avoidable == "yes"


def test_every_crisis_is_reviewed_when_nothing_else_is_said_and_in_a_week() -> None:
    """No ``when``: all; no time at this severity: a week."""
    story = over(severity="S4", edits={"review/when": ..., "review/hot_wash_within": ...})
    assert story.incident.review is not None
    assert story.incident.review.due_at - story.now == timedelta(days=7)
    assert story.incident.review.hot_wash_at is None


def test_with_nobody_in_charge_whoever_could_lead_owns_the_review() -> None:
    """A review without an owner is nobody's; with nobody at all the record says so."""
    story = Story("flood")
    story.report(severity="S2")
    story.does(c.DeclarePhase(phase="normal"), "director", override=FORCED)
    assert story.incident.review is not None
    assert story.incident.review.owner == "lead"

    nobody = Story("flood", people={})
    nobody.report(severity="S2")
    nobody.does(c.DeclarePhase(phase="normal"), "passer-by", override=FORCED)
    assert nobody.incident.review is not None
    assert nobody.incident.review.owner is None
    nobody.passes("15d")
    assert nobody.notices("directorate", "review"), "the directorate hears of it all the same"


def test_the_first_talk_is_asked_for_while_memory_is_fresh() -> None:
    """At 80 % of its span, to the owner and those who are invited."""
    story = over()
    story.passes("19h")
    assert story.notices("lead", "hot-wash") == []
    story.passes("1h")
    assert story.notices("lead", "hot-wash")
    assert story.notices("security", "hot-wash")

    away = over()
    away.away("3d")
    assert away.notices("lead", "hot-wash") == [], "its time has passed: nobody is asked to go back"
    assert away.incident.review is not None
    assert away.incident.review.hot_wash_asked


def test_what_the_review_must_answer_is_asked_of_its_owner() -> None:
    """The playbook's ``questions``: when the review opens, at the first talk, at each reminder."""
    question = {"fr": "Qui a fermé la vanne ?", "en": "Who shut the valve?"}
    story = over(edits={"review/questions": [question]})
    story.passes("20h")
    story.passes("21d")

    for topic, times in (("review", 3), ("hot-wash", 1)):
        asked = story.notices("lead", topic)
        assert len(asked) >= times
        assert all([*map(dict, one.notice.items)] == [question] for one in asked if one.notice)  # type: ignore[arg-type]  # the playbook's own words


def test_the_review_is_asked_for_every_week_until_it_is_held() -> None:
    """The owner at its date, then the directorate as well, for ever."""
    story = over()
    story.does(c.CloseIncident(), override=FORCED)
    before = story.seq
    story.passes("7d")
    assert len(story.notices("lead", "review", before)) == 1
    assert story.notices("directorate", "review", before) == []
    story.passes("21d")
    assert len(story.notices("lead", "review", before)) == 4
    assert len(story.notices("directorate", "review", before)) == 3
    story.does(c.HoldReview(avoidable="partly", why=words("late valve")))
    before = story.seq
    story.passes("30d")

    assert story.notices("lead", "review", before) == []


def test_there_is_no_review_before_the_end() -> None:
    """It opens when things are back to normal; only people hold it."""
    story = Story("flood")
    story.report()
    held = c.HoldReview(avoidable="no", why=words("w"))
    assert story.refused(held).rule == "review"
    machine = c.Actor(kind="source", id="x")
    assert story.refused(held, actor=machine).rule == "review"


def agreed(story: Story, **changes: Any) -> c.AgreeAction:
    """An action for the lead, due in ten days."""
    fields: dict[str, Any] = {
        "action_id": "a9", "what": words("label the valves"), "owner": "lead",
        "due_at": story.now + timedelta(days=10), "proof": words("a photo"),
    }  # fmt: skip
    return c.AgreeAction(**(fields | changes))


def test_an_action_is_chased_until_somebody_else_has_seen_the_proof() -> None:
    """G10: agreed, reminded, done, verified; every week, past its date the directorate too."""
    story = over()
    story.does(agreed(story))
    story.passes("9d")
    assert [one for one in story.notices("lead", "action") if subject(one) == "a9"] == []
    story.passes("15d")
    reminded = [one for one in story.notices("lead", "action") if subject(one) == "a9"]
    assert len(reminded) == 3
    assert [one for one in story.notices("directorate", "action") if subject(one) == "a9"]
    story.does(c.FinishAction(action_id="a9", proof=words("photo")))
    before = story.seq
    story.passes("7d")
    verify = [one for one in story.notices("lead", "verify", before) if subject(one) == "a9"]
    assert len(verify) == 1, "the owner of the review sees to it"
    assert story.refused(c.VerifyAction(action_id="a9"), "lead").rule == "verify"
    story.does(c.VerifyAction(action_id="a9"), "security")
    before = story.seq
    story.passes("30d")

    assert [one for one in story.notices("lead", since=before) if subject(one) == "a9"] == []


def subject(message: Any) -> str:
    """What a notice is about."""
    return str(message.notice.subject)


def test_an_absence_of_a_month_is_one_reminder() -> None:
    """Not one for each week that was missed."""
    story = over()
    story.does(agreed(story))
    before = story.seq
    story.away("40d")

    assert (
        len([one for one in story.notices("lead", "action", before) if subject(one) == "a9"]) == 1
    )


def test_agreeing_again_changes_date_and_owner_and_keeps_the_words() -> None:
    """A proposed action gets its owner; what it is need not be said twice."""
    story = over()
    story.does(agreed(story))
    story.does(agreed(story, what=None, owner="technical"))

    action = story.incident.actions["a9"]
    assert (action.owner, action.what) == ("technical", words("label the valves"))


def test_actions_that_cannot_be_are_refused() -> None:
    """No words, no such action, a date that has passed, not done yet, verified already."""
    story = over()
    assert "What is to be done" in story.refused(agreed(story, what=None)).words["en"]
    assert "passed" in story.refused(agreed(story, due_at=story.now)).words["en"]
    assert "Known actions" in story.refused(c.VerifyAction(action_id="x")).words["en"]
    story.does(agreed(story))
    assert story.refused(c.VerifyAction(action_id="a9"), "security").rule == "verify"
    story.does(c.FinishAction(action_id="a9", proof=words("p")))
    story.does(c.VerifyAction(action_id="a9"), "lead", override=words("nobody else left"))
    assert "verified" in story.refused(c.FinishAction(action_id="a9", proof=words("p"))).words["en"]
    assert "verified" in story.refused(agreed(story)).words["en"]


def test_an_action_without_a_review_is_chased_all_the_same() -> None:
    """Closed below the set severity: what was left undone has no date until somebody agrees one."""
    story = over(severity="S4")
    story.does(c.CloseIncident(), override=FORCED)
    assert all(one.due_at is None for one in story.incident.actions.values())
    story.does(agreed(story))
    story.passes("11d")

    assert story.notices("lead", "action")
    story.does(c.FinishAction(action_id="a9", proof=words("p")))
    story.passes("7d")
    assert story.notices("lead", "verify")


def test_a_reminder_without_anything_to_remind_of_is_none() -> None:
    """Whoever calls the rules by hand finds them calm: no review, no date, no reminder."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(agreed(story))
    command = c.Command(
        id="x", stream="incident", stream_id=story.incident.id, body=c.SendBrief(),
        actor=c.Actor(kind="person", id="lead"), authority="operator", door="cli",
    )  # fmt: skip
    undated = replace(
        story.incident, actions={"a1": replace(story.incident.actions["a9"], due_at=None)}
    )
    d = Deciding(undated, command, story.pinned, Facts(), story.now)
    hot_wash_due(d, "")
    review_due(d, "")
    action_due(d, "a1")

    assert d.events == []


def test_a_reminder_of_an_action_says_what_it_is_about() -> None:
    """G10: "a1" means nothing to whoever is reminded; the record's reason and its step do."""
    story = over()
    story.passes("30d")
    said = [one.notice.words for one in story.notices("lead", "action") if one.notice is not None]

    assert Text({"fr": "Compléter le plan", "en": "Complete the playbook"}) in said
    assert None not in said


def test_an_action_for_a_step_or_a_role_names_it() -> None:
    """In the words of the playbook; what is of one kind is one action, that people can read."""
    story = Story("flood", people={"lead": (Rank("holder", ("ann",)),)})
    story.report(severity="S2")
    story.at("12:00")
    story.does(c.TakeRole(role="lead"), "bob")
    story.does(c.DeclarePhase(phase="normal"), "bob", override=FORCED)
    story.passes("30d")
    said = [
        one.notice.words["en"]
        for one in story.notices("bob", "action")
        if one.notice is not None and isinstance(one.notice.words, Mapping)
    ]
    technical = story.pinned.in_force({}).roles["technical"].title["en"]
    lifts = story.pinned.in_force({}).steps["lifts"].text
    assert lifts is not None
    (roles,) = {one for one in said if one.startswith("Role without a holder: ")}
    assert technical in roles
    assert "Incident lead" not in roles, "that nobody led says it"
    (late,) = {one for one in said if one.startswith("Step late: ")}
    assert lifts["en"].partition(". ")[0].removesuffix(".") in late


def begun_again(story: Story) -> None:
    """It was thought to be over, and was not."""
    story.does(c.DeclarePhase(phase="open"))


def test_a_review_rests_while_it_has_begun_again_and_opens_anew_at_the_new_end() -> None:
    """G10: nobody is asked to review what goes on; what was held before is not held for this."""
    story = over()
    story.does(c.HoldReview(avoidable="partly", why=words("late valve")))
    begun_again(story)
    before = story.seq
    refusal = story.refused(c.HoldReview(avoidable="no", why=words("nothing")))
    assert "no review yet" in refusal.words["en"]
    story.passes("14d")
    assert story.said(e.ReviewReminded, before) == []
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)

    assert len(story.said(e.ReviewOpened, before)) == 1
    assert story.incident.review is not None
    assert story.incident.review.held_at is None


def test_a_journal_whose_review_was_opened_before_it_began_again_keeps_it() -> None:
    """G10: rules of another day opened no second one; closed, that first one is still owed."""
    story = over()
    begun_again(story)
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    story.does(c.CloseIncident(), override=FORCED)
    kept = [one for one in story.log if not isinstance(one.body, e.ReviewOpened)]
    first = next(one for one in story.log if isinstance(one.body, e.ReviewOpened))
    story.state = None
    for event in sorted([*kept, first], key=lambda one: one.seq):
        story.state = evolve(story.state, event)
    story.log = [event for event in story.log if event.seq <= story.incident.seq]
    assert story.incident.phase == "closed"
    before = story.seq
    story.passes("8d")
    assert story.said(e.ReviewReminded, before)
    story.does(c.HoldReview(avoidable="yes", why=words("a valve")))

    assert story.incident.review is not None
    assert story.incident.review.held_at == story.now


def test_what_is_proposed_takes_no_name_that_somebody_gave() -> None:
    """An action that people agreed keeps its owner and its date."""
    story = over()
    mine = f"a{len(story.incident.actions) + 2}"
    story.does(agreed(story, action_id=mine, what=words("buy a pump"), owner="lead-deputy"))
    stands = story.incident.actions[mine]
    begun_again(story)
    story.passes("2h")
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    assert len(story.said(e.ActionProposed)) > 2

    assert story.incident.actions[mine].owner == stands.owner
    proposed = [one for one in story.said(e.ActionProposed) if one.action_id == mine]
    assert proposed == []
