"""``make demo-cluster``: the demo on Kafka and PostgreSQL, one worker of two killed in the middle.

One process with the doors, two workers, two dispatchers: started as a user starts them, on brokers
and a database of their own (or yours: ``CRISIS_KAFKA_BOOTSTRAP``, ``CRISIS_POSTGRES``). The story
is that of ``crisis demo``; once the place is safe, the worker that decides about the incident is
killed while something is being asked of it, and is not started again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crisis.cli.demo import Demo
from crisis.cli.demo_screen import in_terminal
from crisis.cli.logs import quiet
from crisis.cli.speech import language
from tests import kafka, postgres
from tests.cluster import broker, jars
from tests.demo.theatre import Cluster

_ON_ITS_WAY_S = 0.001
"""After which a question has left, and is not yet decided."""


class ClusterDemo(Demo):
    """The demo, in whose middle a worker is killed."""

    def __init__(self, cluster: Cluster, *, seed: int, silent_lead: bool = False) -> None:
        super().__init__(seed=seed, silent_lead=silent_lead, opens=cluster.open)
        self._cluster = cluster

    async def ask(self, incident_id: str, command: str, person: str, **fields: Any) -> bool:
        """Use the command line; the first time in a safe place, who would decide it is killed."""
        incident = self.incident()
        asking = asyncio.create_task(super().ask(incident_id, command, person, **fields))
        safe = incident is not None and (incident.id, incident.phase) == (incident_id, "safe")
        if self._cluster.whole and safe:
            await asyncio.sleep(_ON_ITS_WAY_S)
            self._cluster.kill(incident_id)
        return await asking


async def play(
    cluster: Cluster, *, seed: int, silent_lead: bool = False, shown: bool = False
) -> dict[str, Any]:
    """Play it to the end: what it came to, and how soon the dead worker's work went on."""
    demo = ClusterDemo(cluster, seed=seed, silent_lead=silent_lead)
    if shown:
        result = await in_terminal(demo, language=language(), pause=0.2, stay=False)
    else:
        async with demo:
            result = await demo.play()
    return result | {"taken_over_in_s": cluster.taken_over_in_s}


@contextmanager
def brokers() -> Iterator[str]:
    """Where Kafka is: yours where you name it, or one node that is started and ended here."""
    if own := os.environ.get(kafka.OWN):
        yield own
        return
    with (
        tempfile.TemporaryDirectory(prefix="crisis-kafka-") as folder,
        broker.started(Path(folder)) as started,
    ):
        yield started.bootstrap


def main() -> None:
    """Play it on brokers and a database of its own, or yours; print the final object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--silent-lead", action="store_true", help="nobody acts at first")
    parser.add_argument("--port", type=int, default=0, help="of the pages; any free one")
    parser.add_argument("--json", action="store_true", help="the final object alone")
    asked = parser.parse_args()
    quiet()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic just made has no leader yet
    lock = Path(tempfile.gettempdir()) / "crisis-postgresql.lock"
    try:
        with (
            brokers() as bootstrap,
            postgres.started(lock) as server,
            server.database() as database,
        ):
            cluster = Cluster(bootstrap, database, port=asked.port)
            story = play(
                cluster, seed=asked.seed, silent_lead=asked.silent_lead, shown=not asked.json
            )
            result = asyncio.run(story)
    except (jars.NoKafkaError, postgres.NoPostgresError) as reason:
        sys.exit(f"The demo on a cluster cannot be played here: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
