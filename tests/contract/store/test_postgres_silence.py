"""A server of PostgreSQL that keeps its lines open and says nothing: given up, and found again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

import crisis.store.postgres
from crisis.ports import Unavailable, Unit
from crisis.store.sql.store import SqlStore
from tests.contract.store.rows import commit, event, put_streams, stream
from tests.contract.store.test_postgres import opened
from tests.postgres import Postgres


@pytest.fixture
def hasty(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """A store that takes a second of silence for too long."""
    monkeypatch.setattr(crisis.store.postgres, "READ_SILENCE", 1)
    monkeypatch.setattr(crisis.store.postgres, "WRITE_SILENCE", 1)
    store = opened(database)
    yield store
    store.close()


ROWS = "SELECT n, repeat('x', 10000), pg_sleep({pause}) FROM generate_series(1, 40) n"
"""More than the server sends at once, and a pause before each."""


@pytest.mark.parametrize(
    "asked",
    ["SELECT pg_sleep(30)", ROWS.format(pause="CASE n WHEN 20 THEN 30 ELSE 0 END")],
    ids=["from the first", "in mid-answer"],
)
def test_a_server_that_stands_still_holds_up_no_reader_for_long(
    hasty: SqlStore, asked: str
) -> None:
    """Its connections stay open and nothing comes: pages are told so, and the next one reads."""
    began = time.monotonic()
    with pytest.raises(Unavailable, match="no answer within 1 s"), hasty.read() as view:
        view._cursor.execute(asked)  # type: ignore[attr-defined]  # a SqlView
    assert time.monotonic() - began < 10
    with hasty.read() as view:
        assert view.queued_channels() == []


@contextmanager
def standing_still(view: Any) -> Iterator[None]:
    """Stop whoever serves a view, as when its machine stops; its lines stay open."""
    ((pid,),) = view._cursor.execute("SELECT pg_backend_pid()").fetchall()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_server_whose_machine_stands_still_is_given_up(
    hasty: SqlStore, postgres: Postgres
) -> None:
    """Nobody is there to answer; once somebody is, it is read and written again."""
    postgres.only_ours()
    silent = pytest.raises(Unavailable, match="no answer within 1 s")
    with silent, hasty.read() as view, standing_still(view):
        view.next_attempt_at()

    def write(unit: Unit) -> None:
        with standing_still(unit):
            unit.append([event(1, "lost")])

    with pytest.raises(Unavailable, match="nothing could be written: "):
        hasty.transact([write])
    commit(hasty, lambda unit: unit.append([event(1, "next")]))
    with hasty.read() as view:
        assert [one.stream_id for one in view.since(0, 10)] == ["next"]


def test_a_bell_that_nobody_rings_is_no_silence(hasty: SqlStore) -> None:
    """Whoever listens at night hears nothing for hours, and then the first report."""
    bell = hasty.listen()
    assert bell.wait(timedelta(seconds=1.5)) == frozenset()
    put_streams(hasty, stream())
    commit(hasty, lambda unit: unit.append([event()]))
    assert bell.wait(timedelta(seconds=10)) == {"journal"}
    bell.close()


def test_a_long_answer_is_waited_for_while_it_comes(hasty: SqlStore) -> None:
    """Everybody who was told of an incident is more than comes in a moment: nothing is cut."""
    began = time.monotonic()
    with hasty.read() as view:
        cursor = view._cursor  # type: ignore[attr-defined]  # a SqlView
        found = cursor.execute(ROWS.format(pause="0.05")).fetchall()
    assert time.monotonic() - began > 1.5
    assert len(found) == 40
