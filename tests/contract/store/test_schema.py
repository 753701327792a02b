"""The schema: how a file comes to it, and that looking for work costs the same for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Dialect, create_engine, select
from sqlalchemy.dialects import postgresql

from crisis.store import StoreRefused, open_store
from crisis.store.migrate import HEAD, SCRIPTS
from crisis.store.schema import metadata, texts
from crisis.store.sql.statements import Statements
from crisis.store.sql.statements.compiled import Compiled, given

MAY_SCAN = {
    "all_fanouts": "read to its limit in order of arrival",
    "clock": "one row",
    "holders": "an index of only those that are open",
    "newest_configuration": "read from its end, one row",
    "quarantined": "read from its end, to its limit",
    "shown": "what it has found by an index for one page",
    "unfinished_fanouts": "an index of only those",
    "untold_fanouts": "an index of only those",
}
"""Statements that read a table or an index from one end, and why that costs nothing."""

MAY_SORT = {
    "sent_to": "names whoever was sent a message: the answer itself is that long",
    "shown": "what one page was ever brought, by number",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that was opened once."""
    path = tmp_path / "crisis.db"
    open_store(path).close()
    return path


@pytest.fixture
def file(path: Path) -> Iterator[sqlite3.Connection]:
    """The same, looked into without the store."""
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def postgresql_dialect() -> Dialect:
    """PostgreSQL, as its statements are compiled; no driver is needed."""
    return postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]  # theirs


def described(connection: sqlite3.Connection) -> dict[str, str]:
    """The text of every table and index, spaces aside."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in found if name != "alembic_version"}


def test_migrations_lead_to_the_schema(file: sqlite3.Connection, tmp_path: Path) -> None:
    """A file that was migrated has exactly the tables that the statements are written for."""
    fresh = tmp_path / "fresh.db"
    engine = create_engine(f"sqlite:///{fresh}")
    metadata.create_all(engine)
    engine.dispose()
    connection = sqlite3.connect(fresh)
    expected = described(connection)
    connection.close()
    assert described(file) == expected


def test_the_newest_revision_is_known() -> None:
    """Opening compares with the last migration in the folder, and there is one line of them."""
    scripts = Config()
    scripts.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(scripts).get_heads() == [HEAD]


def test_a_newer_file_is_refused(path: Path, file: sqlite3.Connection) -> None:
    """An older version does not touch what a newer one wrote, and says what to do."""
    file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.commit()
    with pytest.raises(StoreRefused, match=r"written by a newer version .*schema 9999"):
        open_store(path)
    assert file.execute("SELECT count(*) FROM streams").fetchone() == (0,)


def test_no_statement_slows_down_with_what_is_on_file(path: Path) -> None:
    """Every statement finds its rows by an index, with ten incidents on file or a million."""
    store = open_store(path)
    statements: Statements = store._statements  # type: ignore[attr-defined]  # of SqlStore
    cursor = store._connections._writer.cursor()  # type: ignore[attr-defined]  # of SqlStore
    families = (statements.journal, statements.ledger, statements.beside)
    named = {name: sql for family in families for name, sql in vars(family).items()}
    scans: set[str] = set()
    sorts: set[str] = set()
    for name, sql in named.items():
        if not isinstance(sql, str):
            continue
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))
        plan = [row[3] for row in cursor.fetchall()]
        scans.update({name} if any(step.startswith("SCAN") for step in plan) else ())
        sorts.update({name} if any("TEMP B-TREE" in step for step in plan) else ())
    store.close()
    assert scans == set(MAY_SCAN)
    assert sorts == set(MAY_SORT)


def test_a_statement_says_what_it_takes() -> None:
    """Parameters go by position: another order than the one named is found when compiled."""
    with pytest.raises(AssertionError, match="parameters come as"):
        Compiled(postgresql_dialect())._sql(select(texts).where(given(texts.c.id)), "other")


def test_the_same_statements_are_for_postgresql() -> None:
    """They compile for it, and a claim passes over rows that another worker holds."""
    statements = Statements.of(postgresql_dialect(), Exception)
    assert "FOR UPDATE SKIP LOCKED" in statements.ledger.claim
    assert "FOR UPDATE SKIP LOCKED" in statements.journal.claim_due
