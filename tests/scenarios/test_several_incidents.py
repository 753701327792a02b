"""Several incidents that have to do with one another: merged, linked, split."""

from __future__ import annotations

from pathlib import Path

from crisis.core.events import IncidentMerged, IncidentTakenOver, MadeLoud
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood, the_place_is_made_safe

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"


async def two_floods(story: Story) -> tuple[str, str]:
    """The same water, seen in two buildings; everybody who was asked has accepted."""
    first = await story.at("14:05").report("flood", building="a")
    await story.at("14:07").accept_all()
    second = await story.at("14:10").report("flood", building="b")
    await story.at("14:12").accept_all()
    return first, second


async def test_two_floods_turn_out_to_be_one(story: Story) -> None:
    """G7: those who heard of the second are told once, and hear the end of the first."""
    first, second = await two_floods(story)
    story.incident_id = first
    await story.at("14:20").merge(second)

    joined = story.expect(says="Deux incidents sont maintenant suivis ensemble")
    assert len({one.row.id for one in joined}) == len(joined)
    assert story.happened(IncidentTakenOver)
    merged = story.runtime.incident(second)
    assert merged is not None
    assert merged.phase == "closed"

    again = await story.at("14:25").report("flood", building="b", says="Encore de l'eau")
    assert again == second
    assert story.incident.reports == 3

    await story.at("14:40").cancel()
    story.expect(kind="end")
    story.incident_id = second
    assert story.happened(IncidentMerged)
    await story.passes("2h")
    new = await story.then.report("flood", building="b")
    assert new not in {first, second}


async def test_one_flood_turns_out_to_be_two(story: Story) -> None:
    """A second trouble gets its own incident, its own lead, its own words."""
    first = await story.at("14:05").report("flood", building="a")
    await story.at("14:07").accept_all()
    await story.at("14:20").split(building="b")

    (second,) = story.incident.related
    other = story.runtime.incident(second)
    assert other is not None
    assert (other.building, other.playbook) == ("b", "flood")
    joins = await story.at("14:25").report("flood", building="b")
    assert joins == second
    assert story.runtime.incident(first) is not None


OPENS = "  aside: {open: generic, keep: [lead], after: [safe]}\n"
UPS = "[{kind: ups-on-battery, source: machine, quiet_while: [flood], quiet_within: 2h}]"


async def test_a_step_opens_a_linked_incident(story: Story) -> None:
    """The same lead, no second call for them; its end is known where it was opened."""
    await holds(story, **{"flood.yaml": ("steps:\n", "steps:\n" + OPENS)})
    await a_calm_flood(story)
    flood = story.incident_id
    lead = story.incident.lead
    await the_place_is_made_safe(story)

    (child,) = story.incident.related
    story.incident_id = child
    assert story.incident.lead == lead
    story.expect_mail(to="lead", says="VOUS TENEZ AUSSI CES RÔLES ICI")
    await story.at("15:00").accept_all()
    await story.at("15:10").cancel()
    story.incident_id = flood
    assert story.incident.steps["aside"].state == "done"


async def test_a_cause_mutes_its_symptoms(story: Story) -> None:
    """G1: a muted alarm wakes nobody while its cause is open, and opens when it is still there."""
    await holds(story, **{"generic.yaml": ("opens_on: []", f"opens_on: {UPS}")})
    flood = await story.at("14:05").report("flood", building="a")
    await story.at("14:07").accept_all()
    await story.at("14:10").report("ups-on-battery", source="alertmanager", group="ups-1")
    muted = story.incident_id
    assert story.incident.watched
    assert not [one for one in story.seen() if one.message.incident_id == muted]

    story.incident_id = flood
    assert muted in story.incident.related
    await story.at("14:30").cancel()
    story.incident_id = muted
    assert [one.body.why for one in story.happened(MadeLoud) if isinstance(one.body, MadeLoud)] == [
        "unexplained"
    ]
    story.expect(kind="role_offer")


async def test_a_source_that_opens_many_is_braked(story: Story) -> None:
    """Five incidents of one source in ten minutes: the sixth waits for one gesture."""
    for number in range(6):
        await story.at(f"14:0{number}").report(
            f"odd-{number}", source="alertmanager", building="a", severity="S3"
        )
    assert story.incident.hushed is not None
    assert story.incident.hushed.why == "brake"
    assert not [one for one in story.seen() if one.message.audience is not None]
    await story.at("14:08").accept_all()
    await story.at("14:10").loud()
    story.expect(kind="alert", to="people-on-site")


async def test_a_wrong_playbook_is_mended_in_the_middle(story: Story) -> None:
    """What was reported as a smell is a flood: its steps begin, those told hear on."""
    await story.at("14:05").report("smell", building="a", danger="no")
    await story.at("14:07").accept_all()
    await story.at("14:20").repin("flood")
    assert story.incident.playbook == "flood"
    assert story.incident.steps["shut-water"].state == "ready"
    joins = await story.at("14:25").report("flood", building="a")
    assert joins == story.incident_id
    await story.at("14:30").accept_all()
    await story.passes("2h")


async def holds(story: Story, **edits: tuple[str, str]) -> None:
    """From now on the organisation has these playbooks changed."""
    changed = {}
    for file, (old, new) in edits.items():
        text = (PLAYBOOKS / file).read_text("utf-8")
        assert old in text
        changed[f"playbooks/{file}"] = text.replace(old, new, 1)
    with story.runtime.store.read() as view:
        row = view.configuration()
    assert row is not None
    await story.runtime.apply({**row.files, **changed})
    await story.settles()
