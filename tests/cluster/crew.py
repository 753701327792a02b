"""The parts of a cluster as a user starts them: real processes, each with a log of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

CRISIS = (sys.executable, "-m", "crisis")
STOPPED_WITHIN_S = 15
_SHOWN = 1200


class CrewFailedError(AssertionError):
    """A part did not do as it was told; the message holds what all of them said last."""


class Crew:
    """Starts parts on one log and one database; with the block, all of them have ended."""

    def __init__(self, folder: Path, *, bootstrap: str, database: str) -> None:
        """``folder`` is for logs, and the data folder of the parts (``folder/home``)."""
        self.folder = folder
        self.bootstrap, self.database = bootstrap, database
        self.env = os.environ | {
            "CRISIS_KAFKA_BOOTSTRAP": bootstrap, "CRISIS_STORE": database,
            "CRISIS_HOME": str(folder / "home"), "LANG": "en_GB.UTF-8",
        }  # fmt: skip
        self.started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Nobody is at work yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all of them."""
        self.stop(self.started)

    @staticmethod
    def stop(parts: Sequence[subprocess.Popen[bytes]]) -> None:
        """End these as on a shutdown; by force who takes too long."""
        for one in parts:
            one.send_signal(signal.SIGTERM)
        for one in parts:
            try:
                one.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def share(self, secrets: Path) -> None:
        """Give every part the secrets of the organisation's folder."""
        shutil.copytree(secrets, self.folder / "home" / secrets.name, dirs_exist_ok=True)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A part that runs until it is told to stop. Ctrl-C is for whoever started it alone."""
        path = self.folder / f"{len(self.started)}-{words[0]}.log"
        with path.open("wb") as log:
            part = subprocess.Popen(  # noqa: S603 - our own command line
                [*CRISIS, *words], env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.started.append(part)
        return part

    def logs(self) -> str:
        """What they said last."""
        found = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{one.name}: {one.read_text('utf-8')[-_SHOWN:]}" for one in found)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
