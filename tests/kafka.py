"""Real brokers for the tests: one for all of them, and clusters of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.cluster import broker, jars
from tests.cluster.broker import Kafka

OWN = "CRISIS_KAFKA_BOOTSTRAP"
"""``host:port`` of a cluster of yours: the tests use it, and start only those that they kill.
What they write there has names of its own, which begin with ``trial-``, and stays."""
MUST = "CRISIS_KAFKA_MUST"
"""Set by ``make test-cluster``: where there can be no Kafka, its tests fail, and do not skip."""

_FIXTURES = ("kafka", "one_node", "three_nodes")


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """The broker that all tests share: each makes topics and groups of its own in it."""
    own = os.environ.get(OWN)
    if own:
        yield Kafka(own, f"the cluster at {own} ({OWN}); a broker does not tell its version")
        return
    fetch_or_skip()
    with broker.started(tmp_path_factory.mktemp("kafka")) as cluster:
        yield cluster


@pytest.fixture
def one_node(tmp_path: Path) -> Iterator[Kafka]:
    """A broker of the test's own, which it may kill."""
    fetch_or_skip()
    with broker.started(tmp_path / "kafka") as cluster:
        yield cluster


@pytest.fixture
def three_nodes(tmp_path: Path) -> Iterator[Kafka]:
    """Three brokers of the test's own: what is written can stand on all of them."""
    fetch_or_skip()
    with broker.started(tmp_path / "kafka", nodes=3) as cluster:
        yield cluster


def fetch_or_skip() -> None:
    """Have Apache Kafka at hand; where it cannot be had, the test is skipped, or must not be."""
    try:
        jars.java()
        jars.jars()
    except jars.NoKafkaError as reason:
        said = f"{reason}; or name a cluster of yours: {OWN}=host:port"
        (pytest.fail if os.environ.get(MUST) else pytest.skip)(said)


@pytest.fixture(autouse=True)
def _broker_is_named(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """Each test says which broker it ran on: the summary of the run shows it."""
    for name in _FIXTURES:
        if name in request.fixturenames:
            record_property("broker", request.getfixturevalue(name).described)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what its brokers wrote last."""
    report = yield
    if report.failed:
        for cluster in getattr(item, "funcargs", {}).values():
            if isinstance(cluster, Kafka) and cluster.nodes:
                report.sections.append(("What the brokers wrote last", cluster.log()))
    return report
