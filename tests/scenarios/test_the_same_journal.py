"""One story, told in one process and on a cluster: the journal of the incident is the same."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.scenario import Story
from crisis.proof.stage import Stage
from tests.cluster.broker import Kafka
from tests.cluster.together import ClusterStage, own_topics
from tests.crash.lives import a_flood
from tests.scenarios.conftest import MORNING, PARIS, EmbeddedStage, House

Told = tuple[datetime, str, str, Any]
"""When, what, by which command, and the rest of an event."""


async def told(stage: Stage, house: House) -> list[Told]:
    """Tell the flood; give the journal of its incident."""
    clock = StoryClock(MORNING)
    channels = fake_channels(house.organisation, clock)
    async with Story(stage=stage, clock=clock, channels=channels, zone=PARIS) as story:
        await a_flood(story)
        with story.runtime.store.read() as view:
            recorded = view.events("incident", story.incident_id)
    return [
        (one.at, one.type, one.command_id, without_lots(json.loads(one.text))) for one in recorded
    ]


def without_lots(found: Any) -> Any:
    """The same without what is drawn by lot: the ids under which a person's prose is kept."""
    if isinstance(found, dict):
        return {name: without_lots(value) for name, value in found.items()
                if not (name == "id" and "digest" in found)}  # fmt: skip
    if isinstance(found, list):
        return [without_lots(one) for one in found]
    return found


def decided(journal: list[Told]) -> list[Told]:
    """What people and the clock asked for, in order."""
    return [one for one in journal if not one[2].endswith("/sent")]


def noted(journal: list[Told]) -> list[Told]:
    """What the ledger told, which tells of each message as its channels answer, in any order."""
    return sorted((one for one in journal if one[2].endswith("/sent")), key=lambda one: one[2])


@pytest.mark.kafka
async def test_a_cluster_tells_the_story_as_one_process_does(
    house: House, kafka: Kafka, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G11: the same commands at the same times are the same events, whoever decides them where."""
    monkeypatch.setattr("secrets.token_hex", lambda size: "5a" * size)  # the salt of prose
    alone = await told(EmbeddedStage("memory:", house), house)
    cluster = ClusterStage(database, own_topics(kafka.bootstrap), house.organisation)
    await cluster.prepare(house.files, MORNING)
    together = await told(cluster, house)
    assert decided(together) == decided(alone)
    assert noted(together) == noted(alone)
