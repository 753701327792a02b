"""Steps that open another playbook; signals that an open incident explains; too many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core.timeline import entries
from tests.unit.core.story import Story, words
from tests.unit.core.test_messages import CALM
from tests.unit.core.town import Town
from tests.unit.only import only

OPENS = {"open": "generic", "keep": ["lead"], "after": ["safe"]}
FOLLOWS = {
    "do": {"fr": "Vérifier.", "en": "Check."}, "by": "lead", "within": "1h", "after": ["aside"],
}  # fmt: skip
MUTED = {"kind": "ups", "source": "machine", "quiet_while": ["flood"], "quiet_within": "2h"}


def parent(town: Town) -> Story:
    """A flood whose playbook opens another one once it is safe."""
    story = Story("flood", edits={"steps/aside": OPENS, "steps/check": FOLLOWS}, others=town)
    town.reported(story, building="a")
    story.accept()
    return story


def child_of(town: Town, story: Story) -> Story:
    """The incident that it opened."""
    name = only([n for n, known in story.incident.related.items() if known.how == "child"])
    return town.stories[name]


def stands(story: Story, step: str) -> str:
    """Where a step stands."""
    return story.incident.steps[step].state


def test_a_step_opens_a_linked_incident_with_the_same_lead() -> None:
    """The lead of the one leads the other too, and nobody else is asked; its end is known here."""
    town = Town()
    flood = parent(town)
    town.asks(flood, c.DeclarePhase(phase="safe"), override=words("now"))
    other = child_of(town, flood)

    assert other.incident.playbook == "generic"
    assert other.incident.lead == "lead"
    assert other.notices("lead", "kept-roles")
    assert not any("lead" in one.roles for one in other.said(e.RolesOffered))
    assert other.incident.related[flood.incident.id].how == "parent"
    assert stands(flood, "aside") == "ready"
    assert "check" not in flood.incident.steps

    town.asks(other, c.CancelIncident())
    assert stands(flood, "aside") == "done"
    assert stands(flood, "check") == "ready"
    assert flood.notices("lead", "child-over")
    assert any("The linked incident" in one.says["en"]
               for one in entries(flood.log, names=str, pinned=flood.pinned))  # fmt: skip


def test_what_is_open_already_is_linked_to_and_not_opened_twice() -> None:
    """One trouble, one incident: the step finds it open, and waits for its end all the same."""
    town = Town()
    generic = town.opens("generic", kind="generic", building="a")
    flood = parent(town)
    town.asks(flood, life.RelateIncident(other=generic.incident.id))
    town.asks(flood, c.DeclarePhase(phase="safe"), override=words("now"))

    assert child_of(town, flood) is generic
    assert generic.incident.related[flood.incident.id].how == "parent"
    assert len(town.stories) == 2
    town.asks(generic, c.DeclarePhase(phase="normal"), override=words("now"))
    assert flood.incident.steps["aside"].state == "done"
    town.asks(generic, c.DeclarePhase(phase="open"))
    assert flood.incident.related[generic.incident.id].phase == "open"


def test_an_end_that_nobody_waits_for_any_more_is_only_noted() -> None:
    """The parent is over first: the end of its child changes nothing there."""
    town = Town()
    flood = parent(town)
    town.asks(flood, c.DeclarePhase(phase="safe"), override=words("now"))
    other = child_of(town, flood)
    town.asks(flood, c.CancelIncident())
    town.asks(other, c.CancelIncident())
    assert flood.notices("lead", "child-over") == []


def symptom(town: Town, **report: Any) -> Story:
    """A machine reports what a flood explains."""
    story = Story("generic", edits={"opens_on": [MUTED]}, others=town)
    town.reported(story, kind="ups", by_machine=True, source="monitor", **report)
    return story


def test_an_open_cause_mutes_its_symptoms_until_it_is_over() -> None:
    """G1: a muted signal is kept with its cause; still there at its end, it opens."""
    town = Town()
    flood = town.opens()
    ups, lift = symptom(town, group="ups"), symptom(town, group="lift", building="z")
    assert ups.incident.watched
    assert ups.messages == []
    assert flood.incident.related[ups.incident.id].how == "symptom"

    ups.does(c.LinkReport(report_id="r", report=c.SubmitReport(
        source="monitor", native_id="n", kind="ups", site="hq", by_machine=True, group="ups",
        signal="resolved")))  # fmt: skip
    assert ups.incident.phase == "cancelled"
    ups.report(kind="ups", by_machine=True, source="monitor", group="ups")
    town.asks(flood, c.CancelIncident())
    assert [one.why for one in lift.said(e.MadeLoud)] == ["unexplained"]
    assert lift.said(e.RolesOffered)
    assert ups.said(e.MadeLoud) == []


def test_a_symptom_is_looked_at_when_its_window_ends() -> None:
    """G1: a cause that lasts explains it no longer than the playbook says."""
    town = Town()
    town.opens()
    ups = symptom(town)
    ups.passes("2h")
    assert [one.why for one in ups.said(e.MadeLoud)] == ["unexplained"]


def test_nothing_is_muted_without_its_cause_or_for_a_person() -> None:
    """Another site, an end, danger, or a person: it opens as any other."""
    town = Town()
    alone = symptom(town)
    assert alone.said(e.IncidentHushed) == []
    flood = town.opens()
    danger = symptom(town, danger="yes")
    assert danger.said(e.IncidentHushed) == []
    town.asks(flood, c.CancelIncident())
    after = symptom(town, group="x")
    assert after.said(e.IncidentHushed) == []


def test_only_a_cause_that_people_hear_of_mutes_its_symptoms() -> None:
    """G4: works of next week, and a flood that nobody was told of yet, explain nothing today."""
    town = Town()
    works = Story("planned-works", others=town)
    week = works.now + timedelta(days=7)
    town.reported(works, building="w", starts_at=week, ends_at=week + timedelta(hours=4))
    quiet = Story("flood", edits=CALM, others=town)
    town.reported(quiet, building="q", quiet=True, danger="no")
    assert quiet.incident.hushed is not None
    muted = MUTED | {"quiet_while": ["planned-works", "flood"]}
    ups = Story("generic", edits={"opens_on": [muted]}, others=town)
    town.reported(ups, kind="ups", by_machine=True, source="monitor")

    assert works.incident.phase == "expected"
    assert ups.said(e.IncidentHushed) == []
    assert ups.sent("people-on-site")


def test_a_matter_of_life_is_never_muted() -> None:
    """G12: at S1 people at risk are alarmed, whatever may explain the signal."""
    town = Town()
    town.opens()
    ups = symptom(town, severity="S1")

    assert ups.said(e.IncidentHushed) == []
    assert all(one.life_safety for one in ups.sent("people-on-site", "alert"))
    assert ups.sent("people-on-site", "alert")


def test_one_source_that_opens_many_is_braked_and_let_go_by_one_gesture() -> None:
    """Five incidents of one source within ten minutes: three more wait for a person.

    Each of them is asked once, by the first: three hundred are not asked by one another.
    """
    town = Town()
    for number in range(5):
        town.opens("generic", kind="generic", group=f"g{number}", severity="S3", danger="no")
    sixth, seventh, eighth = (
        town.opens("generic", kind="generic", group=f"h{number}", severity="S3", danger="no")
        for number in range(3)
    )
    assert [one.why for one in sixth.said(e.IncidentHushed)] == ["brake"]
    assert sixth.notices("lead", "brake")
    assert sixth.sent(kind="alert") == []

    town.asks(sixth, life.MakeLoud())
    for braked in (sixth, seventh, eighth):
        assert len(braked.said(e.MadeLoud)) == 1
        assert braked.sent(kind="alert")
    danger = town.opens("generic", kind="generic", group="i", danger="yes")
    assert danger.said(e.IncidentHushed) == []
    later = Story("generic", others=town)
    later.now += timedelta(hours=1)
    town.reported(later, kind="generic", group="j", severity="S3", danger="no")
    assert later.said(e.IncidentHushed) == []
