"""G11: the timeline is complete, ordered, tamper-evident, and rebuilt identically."""

from __future__ import annotations

from dataclasses import replace

from crisis.core.chain import verify
from crisis.core.events import PhaseDeclared, RefusalOverridden
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_led_flood, a_whole_flood


async def test_a_whole_crisis_is_one_unbroken_chain(story: Story) -> None:
    """G11: from the report to the end every event follows the one before; one letter shows."""
    await a_whole_flood(story)
    with story.runtime.store.read() as view:
        row = view.stream("incident", story.incident_id)
        events = view.events("incident", story.incident_id)
    assert row is not None
    assert verify(events, expected=row.head) is None
    middle = len(events) // 2
    forged = [*events]
    forged[middle] = replace(forged[middle], text=forged[middle].text.replace("a", "b", 1))
    assert verify(forged, expected=row.head) == middle + 1
    assert verify(events[:-1], expected=row.head) is not None


async def test_nothing_personal_stands_in_the_journal(story: Story) -> None:
    """G11: names, addresses and people's words are elsewhere, and can be erased."""
    await a_whole_flood(story)
    with story.runtime.store.read() as view:
        events = view.events("incident", story.incident_id)
    journal = "\n".join(event.text for event in events)
    for personal in ("Benali", "example.org", "+336", "A-007"):
        assert personal not in journal


async def test_what_is_told_later_keeps_both_times(story: Story) -> None:
    """G11: recorded at 16:00, true since 15:10: both times stand, the order is the recording's."""
    await a_led_flood(story)
    await story.at("16:00").done("close-area", happened="2026-03-10 15:10")
    events = story.runtime.events("incident", story.incident_id)
    assert [event.at for event in events] == sorted(event.at for event in events)
    told = next(event for event in events if event.happened_at is not None)
    assert story.shown(told.at) == "2026-03-10 16:00:00"


async def test_a_refusal_is_set_aside_by_name(story: Story) -> None:
    """G11: the playbook still waits for steps; the lead declares it safe, and says why."""
    await a_led_flood(story)
    await story.at("14:30").declare("safe", refused=True)
    await story.at("14:31").declare("safe", override="Les pompiers l'ont constaté sur place.")
    assert story.happened(PhaseDeclared)
    (event,) = story.happened(RefusalOverridden)
    assert event.actor == f"person:{story.person('lead')}"


async def test_whoever_may_not_is_refused_and_the_refusal_is_kept(story: Story) -> None:
    """G11: the record shows what was asked and refused, by whom."""
    await a_led_flood(story)
    await story.at("14:30").cancel(by="Léa Dupuis", refused=True)
    with story.runtime.store.read() as view:
        refused = [one for one in view.decisions("incident", story.incident_id) if not one.accepted]
    assert [one.actor for one in refused] == ["person:e123"]
