"""Durable commands a second through the whole core, beside the same rows written by sqlite3 alone.

The commands are measures that people record in open floods: words, one event, a decision, the
state. What the service wrote is read back and written again, commit by commit, by a writer that
does nothing else: the limit that no rule, codec or layer between can beat.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

from crisis.coordinator.record import SNAPSHOT_EVERY
from crisis.core.commands import Actor, Command, RecordMeasure, SubmitReport
from crisis.core.report import incident_id, report_id
from crisis.intake.submission import keep
from crisis.ports import Store
from crisis.runtime.embedded import Embedded
from crisis.runtime.writer import GroupWriter
from crisis.store import open_store
from crisis.store.sqlite import PRAGMAS
from tests.benchmarks.house import write_house
from tests.benchmarks.table import Figure, at_least

INCIDENTS = 64
GOAL = 0.15

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What one round gave."""

    rate: float
    cpu: float
    """Seconds of CPU a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The rows of one command."""

    decision: Row
    events: list[Row]
    text: Row
    stream: Row
    """As it stands in the end: of the size that each of its updates has."""


async def run(folder: Path, *, rounds: int = 5) -> list[Figure]:
    """Measure both in turns, and answer the middle of the rounds."""
    figures = []
    for producers, commands in ((1, 300), (64, 6400)):
        pairs = [
            await _pair(Path(mkdtemp(dir=folder)), producers, commands) for number in range(rounds)
        ]
        ours, bare, ratio = (
            _middle([one.rate for one, _ in pairs]),
            _middle([other.rate for _, other in pairs]),
            _middle([one.rate / other.rate for one, other in pairs]),
        )
        who = f"{producers} producer{'s' if producers > 1 else ''}"
        figures += [
            Figure(name=f"limit: sqlite3 alone, the same rows, {who}", value=bare, unit="/s"),
            Figure(
                name=f"limit: its CPU a command, {who}",
                value=_middle([other.cpu for _, other in pairs]) * 1e6,
                unit="µs",
            ),
            Figure(name=f"through the whole core, {who}", value=ours, unit="/s"),
            Figure(
                name=f"CPU a command, {who}",
                value=_middle([one.cpu for one, _ in pairs]) * 1e6,
                unit="µs",
            ),
            at_least(f"ratio, {who}", ratio, "", GOAL, f"middle of {rounds} rounds")
            if producers > 1
            else Figure(name=f"ratio, {who}", value=ratio, unit=""),
        ]
    return figures


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


async def _pair(folder: Path, producers: int, commands: int) -> tuple[Run, Run]:
    ours, since = await _ours(folder, producers, commands)
    written = _written_since(folder / "crisis.db", since)
    return ours, await _bare(folder / "bare.db", folder / "crisis.db", written, producers)


async def _ours(folder: Path, producers: int, commands: int) -> tuple[Run, int]:
    """Record measures in open floods; answers the journal's position before the first of them."""
    files = write_house(folder / "org", people=0, buildings=INCIDENTS, mail_port=9, gateway_port=9)
    store = open_store(folder / "crisis.db")
    now = datetime.now(UTC)  # noqa: TID251 - there is no service yet whose clock could be asked
    store.transact([lambda unit: unit.add_configuration(files, at=now)])
    service = Embedded(
        store=store, secrets={}, link_secret="x" * 32, operator_token="x", channels=[]
    )
    running = asyncio.create_task(service.run())
    ids = [await _open(service, number) for number in range(INCIDENTS)]
    while not service.idle():  # noqa: ASYNC110 - asked, for nothing tells it
        await asyncio.sleep(0.05)
    with store.read() as view:
        since = view.since(0, 1_000_000)[-1].position
    waiting = iter([measure(number, ids[number % INCIDENTS]) for number in range(commands)])

    async def produce() -> None:
        for command in waiting:
            decision = await service.inbox.submit(command)
            if not decision.accepted:
                raise RuntimeError(f"refused: {decision.refusal}")

    measured = await _timed([produce() for _ in range(producers)], commands)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await service.close()
    return measured, since


async def _timed(work: list[Any], number: int) -> Run:
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*work)
    spent = time.perf_counter() - began
    return Run(number / spent, (time.process_time() - cpu) / number)


async def _open(service: Embedded, number: int) -> str:
    command = flood(number)
    await service.inbox.submit(command)
    return incident_id(command.stream_id)


def flood(number: int) -> Command:
    """The report of a flood in a building of its own."""
    report = report_id("bench", str(number))
    body = SubmitReport(
        source="bench", native_id=str(number), kind="flood", site="hq", building=f"k{number}"
    )
    return _command(f"submit-{report}", "report", report, body)


def measure(number: int, incident: str) -> Command:
    """A measure that somebody records: words, one event, a decision, the state."""
    said = {"fr": f"La vanne {number} est fermée.", "en": f"Valve {number} is closed."}
    words = replace(keep(said), id=f"words-of-measure-{number}")
    body = RecordMeasure(measure=words.ref)
    return _command(f"measure-{number}", "incident", incident, body, prose=(words,))


def _command(id_: str, stream: Any, stream_id: str, body: Any, **more: Any) -> Command:
    return Command(
        id=id_, stream=stream, stream_id=stream_id, body=body,
        actor=Actor(kind="person", id="e103"), authority="operator", door="cli", **more,
    )  # fmt: skip


def _written_since(path: Path, since: int) -> list[Written]:
    """What each measure wrote, in the order of the decisions."""
    con = sqlite3.connect(path)
    events = defaultdict(list)
    for row in _rows(con, "journal", "where position > ?", since):
        events[row["command_id"]].append(row)
    streams = {row["stream_id"]: row for row in _rows(con, "streams")}
    texts = {row["id"]: row for row in _rows(con, "texts")}
    decisions = _rows(con, "decisions", "where command_id like 'measure-%' order by place")
    con.close()
    return [
        Written(
            decision=one,
            events=events[one["command_id"]],
            text=texts[f"words-of-{one['command_id']}"],
            stream=streams[one["stream_id"]],
        )
        for one in decisions
    ]


def _rows(con: sqlite3.Connection, table: str, where: str = "", *values: Any) -> list[Row]:
    cursor = con.execute(f"select * from {table} {where}", values)  # noqa: S608 - our own words
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


class Bare:
    """A file with the same tables, and one transaction for all that wait."""

    def __init__(self, path: Path, like: Path) -> None:
        source = sqlite3.connect(like)
        self._con = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._con.execute("PRAGMA journal_mode=WAL")
        for pragma in PRAGMAS:
            self._con.execute(pragma)
        made = "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'"
        for (sql,) in source.execute(made):
            self._con.execute(sql)
        source.close()

    def begin(self, written: Sequence[Written]) -> None:
        """Put every stream where it stood before its first measure."""
        for one in reversed(written):
            before = {**one.stream, "version": one.events[0]["seq"] - 1, "snapshot": None}
            self._con.execute(*_insert("streams", before, "or replace"))

    def transact(self, jobs: Sequence[Callable[[Any], Any]]) -> list[Any | Exception]:
        """Write all jobs and commit; see :class:`crisis.ports.Store`."""
        cursor = self._con.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        answers = [job(cursor) for job in jobs]
        cursor.execute("COMMIT")
        return answers

    def close(self) -> None:
        """Close the file."""
        self._con.close()


def _insert(table: str, row: Row, how: str = "") -> tuple[str, list[Any]]:
    marks = ",".join("?" * len(row))
    return f"insert {how} into {table}({','.join(row)}) values({marks})", list(row.values())


def _job(one: Written) -> Callable[[Any], None]:
    """The statements of one measure, made beforehand."""
    inserts = [_insert("journal", _but(row, "position")) for row in one.events]
    inserts.append(_insert("decisions", _but(one.decision, "place")))
    inserts.append(_insert("texts", one.text))
    last = one.events[-1]["seq"]
    names = ["head", "exercise", "config_version", "key", "next_due_at", "parked"]
    if last % SNAPSHOT_EVERY == 0:
        names += ["snapshot", "snapshot_schema", "snapshot_seq"]
    update = (
        f"update streams set version=?,{','.join(f'{name}=?' for name in names)} "  # noqa: S608 - our own words
        "where stream=? and stream_id=? and version=?"
    )
    values = [last, *(one.stream[name] for name in names), one.stream["stream"]]
    values += [one.stream["stream_id"], one.events[0]["seq"] - 1]

    def write(cursor: Any) -> None:
        for sql, row in inserts:
            cursor.execute(sql, row)
        cursor.execute(update, values)
        if cursor.rowcount != 1:
            raise RuntimeError("the bare writer does not write what the service wrote")

    return write


def _but(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


async def _bare(path: Path, like: Path, written: Sequence[Written], producers: int) -> Run:
    """Write the same rows with as many producers, through the same queue and thread."""
    store = Bare(path, like)
    store.begin(written)
    writer = GroupWriter(cast("Store", store))
    running = asyncio.create_task(writer.run())
    waiting = iter([_job(one) for one in written])

    async def produce() -> None:
        for job in waiting:
            await writer(job)

    measured = await _timed([produce() for _ in range(producers)], len(written))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    writer.close()
    store.close()
    return measured
