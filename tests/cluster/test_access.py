"""Brokers that show a certificate and ask for a name: every client is let in, and nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.cli.speech import language
from crisis.core.deciding import Decision
from crisis.runtime import provision, topics
from crisis.runtime.brokers import Brokers
from crisis.runtime.duty import outages
from crisis.runtime.groups import read_up_to, readers
from crisis.runtime.handing_back import letters
from crisis.runtime.watch import watching
from crisis.store import open_store
from tests.cluster import broker
from tests.cluster.broker import Kafka
from tests.cluster.lock import Lock
from tests.cluster.parts import Parts
from tests.cluster.site import CLOCK, WITHIN, Site, report
from tests.kafka import fetch_or_skip
from tests.web.house import folder

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.xdist_group("locked")]

REFUSED_WITHIN_S = 15
"""For a program to start on a machine that runs other tests beside, and to be told."""
_NO_STORE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture(scope="module")
def lock(tmp_path_factory: pytest.TempPathFactory) -> Lock:
    """A certificate, and the one who has a password."""
    fetch_or_skip()
    return Lock.made(tmp_path_factory.mktemp("lock") / "made")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Iterator[Kafka]:
    """A broker behind it."""
    with broker.started(tmp_path_factory.mktemp("locked"), lock=lock) as kafka:
        yield kafka


@pytest.fixture(autouse=True)
def told(lock: Lock, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every client is told how to be let in; and whoever reads a refusal reads English."""
    for name, value in lock.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    yield
    language.cache_clear()


async def test_every_client_is_let_in(locked: Kafka, database: str) -> None:
    """G1: what a door keeps over TLS and by name is decided; whoever looks on sees it too."""
    made = await provision.apply(locked.bootstrap, topics.TOPICS)
    assert made.differences == ()
    site = Site(locked, database)
    site.names = names = Brokers(bootstrap=locked.bootstrap, cluster=made.cluster_id)
    with closing(open_store(database)) as store:
        store.transact(
            [
                lambda unit: unit.add_configuration(folder(), at=CLOCK.now()),
                lambda unit: unit.set_clock_offset(CLOCK.offset),
            ]
        )
        async with site.door(store) as door, site.worker():
            decided = await door.submit(report(0), wait=WITHIN)
            assert isinstance(decided, Decision)
            assert decided.accepted
            there = await readers(locked.bootstrap, names.workers)
            assert there is not None
            assert {topic for read in there.values() for topic, _ in read} >= {names.reports}
        async with watching(store=store, clock=CLOCK, brokers=names) as watch:
            assert (await watch.look()).brokers_away is None
    await read_up_to(locked.bootstrap, names.workers)
    assert await letters(locked.bootstrap, names.dead_letters) == []
    assert await outages(names, CLOCK.real()) == []


def test_a_wrong_password_is_told_within_seconds(
    locked: Kafka, lock: Lock, database: str, tmp_path: Path
) -> None:
    """A part that is not let in ends with what to look at, and shows no password."""
    wrong = tmp_path / "password"
    wrong.write_text("not the word\n", encoding="utf-8")
    parts = Parts(tmp_path, locked, database)
    parts.env["CRISIS_KAFKA_PASSWORD_FILE"] = str(wrong)
    began = time.monotonic()
    done = parts.run("worker")
    assert time.monotonic() - began < REFUSED_WITHIN_S
    assert done.returncode == 1
    assert "refuses the user, its password or the mechanism" in done.stderr
    assert "CRISIS_KAFKA_PASSWORD_FILE" in done.stderr
    assert "not the word" not in done.stdout + done.stderr
    assert lock.password not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("told_instead", "code", "said"),
    [
        pytest.param(
            {"CRISIS_KAFKA_MECHANISM": "PLAIN"}, 1, "or the mechanism", id="another mechanism"
        ),
        pytest.param(
            {"CRISIS_KAFKA_CA": "", "CRISIS_KAFKA_TLS": "1"}, 1,
            "self-signed certificate): check CRISIS_KAFKA_CA", id="nobody has signed it",
        ),
        pytest.param(
            {"CRISIS_KAFKA_USER": "", "CRISIS_KAFKA_PASSWORD_FILE": ""}, 3,
            "or a name (CRISIS_KAFKA_USER)", id="TLS without a name",
        ),
        pytest.param(
            {"CRISIS_KAFKA_USER": "", "CRISIS_KAFKA_PASSWORD_FILE": "", "CRISIS_KAFKA_CA": ""},
            3, "ask for TLS (CRISIS_KAFKA_CA)", id="neither TLS nor a name",
        ),
    ],
)  # fmt: skip
def test_nobody_else_is_let_in(
    locked: Kafka, told_instead: dict[str, str], code: int, said: str
) -> None:
    """Whatever does not fit is told apart from brokers that are away, as far as they say so."""
    asked = ["topics", "check", "--bootstrap", locked.bootstrap]
    done = CliRunner().invoke(app, asked, env=told_instead)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize(("words", "code"), [((), 3), (("--part", "worker"), 0)])
def test_the_doctor_says_why(words: tuple[str, ...], code: int, locked: Kafka) -> None:
    """It names what to mend; to a supervisor it finds no fault: no new start would mend it."""
    asked = ["doctor", *words, "--bootstrap", locked.bootstrap, "--store", _NO_STORE]
    done = CliRunner().invoke(app, asked, env={"CRISIS_KAFKA_MECHANISM": "PLAIN"})
    assert (done.exit_code, "or the mechanism" in done.stdout) == (code, True), done.output
