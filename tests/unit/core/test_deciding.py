"""One decision in the making, the words it wants first, and how messages leave."""

from __future__ import annotations

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core.decide import HANDLERS, OBLIGATIONS, OWES, STILL_POSSIBLE, decide
from crisis.core.decide.notices import notify
from crisis.core.decide.release import expires_at, lane
from crisis.core.deciding import Deciding, Facts
from crisis.core.report import evolve_report
from tests.unit.core.story import Story, words


def command(story: Story, body: c.Body) -> c.Command:
    """Something that the lead asks."""
    return c.Command(
        id="x", stream="incident", stream_id=story.incident.id, body=body,
        actor=c.Actor(kind="person", id="lead"), authority="operator", door="cli",
    )  # fmt: skip


def test_every_command_has_its_rule() -> None:
    """Nothing can be asked that nobody answers."""
    assert set(c.IncidentBody.__args__) == {*HANDLERS, c.Fulfil}
    assert all(possible <= {*HANDLERS, c.Fulfil} for possible in STILL_POSSIBLE.values())


def test_every_obligation_is_owed_by_somebody() -> None:
    """Each rule of time has its own list, and each list is asked once."""
    assert len(OWES) == len(set(OWES))
    assert {owes for owes, _ in OBLIGATIONS.values()} == set(OWES)


def test_exactly_the_words_that_were_prepared_leave() -> None:
    """A message that is released carries the words prepared for it, and their digest."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    prepared = {"fr": words("fr"), "en": words("en")}
    facts = Facts(candidates=story.candidates, words=lambda _message: prepared)
    answer = decide(story.incident, command(story, c.SendBrief()), story.pinned, facts, story.now)

    released = next(one.body for one in answer.events if isinstance(one.body, e.MessageReleased))
    assert released.texts == prepared
    assert len(released.digest) == 64


def test_before_there_is_an_incident_there_is_nothing_to_decide_on() -> None:
    """A rule that asks for the state too early is told so."""
    story = Story("flood")
    story.report()
    deciding = Deciding(None, command(story, c.SendBrief()), story.pinned, Facts(), story.now)
    with pytest.raises(LookupError, match="no incident yet"):
        _ = deciding.incident


def test_nobody_to_write_to_is_no_message() -> None:
    """A notice to nobody is not written."""
    story = Story("flood")
    story.report()
    deciding = Deciding(
        story.incident, command(story, c.SendBrief()), story.pinned, Facts(), story.now
    )
    notify(deciding, (), "review", rule="test")

    assert deciding.messages == []


def test_what_overtakes_what_and_what_goes_stale() -> None:
    """Life-safety and offers first, then those who act, then the rest; stale words expire."""
    story = Story("flood")
    story.report()
    story.accept()
    story.at("12:00")
    by_kind = {one.kind: one for one in story.messages if one.audience != "users-away"}

    lanes = {kind: lane(one) for kind, one in by_kind.items()}
    assert lanes["alert"] == lanes["role_offer"] == "now"
    assert lanes["brief"] == lanes["reminder"] == lanes["update"] == "soon"
    assert lanes["holding"] == "bulk"
    assert expires_at(by_kind["role_offer"]) == by_kind["role_offer"].accept_by
    assert expires_at(by_kind["update"]) == by_kind["update"].next_update_at
    assert expires_at(by_kind["alert"]) is None


def test_a_report_begins_with_its_acceptance() -> None:
    """Anything else before it is no journal of ours."""
    event = e.Event(seq=1, at=Story().now, body=e.ReportSetAside(reason="x"))
    with pytest.raises(ValueError, match="first event"):
        evolve_report(None, event)


def test_where_no_other_incident_is_known_there_is_none() -> None:
    """Whoever links to one reads where the list is."""
    story = Story("flood")
    story.report()
    refusal = story.refused(life.RelateIncident(other="i-nowhere"), "lead")
    assert "crisis incidents" in refusal.words["en"]
