"""Each invariant passes a crisis that went well and catches one record that breaks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crisis.config import read_folder, write_template
from crisis.core import events as e
from crisis.core.events import Event, EventBody
from crisis.organisation import Organisation
from crisis.ports import DeliveryRow, MessageRow, View
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
from crisis.proof.invariants.reports import g1_reports_end_somewhere
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_whole_flood
from tests.scenarios.conftest import MORNING, PARIS, EmbeddedStage, House

HOUR = timedelta(hours=1)


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


@pytest.fixture(scope="module")
def silence(house: House) -> Told:
    """A flood that nobody led."""
    return told(house, a_silent_night)


def breaches(record: Record) -> set[str]:
    """Give the guarantees that this record breaks."""
    return {one.guarantee for invariant in OF_INCIDENT for one in invariant(record)}


# --- ways to spoil a record ---


def with_events(record: Record, change: Callable[[list[Event]], list[Event]]) -> Record:
    """Give the record with other events; their numbers and decisions stay as they were."""
    spoiled = replace(record)
    spoiled.__dict__.pop("states", None)
    spoiled.__dict__["events"] = change(list(record.events))
    return spoiled


def without(record: Record, kind: type[EventBody], **fields: Any) -> Record:
    """Take out the events of a kind whose fields are these: something else stands there."""
    nothing = e.EndProposed(report_id="r", source="s")

    def change(events: list[Event]) -> list[Event]:
        found = [one for one in events if is_one(one, kind, fields)]
        assert found, (kind, fields)
        return [replace(one, body=nothing) if one in found else one for one in events]

    return with_events(record, change)


def with_body(
    record: Record, kind: type[EventBody], where: dict[str, Any], /, **new: Any
) -> Record:
    """Change the fields of the events of a kind."""

    def change(events: list[Event]) -> list[Event]:
        assert any(is_one(one, kind, where) for one in events), (kind, where)
        return [
            replace(one, body=replace(one.body, **new)) if is_one(one, kind, where) else one
            for one in events
        ]

    return with_events(record, change)


def is_one(event: Event, kind: type[EventBody], fields: dict[str, Any]) -> bool:
    """Whether an event is of a kind and has these fields."""
    return isinstance(event.body, kind) and all(
        getattr(event.body, name) == value for name, value in fields.items()
    )


def with_rows(
    record: Record, which: Callable[[MessageRow], bool], change: Callable[[DeliveryRow], Any]
) -> Record:
    """Change the ledger's rows of some messages; None takes a row away."""
    chosen = {one.id for one in record.messages if which(one)}
    assert any(record.rows(one) for one in chosen)
    deliveries = {
        id_: [new for row in rows if (new := change(row) if id_ in chosen else row) is not None]
        for id_, rows in record.deliveries.items()
    }
    return replace(record, deliveries=deliveries)


def is_end(message: MessageRow) -> bool:
    """Whether it ends others."""
    return bool(message.ends)


def vital(message: MessageRow) -> bool:
    """Whether it saves lives."""
    return message.life_safety


def three_holdings(record: Record) -> Record:
    """Nothing but holding statements."""
    return with_body(record, e.MessageReleased, {"audience": "front-line"}, kind="holding")


def stranger_hears_the_end(record: Record) -> Record:
    """Somebody who was never told hears the end."""
    return with_rows(record, is_end, lambda row: replace(row, recipient_id="e999"))


FLOOD: list[tuple[str, str, Callable[[Record], Record]]] = [
    ("G1", "nobody was written to", lambda r: without(r, e.MessageReleased)),
    ("G2", "a row without its identity",
     lambda r: with_rows(r, vital, lambda row: replace(row, id="x"))),
    ("G2", "two rows of one recipient",
     lambda r: with_rows(r, vital, lambda row: replace(row, medium="sms", recipient_id="e1"))),
    ("G3", "nobody ever accepted to lead", lambda r: without(r, e.RolesAccepted)),
    ("G4", "an audience without a first word",
     lambda r: without(r, e.MessageReleased, audience="front-line")),
    ("G4", "a first word that nobody was tried with",
     lambda r: with_rows(r, lambda m: m.kind == "alert", lambda row: replace(
         row, state="queued", attempts=0, sent_at=None, reason=""))),
    ("G4", "no brief to the directorate", lambda r: without(r, e.BriefReleased)),
    ("G5", "a promised time passed in silence", lambda r: without(
        without(r, e.PromiseAnswered), e.CommitmentKept)),
    ("G5", "called kept, and sent to nobody",
     lambda r: with_rows(r, lambda m: m.kind == "update", lambda row: replace(
         row, state="queued", attempts=0, sent_at=None, reason=""))),
    ("G5", "three holding statements", three_holdings),
    ("G5", "a time that nobody promised", lambda r: without(r, e.UpdatePromised)),
    ("G6", "outside before the directorate", lambda r: without(
        without(r, e.MessageSent), e.MessageHeld)),
    ("G7", "the end does not reach everyone",
     lambda r: with_rows(r, is_end, lambda row: None if row.medium == "sms" else row)),
    ("G7", "the end reaches a stranger", stranger_hears_the_end),
    ("G7", "what has ended still waits to go",
     lambda r: with_rows(r, lambda m: not m.ends, lambda row: replace(row, state="queued"))),
    ("G7", "no end at all", lambda r: replace(
        r, messages=[replace(m, ends=()) for m in r.messages])),
    ("G8", "a promise without an end", lambda r: without(
        without(r, e.CommitmentKept), e.CommitmentBroken)),
    ("G8", "a promise with two ends", lambda r: with_body(
        r, e.CommitmentKept, {}, commitment_id=next(r.of(e.UpdatePromised))[1].commitment_id)),
    ("G8", "a broken engagement that owes nothing",
     lambda r: with_body(r, e.CommitmentBroken, {}, counterpart_owed=False)),
    ("G8", "a counterpart that nobody was asked for",
     lambda r: with_body(r, e.MessageReleased, {"audience": None}, to=())),
    ("G10", "no review", lambda r: without(r, e.ReviewOpened)),
    ("G10", "a review that nobody owns", lambda r: with_body(r, e.ReviewOpened, {}, owner=None)),
    ("G10", "an overdue review that nobody is asked for", lambda r: without(
        with_body(r, e.ReviewOpened, {}, due_at=r.opened_at), e.ReviewReminded)),
    ("G10", "an overdue action that nobody is asked for", lambda r: without(r, e.ActionReminded)),
    ("G11", "an event of no command", lambda r: replace(r, decisions={})),
    ("G11", "a decision whose events are gone", lambda r: replace(
        r, recorded=[replace(one, command_id="x") for one in r.recorded])),
    ("G11", "a snapshot of another story", lambda r: with_body(
        r, e.IncidentDeclared, {}, severity="S1")),
    ("G12", "life-safety held for the night",
     lambda r: with_rows(r, vital, lambda row: replace(
         row, state="suppressed", reason="quiet-hours"))),
    ("G12", "life-safety that left late",
     lambda r: with_rows(r, vital, lambda row: row.sent_at and replace(
         row, sent_at=row.sent_at + HOUR))),
    ("G12", "life-safety that waits",
     lambda r: with_rows(r, vital, lambda row: replace(
         row, state="queued", attempts=0, sent_at=None))),
    ("G13", "a failure without a reason",
     lambda r: with_rows(r, lambda m: m.kind == "alert", lambda row: replace(
         row, state="failed", reason="", fallback_at=None))),
]  # fmt: skip

SILENCE: list[tuple[str, str, Callable[[Record], Record]]] = [
    ("G3", "nobody led, and nobody was told", lambda r: without(r, e.LeadMissing)),
    (
        "G3",
        "the last resort does not know",
        lambda r: with_body(r, e.MessageReleased, {"kind": "escalation"}, to=()),
    ),
    ("G3", "no brief says that nobody leads", lambda r: without(r, e.BriefReleased)),
    ("G5", "a broken promise that is on no record", lambda r: without(r, e.CommitmentBroken)),
    (
        "G5",
        "a broken promise that nobody is told of",
        lambda r: with_body(r, e.MessageReleased, {}, to=(), audience=None),
    ),
    ("G5", "a silence that is not escalated again", lambda r: without(r, e.SilenceEscalated)),
]


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


def test_every_invariant_of_an_incident_is_broken_by_something(flood: Told, silence: Told) -> None:
    """An invariant that no record can break would prove nothing."""
    caught = {
        invariant
        for spoiled in (
            *(spoil(flood.record) for _, _, spoil in FLOOD),
            *(spoil(silence.record) for _, _, spoil in SILENCE),
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
