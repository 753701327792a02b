"""Steps become ready, are moot, come again; what they leave is put back before normal."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words

OWED = {"by": "technical", "within": "10m"}


def do(text: str, **more: Any) -> dict[str, Any]:
    """A step that somebody does."""
    return {"do": {"fr": text, "en": text}, **OWED, **more}


def led(playbook: str = "flood", **steps: dict[str, Any]) -> Story:
    """A crisis in which all roles are held, with some steps more."""
    edits = {f"steps/{name.replace('_', '-')}": step for name, step in steps.items()}
    story = Story(playbook, edits=edits)
    story.report()
    story.accept()
    return story


def state(story: Story, name: str) -> str | None:
    """Where a step stands."""
    found = story.incident.steps.get(name)
    return found.state if found else None


def test_steps_without_a_condition_are_ready_at_once() -> None:
    """All at once from the opening, unless after, when or wait says later."""
    story = led()
    assert state(story, "people") == "ready"
    assert state(story, "water-point") is None, "it comes after the water is shut"
    assert state(story, "rescue") is None, "nobody is known to be in danger"


def test_a_step_follows_what_it_waits_for() -> None:
    """Done, or moot: then the next one is ready, and its owner is told."""
    story = led()
    before = story.seq
    story.does(c.CompleteStep(step="shut-water", evidence=words("photo")), "technical")

    assert state(story, "water-point") == "ready"
    assert story.notices("logistics", "steps-ready", before)


def test_whoever_does_it_is_not_told_what_follows() -> None:
    """Nobody gets a message about what their own hand has just made ready."""
    story = led(next_one=do("The next one.", after="lifts"))
    before = story.seq
    story.does(c.CompleteStep(step="lifts"), "technical")

    assert state(story, "next-one") == "ready"
    assert story.notices("technical", "steps-ready", before) == []


def test_an_answer_opens_some_steps_and_makes_others_moot() -> None:
    """What called for a step has gone: nobody is asked any more."""
    story = led()
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")
    assert (state(story, "barriers"), state(story, "shut-water")) == (None, "ready")
    story.does(c.AnswerStep(step="source", answer="ground"), "technical")
    assert (state(story, "barriers"), state(story, "shut-water")) == ("ready", "moot")
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")

    assert (state(story, "barriers"), state(story, "shut-water")) == ("moot", "ready")


def test_what_is_done_stays_done() -> None:
    """A measure that was taken is not undone by a later answer."""
    story = led()
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")
    story.does(c.CompleteStep(step="cut-power", evidence=words("photo")), "technical")
    story.does(c.AnswerStep(step="current", answer="no"), "technical")

    assert state(story, "cut-power") == "done"


def test_a_layer_that_removes_a_ready_step_makes_it_moot() -> None:
    """Nobody waits for a removed step."""
    edits = {
        "layers/calm": {"when": {"severity": "S4"}, "steps": {"lifts": None}},
    }
    story = Story("flood", edits=edits)
    story.report()
    story.accept()
    story.does(c.ChangeSeverity(to="S4"))

    assert state(story, "lifts") == "moot"


def test_a_step_waits_its_time() -> None:
    """``wait`` counts from what came before; the clock makes it ready and tells its owner."""
    story = led(later=do("Look again.", after="lifts", wait="30m"))
    story.at("10:05")
    story.does(c.CompleteStep(step="lifts"), "security")
    story.at("10:34")
    assert state(story, "later") is None
    before = story.seq
    story.at("10:35")

    assert state(story, "later") == "ready"
    assert story.notices("technical", "steps-ready", before)


def test_a_step_waits_for_a_time_of_day() -> None:
    """``wait: "14:00"`` is the next such time."""
    story = led(afternoon=do("Relieve the team.", wait="14:00"))
    story.at("13:59")
    assert state(story, "afternoon") is None
    story.at("14:00")

    assert state(story, "afternoon") == "ready"


def test_a_wait_counts_from_the_phase_that_it_follows() -> None:
    """``after: safe, wait: 1h`` is one hour after safe was declared."""
    story = led(check=do("Check again.", after="safe", wait="1h"))
    story.at("10:20")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.at("11:19")
    assert state(story, "check") is None
    story.at("11:20")

    assert state(story, "check") == "ready"


def test_a_repeated_step_comes_again_until_its_phase() -> None:
    """Done at 10:05, the round is ready again at 10:35; once safe, no more."""
    story = led()
    story.at("10:05")
    story.does(c.CompleteStep(step="level-round", evidence=words("12 cm")), "technical")
    story.at("10:34")
    assert state(story, "level-round") == "done"
    story.at("10:35")
    assert state(story, "level-round") == "ready"
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    assert state(story, "level-round") == "moot"
    story.passes("4h")

    assert state(story, "level-round") == "moot"


def test_a_repeated_question_keeps_its_answer_until_the_next_one() -> None:
    """Asking again whether people are hurt does not make the last answer unknown."""
    ask = {
        "ask": {"fr": "Le niveau monte-t-il ?", "en": "Is the level rising?"},
        "every": "30m", "until": "safe", "unanswered": "no", "by": "technical", "within": "10m",
    }  # fmt: skip
    story = led(rising=ask)
    story.does(c.AnswerStep(step="rising", answer="yes"), "technical")
    story.passes("30m")

    again = story.incident.steps["rising"]
    assert (again.state, again.value) == ("ready", "yes")
    story.does(c.AnswerStep(step="rising", answer="yes"), "technical")
    assert state(story, "rising") == "done"


def test_a_promise_of_the_playbook_is_made_once_when_its_step_is_ready() -> None:
    """With a counterpart it is an engagement; it is told in the next message to these people."""
    story = led()
    before = story.seq
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))

    (made,) = (one for one in story.said(e.PromiseMade) if one.step == "belongings")
    assert made.engagement
    assert made.audience == "people-on-site"
    (message,) = story.sent("people-on-site", "end", before)
    assert [one.counterpart is not None for one in message.promises] == [True]


def test_a_promise_without_a_time_at_this_severity_is_not_made() -> None:
    """No time, no promise."""
    story = Story("flood", edits={"steps/belongings/within": {"S1": "1h"}})
    story.report()
    story.accept("lead")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))

    assert story.said(e.PromiseMade) == []


def test_nothing_is_promised_to_those_who_have_heard_the_end() -> None:
    """A promise that ripens after normal could not be told: it is not made."""
    promise = {
        "promise": {"fr": "Vous recevez le compte rendu.", "en": "You receive the account."},
        "to": "people-on-site", "by": "lead", "within": "1d", "after": "safe", "wait": "1h",
    }  # fmt: skip
    story = led(account=promise)
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    told_with_the_end = [one.step for one in story.said(e.PromiseMade)]
    story.passes("2h")

    assert "belongings" in told_with_the_end
    assert [one.step for one in story.said(e.PromiseMade)] == told_with_the_end


def test_the_directorate_is_asked_to_decide_and_to_do() -> None:
    """A decision goes to it as a request with its options and time; a deed as what it is."""
    sign = {**do("Sign the order."), "by": "directorate"}
    story = led(sign=sign)
    assert [one.notice.subject for one in story.notices("directorate") if one.notice] == ["sign"]
    story.does(c.ChangeSeverity(to="S2"))
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))

    (asked,) = story.sent("directorate", "decision_request")
    assert asked.notice is not None
    assert len(asked.notice.items) == 2
    assert asked.notice.due_at is not None
    assert asked.notice.due_at > story.now


def test_what_was_changed_is_put_back_when_nothing_else_keeps_it_from_normal() -> None:
    """Safe does not mean "reopen the lifts": their undoing is asked for when all else is done."""
    story = led()
    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.AnswerStep(step="current", answer="no"), "technical")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    assert state(story, "lifts.undo") is None
    story.does(c.CompleteStep(step="photos", evidence=words("photo")), "logistics")
    before = story.seq
    story.does(c.ReportContractor(step="dry", stage="left"), "technical")
    assert state(story, "lifts.undo") == "ready"
    (notice,) = story.notices("security", "steps-ready", before)
    assert notice.notice is not None
    assert notice.notice.subject == "lifts.undo"
    assert story.refused(c.DeclarePhase(phase="normal")).rule == "phase"
    story.does(c.CompleteStep(step="lifts.undo"), "security")

    assert "normal" in story.incident.proposed


def test_a_false_alarm_leaves_only_what_must_be_put_back() -> None:
    """Nothing else is asked any more; what was closed is reopened, and chased until it is."""
    story = led()
    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.CancelIncident())

    ready = [name for name, one in story.incident.steps.items() if one.state == "ready"]
    assert ready == ["lifts.undo"]
    assert story.refused(c.CompleteStep(step="close-area"), "security").rule == "step-done"
    before = story.seq
    story.passes("25h")
    assert story.notices("security", "step-late", before)
    story.does(c.CompleteStep(step="lifts.undo"), "security")
    before = story.seq
    story.passes("3d")

    assert story.notices("security", since=before) == []


def test_a_condition_on_an_open_question_keeps_the_step_open() -> None:
    """Nobody concludes anything from a question that has no answer yet."""
    story = led(last=do("After the barriers.", after="barriers"))
    assert state(story, "last") is None
    story.does(c.AnswerStep(step="source", answer="pipe"), "technical")

    assert state(story, "last") == "ready", "the barriers will not be needed"


def test_a_step_that_waits_for_a_question_of_a_question_waits() -> None:
    """The servers depend on a decision that depends on a question: open until it is answered."""
    story = led(report=do("Report.", after="servers"))
    assert state(story, "report") is None
    story.does(c.AnswerStep(step="server-room", answer="no"), "technical")

    assert state(story, "report") == "ready"


def test_a_round_that_was_done_comes_no_more_once_safe() -> None:
    """Done a minute before safe: it is not asked for again half an hour later."""
    story = led()
    story.does(c.CompleteStep(step="level-round", evidence=words("12 cm")), "technical")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.passes("4h")

    assert state(story, "level-round") == "done"


def test_what_is_entered_from_paper_after_closing_calls_for_nothing_more() -> None:
    """It belongs to the record; nobody is asked to do what followed from it then."""
    story = led()
    before_the_end = story.now
    story.passes("5m")
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(c.CloseIncident(), override=words("seen"))
    proof = c.CompleteStep(step="shut-water", evidence=words("photo"))
    events = story.does(proof, "technical", happened_at=before_the_end)

    assert [type(one).__name__ for one in events] == ["StepDone"]


def test_those_who_help_are_told_once_and_owe_nothing() -> None:
    """``with``: told what to help with when it is ready; only the owner is reminded when late."""
    story = led(pumps=do("Set up the pumps.", **{"with": ["logistics", "directorate"]}))

    (card,) = [
        card for one in story.sent(kind="role_offer") for card in one.cards
        if card.role == "logistics"
    ]  # fmt: skip
    assert story.pinned.in_force({}).steps["pumps"].do in card.helps
    assert story.notices("directorate", "steps-help")[0].notice.subject == "pumps"  # type: ignore[union-attr]  # has one
    before = story.seq
    story.passes("15m")
    assert all("pumps" not in one.notice.subject.split(",") for one in late(story, "logistics"))
    assert story.notices("logistics", "steps-help", before) == []
    assert any("pumps" in one.notice.subject.split(",") for one in late(story, "technical"))


def late(story: Story, person: str) -> list[Any]:
    """The reminders of late steps that a person got."""
    return list(story.notices(person, "step-late"))


def test_those_who_help_hear_of_a_step_that_is_ready_later() -> None:
    """The owner is told that it is theirs, the others that they help; once if they are both."""
    story = led(next_one=do("The next one.", after="lifts", **{"with": ["logistics", "technical"]}))
    before = story.seq
    story.does(c.CompleteStep(step="lifts"), "security")

    assert len(story.notices("logistics", "steps-help", before)) == 1
    assert len(story.notices("technical", "steps-ready", before)) == 1
    assert story.notices("technical", "steps-help", before) == []


def test_whoever_takes_a_role_later_hears_what_it_helps_with() -> None:
    """Nothing of a role is lost in a hand-over: what it owes, and what it helps with."""
    story = led(pumps=do("Set up the pumps.", **{"with": "logistics"}))
    before = story.seq
    story.does(c.TakeRole(role="logistics"), "somebody")

    (helps,) = story.notices("somebody", "steps-help", before)
    assert helps.notice is not None
    assert helps.notice.subject == "pumps"


def test_what_waits_to_be_put_back_stands_on_the_card_of_whoever_comes_later() -> None:
    """A card shows all that the role owes then, not only the steps of the playbook."""
    story = Story("flood", edits={"phases/normal/after": []})
    story.report()
    story.accept("lead")
    offer = story.offer("technical")
    story.does(c.CompleteStep(step="shut-water", evidence=words("photo")), "lead")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    before = story.seq
    story.does(c.DeclineRoles(offer_id=offer), "technical")

    (offered,) = story.sent(kind="role_offer", since=before)
    (card,) = (one for one in offered.cards if one.role == "technical")
    assert story.pinned.in_force({}).steps["shut-water"].undo in card.tasks
