"""Durable commands a second through one worker and two, and what PostgreSQL alone could write."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg import sql

from tests.benchmarks.cluster.load import Load
from tests.benchmarks.table import Figure, at_least, at_most

COMMANDS = 3600
"""A round; the first tenth and the last twentieth of them are not counted."""
COMMITS = 500
A_WORKER, SAME = 500.0, 1.1
"""The goals: commands a second, and how much more CPU a command may take with two workers."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """How far the work was."""

    at: float
    handled: int
    cpu: float
    """Seconds of CPU that the workers have used."""


@dataclass(frozen=True, slots=True)
class Round:
    """What so many workers did."""

    rate: float
    cpu: float
    """Seconds of CPU a command."""


async def run(load: Load, *, rounds: int) -> list[Figure]:
    """Rounds of one worker and of two in turns, then the same rows by PostgreSQL alone."""
    done: dict[int, list[Round]] = {1: [], 2: []}
    commits: list[float] = []
    for _ in range(rounds):
        for workers in (1, 2):
            await load.ground.start_workers(workers)
            done[workers].append(await _round(load))
            await load.ground.stop(load.ground.workers)
        commits.append(await asyncio.to_thread(_bare, load.ground.crew.database))
    rate = {workers: median(one.rate for one in found) for workers, found in done.items()}
    cpu = {workers: median(one.cpu for one in found) for workers, found in done.items()}
    bare = median(commits)
    return [
        Figure(name="limit: PostgreSQL alone, one command a commit", value=bare, unit="/s"),
        at_least("commands decided, one worker", rate[1], "/s", A_WORKER, _spread(done[1])),
        Figure(
            name="commands decided, two workers", value=rate[2], unit="/s", note=_spread(done[2])
        ),
        Figure(name="ratio, one worker to PostgreSQL alone", value=rate[1] / bare, unit=""),
        Figure(name="CPU a command, one worker", value=cpu[1] * 1e6, unit="µs"),
        Figure(name="CPU a command, two workers", value=cpu[2] * 1e6, unit="µs"),
        at_most("ratio, CPU a command of two workers to one", cpu[2] / cpu[1], "", SAME),
    ]


def _spread(rounds: Sequence[Round]) -> str:
    rates = sorted(one.rate for one in rounds)
    return f"middle of {len(rates)} rounds from {rates[0]:.0f} to {rates[-1]:.0f}"


async def _round(load: Load) -> Round:
    """Write all commands into the topic, and look how they are worked off."""
    before = load.handled()
    writing = asyncio.create_task(load.ask(COMMANDS))
    pids = [one.pid for one in load.ground.workers]
    samples: list[Sample] = []
    async with asyncio.timeout(120):
        while not samples or samples[-1].handled < COMMANDS:
            handled = await asyncio.to_thread(load.handled) - before
            if writing.done():
                samples.append(Sample(time.monotonic(), handled, sum(map(cpu_of, pids))))
            await asyncio.sleep(0.05)
    await writing
    counted = [one for one in samples if COMMANDS * 0.1 <= one.handled <= COMMANDS * 0.95]
    first, last = counted[0], counted[-1]
    commands = last.handled - first.handled
    return Round(commands / (last.at - first.at), (last.cpu - first.cpu) / commands)


def cpu_of(pid: int) -> float:
    """Seconds of CPU, of the program and of the system for it, that a process has used."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


# --- PostgreSQL alone ---

TABLES = {"journal": "position", "decisions": "place", "texts": None}
"""What a measure is written to, and the column whose value the server makes."""


def _bare(database: str) -> float:
    """Write rows of the same size again, a commit a command, on one connection; commits a second.

    The last that workers have written are copied: words, event, decision, and the state's update.
    """
    with psycopg.connect(database, autocommit=True) as line:
        for name in (*TABLES, "streams"):
            bare = sql.Identifier(f"bare_{name}")
            line.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(bare))
            line.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    bare, sql.Identifier(name)
                )
            )
        line.execute("INSERT INTO bare_streams SELECT * FROM streams")
        commands = _commands(line)
        began = time.perf_counter()
        for statements in commands:
            line.execute("BEGIN")
            for statement, values in statements:
                line.execute(statement, values)
            line.execute("COMMIT")
        return len(commands) / (time.perf_counter() - began)


def _commands(
    line: psycopg.Connection[Any],
) -> list[list[tuple[sql.Composed | sql.SQL, Sequence[Any]]]]:
    """The statements of each command, made beforehand."""
    decisions = line.execute(
        "SELECT command_id, stream_id FROM decisions WHERE command_id LIKE 'measure-%%' "
        "ORDER BY place DESC LIMIT %s",
        [COMMITS],
    ).fetchall()
    found = []
    for command_id, stream_id in decisions:
        keys = {"journal": command_id, "decisions": command_id, "texts": f"words-of-{command_id}"}
        statements = [_insert(line, name, key) for name, key in keys.items()]
        update = sql.SQL("UPDATE bare_streams SET version = version + 1 WHERE stream_id = %s")
        found.append([*statements, (update, [stream_id])])
    return found


def _insert(
    line: psycopg.Connection[Any], table: str, key: str
) -> tuple[sql.Composed | sql.SQL, Sequence[Any]]:
    column = "id" if table == "texts" else "command_id"
    query = sql.SQL("SELECT * FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    cursor = line.execute(query, [key])
    row = cursor.fetchone()
    assert row, f"{table} has nothing of {key}"
    kept = [
        (one.name, value)
        for one, value in zip(cursor.description or (), row, strict=True)
        if one.name != TABLES[table]
    ]
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(f"bare_{table}"),
        sql.SQL(",").join(sql.Identifier(name) for name, _ in kept),
        sql.SQL(",").join(sql.Placeholder() for _ in kept),
    )
    return insert, [value for _, value in kept]
