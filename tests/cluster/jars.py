"""Apache Kafka itself: the jars that Maven brings once, and the Java that runs them."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
CACHE = Path(__file__).parents[2] / ".cache" / "kafka"
"""Outside the folders that a run of the tests empties: 44 MB that are fetched once."""

JAVA_AT_LEAST = 17
"""Apache Kafka 4 asks for it."""

_HOW = "Debian: apt-get install default-jre-headless maven"
_FETCH_WITHIN_S = 240


class NoKafkaError(Exception):
    """Kafka cannot be started on this machine; the message says why, and what to install."""


@cache
def version() -> str:
    """The version of Apache Kafka that the tests start."""
    found = re.search(r"kafka_2\.13</artifactId>\s*<version>([^<]+)<", POM.read_text("utf-8"))
    assert found, f"{POM} names no Kafka"
    return found[1]


@cache
def java() -> tuple[str, str]:
    """The path of Java, and its version. :class:`NoKafkaError` where it is missing or too old."""
    path = shutil.which("java")
    if path is None:
        raise NoKafkaError(f"Apache Kafka needs Java {JAVA_AT_LEAST} or newer ({_HOW})")
    said = subprocess.run(  # noqa: S603 - the Java of this machine
        [path, "-version"], check=False, capture_output=True, text=True, timeout=20
    ).stderr
    found = re.search(r'version "((\d+)[^"]*)"', said)
    if found is None or int(found[2]) < JAVA_AT_LEAST:
        here = found[1] if found else "of an unknown version"
        raise NoKafkaError(
            f"Apache Kafka needs Java {JAVA_AT_LEAST} or newer; {path} is {here} ({_HOW})"
        )
    return path, found[1]


def jars() -> Path:
    """The folder of the jars, brought by Maven where they are not there yet."""
    folder = CACHE / f"{version()}-{sha256(POM.read_bytes()).hexdigest()[:8]}"
    with _one_at_a_time():
        if not folder.exists():
            _fetch(folder)
    return folder


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two runs of the tests do not fetch at once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NoKafkaError(
            f"Apache Kafka {version()} is fetched by Maven, which is not here ({_HOW})"
        )
    coming = folder.with_suffix(".coming")
    shutil.rmtree(coming, ignore_errors=True)
    done = subprocess.run(  # noqa: S603 - the Maven of this machine, our own list
        [
            *(maven, "--quiet", "--batch-mode", f"--file={POM}", "dependency:copy-dependencies"),
            *("-DincludeScope=runtime", f"-DoutputDirectory={coming}"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=_FETCH_WITHIN_S,
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:5])
        raise NoKafkaError(f"Maven could not fetch Apache Kafka {version()}: {said}")
    coming.rename(folder)
