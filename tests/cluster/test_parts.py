"""The parts as a user starts them: real processes, one of which is killed in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crisis.config import write_template
from crisis.store import open_store
from tests.cluster.broker import Kafka

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

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


@pytest.fixture
def parts(kafka: Kafka, database: str, tmp_path: Path) -> Iterator[Parts]:
    """A cluster with its topics, and nobody at work."""
    write_template(tmp_path / "org")
    (tmp_path / "home").mkdir()
    shutil.copytree(tmp_path / "org" / "secrets", tmp_path / "home" / "secrets")
    parts = Parts(tmp_path, kafka, database)
    applied = parts.run("topics", "apply")
    assert applied.returncode == 0, applied.stderr
    yield parts
    for one in parts.started:
        one.kill()
        one.wait(20)


def test_a_worker_is_killed_and_the_other_goes_on(parts: Parts) -> None:
    """G1: reports are answered at once, and decided by whoever is left; nothing is done twice."""
    parts.start("web", "--org", str(parts.folder / "org"), "--port", str(parts.port))
    parts.until(parts.open, READY_WITHIN_S)
    assert parts.report(0)["pending"] is True, "nobody works yet: it is kept, the answer follows"
    workers = [parts.start("worker"), parts.start("worker")]
    parts.start("dispatch", "--name", "one")
    parts.until(lambda: "incident.message-sent" in parts.journal(), READY_WITHIN_S)
    for number in range(1, 11):
        parts.report(number)
    workers[0].send_signal(signal.SIGKILL)
    for number in range(11, 21):
        parts.report(number)
    parts.until(lambda: parts.journal().count("report.routed") == 21, TAKEN_OVER_WITHIN_S)

    journal = parts.journal()
    assert journal.count("report.accepted") == 21
    assert journal.count("incident.declared") == 1
    assert journal.count("incident.report-linked") == 20
    verified = parts.run("incidents", "--json")
    assert verified.returncode == 0, verified.stderr
    workers[1].send_signal(signal.SIGTERM)
    assert workers[1].wait(20) == 0, parts.logs()
