"""The life of an incident: what waits, what is told later, what becomes of it."""

from __future__ import annotations

from pathlib import Path

from crisis.core.events import IncidentHushed, MadeLoud, RolesOffered, SignalPassed
from crisis.proof.moment import Moment
from crisis.proof.scenario import Story

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
LASTING = "{kind: water-leak, source: machine, lasting: 10m}"
CONFIRMED = "{kind: water-leak, source: machine, confirmed_by: 2, confirmed_within: 15m}"


async def opens_on(story: Story, opening: str) -> None:
    """From now on the flood opens so, besides on a person's word."""
    text = (PLAYBOOKS / "flood.yaml").read_text("utf-8")
    changed = text.replace("opens_on:\n", f"opens_on:\n  - {opening}\n")
    assert changed != text
    await holds(story, {"playbooks/flood.yaml": changed})


async def holds(story: Story, files: dict[str, str]) -> None:
    """From now on the organisation has these files too."""
    with story.runtime.store.read() as view:
        row = view.configuration()
    assert row is not None
    await story.runtime.apply({**row.files, **files})
    await story.settles()


async def leaks(moment: Moment, sensor: str = "sensor-7", *, resolved: bool = False) -> str:
    """A sensor of the gateway says so, or that it has gone."""
    return await moment.report(
        "water-leak", building="a", source="alertmanager", group=sensor, resolved=resolved
    )


def loud(story: Story) -> list[str]:
    """Why it was told."""
    return [one.body.why for one in story.happened(MadeLoud) if isinstance(one.body, MadeLoud)]


async def test_a_sensor_that_flickers_wakes_nobody(story: Story) -> None:
    """G1: the signal ends before it has lasted: it is on the record, and nobody was called."""
    await opens_on(story, LASTING)
    await leaks(story.at("03:10"))
    assert story.happened(IncidentHushed)
    await leaks(story.at("03:16"), resolved=True)

    assert story.happened(SignalPassed)
    assert story.seen(ever=True) == []
    await story.until("06:00")
    again = await leaks(story.at("06:05"))
    await story.until("06:20")
    assert story.incident_id == again
    assert loud(story) == ["lasted"]
    story.expect_call(to="lead", kind="role_offer", ever=True)


async def test_a_person_does_not_wait_for_a_sensor(story: Story) -> None:
    """G1: what a sensor has only begun to say, a person has seen: it opens at that moment."""
    await opens_on(story, LASTING)
    first = await leaks(story.at("14:05"))
    second = await story.at("14:07").report("flood", building="a", says="L'eau monte")

    assert first == second
    assert story.shown(story.incident.opened_at) == "2026-03-10 14:07:00"
    story.expect_mail(to="lead", kind="role_offer")


async def test_what_nothing_confirms_is_looked_at_by_those_on_duty(story: Story) -> None:
    """G1: one sensor alone opens nothing; those on duty are asked, and their silence opens it."""
    await opens_on(story, CONFIRMED)
    await leaks(story.at("14:05"))
    assert story.seen(ever=True) == []
    await story.until("14:21")
    story.expect_mail(to="Nadia Benali", says="SIGNAL À VÉRIFIER")
    assert not story.happened(RolesOffered)
    await story.passes("1h")
    assert loud(story) == ["unlooked"]
    assert story.happened(RolesOffered)


async def test_a_second_sensor_confirms_the_first(story: Story) -> None:
    """Two sensors of one gateway say the same: that is a flood."""
    await opens_on(story, CONFIRMED)
    for minute, sensor in (("14:05", "sensor-7"), ("14:09", "sensor-8")):
        await leaks(story.at(minute), sensor)
    assert loud(story) == ["confirmed"]
    story.expect_call(to="lead", kind="role_offer")


async def test_the_team_looks_before_anybody_is_told(story: Story) -> None:
    """G4: a smell is looked at first; audiences and directorate hear once the lead says so."""
    await story.at("14:05").report("smell", building="a", danger="no", quiet=True)
    story.expect_call(to="lead", kind="role_offer")
    story.expect_mail(to="lead", says="À VOIR AVANT DE PRÉVENIR")
    await story.at("14:07").accept_all()
    await story.expect_silence(of="people-on-site", until="14:20")
    story.expect_no_more(kind="brief", ever=True)

    await story.at("14:20").loud()
    story.expect(to="people-on-site", kind="alert")
    story.expect(kind="brief")


async def test_what_nobody_lets_go_is_told_in_time(story: Story) -> None:
    """G4: forgotten by everybody, it is told before the first word would be late."""
    await story.at("14:05").report("smell", building="a", danger="no", quiet=True)
    await story.at("14:07").accept_all()
    await story.until("14:54")
    story.expect(to="people-on-site", kind="alert", ever=True)
    assert loud(story) == ["bound"]
