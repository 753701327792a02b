"""Where the stories play: the embedded runtime on each store, with fake channels."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog

from crisis.config import read_folder, write_template
from crisis.organisation import Organisation
from crisis.ports import Channel, Store
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.scenario import Story
from crisis.proof.stage import Runtime, Stage
from crisis.runtime.embedded import Embedded
from crisis.store import open_store
from tests.cluster.together import ClusterStage, own_topics

PARIS = ZoneInfo("Europe/Paris")
MORNING = datetime(2026, 3, 10, tzinfo=PARIS)
"""A Tuesday, at midnight. Nadia Benali is on duty for the week."""


@dataclass(frozen=True)
class House:
    """The organisation that ``crisis init`` writes, read once, and a store to begin with."""

    files: dict[str, str]
    organisation: Organisation
    empty: Path


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The example house."""
    return read_house(tmp_path_factory.mktemp("house"))


def read_house(folder: Path) -> House:
    """Write the example house into a folder, and read it."""
    write_template(folder / "org")
    files = dict(read_folder(folder / "org"))
    open_store(folder / "empty.db").close()
    return House(files, Organisation.from_files(files, version=1), folder / "empty.db")


@dataclass
class EmbeddedStage:
    """The service in this process, on one store."""

    where: str | Path
    house: House
    store: Store | None = None

    def open(self, clock: StoryClock, channels: Iterable[Channel]) -> Runtime:
        """Open it on what the last one left."""
        if self.store is None:
            self.store = open_store(self.where)
            self.store.transact([lambda unit: unit.add_configuration(self.house.files, at=MORNING)])
        return Embedded(
            store=self.store,
            secrets={},
            link_secret="a secret between pages and messages",
            operator_token="operator",
            clock=clock,
            channels=list(channels),
            known=[self.house.organisation],
        )

    async def shut(self, runtime: Runtime) -> None:
        """Let go of it; memory stays, as a file does."""
        assert isinstance(runtime, Embedded)
        await runtime.close()
        if self.where != "memory:":
            self.store = None


@pytest.fixture(autouse=True)
def log() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the service logs; on a terminal its tracebacks would take longer than the story."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """A folder in memory where there is one: what a disk takes to be sure is not the story's."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on every runtime: one process, on memory and on SQLite, and a cluster."""
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize(
            "kind", ["memory", "sqlite", pytest.param("cluster", marks=pytest.mark.kafka)]
        )


@pytest.fixture
async def stage(
    kind: str,
    request: pytest.FixtureRequest,
    house: House,
    quick_disk: Path,
    record_property: Callable[[str, object], None],
) -> Stage:
    """Where the story plays."""
    if kind == "cluster":
        kafka = request.getfixturevalue("kafka")
        record_property("broker", kafka.described)
        at_hand = ClusterStage(
            request.getfixturevalue("database"), own_topics(kafka.bootstrap), house.organisation
        )
        await at_hand.prepare(house.files, MORNING)
        return at_hand
    if kind == "memory":
        return EmbeddedStage("memory:", house)
    shutil.copy(house.empty, quick_disk / "crisis.db")
    return EmbeddedStage(quick_disk / "crisis.db", house)


@pytest.fixture
async def story(stage: Stage, house: House) -> AsyncIterator[Story]:
    """A story in the example house, on each runtime; its end checks every guarantee."""
    clock = StoryClock(MORNING)
    channels = fake_channels(house.organisation, clock)
    async with Story(stage=stage, clock=clock, channels=channels, zone=PARIS) as told:
        yield told
