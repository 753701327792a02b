"""Brokers of Apache Kafka on 127.0.0.1, which a test may kill, pause and start again.

Each node is broker and controller at once (KRaft). Its settings make faults quick to see: a broker
that is silent for three seconds is gone, a group does not wait for more members. A node ends with
the tests however they end: a shell beside it holds a pipe of ours and ends it when that closes.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from tests.cluster import jars
from tests.cluster.lock import Lock

READY_WITHIN_S = 40
STOPPED_WITHIN_S = 20
_FORMATTED_WITHIN_S = 30
_LINES_SHOWN = 25

_JAVA = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Little memory, and quick to start: a broker of a test lives for a minute."""
_LOG = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)

_SETTINGS = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
{listeners}log.dirs={folder}/log
auto.create.topics.enable=false
default.replication.factor={replicas}
min.insync.replicas={insync}
offsets.topic.num.partitions=5
offsets.topic.replication.factor={replicas}
transaction.state.log.num.partitions=5
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={insync}
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


_LISTENERS = """\
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
"""


class BrokerFailedError(AssertionError):
    """A broker did not do as it was told in time; the message holds the end of its log."""


class Node:
    """One process of Apache Kafka: its folder is made before, and outlives each of its lives."""

    def __init__(self, number: int, port: int, folder: Path, inner: int | None = None) -> None:
        self.number = number
        self.address = f"127.0.0.1:{port}"
        self._open_to_all = inner or port
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process, while it lives."""
        assert self._process, f"broker {self.number} does not run"
        return self._process.pid

    def start(self) -> None:
        """Start it, and come back at once: :meth:`wait_until_ready` waits."""
        assert self._process is None, f"broker {self.number} runs already"
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - Apache Kafka
                _java("kafka.Kafka", str(self.folder / "node.properties")),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._guard = subprocess.Popen(  # noqa: S603 - a shell that waits for our end
            ["/bin/sh", "-c", f"read _; kill -KILL {self.pid}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_until_ready(self, brokers: int = 1, within: float = READY_WITHIN_S) -> None:
        """Wait until it answers, and knows as many brokers as there are."""
        until = time.monotonic() + within
        while self._brokers_it_knows() < brokers:
            if self._process is None or self._process.poll() is not None:
                raise BrokerFailedError(f"broker {self.number} has ended\n{self.log()}")
            if time.monotonic() > until:
                raise BrokerFailedError(
                    f"broker {self.number} is not ready after {within} s\n{self.log()}"
                )
            time.sleep(0.05)

    def stop(self, within: float = STOPPED_WITHIN_S) -> None:
        """Let it end as on a shutdown; by force where that takes too long."""
        self._end(signal.SIGTERM, within)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._end(signal.SIGKILL, STOPPED_WITHIN_S)

    def pause(self) -> None:
        """Let it stand still: its connections stay open, and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def log(self) -> str:
        """The last lines that it wrote."""
        path = self.folder / "broker.log"
        if not path.exists():
            return ""
        lines = path.read_text("utf-8", "replace").splitlines()[-_LINES_SHOWN:]
        return "\n".join([f"--- broker {self.number}: {path}", *lines])

    def _end(self, by: signal.Signals, within: float) -> None:
        if self._process is None or self._guard is None:
            return
        _ended(self._guard, signal.SIGKILL, STOPPED_WITHIN_S)  # before the number is another's
        assert self._guard.stdin
        self._guard.stdin.close()
        os.kill(self.pid, signal.SIGCONT)
        _ended(self._process, by, within)
        self._process = self._guard = None

    def _brokers_it_knows(self) -> int:
        """Ask for metadata (version 0, of all topics): the answer begins with the brokers."""
        ask = struct.pack(">hhihi", 3, 0, 1, -1, 0)
        try:
            with socket.create_connection(("127.0.0.1", self._open_to_all), timeout=2) as asked:
                asked.sendall(struct.pack(">i", len(ask)) + ask)
                answer = asked.makefile("rb").read(12)
        except OSError:
            return 0
        return int(struct.unpack(">iii", answer)[2]) if len(answer) == 12 else 0


class Kafka:
    """A cluster: where it is reached, what it is, and the nodes that a test may stop."""

    def __init__(self, bootstrap: str, described: str, nodes: Sequence[Node] = ()) -> None:
        self.bootstrap = bootstrap
        self.described = described
        self.nodes = tuple(nodes)
        """None where the cluster is a user's own."""

    def log(self) -> str:
        """What its nodes wrote last."""
        return "\n".join(node.log() for node in self.nodes)


@contextmanager
def started(folder: Path, *, nodes: int = 1, lock: Lock | None = None) -> Iterator[Kafka]:
    """A new cluster, ready for messages; :class:`jars.NoKafkaError` where there can be none.

    With a ``lock`` it is one node, where it is reached only by whoever is let in.
    """
    assert lock is None or nodes == 1
    jars.jars()
    began = time.monotonic()
    made = _formatted(folder, nodes, lock)
    with ExitStack() as running:
        for node in made:
            running.callback(node.kill)  # nothing of it is needed afterwards
            node.start()
        for node in made:
            node.wait_until_ready(nodes)
        ready_in = time.monotonic() - began
        yield Kafka(
            ",".join(node.address for node in made),
            f"Apache Kafka {jars.version()} on Java {jars.java()[1]}, "
            f"{nodes} node{'s' if nodes > 1 else ''}, ready in {ready_in:.1f} s",
            made,
        )


def _formatted(folder: Path, count: int, lock: Lock | None) -> list[Node]:
    """Nodes with a settings file and a formatted folder each."""
    inner, *ports = _free_ports(1 + 2 * count)
    voters = ",".join(f"{n}@127.0.0.1:{ports[-n]}" for n in range(1, count + 1))
    cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
    if cluster.startswith("-"):  # it would be read as an option
        cluster = "A" + cluster[1:]
    made, at_work = [], []
    for number in range(1, count + 1):
        port, controller = ports[number - 1], ports[-number]
        node = Node(number, port, folder / f"node-{number}", inner if lock else None)
        node.folder.mkdir(parents=True)
        settings = _SETTINGS.format(
            node=number,
            voters=voters,
            listeners=lock.settings(port=port, inner=inner, controller=controller)
            if lock
            else _LISTENERS.format(port=port, controller=controller),
            folder=node.folder,
            replicas=min(3, count),
            insync=max(1, min(3, count) - 1),
        )
        path = node.folder / "node.properties"
        path.write_text(settings, encoding="utf-8")
        formatted = ["format", "-t", cluster, "-c", str(path), *(lock.user_added if lock else ())]
        with (node.folder / "broker.log").open("ab") as log:
            at_work.append(
                subprocess.Popen(  # noqa: S603 - Apache Kafka's own tool
                    _java("kafka.tools.StorageTool", *formatted),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )
        made.append(node)
    for node, formatting in zip(made, at_work, strict=True):
        try:
            code = formatting.wait(_FORMATTED_WITHIN_S)
        finally:
            formatting.kill()
        if code != 0:
            raise BrokerFailedError(f"broker {node.number} cannot be formatted\n{node.log()}")
    return made


def _java(program: str, *arguments: str) -> list[str]:
    return [jars.java()[0], *_JAVA, *_LOG, "-cp", f"{jars.jars()}/*", program, *arguments]


def _ended(process: subprocess.Popen[bytes], by: signal.Signals, within: float) -> None:
    process.send_signal(by)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOPPED_WITHIN_S)


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, no two of them the same."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
