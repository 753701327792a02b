"""The topics on a real broker: made once, never changed, and every difference named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.runtime import topics
from crisis.runtime.provision import NoBroker, apply, check
from crisis.runtime.topics import TOPICS, Topic
from tests.cluster.broker import Kafka

pytestmark = pytest.mark.kafka


@pytest.fixture
def wanted() -> Sequence[Topic]:
    """The topics under names that no other test has."""
    here = uuid4().hex[:8]
    return [replace(topic, family=f"trial-{here}-{topic.family}") for topic in TOPICS]


@pytest.fixture
async def admin(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    """Somebody else who makes and changes topics."""
    client = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await client.start()
    yield client
    await client.close()


async def test_what_is_made_is_in_order(kafka: Kafka, wanted: Sequence[Topic]) -> None:
    """All are missing, then all are made; a second time nothing is left to do."""
    before = await check(kafka.bootstrap, wanted)
    assert {one.rule for one in before.differences} == {"missing"}
    made = await apply(kafka.bootstrap, wanted)
    assert set(made.created) == {topic.name for topic in wanted}
    assert made.differences == ()
    again = await apply(kafka.bootstrap, wanted)
    assert (again.created, again.differences) == ((), ())
    assert again.cluster_id == before.cluster_id != ""


async def test_check_makes_nothing(
    kafka: Kafka, wanted: Sequence[Topic], admin: AIOKafkaAdminClient
) -> None:
    """To compare is not to create, also where a broker makes topics that are asked for."""
    await check(kafka.bootstrap, wanted)
    assert not {topic.name for topic in wanted} & set(await admin.list_topics())


async def test_what_stands_is_named_and_not_changed(
    kafka: Kafka, wanted: Sequence[Topic], admin: AIOKafkaAdminClient
) -> None:
    """A topic of somebody's own making keeps its partitions and settings; each is a finding."""
    reports, commands, *_ = wanted
    await admin.create_topics(
        [
            NewTopic(reports.name, 3, 1, topic_configs={"retention.ms": "60000"}),
            NewTopic(commands.name, 30, 1, topic_configs=commands.settings(1)),
        ]
    )
    outcome = await apply(kafka.bootstrap, wanted)
    assert set(outcome.created) == {one.name for one in wanted[2:]}
    found = {(one.topic, one.rule): one.severity for one in outcome.differences}
    assert found[reports.name, "partitions"] == "error"
    assert found[reports.name, "retention.ms"] == "error"
    assert found[reports.name, "segment.ms"] == "error"
    assert found[reports.name, "flush.messages"] == "error"
    assert found[commands.name, "partitions"] == "warning"
    assert (await check(kafka.bootstrap, wanted)).differences == outcome.differences
    described = await admin.describe_topics()
    counted = {one["topic"]: len(one["partitions"]) for one in described}
    assert (counted[reports.name], counted[commands.name]) == (3, 30)


async def test_two_at_once_make_each_topic_once(kafka: Kafka, wanted: Sequence[Topic]) -> None:
    """Several machines start together: one of them makes a topic, and neither fails."""
    one, other = await asyncio.gather(*(apply(kafka.bootstrap, wanted) for _ in range(2)))
    assert sorted((*one.created, *other.created)) == sorted(topic.name for topic in wanted)
    assert one.differences == other.differences == ()


async def test_what_the_broker_refuses_is_in_its_words(
    kafka: Kafka, wanted: Sequence[Topic]
) -> None:
    """One topic cannot be made: the others are, and the broker's reason is told."""
    reports, commands, *_ = wanted
    wrong = replace(reports, partitions=0)
    outcome = await apply(kafka.bootstrap, [wrong, commands])
    assert outcome.created == (commands.name,)
    [one] = outcome.differences
    assert (one.topic, one.rule) == (reports.name, "not-created")
    assert "Number of partitions" in one.what["en"]


async def test_where_nothing_answers_it_is_said() -> None:
    """No broker at that address: it is named, at once."""
    with pytest.raises(NoBroker, match=r"127\.0\.0\.1:1"):
        await check("127.0.0.1:1", TOPICS)


def test_the_command_line_makes_and_compares(
    kafka: Kafka, wanted: Sequence[Topic], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`crisis topics check` exits with 1 until `crisis topics apply` has made them."""
    monkeypatch.setattr(topics, "TOPICS", tuple(wanted))
    at = ("--bootstrap", kafka.bootstrap)
    before = CliRunner().invoke(app, ["topics", "check", *at, "--json"])
    assert (before.exit_code, json.loads(before.stdout)["errors"]) == (1, len(wanted))
    made = CliRunner().invoke(app, ["topics", "apply", *at])
    assert made.exit_code == 0, made.output
    assert all(topic.name in made.stdout for topic in wanted)
    after = CliRunner().invoke(
        app, ["topics", "check", "--json"], env={"CRISIS_KAFKA_BOOTSTRAP": kafka.bootstrap}
    )
    assert after.exit_code == 0, after.output
    assert json.loads(after.stdout)["findings"] == []
