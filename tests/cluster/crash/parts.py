"""The processes of a service on several machines, as a user starts them; each may be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.cluster.crash.falls import Fall

CRISIS = (sys.executable, "-m", "crisis")
READY_WITHIN_S, GONE_WITHIN_S = 60.0, 15.0
_TICKS = os.sysconf("SC_CLK_TCK")
_LINES_SHOWN = 15


class Part:
    """One kind of process: each of its lives has the same name, and adds to the same log."""

    def __init__(
        self, name: str, words: tuple[str, ...], folder: Path, env: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.lock = asyncio.Lock()
        """Held by the fault that it suffers: one at a time."""
        self.fell: list[Fall] = []
        """The lives that ended by themselves."""
        self.cpu = 0.0
        """Seconds, of its former lives."""
        self._words = words
        self._env = env
        self._life: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin a life."""
        assert self._life is None, f"{self.name} lives"
        with self.log.open("ab") as log:
            self._life = subprocess.Popen(  # noqa: S603 - our own command line
                [*CRISIS, *self._words], env=self._env, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, where it lives."""
        if self._life is not None:
            self._life.send_signal(number)

    def alive(self) -> bool:
        """Whether it runs (or stands still)."""
        return self._life is not None and self._life.poll() is None

    def supervise(self) -> None:
        """Start it again where it has ended by itself."""
        if self._life is not None and self._has_fallen(self._life):
            self._life = None
            self.start()

    async def end(self, by: signal.Signals = signal.SIGKILL) -> int | None:
        """End its life; by force where it does not go in time. Answers how it went."""
        life, self._life = self._life, None
        if life is None:
            return None
        self.cpu += _cpu(life.pid)
        self._has_fallen(life)
        life.send_signal(by)
        life.send_signal(signal.SIGCONT)
        until = time.monotonic() + GONE_WITHIN_S
        while life.poll() is None:  # it is another process
            if time.monotonic() > until:
                life.kill()
            await asyncio.sleep(0.02)
        return life.returncode

    def _has_fallen(self, life: subprocess.Popen[bytes]) -> bool:
        code = life.poll()
        if code is not None:
            self.fell.append(Fall(part=self.name, at=time.monotonic(), code=code))
        return code is not None

    def spent(self) -> float:
        """Seconds of CPU in all its lives."""
        return self.cpu + (_cpu(self._life.pid) if self._life is not None else 0.0)

    def said(self) -> str:
        """The last lines of its log."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join([f"--- {self.name}", *lines[-_LINES_SHOWN:]])


class Parts:
    """Doors, workers and dispatchers of one cluster."""

    def __init__(self, folder: Path, *, kafka: str, store: str, home: Path, lease: float) -> None:
        self._folder = folder
        self._env = os.environ | {
            "CRISIS_KAFKA_BOOTSTRAP": kafka, "CRISIS_STORE": store, "CRISIS_HOME": str(home),
            "LANG": "en_GB.UTF-8", "CRISIS_DEBUG": "1",
        }  # fmt: skip
        self._lease = lease
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.doors = self._part(
            "web", "web", "--org", str(home.parent / "org"), "--port", str(self._port)
        )
        self.workers = [self._part(f"worker-{one}", "worker") for one in (1, 2)]
        self.dispatchers = [self.dispatcher(one) for one in (1, 2)]

    def worker(self, number: int) -> Part:
        """One more worker, not begun."""
        self.workers.append(self._part(f"worker-{number}", "worker"))
        return self.workers[-1]

    def dispatcher(self, number: int) -> Part:
        """A dispatcher, not begun."""
        name = f"dispatch-{number}"
        return self._part(name, "dispatch", "--name", name, "--lease", str(self._lease))

    def all(self) -> list[Part]:
        """Everyone."""
        return [self.doors, *self.workers, *self.dispatchers]

    async def run(self, *words: str) -> None:
        """A command that ends by itself; it must succeed."""
        child = await asyncio.create_subprocess_exec(
            *CRISIS, *words, env=self._env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(child.communicate(), READY_WITHIN_S)
        assert child.returncode == 0, said.decode()

    async def until_open(self) -> None:
        """Wait until the doors answer."""
        until = time.monotonic() + READY_WITHIN_S
        while True:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert self.doors.alive(), self.doors.said()
            assert time.monotonic() < until, self.doors.said()
            await asyncio.sleep(0.05)

    def said(self) -> str:
        """The last lines of every log."""
        return "\n".join(part.said() for part in self.all())

    @asynccontextmanager
    async def ending(self) -> AsyncIterator[None]:
        """Nobody outlives the block."""
        try:
            yield
        finally:
            await asyncio.gather(*(part.end() for part in self.all()))

    def _part(self, name: str, *words: str) -> Part:
        return Part(name, words, self._folder, self._env)


def _cpu(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
