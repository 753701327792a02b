"""What SQLite adds to the contract: a kill loses nothing, and only one service owns the file."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crisis.core import chain
from crisis.ports import Unavailable
from crisis.store import StoreRefused, open_store, sqlite
from crisis.store.sql.store import SqlStore
from tests.contract.store.rows import chained, commit, event, put_streams, stream, text

ROOT = Path(__file__).parents[3]


def opened(path: Path) -> SqlStore:
    """The store of a file."""
    store = open_store(path)
    assert isinstance(store, SqlStore)
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "crisis.db"


def test_a_killed_service_loses_nothing_that_it_said(path: Path) -> None:
    """G1, G11: whatever was answered before ``kill -9`` is there after it, and verifies."""
    command = [sys.executable, "-m", "tests.contract.store.committing", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:  # noqa: S603 - our own program
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(100)]
        child.send_signal(signal.SIGKILL)
        lines = child.stdout.read().split("\n")
        said += [int(line) for line in lines[:-1]]

    store = opened(path)
    with store.read() as view:
        row = view.stream("incident", "inc-1")
        events = view.events("incident", "inc-1")
        rows = view.deliveries("m1")
        tally = view.tally("m1")
    store.close()
    assert row is not None
    assert said == list(range(1, len(said) + 1))
    assert row.version >= said[-1]
    assert chain.verify(events, expected=row.head) is None
    assert len(events) == len(rows) == tally["untried"] == row.version


def test_what_was_committed_is_there_when_opened_again(path: Path) -> None:
    """A service that was stopped goes on where it stood, positions included."""
    store = opened(path)
    commit(store, lambda unit: unit.append(chained(2)))
    store.close()
    store = opened(path)
    commit(store, lambda unit: unit.append([event(3)]))
    with store.read() as view:
        assert [one.position for one in view.since(0, 10)] == [1, 2, 3]
    store.close()


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    """Nothing in a path is taken for a part of an address."""
    path = tmp_path / "crue d'été?mode=memory#1%20.db"
    opened(path).close()
    assert path.stat().st_size > 0


def test_one_service_owns_a_file(path: Path) -> None:
    """A second service is told who owns the file and what to do; the first is not disturbed."""
    store = opened(path)
    with pytest.raises(StoreRefused, match=rf"pid {os.getpid()}\) owns .*stop it first"):
        open_store(path)
    put_streams(store, stream())
    store.close()
    opened(path).close()


def test_nobody_else_reads_the_file(path: Path) -> None:
    """The file, its log and its lock are for their owner alone: they hold personal matters."""
    store = opened(path)
    put_streams(store, stream())
    files = sorted(path.parent.iterdir())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}
    store.close()
    assert modes == dict.fromkeys(
        ["crisis.db", "crisis.db-shm", "crisis.db-wal", "crisis.db.lock"], 0o600
    )


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """A wrong path makes no empty store somewhere else."""
    with pytest.raises(StoreRefused, match=r"none/crisis\.db\.lock cannot be written: No such"):
        open_store(tmp_path / "none" / "crisis.db")


def test_a_file_that_is_something_else_is_refused(path: Path) -> None:
    """What is no database is not touched, and the lock is given back."""
    path.write_bytes(b"not a database, but somebody's words" * 99)
    for _ in range(2):
        with pytest.raises(StoreRefused, match="cannot be opened: file is not a database"):
            open_store(path)


def test_a_disk_without_a_log_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network share that cannot keep the log is named as the reason, not found out later."""
    monkeypatch.setattr(sqlite, "WRITE_AHEAD", "PRAGMA journal_mode=DELETE")
    with pytest.raises(StoreRefused, match=r"\(delete\): put it on a local disk"):
        open_store(path)


def test_a_full_disk_ends_the_batch_and_nothing_else(path: Path) -> None:
    """G1: where the database gave up, nobody is told that their job stands; later it goes on."""
    store = opened(path)
    put_streams(store, stream("before"))
    writer = store._connections._writer
    assert writer is not None
    cursor = writer.cursor()
    (pages,) = cursor.execute("PRAGMA page_count").fetchone()
    cursor.execute(f"PRAGMA max_page_count={pages + 5}")
    with pytest.raises(Unavailable, match="disk is full"):
        store.transact(
            [
                lambda unit: unit.add_texts([text("small")]),
                lambda unit: unit.add_texts([text("large", "x" * 4096 * 99)]),
            ]
        )
    cursor.execute("PRAGMA max_page_count=1000000")
    put_streams(store, stream("after"))
    with store.read() as view:
        assert view.texts(["small", "large"]) == {}
        assert len(view.streams("incident")) == 2
    store.close()


def test_a_transaction_that_is_gone_is_said(path: Path) -> None:
    """G1: when the database has undone everything by itself, no job is told that it stands."""
    store = opened(path)

    def lose(unit: object) -> None:
        unit._cursor.execute("ROLLBACK")  # type: ignore[attr-defined]  # what an I/O error does

    with pytest.raises(Unavailable, match="nothing could be written"):
        store.transact(
            [
                lambda unit: unit.add_texts([text()]),
                lose,
                lambda unit: unit.add_texts([text("t2")]),
            ]
        )
    with store.read() as view:
        assert view.texts(["t1", "t2"]) == {}
    commit(store, lambda unit: unit.add_texts([text("t3")]))
    store.close()


def test_a_view_that_fails_is_unavailable(path: Path) -> None:
    """What the driver raises is said in the words of the contract."""
    store = opened(path)
    with pytest.raises(Unavailable, match="nothing can be read"), store.read() as view:
        view._cursor.execute("SELECT * FROM nothing")  # type: ignore[attr-defined]  # any error
    store.close()


def test_a_database_that_cannot_be_reached_is_unavailable(path: Path) -> None:
    """A reader that finds no file any more is told so, in the words of the contract."""
    store = opened(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(Unavailable, match="nothing can be read"), store.read():
        pass
    store.close()


def test_text_that_cannot_be_stored_is_undone_alone(path: Path) -> None:
    """G13: half a character from a broken sender stops nobody else."""
    store = opened(path)
    first, second = store.transact(
        [
            lambda unit: unit.add_texts([text("t1", "\ud800")]),
            lambda unit: unit.add_texts([text("t2")]),
        ]
    )
    assert isinstance(first, UnicodeEncodeError)
    assert second is None
    with store.read() as view:
        assert set(view.texts(["t1", "t2"])) == {"t2"}
    store.close()
