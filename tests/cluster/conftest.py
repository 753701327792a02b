"""What the tests of this folder work with: a site, or a whole cluster as a user starts it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crisis.config import write_template
from crisis.ports import Store
from crisis.store import open_store
from tests.cluster.broker import Kafka
from tests.cluster.parts import Parts
from tests.cluster.site import CLOCK, Site
from tests.web.house import folder


@pytest.fixture
async def site(kafka: Kafka, database: str) -> Site:
    """An organisation, and nothing going on."""
    with closing(open_store(database)) as store:
        store.transact(
            [
                lambda unit: unit.add_configuration(folder(), at=CLOCK.now()),
                lambda unit: unit.set_clock_offset(CLOCK.offset),
            ]
        )
    site = Site(kafka, database)
    await site.make_topics()
    return site


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """What a door reads."""
    with closing(open_store(site.database)) as opened:
        yield opened


@pytest.fixture
def parts(one_node: Kafka, database: str, tmp_path: Path) -> Iterator[Parts]:
    """A cluster of its own with its topics, and nobody at work."""
    write_template(tmp_path / "org")
    (tmp_path / "home").mkdir()
    shutil.copytree(tmp_path / "org" / "secrets", tmp_path / "home" / "secrets")
    parts = Parts(tmp_path, one_node, database)
    applied = parts.run("topics", "apply")
    assert applied.returncode == 0, applied.stderr
    yield parts
    for one in parts.started:
        one.kill()
        one.wait(20)
