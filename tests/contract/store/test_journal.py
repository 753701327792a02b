"""What a store promises of the journal, of decisions and of prose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crisis.core import chain
from crisis.ports import Conflict, Store, Unit
from tests.contract.store.rows import chained, commit, decision, event, put_streams, stream, text


def test_events_come_back_in_order(store: Store) -> None:
    """A stream's events, beyond the one named, with all that was recorded."""
    commit(store, lambda unit: unit.append([event(2), event(1), event(3)]))
    with store.read() as view:
        stored = view.events("incident", "inc-1")
        assert [replace(one, position=0) for one in stored] == [event(1), event(2), event(3)]
        assert [one.seq for one in view.events("incident", "inc-1", after=2)] == [3]
        assert view.events("report", "inc-1") == []
        assert view.events("incident", "inc-2") == []


def test_a_seq_is_taken_once(store: Store) -> None:
    """G11: two writers cannot both write an event of the same number."""
    commit(store, lambda unit: unit.append([event(1)]))
    with pytest.raises(Conflict):
        commit(store, lambda unit: unit.append([event(2), event(1, text="{}")]))
    with store.read() as view:
        assert [one.text for one in view.events("incident", "inc-1")] == [event(1).text]


def test_the_same_seq_of_another_stream_is_free(store: Store) -> None:
    """Each stream counts for itself, a report and an incident of one name too."""
    rows = [event(1), event(1, "inc-2"), event(1, stream="report")]
    commit(store, lambda unit: unit.append(rows))
    with store.read() as view:
        assert len(view.since(0, 10)) == 3


def test_the_journal_is_read_on_from_a_position(store: Store) -> None:
    """G11: positions rise in the order of the commits and lead through the whole journal."""
    commit(store, lambda unit: unit.append([event(1), event(1, "inc-2")]))
    commit(store, lambda unit: unit.append([event(2)]))
    with store.read() as view:
        first = view.since(0, 2)
        rest = view.since(first[-1].position, 10)
        assert [(one.stream_id, one.seq) for one in first] == [("inc-1", 1), ("inc-2", 1)]
        assert [(one.stream_id, one.seq) for one in rest] == [("inc-1", 2)]
        assert view.since(rest[-1].position, 10) == []
        assert view.events("incident", "inc-1") == [first[0], rest[0]]


def test_no_row_ever_appears_behind_the_reader(store: Store) -> None:
    """G11: a job that was undone leaves no place in the journal that is filled later."""

    def undone(unit: Unit) -> None:
        unit.append([event(1, "lost")])
        raise RuntimeError

    store.transact(
        [
            lambda unit: unit.append([event(1)]),
            undone,
            lambda unit: unit.append([event(2)]),
        ]
    )
    with store.read() as view:
        seen = view.since(0, 10)
    commit(store, lambda unit: unit.append([event(3)]))
    with store.read() as view:
        assert [one.seq for one in seen] == [1, 2]
        assert [one.seq for one in view.since(seen[-1].position, 10)] == [3]


def test_what_is_read_back_verifies(store: Store) -> None:
    """G11: the chain holds over what the store gives back, to the microsecond and the accent."""
    events = chained(5)
    commit(store, lambda unit: unit.append(events))
    put_streams(store, stream(version=5, head=events[-1].head))
    with store.read() as view:
        row = view.stream("incident", "inc-1")
        assert row is not None
        assert chain.verify(view.events("incident", "inc-1"), expected=row.head) is None


def test_a_decision_is_the_answer_to_a_repeat(store: Store) -> None:
    """G1: the first answer stands; a second decision on the command is a conflict."""
    commit(store, lambda unit: unit.record(decision()))
    with pytest.raises(Conflict):
        commit(store, lambda unit: unit.record(decision(answer='{"other":1}')))
    with store.read() as view:
        assert view.decision("c1") == decision()
        assert view.decision("c2") is None


def test_a_stream_knows_every_command_it_met(store: Store) -> None:
    """Refused commands are on record too, in the order in which they were met."""
    rows = [decision("z"), decision("a", accepted=False, exercise=False)]
    for row in [*rows, decision("other", stream_id="inc-2")]:
        commit(store, lambda unit, row=row: unit.record(row))  # type: ignore[misc]  # binds row
    with store.read() as view:
        assert view.decisions("incident", "inc-1") == rows
        assert view.decisions("report", "inc-1") == []


def test_prose_is_found_by_its_id(store: Store) -> None:
    """Unknown texts are absent; any number may be asked for at once."""
    rows = [text(f"t{number}", "Ça va. 你好") for number in range(100)]
    commit(store, lambda unit: unit.add_texts(rows))
    with store.read() as view:
        assert view.texts(["t7", "none"]) == {"t7": rows[7]}
        assert view.texts([row.id for row in rows]) == {row.id: row for row in rows}
        assert view.texts([]) == {}


def test_a_text_that_stands_is_left(store: Store) -> None:
    """Adding a text again changes nothing."""
    commit(store, lambda unit: unit.add_texts([text()]))
    commit(store, lambda unit: unit.add_texts([text(content="other"), text("t2")]))
    with store.read() as view:
        assert view.texts(["t1", "t2"]) == {"t1": text(), "t2": text("t2")}
