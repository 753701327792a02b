"""Each invariant passes a crisis that went well and catches one record that breaks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crisis.config import read_folder, write_template
from crisis.core.events import WentDown
from crisis.organisation import Organisation
from crisis.ports import View
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.invariants import (
    OF_INCIDENT,
    Away,
    Breach,
    Record,
    Sinks,
    check,
    read_record,
)
from crisis.proof.invariants.chain import g11_the_chain_holds
from crisis.proof.invariants.delivery import (
    g2_nobody_gets_it_twice,
    g2_what_was_sent_arrived,
    g13_nothing_stops_the_rest,
)
from crisis.proof.invariants.media import d7_nothing_by_what_is_dead
from crisis.proof.invariants.reports import g1_reports_end_somewhere
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_whole_flood
from tests.scenarios.conftest import MORNING, PARIS, EmbeddedStage, House
from tests.unit.proof.spoiled import FLOOD, HOUR, HUSHED, SILENCE, with_events


@dataclass(frozen=True)
class Told:
    """A story that was told: its record, and the store that it was told on."""

    record: Record
    view: View
    organisation: Organisation


async def a_flood_and_its_review(story: Story) -> None:
    """A whole flood, an engagement broken, and a review whose date has passed."""
    await a_whole_flood(story)
    after = story.at("2026-03-12 10:00")
    await after.review("partly", "La vanne n'était pas repérée.", by="Nadia Benali")
    await after.agree("a1", owner="Julien Perrot", within="5d", by="Nadia Benali")
    await story.until("2026-04-02 12:00")


async def a_silent_night(story: Story) -> None:
    """Nobody answers, for eight hours."""
    await story.at("14:05").report("flood", building="a")
    await story.passes("8h")


def told(house: House, tell: Callable[[Story], Any]) -> Told:
    """Tell a story in memory and read its record back."""

    async def play() -> Told:
        clock = StoryClock(MORNING)
        stage = EmbeddedStage("memory:", house)
        channels = fake_channels(house.organisation, clock)
        async with Story(stage=stage, clock=clock, channels=channels, zone=PARIS) as story:
            await tell(story)
            await story.settles()
            with story.runtime.store.read() as view:
                row = view.stream("incident", story.incident_id)
                assert row is not None
                record = read_record(
                    view, row, organisation=lambda _: house.organisation, now=clock.now()
                )
                return Told(record, view, house.organisation)

    return asyncio.run(play())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The example house."""
    folder = tmp_path_factory.mktemp("house")
    write_template(folder / "org")
    files = dict(read_folder(folder / "org"))
    return House(files, Organisation.from_files(files, version=1), Path())


@pytest.fixture(scope="module")
def flood(house: House) -> Told:
    """A flood that went as it should."""
    return told(house, a_flood_and_its_review)


async def a_report_that_was_to_be_looked_at(story: Story) -> None:
    """Somebody asks for a look before a word, and nobody gives it."""
    await story.at("14:05").report("smell", building="a", danger="no", quiet=True)
    await story.passes("3h")


@pytest.fixture(scope="module")
def hushed(house: House) -> Told:
    """A report that was looked at first."""
    return told(house, a_report_that_was_to_be_looked_at)


@pytest.fixture(scope="module")
def silence(house: House) -> Told:
    """A flood that nobody led."""
    return told(house, a_silent_night)


def breaches(record: Record) -> set[str]:
    """Give the guarantees that this record breaks."""
    return {one.guarantee for invariant in OF_INCIDENT for one in invariant(record)}


@pytest.mark.parametrize(("guarantee", "what", "spoil"), HUSHED, ids=[one[1] for one in HUSHED])
def test_a_spoiled_wait_is_caught(
    hushed: Told, guarantee: str, what: str, spoil: Callable[[Record], Record]
) -> None:
    """What is recorded and not loud yet is not forgotten."""
    assert breaches(hushed.record) == set()
    assert guarantee in breaches(spoil(hushed.record)), what


def test_a_crisis_that_went_well_breaks_nothing(flood: Told, silence: Told) -> None:
    """G1 to G13 hold for a flood that was led, and for one that was escalated."""
    assert breaches(flood.record) == set()
    assert breaches(silence.record) == set()


@pytest.mark.parametrize(("guarantee", "what", "spoil"), FLOOD, ids=[one[1] for one in FLOOD])
def test_a_spoiled_record_is_caught(
    flood: Told, guarantee: str, what: str, spoil: Callable[[Record], Record]
) -> None:
    """Each guarantee that a record breaks is named."""
    assert guarantee in breaches(spoil(flood.record)), what


@pytest.mark.parametrize(("guarantee", "what", "spoil"), SILENCE, ids=[one[1] for one in SILENCE])
def test_a_spoiled_escalation_is_caught(
    silence: Told, guarantee: str, what: str, spoil: Callable[[Record], Record]
) -> None:
    """Where nobody answers, what must be done about it is not forgotten."""
    assert guarantee in breaches(spoil(silence.record)), what


def test_every_invariant_of_an_incident_is_broken_by_something(
    flood: Told, silence: Told, hushed: Told
) -> None:
    """An invariant that no record can break would prove nothing."""
    caught = {
        invariant
        for spoiled in (
            *(spoil(flood.record) for _, _, spoil in FLOOD),
            *(spoil(silence.record) for _, _, spoil in SILENCE),
            *(spoil(hushed.record) for _, _, spoil in HUSHED),
        )
        for invariant in OF_INCIDENT
        if next(invariant(spoiled), None) is not None
    }
    assert {one.__name__ for one in OF_INCIDENT} == {one.__name__ for one in caught}


# --- what is held against the whole store ---


class Tampered:
    """A view in which some answers were changed."""

    def __init__(self, view: View, **answers: Callable[..., Any]) -> None:
        self._view = view
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        """Answer as the view does, or as the test wants."""
        return self._answers.get(name) or getattr(self._view, name)


def words(found: Iterator[Breach]) -> str:
    """Give what is wrong, in one text."""
    return "\n".join(str(one) for one in found)


def test_a_report_that_ends_nowhere_is_caught(flood: Told) -> None:
    """G1: a report that was answered and is gone, or that its incident does not know."""
    view = flood.view
    assert "no such report" in words(g1_reports_end_somewhere(view, Sinks(answered=["r-gone"])))
    lost = Tampered(view, events=lambda stream, id_, **_: (
        view.events(stream, id_)[:1] if stream == "report" else view.events(stream, id_)
    ))  # fmt: skip
    assert "ends in 0 places" in words(g1_reports_end_somewhere(lost, Sinks()))
    unknown = Tampered(view, events=lambda stream, id_, **_: (
        view.events(stream, id_) if stream == "report" else view.events(stream, id_)[1:]
    ))  # fmt: skip
    assert "does not know it" in words(g1_reports_end_somewhere(unknown, Sinks()))
    gone = Sinks(quarantined=["q-1"])
    assert "it is not" in words(g1_reports_end_somewhere(view, gone))


def test_copies_and_strangers_are_caught(flood: Told) -> None:
    """G2: what arrives twice, what the ledger does not know, what it calls sent and is not."""
    view, record = flood.view, flood.record
    sent = next(row for rows in record.deliveries.values() for row in rows if row.state == "sent")
    assert "1 repeats" in words(g2_nobody_gets_it_twice(view, Sinks(received={sent.id: 2})))
    bounded = Sinks(received={sent.id: 2}, in_flight_bound=1)
    assert words(g2_nobody_gets_it_twice(view, bounded)) == ""
    assert "no such delivery" in words(g2_nobody_gets_it_twice(view, Sinks(received={"x": 1})))
    never = next(
        row for rows in record.deliveries.values() for row in rows if row.state == "suppressed"
    )
    found = words(g2_nobody_gets_it_twice(view, Sinks(received={never.id: 1})))
    assert "the ledger says suppressed" in found
    assert "never arrived" in words(g2_what_was_sent_arrived(record, Sinks(whole=True)))


@pytest.mark.parametrize(
    ("reason", "caught"), [("gave-up: no answer", True), ("refused: 550", False)]
)
def test_what_arrived_and_is_called_failed_is_caught(
    flood: Told, reason: str, *, caught: bool
) -> None:
    """G7: no end would follow it. Who refuses it for good is believed."""
    rows = (row for rows in flood.record.deliveries.values() for row in rows)
    row = replace(next(rows), state="failed", reason=reason)
    view = cast("View", SimpleNamespace(ledger=lambda _ids: {row.id: row}))
    found = words(g2_nobody_gets_it_twice(view, Sinks(received={row.id: 1})))
    assert ("no end would follow it" in found) is caught


def test_what_went_by_a_dead_medium_is_caught(flood: Told) -> None:
    """Row 7.6: noted as failed after the first event; what was in hand then is out by a minute."""
    record, plan = flood.record, flood.record.pinned.plan
    needs, sent = next(
        (what, row) for rows in record.deliveries.values() for row in rows
        for what, reserve in plan.media[row.medium].needs.items() if not reserve.delta
    )  # fmt: skip
    noted_at = record.events[1].at
    died = WentDown(what=needs, since=noted_at)
    dead = with_events(record, lambda all_: [all_[0], replace(all_[1], body=died), *all_[2:]])
    later = Sinks(asked={sent.id: [noted_at + HOUR]})
    assert "which is dead" in words(d7_nothing_by_what_is_dead(dead, later))
    assert words(d7_nothing_by_what_is_dead(dead, Sinks(asked={sent.id: [noted_at]}))) == ""
    assert words(d7_nothing_by_what_is_dead(record, later)) == ""


def test_a_chain_with_one_letter_changed_is_caught(flood: Told) -> None:
    """G11: nothing can be changed, taken out or cut off without it showing."""
    view = flood.view
    assert words(g11_the_chain_holds(view)) == ""
    for change in (
        lambda events: [replace(events[0], text=events[0].text + " "), *events[1:]],
        lambda events: events[:-1],
        lambda events: [*events[:3], *events[4:]],
    ):
        spoiled = Tampered(view, events=lambda *at, change=change, **_: change(view.events(*at)))
        assert "the chain does not hold" in words(g11_the_chain_holds(spoiled))


def test_what_stays_undone_is_caught(flood: Told) -> None:
    """G13: something owed since an hour ago is a service that has stopped."""
    view, now = flood.view, flood.record.now
    assert words(g13_nothing_stops_the_rest(view, now)) == ""
    for name in ("next_due_at", "next_attempt_at"):
        stuck = Tampered(view, **{name: lambda: now - HOUR})
        assert "G13" in words(g13_nothing_stops_the_rest(stuck, now))
        hindered = [Away(now - timedelta(days=400), now)]
        assert words(g13_nothing_stops_the_rest(stuck, now, hindered)) == ""


def test_a_check_says_everything_at_once(flood: Told) -> None:
    """One call holds a whole store against every guarantee."""
    found = check(
        flood.view,
        organisation=lambda _: flood.organisation,
        now=flood.record.now + 400 * HOUR,
        sinks=Sinks(answered=["r-gone"]),
    )
    assert {one.guarantee for one in found} >= {"G1", "G13"}
