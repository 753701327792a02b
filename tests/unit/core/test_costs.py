"""What contractors cost: granted within a limit, asked for above it, refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core.decide.costs import _cost
from crisis.core.deciding import Deciding
from tests.unit.core.story import Story, words
from tests.unit.only import only

PUMP = {
    "call": "pumping", "for": {"fr": "Vider la zone.", "en": "Empty the area."},
    "by": "technical", "within": "15m", "arrive_within": "1h", "spend_up_to": "1000 EUR",
}  # fmt: skip
EDITS = {
    "steps/empty": PUMP,
    "roles/lead/authority": ["spend", "decide", "close", "severity", "send"],
    "roles/lead/spend_up_to": "5000 EUR",
    "roles/security/authority": [],
    "roles/technical/authority": [],
    "roles/logistics/authority": [],
    "roles/liaison/authority": ["spend"],
}


def led(**more: Any) -> Story:
    """A flood with all roles held, at S2: an offer waits for five minutes."""
    story = Story("flood", edits=EDITS | more)
    story.report(severity="S2")
    story.accept()
    return story


def costs(amount: str) -> k.AnnounceCost:
    """The pumping firm will cost so much."""
    return k.AnnounceCost(step="empty", amount=amount)


GRANT = k.DecideCost(step="empty", answer="grant")
REFUSE = k.DecideCost(step="empty", answer="refuse")


def asked(story: Story) -> list[tuple[str, str, int]]:
    """Who was asked for the cost, when, and by which number."""
    return [
        (story.clock(one.at), one.body.of, one.body.number) for one in story.log
        if isinstance(one.body, e.CostAsked)
    ]  # fmt: skip


def test_a_cost_within_the_limit_of_the_step_is_granted_at_once() -> None:
    """Whoever owes the call may go so far: nobody is asked, and the record says who committed."""
    story = led()
    story.does(costs("1000 eur"), "technical")

    assert asked(story) == []
    (decided,) = story.said(e.CostDecided)
    assert (decided.granted, decided.person, decided.amount) == (True, "technical", 1000)
    assert story.notices("lead", "cost-granted"), "the lead knows what was committed"


def test_whoever_may_spend_more_commits_more() -> None:
    """The lead's own limit is five thousand."""
    story = led()
    story.does(costs("4200€"))

    assert asked(story) == []
    assert story.incident.steps["empty"].cost is not None


def test_above_the_limit_the_nearest_who_may_is_asked_then_the_next() -> None:
    """The lead, then whoever has no limit, then the directorate; each with a time to answer."""
    story = led()
    story.does(costs("4200 EUR"), "technical")
    request = only(story.notices("lead", "cost"))
    assert request.kind == "decision_request"
    assert request.request is not None
    assert [one.name for one in request.request.options] == ["grant", "refuse"]
    assert request.request.then_by == story.pinned.in_force({}).roles["liaison"].title
    assert "4200 EUR" in str(request.notice)
    story.at("10:16")

    number = request.request.number
    assert asked(story) == [
        ("10:00", "lead", number), ("10:05", "liaison", number), ("10:10", "directorate", number),
        ("10:15", "lead", number),
    ]  # fmt: skip
    (last,) = story.notices("directorate", "cost")
    assert last.request is not None
    assert last.request.then_by is None


def test_silence_grants_nothing_and_is_asked_again_more_rarely() -> None:
    """All three were silent: from then on each has twice as long."""
    story = led()
    story.does(costs("4200 EUR"), "technical")
    story.at("10:40")

    assert [at for at, _, _ in asked(story)][3:] == ["10:15", "10:25", "10:35"]
    cost = story.incident.steps["empty"].cost
    assert cost is not None
    assert cost.state == "asked"


def test_a_brief_names_the_cost_that_is_waited_for() -> None:
    """The directorate sees every decision that is open, also one that others are asked for."""
    story = led()
    story.does(costs("4200 EUR"), "technical")
    story.does(c.SendBrief())
    brief = story.sent("directorate", "brief")[-1].brief
    assert brief is not None

    assert any("4200 EUR" in str(one.words) for one in brief.decisions)


def test_it_is_granted_by_name_and_nobody_is_asked_further() -> None:
    """The caller is told, and passes it on to the contractor."""
    story = led()
    story.does(costs("4200 EUR"), "technical")
    before = story.seq
    story.does(GRANT)
    story.passes("1h")

    assert len(asked(story)) == 1
    assert story.notices("technical", "cost-granted", before)
    assert "already" in story.refused(GRANT).words["en"]


def test_refused_the_caller_tells_the_contractor_and_it_may_be_corrected() -> None:
    """What was refused may be granted after all: the record shows both."""
    story = led()
    story.does(costs("4200 EUR"), "technical")
    story.does(REFUSE, "dg")
    assert story.notices("technical", "cost-refused")
    assert "already" in story.refused(REFUSE).words["en"]
    story.does(GRANT, "dg")

    assert [(one.granted, one.again) for one in story.said(e.CostDecided)] == [
        (False, False), (True, True),
    ]  # fmt: skip


def test_whoever_may_not_may_still_by_name_with_a_reason() -> None:
    """« Se réfugier derrière les règlements » is a failure too."""
    story = led()
    story.does(costs("9000 EUR"))
    refusal = story.refused(GRANT, "technical")
    assert (refusal.rule, refusal.overridable) == ("spend", True)
    story.does(GRANT, "technical", override=words("the water is at the servers"))

    assert story.said(e.RefusalOverridden)[-1].rule == "spend"
    assert story.said(e.CostDecided)[-1].person == "technical"


def test_a_higher_announcement_takes_the_place_of_the_first() -> None:
    """The whole cost is announced, not what is added; it is asked for anew."""
    story = led()
    story.does(costs("900 EUR"), "technical")
    assert "already" in story.refused(costs("900 EUR"), "technical").words["en"]
    story.does(costs("1200 EUR"), "technical")

    assert [of for _, of, _ in asked(story)] == ["lead"]


def test_another_currency_is_never_within_a_limit() -> None:
    """A thousand francs may be more than a thousand euros."""
    story = led()
    story.does(costs("900 CHF"), "technical")

    assert [of for _, of, _ in asked(story)] == ["liaison"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (costs("much"), "4200 EUR"),
        (k.AnnounceCost(step="lifts", amount="5 EUR"), "does not call"),
        (GRANT, "No cost has been announced"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(body: c.Body, says: str) -> None:
    """An amount that cannot be read, a step without a contractor, nothing to grant."""
    assert says in led().refused(body).words["en"]


def test_a_removed_step_asks_nobody() -> None:
    """A layer took the call out; and once closed nobody is chased."""
    story = led(**{"layers/calm": {"when": {"severity": "S4"}, "steps": {"empty": None}}})
    story.does(costs("4200 EUR"), "technical")
    story.does(c.ChangeSeverity(to="S4"))
    before = story.seq
    story.passes("1h")
    assert story.said(e.CostAsked, before) == []
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    story.does(c.CloseIncident(), override=words("dry"))
    before = story.seq
    story.passes("1h")

    assert story.said(e.CostAsked, before) == []


def test_a_cost_that_nobody_announced_is_looked_for_in_vain() -> None:
    """A rule that asks for one where there is none is broken, and says of which step."""
    story = led()
    command = story._command(GRANT, "lead")
    d = Deciding(story.incident, command, story.pinned, story.facts(), story.now)
    with pytest.raises(LookupError, match="empty"):
        _cost(d, "empty")
