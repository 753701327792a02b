"""The parts of a cluster as a user starts them: real processes, each with a log of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crisis.store import open_store
from tests.cluster.broker import Kafka

CRISIS = [sys.executable, "-m", "crisis"]
READY_WITHIN_S, TAKEN_OVER_WITHIN_S = 40, 40
"""Generous: a machine that runs other tests beside takes its time to start three programs."""


class Parts:
    """The processes of one cluster, each with a log of its own."""

    def __init__(self, folder: Path, kafka: Kafka, database: str) -> None:
        self.folder, self.database = folder, database
        self.env = os.environ | {
            "CRISIS_KAFKA_BOOTSTRAP": kafka.bootstrap, "CRISIS_STORE": database,
            "CRISIS_HOME": str(folder / "home"), "LANG": "en_GB.UTF-8",
        }  # fmt: skip
        self.started: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(  # noqa: S603 - our own command line
            [*CRISIS, *words], env=self.env, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A part that runs until it is told to stop."""
        with (self.folder / f"{len(self.started)}-{words[0]}.log").open("wb") as log:
            part = subprocess.Popen([*CRISIS, *words], env=self.env, stdout=log, stderr=log)  # noqa: S603 - our own command line
        self.started.append(part)
        return part

    def logs(self) -> str:
        """What they said last."""
        found = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{one.name}: {one.read_text()[-800:]}" for one in found)

    def until(self, seen: Callable[[], bool], within: float) -> float:
        """Wait until something is seen; give after how many seconds that was."""
        began = time.monotonic()
        while not seen():
            assert time.monotonic() - began < within, self.logs()
            time.sleep(0.1)
        return time.monotonic() - began

    def report(self, number: int) -> dict[str, object]:
        """Somebody reports water, each time in another building; gives the answer."""
        token = (self.folder / "org" / "secrets" / "reception-token").read_text().strip()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/reports",
            data=json.dumps({"kind": "flood", "site": "hq", "what": "Water"}).encode(),
            headers={
                "Authorization": f"Bearer {token}", "Content-Type": "application/json",
                "Idempotency-Key": f"desk-{number}",
            },
        )  # fmt: skip
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own door
            assert answer.status == 202
            told: dict[str, object] = json.loads(answer.read())
            return told

    def open(self) -> bool:
        """Whether the doors are open."""
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0

    def journal(self) -> list[str]:
        """Everything that has happened."""
        with closing(open_store(self.database)) as store, store.read() as view:
            return [row.type for row in view.since(0, 10_000)]
