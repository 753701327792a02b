"""``python -m tests.benchmarks.cluster``: measure real processes on Kafka and PostgreSQL.

One broker, one database that writes to the disk, and the parts, all on this machine; see
:mod:`tests.benchmarks`. Never a timed test.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path

import uvloop

from crisis.cli.logs import quiet
from tests import postgres
from tests.benchmarks.__main__ import disk, write
from tests.benchmarks.cluster import mail, rate, takeover
from tests.benchmarks.cluster.load import load
from tests.benchmarks.table import Figure, as_table
from tests.cluster import broker, jars

OUT = Path("build") / "bench-cluster.json"


def main() -> None:
    """Run all of them, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="first-mail, rate, take-over")
    parser.add_argument("--floods", type=int, default=200, help="for the first mail")
    parser.add_argument("--rounds", type=int, default=3, help="for the rate")
    asked = parser.parse_args()
    quiet()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic just made has no leader yet

    async def first_mail(folder: Path, bootstrap: str, database: str) -> list[Figure]:
        return await mail.run(folder, bootstrap=bootstrap, database=database, floods=asked.floods)

    async def commands(folder: Path, bootstrap: str, database: str) -> list[Figure]:
        async with load(folder, bootstrap=bootstrap, database=database) as found:
            return await rate.run(found, rounds=asked.rounds)

    async def killed(folder: Path, bootstrap: str, database: str) -> list[Figure]:
        async with load(folder, bootstrap=bootstrap, database=database) as found:
            return await takeover.run(found)

    work = {"first-mail": first_mail, "rate": commands, "take-over": killed}
    try:
        sections = _measured(work, asked.only or list(work))
    except (jars.NoKafkaError, postgres.NoPostgresError) as reason:
        sys.exit(f"A cluster cannot be measured here: {reason}")
    write(OUT, sections)


Work = Callable[[Path, str, str], Coroutine[None, None, list[Figure]]]
"""Measures, in a folder, on a broker and on a database."""


def _measured(work: Mapping[str, Work], names: Iterable[str]) -> dict[str, list[Figure]]:
    """Each on a database of its own; the broker is the same."""
    sections = {}
    lock = Path(tempfile.gettempdir()) / "crisis-postgresql.lock"
    with (
        tempfile.TemporaryDirectory(prefix="crisis-bench-", dir=disk()) as folder,
        broker.started(Path(folder) / "kafka") as kafka,
        postgres.started(lock, settings=(), disk=Path(disk())) as server,
    ):
        for name in names:
            place = Path(folder) / name
            (place / "home").mkdir(parents=True)
            with server.database() as database:
                sections[name] = uvloop.run(work[name](place, kafka.bootstrap, database))
            print(as_table({name: sections[name]}), flush=True)
    return sections


if __name__ == "__main__":
    main()
