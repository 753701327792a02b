"""What PostgreSQL adds to the contract: connections that are lost, servers that stand still."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import make_url

from crisis.ports import InDoubt, Unavailable, Unit
from crisis.store import open_store
from crisis.store.sql import connections
from crisis.store.sql.store import SqlStore
from tests.contract.store.rows import commit, event, put_streams, stream, text
from tests.postgres import Postgres

IN_ACTIVITY = "FROM pg_stat_activity"


def opened(address: str) -> SqlStore:
    """The store of a database."""
    store = open_store(address)
    assert isinstance(store, SqlStore)
    return store


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    """The store of a fresh database."""
    store = opened(database)
    yield store
    store.close()


def cut(postgres: Postgres, database: str) -> None:
    """End every connection to a database, as its administrator can."""
    name = make_url(database).database
    postgres.execute(f"SELECT pg_terminate_backend(pid) {IN_ACTIVITY} WHERE datname = '{name}'")


# --- connections that are lost ---


def test_a_connection_lost_while_idle_costs_nobody_anything(
    store: SqlStore, postgres: Postgres, database: str
) -> None:
    """G1: after a night in which a firewall forgot them, the first report is written and read."""
    put_streams(store, stream("before"))
    with store.read() as one, store.read() as two:
        assert one.streams("incident") == two.streams("incident")
    cut(postgres, database)
    put_streams(store, stream("after"))
    for _ in range(3):
        with store.read() as view:
            assert [row.stream_id for row in view.streams("incident")] == ["after", "before"]


def test_a_connection_lost_in_a_batch_ends_the_batch_alone(
    store: SqlStore, postgres: Postgres, database: str
) -> None:
    """G1: nobody is told that their job stands; the next batch is written on a new connection."""
    with pytest.raises(Unavailable, match="nothing could be written"):
        store.transact(
            [
                lambda unit: unit.add_texts([text("t1")]),
                lambda _: cut(postgres, database),
                lambda unit: unit.add_texts([text("t2")]),
            ]
        )
    commit(store, lambda unit: unit.add_texts([text("t3")]))
    with store.read() as view:
        assert set(view.texts(["t1", "t2", "t3"])) == {"t3"}


def test_a_connection_lost_in_a_view_ends_the_view_alone(
    store: SqlStore, postgres: Postgres, database: str
) -> None:
    """The next view is opened on a new connection."""

    def look() -> None:
        with store.read() as view:
            cut(postgres, database)
            view.streams("incident")

    with pytest.raises(Unavailable, match="nothing can be read"):
        look()
    with store.read() as view:
        assert view.streams("incident") == []


def test_whoever_reads_in_mid_view_is_told_that_the_store_is_away(
    store: SqlStore, postgres: Postgres, database: str
) -> None:
    """G13: nobody takes it for a fault of what was looked up, and lets that wait for it."""
    with store.read() as view:
        cut(postgres, database)
        for _ in range(2):
            with pytest.raises(Unavailable, match="nothing can be read"):
                view.streams("incident")
            with pytest.raises(Unavailable, match="nothing can be read"):
                view.clock_offset()


def test_a_server_that_says_nothing_is_waited_for_once(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has waited for one connection in vain does not wait for another one as well."""
    with store.read():
        pass
    line, opened = store._connections, list[str]()

    def silent(connection: object, pin: str) -> None:
        del connection, pin
        time.sleep(0.02)
        raise line.errors[0]("no answer")

    monkeypatch.setattr("crisis.store.sql.connections.IN_VAIN", 0.01)
    monkeypatch.setattr(line, "_pinned", silent)
    monkeypatch.setattr(line._base.readers, "raw_connection", lambda: opened.append("another"))
    with pytest.raises(Unavailable, match="no answer"), store.read():
        pass
    assert opened == []


def test_a_server_that_is_restarted_is_found_again(
    store: SqlStore, postgres: Postgres, request: pytest.FixtureRequest
) -> None:
    """G1: what was committed before a crash of the server stands; in between all is unavailable."""
    put_streams(store, stream("before"))
    with store.read() as view:
        assert len(view.streams("incident")) == 1
    postgres.stop()
    request.addfinalizer(postgres.start)
    for _ in range(2):
        with pytest.raises(Unavailable, match="nothing could be written"):
            put_streams(store, stream("meanwhile"))
        with pytest.raises(Unavailable, match="nothing can be read"), store.read():
            pass
    postgres.start()
    put_streams(store, stream("after"))
    with store.read() as view:
        assert [row.stream_id for row in view.streams("incident")] == ["after", "before"]


class LostAtCommit:
    """A cursor whose commit is carried out, and never answered."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, statement: str, *values: Any) -> Any:
        """Run it; after the commit there is no connection any more."""
        self._cursor.execute(statement, *values)
        if statement == "COMMIT":
            self._cursor.connection.close()
            self._cursor.execute("SELECT 1")


def test_a_commit_that_was_not_answered_may_stand(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: it is not said that nothing stands where that is not known; a repeat finds what does."""
    begin = store._connections.begin
    with monkeypatch.context() as patch:
        patch.setattr(store._connections, "begin", lambda: LostAtCommit(begin()))
        with pytest.raises(InDoubt, match="lost at the commit, it may stand"):
            store.transact([lambda unit: unit.add_texts([text()])])
    assert set(commit(store, lambda unit: unit.texts(["t1"]))) == {"t1"}


def test_a_service_that_stands_still_in_a_batch_holds_up_nobody(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: the server ends its transaction; the others write, and it is told that it did not."""
    begin = connections.BEGIN_WRITING["postgresql"].replace(connections.STILL, "200ms")
    monkeypatch.setitem(connections.BEGIN_WRITING, "postgresql", begin)
    still, other = opened(database), opened(database)
    waiting, on = threading.Event(), threading.Event()
    answers: list[object] = []

    def stand_still(unit: Unit) -> None:
        unit.append([event(1, "still")])
        waiting.set()
        on.wait(20)

    def write() -> None:
        try:
            answers.append(still.transact([stand_still]))
        except Unavailable as error:
            answers.append(str(error)[:26])

    thread = threading.Thread(target=write)
    thread.start()
    assert waiting.wait(10)
    commit(other, lambda unit: unit.append([event(1, "other")]))
    on.set()
    thread.join(10)
    assert answers == ["nothing could be written: "]
    with other.read() as view:
        assert [one.stream_id for one in view.since(0, 10)] == ["other"]
    still.close()
    other.close()


def test_text_that_cannot_be_stored_is_undone_alone(store: SqlStore) -> None:
    """G13: half a character, or none at all, from a broken sender stops nobody else."""
    answers = store.transact(
        [
            lambda unit: unit.add_texts([text("t1", "\ud800")]),
            lambda unit: unit.add_texts([text("t2", "\x00")]),
            lambda unit: unit.add_texts([text("t3")]),
        ]
    )
    assert [isinstance(answer, Exception) for answer in answers] == [True, True, False]
    with store.read() as view:
        assert set(view.texts(["t1", "t2", "t3"])) == {"t3"}


def test_an_error_that_a_job_hides_is_undone_with_it_alone(store: SqlStore) -> None:
    """G13: the database has given up the job, whatever the job says; the others stand."""

    def hides(unit: Unit) -> str:
        try:
            unit.add_texts([text("t1")])
            unit._cursor.execute("SELECT 1/0")  # type: ignore[attr-defined]  # any error
        except Exception:  # noqa: BLE001 - what no job should do
            return "all is well"
        return "never"

    hidden, fine = store.transact([hides, lambda unit: unit.add_texts([text("t2")])])
    assert isinstance(hidden, Exception)
    assert fine is None
    with store.read() as view:
        assert set(view.texts(["t1", "t2"])) == {"t2"}
