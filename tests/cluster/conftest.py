"""A site for the tests of this folder: topics and a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from crisis.ports import Store
from crisis.store import open_store
from tests.cluster.broker import Kafka
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
