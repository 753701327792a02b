"""PostgreSQL, for services of several processes: any number of them open the same database.

A commit is on the disk when it returns (``synchronous_commit``). Every process may write, one
batch at a time in all of them: :data:`crisis.store.sql.connections.BEGIN_WRITING` says why. What
two of them decide about one incident is settled by its version, and by the unique key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from datetime import timedelta
from time import monotonic
from typing import Any, cast

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from crisis.ports import Bell, Stir, Unavailable
from crisis.store.migrate import insist_on_head, upgrade
from crisis.store.refused import StoreAway, StoreRefused

UPGRADING = 0x6372_6973_6973
"""The key of the advisory lock under which one process brings the schema up to date."""

READERS = 8
"""Connections that are kept for reading; more are made as needed."""

CONNECT_WITHIN = 10
"""Seconds after which a server that does not answer is not there."""

READ_SILENCE, WRITE_SILENCE = 3, 40
"""Seconds after which a server that is asked, and sends nothing, is given up: it may have stopped
with its connections open, which no keepalive notices. Pages wait for what is read; who writes may
wait for others to be through (``lock_timeout``). An answer that comes, however long it is, is
waited for."""

OPTIONS = {
    "synchronous_commit": "on",  # a commit is synced before it returns
    "idle_in_transaction_session_timeout": "10s",  # who has stopped in a view frees what it saw
    "lock_timeout": "20s",  # longer than that: a batch never waits for ever
    "tcp_keepalives_idle": "5s",  # the server notices that a machine of ours has gone
    "tcp_keepalives_interval": "2s",
    "tcp_keepalives_count": "3",
}

STIRRED = "crisis_"
"""What begins the names under which the server tells who listens, one for each kind of thing."""
ALL: frozenset[Stir] = frozenset(("journal", "ledger", "clock", "organisation"))

UNANSWERED = {
    "connect_timeout": CONNECT_WITHIN,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
"""How soon a server that has gone without a word is noticed: seconds, unless it says otherwise."""


class PostgresBase:
    """Connections to one database, whose schema is that of this version."""

    def __init__(self, where: str, *, upgrading: bool = True) -> None:
        """StoreRefused when the database cannot be reached, or is not for this version."""
        try:
            url = make_url(where).set(drivername="postgresql+psycopg")
            name = _shown(url)
        except ArgumentError as error:
            raise StoreRefused(
                "the address of the database cannot be read: "
                "write postgresql://USER@HOST/DATABASE, with the password in PGPASSWORD"
            ) from error
        try:
            self.writer, self.readers, patient = _engine(url), _engine(url), _engine(url)
        except ModuleNotFoundError as error:
            raise StoreRefused(
                "the driver of PostgreSQL is not installed: pip install 'crisis[cluster]'"
            ) from error
        event.listen(self.readers, "do_connect", _impatient(READ_SILENCE))
        event.listen(self.writer, "do_connect", _impatient(WRITE_SILENCE))
        try:
            with patient.connect() as connection:
                connection.execution_options(isolation_level="READ COMMITTED")
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # an upgrade may take long
                connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADING})"))
                (upgrade if upgrading else insist_on_head)(connection, name)
                connection.commit()
        except DBAPIError as error:
            self.close()
            refused = StoreAway if isinstance(error, OperationalError) else StoreRefused
            raise refused(
                f"{name} cannot be opened: {str(error.orig).strip()} "
                "(is the server running, the address right, the password in PGPASSWORD?)"
            ) from error
        except StoreRefused:
            self.close()
            raise
        finally:
            patient.dispose()

    def commit(self, stirred: Collection[Stir]) -> str:
        """Who listens in other processes hears with the commit, in the same journey."""
        return "; ".join([*(f"NOTIFY {STIRRED}{one}" for one in sorted(stirred)), "COMMIT"])

    def committed(self, stirred: Collection[Stir]) -> None:
        """The server has told everybody."""

    def listen(self) -> Bell:
        """Hear of every commit of every process from now on."""
        return PostgresBell(self.writer)

    def close(self) -> None:
        """Give back the connections."""
        self.writer.dispose()
        self.readers.dispose()


class PostgresBell:
    """Hears what the server tells: see :class:`crisis.ports.Bell`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._of = ALL
        self._line: PoolProxiedConnection | None = None
        self._open()

    def heed(self, of: Collection[Stir]) -> None:
        """Listen to these alone, on a line of their own."""
        self.close()
        self._of = frozenset(of)
        self._open()

    def wait(self, within: timedelta) -> frozenset[Stir]:
        """What was told; everything, on a line that was opened anew."""
        try:
            if self._line is None:
                self._open()
                return self._of
            told = self._line.driver_connection.notifies(  # type: ignore[union-attr]  # psycopg's
                timeout=within.total_seconds(), stop_after=1
            )
            return frozenset(cast("Stir", one.channel.removeprefix(STIRRED)) for one in told)
        except (DBAPIError, self._engine.dialect.loaded_dbapi.Error) as error:
            self.close()
            raise Unavailable(f"nothing can be heard: {error}") from error

    def _open(self) -> None:
        try:
            line = self._engine.raw_connection()
            line.cursor().execute("; ".join(f"LISTEN {STIRRED}{one}" for one in sorted(self._of)))
        except (DBAPIError, self._engine.dialect.loaded_dbapi.Error) as error:
            raise Unavailable(f"nothing can be heard: {error}") from error
        self._line = line

    def close(self) -> None:
        """Give the line back; nobody else is to read what it hears."""
        if self._line is not None:
            self._line.invalidate()
            self._line = None


def _impatient(within: int) -> Callable[..., Any]:
    """Connections that give up after so many seconds of silence: they are closed, and say so.

    For SQLAlchemy's hook ``do_connect``.
    """
    from psycopg import Connection, OperationalError

    class Impatient(Connection[Any]):
        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            if timeout is not None:  # a bell waits for what may not come: that is no silence
                return super().wait(gen, interval, timeout)
            try:
                return super().wait(_heard(gen, within), interval)
            except _Silence:
                self.pgconn.finish()
                raise OperationalError(f"no answer within {within} s") from None

    def connect(_dialect: Any, _record: Any, words: Any, named: Any) -> Any:
        waits = {"connect_timeout": min(within, CONNECT_WITHIN)}
        return Impatient.connect(*words, **{**named, **waits})

    return connect


class _Silence(Exception):  # noqa: N818 - it is no error of ours
    """Nothing has come over the wire for too long."""


def _heard(driver: Generator[Any, Any, Any], within: int) -> Generator[Any, Any, Any]:
    """What the driver does with its wire, until that has been silent for too long.

    The driver is told now and then what the wire is ready for: nothing, while it is silent.
    """
    heard_at = monotonic()
    try:
        awaited = next(driver)
        while True:
            ready = yield awaited
            if ready:
                heard_at = monotonic()
            elif monotonic() - heard_at > within:
                raise _Silence
            awaited = driver.send(ready)
    except StopIteration as through:
        return through.value


def _shown(url: URL) -> str:
    """The address as an error may say it: without a password, wherever one was written."""
    host = url.host or url.query.get("host", "localhost")
    user = f"{url.username}@" if url.username else ""
    return f"postgresql://{user}{host}/{url.database or ''}"


def _engine(url: URL) -> Engine:
    """Connections that begin a transaction when told to, not by themselves."""
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=-1,
        paramstyle="format",
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in OPTIONS.items()),
            **UNANSWERED,
        },
    )
