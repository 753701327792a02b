"""The demo on real processes, one of which is killed: the same story, told to the end."""

from __future__ import annotations

import asyncio

import pytest

from crisis.cli.demo import once
from tests.cluster.broker import Kafka
from tests.demo.alike import differences
from tests.demo.cluster import play
from tests.demo.theatre import Cluster

SEED = 1


@pytest.mark.kafka
@pytest.mark.slow
def test_the_cluster_tells_the_story_that_one_process_tells(one_node: Kafka, database: str) -> None:
    """G1, G2, G5, G11: every key of the final object, whoever was killed in the middle."""
    cluster = Cluster(one_node.bootstrap, database)

    here = asyncio.run(once(SEED, silent_lead=False))
    there = asyncio.run(play(cluster, seed=SEED))

    assert differences(here, there) == []
    assert there.keys() - here.keys() == {"taken_over_in_s"}
    assert there["taken_over_in_s"] > 0
