"""G9: an exercise and the real thing never mix."""

from __future__ import annotations

from crisis.proof.scenario import Story


async def test_a_real_flood_does_not_join_the_exercise(story: Story) -> None:
    """G9: during the exercise water really comes in: another incident, and everyone is told."""
    drill = await story.at("10:00").report("flood", building="a", exercise=True)
    real = await story.at("10:20").report("flood", building="a")
    assert drill != real
    story.expect(to="Louis Bernard", kind="alert")
    assert not any(one.outgoing.exercise for one in story.seen(to="Louis Bernard"))


async def test_an_exercise_stays_in_its_group(story: Story) -> None:
    """G9: only those of the exercise's list are reached, and every message says what it is."""
    await story.at("10:00").report("flood", building="a", exercise=True)
    await story.at("10:02").accept_all()
    await story.passes("3h")
    people = story.runtime.organisation().configuration.people
    listed = {id_ for id_, one in people.people.items() if "exercise" in one.groups}
    listed |= {id_ for id_, one in people.places.items() if "exercise" in one.groups}
    seen = story.seen(ever=True)
    assert seen
    assert {one.row.recipient_id for one in seen} <= listed
    assert all(one.outgoing.exercise and one.says("exerci") for one in seen)
