"""Promises by whoever owes them, to whom they are made: directorate, contractor, a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from tests.unit.core.story import Story, told, words
from tests.unit.only import only

PUMP = {
    "call": "pumping", "for": {"fr": "Vider la zone.", "en": "Empty the area."},
    "by": "technical", "within": "15m", "arrive_within": "1h",
}  # fmt: skip


def led() -> Story:
    """A flood with all roles held, and a contractor to call."""
    story = Story("flood", edits={"steps/empty": PUMP})
    story.report()
    story.accept()
    return story


def promise(story: Story, minutes: int = 50, **more: Any) -> c.MakePromise:
    """Something promised to reception, unless it says otherwise."""
    fields: dict[str, Any] = {
        "promise_id": "p1",
        "words": words("relief"),
        "audience": "front-line",
    }
    return c.MakePromise(**fields | {"due_at": story.now + timedelta(minutes=minutes)} | more)


def test_the_directorate_promises_and_is_held_to_it() -> None:
    """« Un engagement managérial »: asked at 80 %, told when broken, as anybody else."""
    story = led()
    story.does(promise(story, by="directorate", counterpart=words("meals")), "dg")
    before = story.seq
    story.at("10:40")
    assert story.notices("directorate", "ask-update", before)
    story.at("11:00")

    assert story.notices("directorate", "promise-broken", before)
    assert story.notices("directorate", "counterpart-owed", before) == []
    assert story.notices("lead", "counterpart-owed", before)
    assert story.incident.steps["p1.counterpart"].state == "ready"


def test_a_member_of_the_directorate_promises_for_the_directorate_alone() -> None:
    """What others owe is promised by those who may commit."""
    story = led()

    assert story.refused(promise(story), "dg").rule == "promise"


def test_what_a_contractor_promises_is_asked_of_whoever_called_it() -> None:
    """The contractor is no user of ours: its word is kept after by the role that owes the call."""
    story = led()
    story.does(promise(story, by="empty"), "technical")
    before = story.seq
    story.at("10:40")
    assert story.notices("technical", "ask-update", before)
    story.at("11:00")

    assert story.notices("technical", "promise-broken", before)


def test_a_role_is_asked_for_what_it_promised() -> None:
    """Not only the lead: whoever owes it."""
    story = led()
    story.does(promise(story, by="logistics"))
    before = story.seq
    story.at("10:40")

    assert story.notices("logistics", "ask-update", before)


def test_a_person_is_promised_something_and_hears_how_it_ends() -> None:
    """Told when it is made, and when it is done."""
    story = led()
    story.does(promise(story, audience="", person="visitor"))
    assert story.notices("visitor", "promised")
    story.does(k.KeepPromise(promise_id="p1"))

    assert story.notices("visitor", "promise-done")
    assert story.incident.tallies["kept_by_deed"] == 1


def test_a_broken_promise_to_a_person_is_told_to_that_person() -> None:
    """With what is done instead; those who lead learn that it broke, and not to whom."""
    story = led()
    story.does(promise(story, audience="", person="visitor", counterpart=words("taxi")))
    story.at("10:45")
    story.at("11:00")

    (lost,) = story.notices("visitor", "promise-lost")
    assert lost.notice is not None
    assert lost.notice.items == (words("taxi"),)
    broken = story.notices("lead", "promise-broken")[-1].notice
    assert broken is not None
    assert broken.subject == "one-person"


def test_without_a_counterpart_only_the_breach_is_told() -> None:
    """A promise has none: it is explained and escalated."""
    story = led()
    story.does(promise(story, audience="", person="visitor"))
    story.at("11:00")

    (lost,) = story.notices("visitor", "promise-lost")
    assert lost.notice is not None
    assert lost.notice.items == ()


def test_a_new_time_given_before_the_old_one_is_told_at_once() -> None:
    """G8: renewed, not broken; its marks are counted from now on."""
    story = led()
    story.does(promise(story))
    story.at("10:45")
    before = story.seq
    later = story.now + timedelta(minutes=60)
    story.does(k.RenewPromise(promise_id="p1", due_at=later))
    update = only(story.sent("front-line", "update", before))
    assert [story.clock(one.due_at) for one in update.promises] == ["11:45"]
    story.at("11:20")
    assert story.said(e.CommitmentLate) == []
    story.does(k.KeepPromise(promise_id="p1"))

    assert story.incident.tallies["renewed"] == 1
    assert story.incident.tallies["kept_by_deed"] == 1


def test_a_new_time_reaches_the_person_who_was_promised() -> None:
    """And somebody who has heard nothing yet hears it with their first word."""
    story = led()
    story.does(promise(story, audience="", person="visitor"))
    story.does(promise(story, promise_id="p2", audience="co-tenants"))
    before = story.seq
    later = story.now + timedelta(minutes=90)
    for name in ("p1", "p2"):
        story.does(k.RenewPromise(promise_id=name, due_at=later))

    assert len(story.notices("visitor", "promised", before)) == 1
    assert "co-tenants" in story.incident.audiences or told(story, "co-tenants") == []


def test_a_new_time_for_those_who_have_heard_nothing_yet_waits_for_their_first_word() -> None:
    """Those who are away hear once it is safe: until then there is nobody to surprise."""
    story = Story("flood", edits={"tell/users-away/from": "safe"})
    story.report()
    story.accept()
    story.does(promise(story, audience="users-away"))
    story.does(k.RenewPromise(promise_id="p1", due_at=story.now + timedelta(minutes=90)))

    assert len(story.said(e.CommitmentRenewed)) == 1
    assert story.sent("users-away") == []


@pytest.mark.parametrize(
    ("minutes", "name", "says"),
    [(60, "nothing", "no open promise"), (20, "p1", "before the old one passes")],
)
def test_a_time_that_is_no_later_is_refused(minutes: int, name: str, says: str) -> None:
    """No such promise, or a time that is not later."""
    story = led()
    story.does(promise(story))
    due_at = story.now + timedelta(minutes=minutes)

    assert says in story.refused(k.RenewPromise(promise_id=name, due_at=due_at)).words["en"]


def test_once_its_time_has_passed_a_promise_is_late_whatever_is_said() -> None:
    """Another promise may be made; this one is late."""
    story = led()
    story.does(promise(story, 20))
    story.at("10:22")
    later = k.RenewPromise(promise_id="p1", due_at=story.now + timedelta(minutes=20))

    assert "before the old one passes" in story.refused(later).words["en"]


@pytest.mark.parametrize(
    "more", [{"by": "lifts"}, {"by": "nobody"}, {"audience": ""}, {"person": "visitor"}]
)
def test_a_promise_is_by_somebody_to_somebody(more: dict[str, Any]) -> None:
    """A step without a contractor owes nothing; to an audience or a person, not to both."""
    story = led()

    assert story.refused(promise(story, **more)).rule == "promise"
