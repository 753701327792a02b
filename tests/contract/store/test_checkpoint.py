"""The log is carried into the file beside the writer, and does not grow for ever."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from crisis.store import checkpoint, open_store
from crisis.store.checkpoint import LOG_BYTES, Checkpointer
from crisis.store.sql.store import SqlStore
from tests.contract.store.rows import commit, text

LARGE = "x" * (1 << 20)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """A store whose checkpoints are looked for by the test alone."""
    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 3600.0)
    opened = open_store(tmp_path / "crisis.db")
    assert isinstance(opened, SqlStore)
    yield opened
    opened.close()


def write(store: SqlStore, start: int, count: int) -> None:
    """Commit so many megabytes."""
    for number in range(start, start + count):
        rows = [text(f"t{number}", LARGE)]
        commit(store, lambda unit, rows=rows: unit.add_texts(rows))  # type: ignore[misc]  # binds


def checkpointer(store: SqlStore) -> Checkpointer:
    """The store's own."""
    return store._connections._base._checkpointer  # type: ignore[attr-defined,no-any-return]  # of SqliteBase


def test_a_commit_never_carries_the_log_over(store: SqlStore) -> None:
    """Whatever a commit writes, the file is left for the thread to fill."""
    log = checkpointer(store)._log
    write(store, 0, 8)
    assert log.stat().st_size > LOG_BYTES
    assert log.with_name("crisis.db").stat().st_size < LOG_BYTES


def test_a_log_that_has_grown_is_carried_over(store: SqlStore) -> None:
    """After a look, the file holds it all, and the log begins anew and is cut."""
    log = checkpointer(store)._log
    write(store, 0, 8)
    checkpointer(store).look()
    assert log.with_name("crisis.db").stat().st_size > 8 << 20
    write(store, 8, 1)
    assert log.stat().st_size <= LOG_BYTES


def test_a_log_that_never_had_a_pause_begins_anew(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that is too long is begun anew, even if the last look could not finish it."""
    monkeypatch.setattr(checkpoint, "TOO_LONG_BYTES", LOG_BYTES)
    log = checkpointer(store)._log
    write(store, 0, 8)
    with store.read() as view:
        write(store, 8, 1)
        checkpointer(store).look()
        assert len(view.texts(["t7", "t8"])) == 1
    write(store, 9, 1)
    assert log.stat().st_size > LOG_BYTES
    checkpointer(store).look()
    write(store, 10, 1)
    assert log.stat().st_size <= LOG_BYTES


def test_a_checkpoint_that_fails_is_tried_again(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: a disk that is full for a moment does not end the thread, and the log says so."""
    looks = threading.Semaphore(0)

    def fail(_: Checkpointer) -> None:
        looks.release()
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(Checkpointer, "look", fail)
    with structlog.testing.capture_logs() as logs:
        second = Checkpointer(checkpointer(store)._log.with_name("crisis.db"))
        assert all(looks.acquire(timeout=10) for _ in range(3))
        second.stop()
    assert logs[0]["event"] == "checkpoint_failed"
    assert logs[0]["reason"] == "disk full"
