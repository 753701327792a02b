"""The directorate hears before, or with, those outside, within its bound (G6, G12)."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, told, words

CALM = {
    "urgency/S3": "expected", "steps/current/unanswered": "no",
    "steps/server-room/unanswered": "no",
}  # fmt: skip
"""A flood of S3 in which nothing is a matter of life, and silence makes it no worse."""


def led(playbook: str = "flood", **more: Any) -> Story:
    """A crisis with all roles held."""
    story = Story(playbook, **more)
    story.report()
    story.accept()
    return story


def held(story: Story) -> list[str]:
    """Audiences whose word waits."""
    return list(story.incident.held)


def test_life_safety_leaves_with_its_brief_and_waits_for_nobody() -> None:
    """G6, G12: one decision holds both, the brief before."""
    story = Story("flood", ledger=False)
    story.report()

    kinds = [(one.audience, one.kind) for one in story.sent() if one.audience]
    assert ("co-tenants", "alert") in kinds
    assert kinds.index(("directorate", "brief")) < kinds.index(("co-tenants", "alert"))
    assert held(story) == []


def test_other_words_outside_wait_for_the_briefs_sent() -> None:
    """G6: held, then gone the moment the ledger says that the directorate was sent its brief."""
    story = Story("flood", edits=CALM, ledger=False)
    story.report()
    assert held(story) == ["co-tenants"]
    assert story.sent("co-tenants") == []
    brief = story.sent("directorate", "brief")[0]
    story.passes("2m")
    story.note_sent(brief)

    assert told(story, "co-tenants") == [("10:02", "alert")]
    assert held(story) == []


def test_the_bound_lets_them_go_and_the_record_says_so() -> None:
    """G6: the directorate cannot be reached for ten minutes: the word goes; the brief tells it."""
    story = Story("flood", edits=CALM, ledger=False)
    story.report()
    story.passes("9m")
    assert story.sent("co-tenants") == []
    story.passes("1m")

    assert told(story, "co-tenants") == [("10:10", "alert")]
    (unreached,) = story.said(e.DirectorateUnreached)
    assert unreached.audiences == ("co-tenants",)
    story.does(c.SendBrief())
    content = story.sent("directorate", "brief")[-1].brief
    assert content is not None
    assert content.told_after
    story.ledger = True
    story.dispatch()
    story.does(c.SendBrief())
    content = story.sent("directorate", "brief")[-1].brief
    assert content is not None
    assert not content.told_after


def test_after_the_bound_nothing_waits_again_for_the_same_change() -> None:
    """G6: once waived, an update of the same state of things goes; a new change waits anew."""
    story = Story("flood", edits=CALM, ledger=False)
    story.report()
    story.accept()
    story.at("10:11")
    story.does(c.Say(audiences=("co-tenants",)))
    assert [kind for _, kind in told(story, "co-tenants")] == ["alert", "update"]
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.Say(audiences=("co-tenants",)))

    assert held(story) == ["co-tenants"]


def test_a_person_finds_the_bound_passed_before_the_clock_does() -> None:
    """The bound is a bound for whoever looks first."""
    story = Story("flood", edits=CALM, ledger=False)
    story.report()
    story.accept()
    story.now += story.incident.held["co-tenants"].until - story.now
    story.does(c.AnswerStep(step="people", answer="no"), "security")

    assert story.said(e.DirectorateUnreached)
    assert story.sent("co-tenants", "alert")


def test_a_life_safety_word_overtakes_what_is_held() -> None:
    """G12: the severity rises while the calm word still waits: the urgent one leaves at once."""
    story = Story("flood", edits=CALM, ledger=False)
    story.report()
    assert held(story) == ["co-tenants"]
    story.passes("1m")
    story.report(danger="yes")

    (alert,) = story.sent("co-tenants")
    assert alert.life_safety
    assert held(story) == []


def test_a_persons_words_wait_and_then_go_as_they_were_said() -> None:
    """What waits is what the person said, not something shorter."""
    story = led(ledger=False, edits=CALM)
    story.dispatch()
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.Say(audiences=("co-tenants",), words=words("first")))
    story.does(c.Say(audiences=("co-tenants",), words=words("both floors")))
    assert held(story) == ["co-tenants"]
    story.passes("1m")
    story.dispatch()

    assert story.sent("co-tenants")[-1].own_words == words("both floors")
    assert [one.kind for one in story.sent("co-tenants")] == ["alert", "update"]


def test_what_waits_with_nothing_new_any_more_is_a_holding_statement() -> None:
    """The promised word was held: it goes when the directorate knows, as what it is."""
    story = Story("flood", ledger=False)
    story.report(severity="S1")
    story.accept()
    story.dispatch()
    story.does(c.RecordMeasure(measure=words("m"), inside_only=True))
    story.passes("3m")
    story.now = story.said(e.UpdatePromised)[-1].due_at
    story.does(c.ChangeSeverity(to="S2"))
    story.catch_up()
    assert "co-tenants" in held(story)
    story.dispatch()

    assert [one.kind for one in story.sent("co-tenants")][-1] == "holding"
    assert held(story) == []


def test_after_two_holding_statements_what_waits_is_said_as_an_update() -> None:
    """G5: what leaves the third time has a person's word or change behind it."""
    story = led(edits={"urgency/S3": "expected"})
    story.at("12:00")
    story.at("14:00")
    assert story.incident.audiences["co-tenants"].holdings == 2
    story.ledger = False
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.Say(audiences=("co-tenants",)))
    assert held(story) == ["co-tenants"]
    story.dispatch()

    assert [one.kind for one in story.sent("co-tenants")][-1] == "update"


def test_what_begins_again_before_its_end_was_told_is_no_third_holding_statement() -> None:
    """G5: they had two; the end waits for the directorate, and it begins again meanwhile."""
    story = led(edits=CALM)
    while story.incident.audiences["co-tenants"].holdings < 2:
        story.passes("10m")
    story.failing.add("directorate")
    for phase in ("normal", "open"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
    story.passes("15m")
    assert story.sent("co-tenants")[-1].kind == "update"


def test_whoever_was_never_told_has_no_end_to_wait_for() -> None:
    """It was over before the first word was allowed out: then there is nothing to say."""
    story = Story("flood", edits=CALM, ledger=False)
    story.report()
    story.accept("lead")
    story.does(c.CancelIncident())
    story.passes("30m")

    assert story.sent("co-tenants") == []
    assert held(story) == []


def test_who_is_not_concerned_any_more_is_not_told_when_the_bound_passes() -> None:
    """The condition has gone while the word waited: nothing is owed to them."""
    edits = CALM | {"tell/co-tenants/when": {"severity": ["S2", "S3"]}}
    story = Story("flood", edits=edits, ledger=False)
    story.report()
    story.accept("lead")
    story.does(c.ChangeSeverity(to="S4"))
    story.passes("1h")
    story.dispatch()

    assert story.sent("co-tenants") == []
    assert story.said(e.DirectorateUnreached) == []
