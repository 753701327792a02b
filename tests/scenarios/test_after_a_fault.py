"""What a full disk, a fault of ours or a new organisation must never cost: see each story."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from crisis.coordinator import fold
from crisis.core.chain import head_of
from crisis.core.commands import Actor, Command, Fulfil
from crisis.core.decide import OWES
from crisis.core.events import RolesAccepted
from crisis.core.evolve import FOLDS
from crisis.core.incident import Incident
from crisis.core.obligation import Owed
from crisis.ports import Job, Pending, Recorded, Store, Unavailable, Unit
from crisis.proof.scenario import Story
from crisis.runtime.embedded import Embedded
from tests.cluster.together import Together
from tests.scenarios.acts import a_calm_flood, a_led_flood

Transact = Callable[[Sequence[Job[Any]]], list[Any]]


def _stores(story: Story) -> Sequence[Store]:
    """The stores of every part of the service: each has its own connections."""
    runtime = story.runtime
    return runtime.stores if isinstance(runtime, Together) else (runtime.store,)


def unknown_event(story: Story, incident_id: str) -> Job[None]:
    """A job that puts an event into the journal which this release cannot read."""

    def poison(unit: Unit) -> None:
        row = unit.stream("incident", incident_id)
        assert row is not None
        event = Recorded(
            stream="incident", stream_id=incident_id, seq=row.version + 1, at=story.clock.now(),
            type="org.example.from-the-future", version=1, text="{}", command_id="tomorrow",
            head="",
        )  # fmt: skip
        head = head_of(row.head, event)
        unit.append([replace(event, head=head)])
        moved = replace(row, version=row.version + 1, head=head)
        unit.save_stream(moved, expected_version=row.version)

    return poison


async def test_a_report_of_what_a_parked_incident_covered_calls_people(story: Story) -> None:
    """G1: an incident is set aside; the next report of the same opens one that somebody leads."""
    parked = await story.at("14:05").report("flood", building="a")
    story.runtime.store.transact([unknown_event(story, parked)])
    story.known_breaches.add(("G11", parked))
    await story.passes("1h")

    opened = await story.at("15:10").report("flood", building="a")

    assert opened != parked
    story.expect_mail(to="Nadia Benali", kind="role_offer")
    with story.runtime.store.read() as view:
        row = view.stream("incident", parked)
    assert row is not None
    assert row.parked is not None
    assert "org.example.from-the-future" in row.parked


async def test_people_are_called_to_an_incident_that_stands_still(story: Story) -> None:
    """G13: its lead and whom the organisation calls first, until each has it; nobody else."""
    await a_led_flood(story)
    led_by = story.incident.lead
    story.runtime.store.transact([unknown_event(story, story.incident_id)])
    story.known_breaches.add(("G11", story.incident_id))
    await story.passes("1h")

    called = [one for one in story.seen(ever=True) if one.says("Le logiciel s'est arrêté ici")]
    called += [one for one in story.seen(ever=True) if one.says("The software has stopped here")]
    people = {one.row.recipient_id for one in called}
    assert led_by in people
    assert set(story.on_duty("facilities-duty")) <= people
    assert all(one.message.audience is None for one in called)
    assert {one.channel for one in called} >= {"email", "sms"}
    assert any(one.says(f"crisis unpark {story.incident_id}") for one in called)
    assert any(one.outgoing.ack_url for one in called)


async def test_an_incident_goes_on_once_the_fault_is_mended(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: a rule breaks, the incident stands still; mended, it is tried again and goes on."""
    await a_led_flood(story)

    def broken(*_: Any) -> list[Owed]:
        raise ZeroDivisionError

    with monkeypatch.context() as fault:
        fault.setattr("crisis.core.due.OWES", (*OWES, broken))
        await story.passes("1h")
        parked = _parked(story)
        assert parked is not None
        assert "ZeroDivisionError" in parked
        story.expect(to=story.incident.lead or "", by=("sms",), kind="escalation")
        assert await story.runtime.unpark(story.incident_id) == parked
        assert _parked(story) == parked
    assert await story.runtime.unpark(story.incident_id) is None
    assert _parked(story) is None
    with pytest.raises(LookupError):
        await story.runtime.unpark(story.incident_id)

    await story.after("1m").says(words="La situation est stable.")
    story.expect_mail(to="Maud Leroy", says="La situation est stable.")


async def test_an_incident_goes_on_although_another_covers_the_same_by_now(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: set aside, its place was taken by a new one; tried again, both go on side by side."""
    await a_led_flood(story)
    first = story.incident_id

    def broken(*_: Any) -> list[Owed]:
        raise ZeroDivisionError

    with monkeypatch.context() as fault:
        fault.setattr("crisis.core.due.OWES", (*OWES, broken))
        await story.passes("1h")
        assert _parked(story) is not None
    second = await story.after("1m").report("flood", building="a")
    assert second != first
    assert await story.runtime.unpark(first) is None
    story.incident_id = first
    assert _parked(story) is None

    await story.after("1m").says(words="La situation est stable.")
    story.expect_mail(to="Maud Leroy", says="La situation est stable.")


async def test_people_are_called_where_an_event_cannot_be_folded(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: a fold breaks; as far as it is known people are called, and may try it again."""
    await a_led_flood(story)

    def broken(*_: Any) -> Incident:
        raise KeyError("Maud Leroy")

    with monkeypatch.context() as fault:
        fault.setattr("crisis.core.evolve.FOLDS", {**FOLDS, RolesAccepted: broken})
        _forget(story)
        await story.passes("1h")
        reason = "the rules failed (KeyError)"
        assert _parked(story) == reason
        called = {
            one.row.recipient_id
            for one in story.seen(ever=True)
            if one.says(f"crisis unpark {story.incident_id}")
        }
        assert set(story.on_duty("facilities-duty")) <= called
        assert await story.runtime.unpark(story.incident_id) == reason
        assert _parked(story) == reason
    assert await story.runtime.unpark(story.incident_id) is None

    await story.after("1m").says(words="La situation est stable.")
    story.expect_mail(to="Maud Leroy", says="La situation est stable.")


def _forget(story: Story) -> None:
    """After an upgrade: no state in memory, and the one that was kept is of another release."""
    runtime = story.runtime
    assert isinstance(runtime, Embedded | Together)
    runtime.decider._coordinator._known.clear()
    for world in runtime.worlds if isinstance(runtime, Together) else (runtime.world,):
        world._incidents.clear()

    def job(unit: Unit) -> None:
        row = unit.stream("incident", story.incident_id)
        assert row is not None
        other = replace(row, snapshot="{}", snapshot_schema=0, snapshot_seq=0)
        unit.save_stream(other, expected_version=row.version)

    story.runtime.store.transact([job])


async def test_what_cannot_be_read_stays_aside_whoever_tries(story: Story) -> None:
    """G11: an event of a later release is never skipped, not by trying again either."""
    parked = await story.at("14:05").report("flood", building="a")
    story.runtime.store.transact([unknown_event(story, parked)])
    story.known_breaches.add(("G11", parked))
    await story.passes("1h")
    reason = await story.runtime.unpark(parked)
    assert reason is not None
    assert "org.example.from-the-future" in reason


async def test_an_incident_is_set_aside_even_where_nobody_can_be_called(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: a second fault on the way costs the call, said in the log, and stops nothing else."""
    await a_led_flood(story)

    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as fault:
        fault.setattr("crisis.coordinator.coordinator.call_for", broken)
        fault.setattr("crisis.core.due.OWES", (*OWES, broken))
        await story.passes("1h")
        assert _parked(story) is not None
    assert await story.runtime.unpark(story.incident_id) is None


def _parked(story: Story) -> str | None:
    """Why the incident stands still."""
    with story.runtime.store.read() as view:
        row = view.stream("incident", story.incident_id)
    assert row is not None
    return row.parked


async def test_a_full_disk_ends_neither_the_service_nor_the_incident(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: while nothing can be written the asker is told so; then everything goes on.

    In one process that is a refusal; where a topic has kept the command, its answer follows.
    """
    await a_led_flood(story)
    store = story.runtime.store
    away = True

    def full(transact: Transact, jobs: Sequence[Job[Any]]) -> list[Any]:
        if away:
            raise Unavailable("the disk is full")
        return transact(jobs)

    for one in _stores(story):
        monkeypatch.setattr(one, "transact", partial(full, one.transact))
    command = Command(
        id="during-the-outage", stream="incident", stream_id=story.incident_id,
        body=Fulfil(rule="brief", subject="", due_at=story.clock.now()),
        actor=Actor(kind="rule", id="brief"), authority="rule", door="clock",
    )  # fmt: skip
    if isinstance(story.runtime, Together):
        kept = await story.runtime.inbox.submit(command, wait=timedelta(seconds=0.5))
        assert isinstance(kept, Pending)
    else:
        with pytest.raises(Unavailable):
            await asyncio.wait_for(story.runtime.inbox.submit(command), 3)

    away = False
    await story.at("14:20").says(words="La situation est stable.")

    story.expect_mail(to="Maud Leroy", says="La situation est stable.")
    with store.read() as view:
        row = view.stream("incident", story.incident_id)
    assert row is not None
    assert row.parked is None


async def test_what_no_rule_can_do_is_put_off_and_stops_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: something is owed for ever by a fault of ours; the rest is done, and nothing spins."""
    await a_led_flood(story)

    def stuck(incident: Any, *_: Any) -> list[Owed]:
        return [Owed(incident.opened_at, "brief", "nobody")]

    monkeypatch.setattr("crisis.core.due.OWES", (*OWES, stuck))
    await story.until("14:40")
    await story.at("14:41").says(words="La situation est stable.")

    story.expect_mail(to="Maud Leroy", says="La situation est stable.")
    with story.runtime.store.read() as view:
        row = view.stream("incident", story.incident_id)
    assert row is not None
    assert row.parked is None


async def test_a_snapshot_of_another_release_is_folded_anew(story: Story) -> None:
    """G11: a kept state that does not fit any more costs time; the journal says it all."""
    await a_calm_flood(story)
    with story.runtime.store.read() as view:
        row = view.stream("incident", story.incident_id)
        assert row is not None
        assert row.snapshot is not None
        other = replace(row, snapshot='{"of": "another release"}')

        assert fold(view, other) == fold(view, row)


async def test_an_audience_that_is_renamed_during_a_crisis_is_still_told(story: Story) -> None:
    """G5: an incident keeps its plan; the people are those of today."""
    await a_calm_flood(story)
    files = _files(story)
    await story.runtime.apply(
        {path: text.replace("people-on-site", "people-in-house") for path, text in files.items()}
    )

    await story.at("14:30").says(words="La situation est stable.")

    story.expect_mail(to="Maud Leroy", says="La situation est stable.")
    told = {one.message.audience for one in story.seen() if one.says("La situation est stable.")}
    assert "people-on-site" in told


async def test_a_function_that_is_renamed_during_a_crisis_still_has_people(story: Story) -> None:
    """G3: the first deputy's function gets another name; it is still that person who is asked."""
    await story.at("14:05").report("flood", building="a")
    files = _files(story)
    await story.runtime.apply(
        {path: text.replace("site-manager", "head-of-site") for path, text in files.items()}
    )

    await story.at("14:07").decline("lead")

    asked = [offer for offer in story.incident.offers.values() if "lead" in offer.roles]
    assert [offer.ranks[0] for offer in asked] == ["holder", "deputy-1"]


async def test_an_outsider_in_an_exercise_hears_nothing(story: Story) -> None:
    """G9: whoever is not on the list is not reached, not even where they took a role."""
    await story.at("10:00").report("flood", building="a", exercise=True)
    people = story.runtime.organisation().configuration.people.people
    outsider = next(id_ for id_, one in people.items() if "exercise" not in one.groups)
    await story.at("10:02").accept_all()

    await story.at("10:03").take("lead", by=outsider)
    await story.passes("3h")

    assert not [one for one in story.seen(ever=True) if one.row.recipient_id == outsider]


def _files(story: Story) -> dict[str, str]:
    """The organisation as it stands in the store."""
    with story.runtime.store.read() as view:
        row = view.configuration()
    assert row is not None
    return dict(row.files)


async def test_an_incident_that_owes_nothing_just_now_keeps_nobody_busy(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: a time to look that other rules wrote is corrected at the first look, not for ever."""
    await a_led_flood(story)
    store, written = story.runtime.store, 0

    def counted(transact: Transact, jobs: Sequence[Job[Any]]) -> list[Any]:
        nonlocal written
        written += 1
        return transact(jobs)

    def now_and_for_nothing(unit: Unit) -> None:
        row = unit.stream("incident", story.incident_id)
        assert row is not None
        early = replace(row, next_due_at=story.clock.now())
        unit.save_stream(early, expected_version=row.version)

    store.transact([now_and_for_nothing])
    for one in _stores(story):
        monkeypatch.setattr(one, "transact", partial(counted, one.transact))
    await story.runtime.advance(story.clock.now())
    await asyncio.sleep(0.5)

    assert 0 < written < 50
    with store.read() as view:
        row = view.stream("incident", story.incident_id)
    assert row is not None
    assert row.next_due_at is not None
    assert row.next_due_at > story.clock.now()
