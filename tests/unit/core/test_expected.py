"""What is expected before it begins, and was not planned: a storm, a strike, a shortage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core.decide.works import begins_in
from tests.unit.core.story import Story, pinned
from tests.unit.core.town import Town

FORESEEN = {
    "opens_on": [{"kind": "storm", "begins": "expected"}, {"kind": "flood"}],
    "tell/people-on-site/expected": {
        "impact": {"fr": "De fortes pluies sont annoncées.", "en": "Heavy rain is forecast."},
        "instruction": {"fr": "Fermez les fenêtres.", "en": "Close the windows."},
    },
}
"""A flood that may be foreseen."""


def test_what_is_foreseen_alarms_when_it_begins() -> None:
    """G4: those with words for it hear before; when it begins everyone is alerted."""
    story = Story("flood", edits=FORESEEN)
    story.report(kind="storm")
    story.accept()
    assert story.incident.phase == "expected"
    assert set(story.incident.audiences) == {"people-on-site"}
    assert story.incident.steps == {}
    story.does(c.DeclarePhase(phase="open"))
    assert story.sent("people-on-site")[-1].kind == "alert"
    assert set(story.incident.audiences) > {"people-on-site"}
    assert "people" in story.incident.steps


def test_a_report_that_it_has_begun_begins_it() -> None:
    """The storm was forecast; water is reported: nobody has to declare what is there."""
    story = Story("flood", edits=FORESEEN)
    story.report(kind="storm")
    story.accept()
    story.report(kind="storm")
    assert story.incident.phase == "expected"
    story.report(kind="flood", danger="yes")
    assert (story.incident.phase, story.incident.severity) == ("open", "S1")


def test_the_beginning_may_be_proposed_and_declared_like_any_phase() -> None:
    """A playbook may say what comes before it begins, and who declares it."""
    edits = FORESEEN | {
        "phases/open": {"means": {"fr": "L'eau est là.", "en": "The water is there."},
                        "declared_by": "technical", "after": ["sandbags"]},
        "steps/sandbags": {"do": {"fr": "Sacs de sable.", "en": "Sand bags."},
                           "after": "expected", "by": "technical", "within": "2h"},
        "phases/safe/within": "10m",
    }  # fmt: skip
    story = Story("flood", edits=edits)
    story.report(kind="storm")
    story.accept()
    story.passes("30m")
    assert story.said(e.PhaseOverdue) == []
    story.does(c.CompleteStep(step="sandbags"), "technical")
    assert [one.phase for one in story.said(e.PhaseProposed)] == ["open"]
    story.does(c.DeclarePhase(phase="open"), "technical")
    assert story.incident.phase == "open"


def test_what_was_foreseen_and_does_not_come_is_cancelled_to_those_who_were_told() -> None:
    """G7: those who were told are told, and nobody else."""
    story = Story("flood", edits=FORESEEN)
    story.report(kind="storm")
    story.accept()
    story.does(c.CancelIncident())
    assert [one.audience for one in story.sent(kind="end")] == ["people-on-site"]


def test_a_machine_and_a_person_may_begin_differently() -> None:
    """The opening that fits the source says in which phase it begins."""
    pinned = Story("flood", edits={"opens_on": [
        {"kind": "flood", "source": "machine", "begins": "expected"}, {"kind": "flood"},
    ]}).pinned  # fmt: skip
    playbook = pinned.in_force({})
    body = c.SubmitReport(source="probe", native_id="1", kind="flood", site="hq")
    assert begins_in(replace(body, by_machine=True), playbook) == "expected"
    assert begins_in(body, playbook) == "open"
    assert begins_in(replace(body, kind="unforeseen"), playbook) == "open"


def works() -> Story:
    """Works are announced for in three days, and everyone who was asked takes their role."""
    story = Story("planned-works", others=Town())
    starts = story.now + timedelta(days=3)
    story.report(starts_at=starts, ends_at=starts + timedelta(hours=4))
    story.accept()
    return story


def test_people_in_danger_are_so_now_whatever_was_announced_for_later() -> None:
    """G12, G5: somebody is hurt where works are prepared: it has begun, and a next word is due."""
    story = works()
    story.report(danger="yes")
    assert (story.incident.phase, story.incident.severity) == ("open", "S1")
    (word,) = story.sent("people-on-site", "instruction")
    assert word.life_safety
    assert word.next_update_at is not None
    assert word.next_update_at - story.now < timedelta(hours=1)


def test_what_has_burst_is_foreseen_no_more() -> None:
    """G4: the works are a flood after all; by its playbook everybody is alerted at once."""
    story = works()
    before = story.seq
    story.pinned = pinned("flood")
    story.does(life.RepinPlaybook(playbook="flood"))
    assert story.incident.phase == "open"
    alerts = story.sent(kind="alert", since=before)
    assert "people-on-site" in {one.audience for one in alerts}
    assert {one.works for one in alerts} == {None}
    assert "end" not in {one.kind for one in story.incident.commitments.values()}


def test_what_was_foreseen_has_begun_once_it_takes_over_what_is_under_way() -> None:
    """G5: a leak at the works: its people hear on from here, as often as of a crisis."""
    town = Town()
    story = Story("planned-works", others=town)
    starts = story.now + timedelta(days=3)
    town.reported(story, building="a", starts_at=starts, ends_at=starts + timedelta(hours=4))
    story.accept()
    leak = town.opens("generic", building="b", severity="S2", danger="no")
    town.asks(story, life.MergeIncident(other=leak.incident.id))
    assert story.incident.phase == "open"
    promised = [one.due_at for one in story.incident.commitments.values() if one.kind == "update"]
    assert min(promised) - story.now < timedelta(hours=2)
