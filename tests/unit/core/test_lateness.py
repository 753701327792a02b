"""What time brings to steps: the prudent answer, the one above, an escalation; never a drop."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words


def led(**more: object) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)  # type: ignore[arg-type]  # fields by name
    story.report()
    story.accept()
    return story


def test_a_silent_question_has_its_prudent_answer() -> None:
    """Silence counts as the worse answer, on the record as assumed."""
    story = led()
    story.at("10:10")

    answered = {one.step: one for one in story.said(e.StepAnswered)}
    assert (answered["current"].answer, answered["current"].assumed) == ("yes", True)
    assert any(lapse.reason == "unanswered" for lapse in story.incident.lapses)


def test_a_silent_decision_passes_on_then_takes_its_default() -> None:
    """The next role is asked, with a time of its own; then the default option is taken."""
    story = led()
    story.at("10:10")
    assert [one.role for one in story.said(e.ChoicePassedOn)] == ["security"]
    assert story.notices("security", "choice-passed-on")
    story.at("10:20")

    (made,) = story.said(e.ChoiceMade)
    assert (made.option, made.assumed) == ("leave-floor", True)
    assert story.incident.steps["roll-call"].state == "ready"


def test_a_decision_without_a_second_takes_its_default() -> None:
    """Nobody else to ask: the playbook's own option."""
    story = led(edits={"steps/leave/then_by": ...})
    story.at("10:10")

    assert [one.step for one in story.said(e.ChoiceMade)] == ["leave"]


def test_whoever_was_passed_the_decision_may_take_it() -> None:
    """Security decides once the lead has stayed silent."""
    story = led(edits={"roles/security/authority": []})
    choice = c.ChooseOption(step="leave", option="stay")
    assert story.refused(choice, "security").rule == "choose"
    story.at("10:10")
    story.does(choice, "security")

    assert story.incident.steps["leave"].value == "stay"


def test_what_is_late_is_told_to_holder_and_lead_in_one_word_each() -> None:
    """Three steps that are late together are one notice to the lead, one to each holder."""
    story = led()
    story.at("10:10")

    (lead,) = story.notices("lead", "step-late")
    assert lead.notice is not None
    assert lead.notice.subject == "lifts,shut-water"
    (security,) = story.notices("security", "step-late")
    assert security.notice is not None
    assert security.notice.subject == "lifts"


def test_an_escalation_comes_again_after_twice_the_wait() -> None:
    """Never dropped, and it does not drown the rest: 3 minutes late, then 6, then 12."""
    story = Story("flood")
    story.report(danger="yes")
    story.accept()
    story.passes("1h")
    counts = [
        (story.clock(one.at), one.body.count) for one in story.log
        if isinstance(one.body, e.StepEscalated) and one.body.step == "rescue"
    ]  # fmt: skip

    assert counts[0] == ("10:03", 1)
    assert counts[1] == ("10:06", 2)
    assert len(counts) <= 8


def test_while_nobody_leads_everyone_who_could_is_told() -> None:
    """A late step without a holder does not wait for one."""
    story = Story("flood")
    story.report()
    story.at("10:10")

    assert story.notices("lead", "step-late")
    assert story.notices("director", "step-late")


def test_a_step_without_a_time_is_nobodys_debt() -> None:
    """Optional steps, and steps with no time at this severity, are never late."""
    edits = {"steps/lifts/within": {"S1": "5m"}, "steps/close-area/within": ...,
             "steps/close-area/optional": True}  # fmt: skip
    story = led(edits=edits)
    story.passes("4h")

    late = {one.step for one in story.said(e.StepEscalated)}
    assert not late & {"lifts", "close-area"}
    assert "fallback" in late


def test_an_optional_step_is_never_late_though_it_says_within() -> None:
    """Nobody owes it; its time says how long it would take, and nobody is chased for it."""
    story = led(edits={"steps/lifts/optional": True})
    story.passes("4h")

    assert "lifts" not in {one.step for one in story.said(e.StepEscalated)}


def test_an_optional_question_has_its_prudent_answer_all_the_same() -> None:
    """Silence has an answer wherever something hangs on it."""
    story = led(edits={"steps/current/optional": True})
    story.passes("1h")

    (answer,) = (one for one in story.said(e.StepAnswered) if one.step == "current")
    assert answer.assumed


def test_a_late_deed_of_the_directorate_is_told_to_it() -> None:
    """The directorate's own promises and deeds are commitments too."""
    sign = {
        "do": {"fr": "Signez l'ordre.", "en": "Sign the order."}, "by": "directorate",
        "within": "30m",
    }  # fmt: skip
    story = led(edits={"steps/sign": sign})
    before = story.seq
    story.at("10:30")

    assert story.notices("directorate", "step-late", before)
    assert story.notices("lead", "step-late", before)


def test_no_time_at_all_is_late_at_once_and_does_not_turn_in_circles() -> None:
    """``within: 0m`` is due when ready, then after a minute, then after two."""
    story = led(edits={"steps/lifts/within": "0m"})
    story.catch_up()
    story.passes("10m")

    assert 2 < len([one for one in story.said(e.StepEscalated) if one.step == "lifts"]) < 8


def test_steps_after_normal_are_chased_until_closed() -> None:
    """The insurer is still owed when things are normal; closing turns it into an action."""
    story = led()
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(c.CompleteStep(step="photos", evidence=words("photo")), "logistics")
    before = story.seq
    story.passes("5d")
    assert story.notices("logistics", "step-late", before)
    story.does(c.CloseIncident(), override=words("seen with the team"))

    left = {one.subject for one in story.incident.actions.values() if one.reason == "left-undone"}
    assert "insurer" in left
    before = story.seq
    story.passes("2d")
    assert story.said(e.StepEscalated, before) == []
