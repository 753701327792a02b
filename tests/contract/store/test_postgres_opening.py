"""How the opening of a database of PostgreSQL is refused, and what it changes."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url

from crisis.store import StoreRefused, open_store
from tests.contract.store.rows import commit
from tests.postgres import WHAT_TO_DO, Postgres


def test_a_server_that_is_away_is_said(tmp_path: Path) -> None:
    """Whoever starts the service reads where it looked, and what to look at."""
    pytest.importorskip("psycopg", reason=f"no driver of PostgreSQL: {WHAT_TO_DO}")
    with pytest.raises(
        StoreRefused, match=r"^postgresql://me@/.*/crisis cannot be opened: .*"
    ) as it:
        open_store(f"postgresql://me:secret@/crisis?host={tmp_path}")
    assert "is the server running" in str(it.value)
    assert "secret" not in str(it.value)


def test_a_wrong_password_is_never_shown(postgres: Postgres, database: str) -> None:
    """The refusal says whose password it was, not which."""
    postgres.only_ours()
    ((path,),) = postgres.execute("SHOW hba_file")
    rules = Path(path)
    before = rules.read_text(encoding="utf-8")
    postgres.execute("CREATE ROLE crisis_locked LOGIN PASSWORD 'right'")
    rules.write_text(f"local all crisis_locked scram-sha-256\n{before}", encoding="utf-8")
    postgres.execute("SELECT pg_reload_conf()")
    address = database.replace("postgres@", "crisis_locked:wr0ng@")
    try:
        with pytest.raises(StoreRefused, match=r'user "crisis_locked".*PGPASSWORD') as refused:
            open_store(address)
        assert "wr0ng" not in str(refused.value)
        with pytest.raises(StoreRefused) as refused:
            open_store(address.replace(":wr0ng", "") + "&password=wr0ng")
        assert "wr0ng" not in str(refused.value)
    finally:
        rules.write_text(before, encoding="utf-8")
        postgres.execute("SELECT pg_reload_conf()")
        postgres.execute("DROP ROLE crisis_locked")


def test_an_address_that_is_none_is_said() -> None:
    """How an address is written stands in the refusal."""
    with pytest.raises(StoreRefused, match="write postgresql://USER@HOST/DATABASE"):
        open_store("postgresql:crisis")


def test_a_missing_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be installed stands in the refusal."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreRefused, match=r"pip install 'crisis\[cluster\]'"):
        open_store("postgresql://localhost/crisis")


def test_a_newer_database_is_refused(postgres: Postgres, database: str) -> None:
    """An older version does not touch what a newer one wrote, and says what to do."""
    name = make_url(database).database
    postgres.execute("UPDATE alembic_version SET version_num = '9999'", name)
    with pytest.raises(StoreRefused, match=r"written by a newer version .*schema 9999"):
        open_store(database)


def test_whoever_only_looks_changes_no_schema(postgres: Postgres, database: str) -> None:
    """A doctor of a newer release must not keep what runs on the older one from its next start."""
    open_store(database, upgrading=False).close()
    name = str(make_url(database).database)
    postgres.execute("UPDATE alembic_version SET version_num = '0004'", database=name)
    with pytest.raises(StoreRefused, match="has the schema 0004"):
        open_store(database, upgrading=False)


def test_services_that_start_together_all_find_the_schema(postgres: Postgres) -> None:
    """One brings a new database up to date, the others wait for it; none fails."""
    answers: list[object] = []
    with postgres.database(empty=True) as address:
        together = threading.Barrier(3)

        def start() -> None:
            together.wait(10)
            store = open_store(address)
            answers.append(commit(store, lambda unit: unit.stream("incident", "none")))
            store.close()

        threads = [threading.Thread(target=start) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert answers == [None] * 3
