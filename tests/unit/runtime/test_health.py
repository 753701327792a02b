"""When a service is said to make progress, and when somebody has to look: the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crisis.config.settings import BreakGlass
from crisis.core.break_glass import Line
from crisis.ports import FanoutRow, Job, Store, Unit
from crisis.runtime.health import Outlook, health_of
from crisis.runtime.home import Home
from crisis.runtime.lookout import last_organisation
from crisis.runtime.progress import Owed, Partition, Progress, owed
from crisis.runtime.topics import REPORTS
from crisis.store import MemoryStore
from tests.contract.store.rows import delivery, fanout, message
from tests.web.house import folder

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
REAL = NOW - timedelta(days=3)
"""In a rehearsal the clock on the wall is behind."""
LONG_AGO = NOW - timedelta(hours=5)
RULES = BreakGlass()
TOLD = Line(what="told", at=NOW - MINUTE, door="a", waiting=1)
WELL = Progress(
    at=NOW, owed=Owed(now=NOW),
    partitions=(Partition(topic=REPORTS.name, partition=0, begins=0, ends=9, handled=8),),
)  # fmt: skip
THERE = Outlook(there_since=LONG_AGO)


def status(progress: Progress, outlook: Outlook = THERE, told: Line | None = None) -> str:
    """What is said of it."""
    return health_of(progress, outlook, now=NOW, told=told, rules=RULES).status


def waiting(since: datetime) -> Progress:
    """Three reports wait."""
    [one] = WELL.partitions
    return replace(WELL, partitions=(replace(one, ends=12, waits_since=since),))


def owing(**owed: Any) -> Progress:
    """Something is owed."""
    return replace(WELL, owed=Owed(now=NOW, **owed))


def test_all_is_well_where_nothing_waits() -> None:
    """A quiet night is no fault, however long ago the last message was."""
    assert status(WELL) == "pass"
    assert WELL.at_rest()


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (waiting(NOW - 59 * SECOND), "pass"),
        (waiting(NOW - 61 * SECOND), "fail"),
        (owing(next_due_at=NOW - 59 * SECOND), "pass"),
        (owing(next_due_at=NOW - 61 * SECOND), "fail"),
        (owing(next_attempt_at=NOW - 61 * SECOND), "fail"),
        (owing(next_attempt_at=NOW - 61 * SECOND, sending=9), "pass"),
        (owing(unfinished=1, unfinished_since=NOW - 59 * SECOND), "pass"),
        (owing(unfinished=1, unfinished_since=NOW - 61 * SECOND), "fail"),
        (owing(unfinished=1, unfinished_since=NOW - 61 * SECOND, sending=9), "pass"),
        (owing(untold=1, untold_since=NOW - 61 * SECOND), "fail"),
        (owing(lost=1, lost_since=NOW - 59 * SECOND), "pass"),
        (owing(lost=1, lost_since=NOW - 61 * SECOND), "fail"),
        (owing(lost=1, lost_since=NOW - 61 * SECOND, sending=9), "fail"),
        (replace(WELL, dead_letters=1), "warn"),
        (replace(WELL, at=NOW - 31 * SECOND), "fail"),
    ],
)
def test_what_stands_still_is_a_fault(progress: Progress, said: str) -> None:
    """A minute, while the store is there; a long list is under way while rows are claimed."""
    assert status(progress) == said


def test_what_waits_is_named_with_since_when() -> None:
    """At 3 a.m.: what it is, since when on the clock on the wall, and how much of it there is."""
    seen = health_of(
        owing(
            next_attempt_at=NOW - MINUTE, unfinished=2, unfinished_since=NOW - 9 * MINUTE, lost=3,
            lost_since=NOW - 2 * MINUTE, sending=1,
        ), THERE, now=NOW, told=None, rules=RULES,
    ).checks["ledger"]  # fmt: skip
    assert seen.status == "fail"
    assert seen.observed == {
        "waits": "lost",
        "lag_s": 120.0,
        "since": NOW - 2 * MINUTE,
        "sending": 1,
        "lost": 3,
        "unfinished": 2,
        "untold": 0,
    }, "what is excused by a delivery in hand is not what is wrong"
    alone = health_of(
        owing(next_due_at=NOW - 5 * MINUTE), THERE, now=NOW, told=None, rules=RULES
    ).checks["due"]
    assert alone.observed == {"waits": "due", "lag_s": 300.0, "since": NOW - 5 * MINUTE}
    calm = health_of(WELL, THERE, now=NOW, told=None, rules=RULES).checks["ledger"]
    assert "waits" not in calm.observed


def kept(*jobs: Job[Any]) -> Store:
    """A store in which this was done."""
    store = MemoryStore()
    assert [one for one in store.transact(jobs) if isinstance(one, Exception)] == []
    return store


def read_of(store: Store) -> Owed:
    """What it owes."""
    with store.read() as view:
        return owed(view, NOW, REAL)


def test_a_claim_counts_for_as_long_as_its_lease() -> None:
    """G13: every dispatcher has died: what they had in hand is in nobody's."""
    rows = [
        delivery("a", state="sending", lease_until=REAL + SECOND),
        delivery("b", state="sending", lease_until=REAL - 5 * MINUTE),
        delivery("c", state="sending", lease_until=REAL - 7 * MINUTE),
    ]
    found = read_of(kept(lambda unit: unit.add_deliveries(rows)))
    assert (found.sending, found.lost, found.lost_since) == (1, 2, NOW - 7 * MINUTE)
    assert status(replace(WELL, owed=found)) == "fail"
    gone = read_of(kept(lambda unit: unit.add_deliveries(rows[1:])))
    assert (gone.sending, gone.at_rest()) == (0, False)


def test_an_audience_that_nobody_expands_is_owed_from_its_release() -> None:
    """G13: nothing of it is in the ledger yet, and nobody would be told."""
    early, late = (message(n, released_at=NOW - (9 - n) * MINUTE) for n in (1, 2))
    store = kept(
        lambda unit: unit.add_messages([early, late]),
        lambda unit: unit.add_fanouts([fanout("m1"), fanout("m2")]),
    )
    found = read_of(store)
    assert (found.unfinished, found.unfinished_since) == (2, NOW - 8 * MINUTE)
    assert found.ledger_lag == 8 * MINUTE
    assert status(replace(WELL, owed=found)) == "fail"


def test_an_incident_that_hears_nothing_of_its_message_is_owed_an_answer() -> None:
    """G5: from the last attempt on, or from the release where nobody was to be told."""
    done = delivery("a", state="sent", sent_at=NOW - 3 * MINUTE)
    store = kept(
        lambda unit: unit.add_messages([message(1, released_at=NOW - 9 * MINUTE)]),
        lambda unit: unit.add_fanouts([fanout("m1", finished=True)]),
        lambda unit: unit.add_deliveries([done]),
    )
    found = read_of(store)
    assert (found.untold, found.untold_since) == (1, NOW - 3 * MINUTE)
    nobody = kept(
        lambda unit: unit.add_messages([message(1, released_at=NOW - 9 * MINUTE)]),
        lambda unit: unit.add_fanouts([fanout("m1", finished=True), fanout("m0")]),
    )
    unsaid = read_of(nobody)
    assert (unsaid.untold_since, unsaid.unfinished_since) == (NOW - 9 * MINUTE, None)


def test_business_time_waits_until_it_is_known_who_is_left_to_people() -> None:
    """G13: they came to somebody's hand, and the incident has not heard how many they are."""
    row = delivery("a", state="suppressed", reason="by-hand: runner")
    told = fanout("m1", finished=True, told=True, by_hand=2, by_hand_told=1)
    store = kept(
        lambda unit: unit.add_messages([message(1, released_at=NOW - 9 * MINUTE)]),
        lambda unit: unit.add_fanouts([told]),
        lambda unit: unit.add_deliveries([row]),
    )
    assert (read_of(store).untold, read_of(store).at_rest()) == (1, False)
    assert status(replace(WELL, owed=read_of(store))) == "pass"
    for done in (replace(told, by_hand_told=2), replace(told, closed=True)):
        store.transact([partial(_save, done)])
        assert (read_of(store).untold, read_of(store).at_rest()) == (0, True)


def _save(row: FanoutRow, unit: Unit) -> None:
    unit.save_fanout(row)


def test_what_is_being_worked_off_is_progress() -> None:
    """A backlog is old, but it moves; and what waited while the store was away begins anew."""
    old = waiting(NOW - timedelta(hours=1))
    moved = replace(THERE, moved_at={(REPORTS.name, 0): NOW - SECOND})
    assert (status(old), status(old, moved)) == ("fail", "pass")
    back = Outlook(there_since=NOW - SECOND)
    assert status(old, back) == "pass"
    assert status(owing(next_due_at=LONG_AGO, next_attempt_at=LONG_AGO), back) == "pass"


@pytest.mark.parametrize(
    ("away", "told", "said"),
    [(29 * SECOND, None, "warn"), (30 * SECOND, None, "fail"), (timedelta(hours=1), TOLD, "warn")],
)
def test_a_store_that_is_away_is_a_fault_until_people_know(
    away: timedelta, told: Line | None, said: str
) -> None:
    """Whoever was told leads by telephone; with nobody told, somebody has to be woken."""
    cut = replace(waiting(NOW - 2 * MINUTE), owed=None, store_away="gone")
    outlook = replace(THERE, away_since=NOW - away)
    found = health_of(cut, outlook, now=NOW, told=told, rules=RULES)
    assert found.status == said
    assert (found.waiting, found.waits_since) == (3, NOW - 2 * MINUTE)
    assert found.told_at == (told.at if told else None)
    assert not found.at_least
    [one] = cut.partitions
    least = replace(cut, partitions=(replace(one, counted_from_here=True),))
    assert health_of(least, outlook, now=NOW, told=told, rules=RULES).at_least
    assert "gone" not in str(found), "what a driver says may name machines and users"


@pytest.mark.parametrize(("away", "said"), [(9 * SECOND, "warn"), (10 * SECOND, "fail")])
def test_brokers_that_are_away_are_a_fault_at_once(away: timedelta, said: str) -> None:
    """Nothing can be kept then; another takes the place of one that died within less."""
    cut = replace(WELL, partitions=(), brokers_away="KafkaConnectionError")
    assert status(cut, replace(THERE, brokers_away_since=NOW - away)) == said


def test_what_is_known_over_time_grows_with_each_look() -> None:
    """Since when the store and the brokers are away, and when each partition moved on."""
    began = Progress(at=LONG_AGO)
    first = Outlook(there_since=LONG_AGO).after(began, WELL)
    assert first.moved_at == {(REPORTS.name, 0): NOW}
    lost = replace(WELL, at=NOW + SECOND, store_away="gone", brokers_away="gone")
    still = replace(lost, at=NOW + 2 * SECOND)
    away = first.after(WELL, lost).after(lost, still)
    assert (away.away_since, away.brokers_away_since) == (NOW + SECOND, NOW + SECOND)
    assert away.moved_at == first.moved_at, "nothing was handled"
    back = away.after(still, replace(WELL, at=NOW + 3 * SECOND))
    assert (back.away_since, back.brokers_away_since) == (None, None)
    assert back.there_since == NOW + 3 * SECOND


def test_the_last_good_copy_is_whole_or_not_there(tmp_path: Path) -> None:
    """A torn file is noticed; only its owner reads it."""
    home = Home.at(tmp_path)
    assert last_organisation(home) is None
    home.keep("last-organisation", {"version": 3, "files": dict(folder())})
    kept = tmp_path / "last-organisation.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    read = last_organisation(home)
    assert read is not None
    assert (read.version, set(read.sites)) == (3, {"annex", "hq"})
    whole = kept.read_text(encoding="utf-8")
    for torn in (whole[:1000], whole.replace("hq", "h2"), "[]", ""):
        kept.write_text(torn, encoding="utf-8")
        assert last_organisation(home) is None
    assert [one.name for one in tmp_path.iterdir()] == ["last-organisation.json"]
