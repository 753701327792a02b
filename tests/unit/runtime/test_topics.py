"""What a broker is told of each topic, and what is said where it has something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crisis.runtime.differences import Difference, Standing, compare
from crisis.runtime.topics import REPORTS, TIMELINE, TOPICS, Topic, copies_on


def standing(topic: Topic, copies: int = 1) -> Standing:
    """The topic exactly as it is declared."""
    return Standing(partitions=topic.partitions, copies=copies, settings=topic.settings(copies))


def against(topic: Topic, there: Standing, *, brokers: int = 1) -> list[Difference]:
    """What is said of one topic."""
    return compare([topic], {topic.name: there}, brokers=brokers)


@pytest.mark.parametrize(("brokers", "copies"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_copies_are_one_a_broker_and_three_at_most(brokers: int, copies: int) -> None:
    """A cluster of one works; more than three copies are never asked for."""
    assert copies_on(brokers) == copies


def test_names_are_versioned_and_stay() -> None:
    """What is on a broker already is found again by the same name: these do not change."""
    assert [topic.name for topic in TOPICS] == [
        "crisis.reports.v1",
        "crisis.commands.v1",
        "crisis.receipts.v1",
        "crisis.timeline.v1",
        "crisis.dead-letters.v1",
        "crisis.duty.v1",
    ]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.family)
def test_an_acknowledged_message_is_on_a_disk_or_on_two_machines(topic: Topic) -> None:
    """G1: with less than three copies the only copy is flushed; with three, two acknowledge."""
    for copies in (1, 2):
        assert (topic.settings(copies).get("flush.messages") == "1") == (topic != TIMELINE)
        assert topic.settings(copies)["min.insync.replicas"] == "1"
    assert topic.settings(3)["min.insync.replicas"] == "2"
    assert "flush.messages" not in topic.settings(3)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.family)
def test_prose_goes_when_it_is_said_to(topic: Topic) -> None:
    """Every topic has an end, by age alone, and drops what is over at least once a day."""
    told = topic.settings(1)
    assert 0 < int(told["retention.ms"]) <= 30 * 86_400_000
    assert int(told["segment.ms"]) <= 86_400_000
    assert told["retention.bytes"] == "-1"
    assert told["cleanup.policy"] == "delete"


@pytest.mark.parametrize("brokers", [1, 2, 3, 5])
def test_what_is_as_declared_is_no_finding(brokers: int) -> None:
    """Topics that were made for so many brokers are in order there; settings beside ours too."""
    copies = copies_on(brokers)
    found = {topic.name: standing(topic, copies) for topic in TOPICS}
    found[REPORTS.name] = replace(
        found[REPORTS.name],
        settings={**REPORTS.settings(copies), "max.message.bytes": "2000000"},
    )
    assert compare(TOPICS, found, brokers=brokers) == []


def test_a_missing_topic_is_named_with_the_command() -> None:
    """Nothing is there: each topic is named once, and the command that makes it."""
    differences = compare(TOPICS, {}, brokers=1)
    assert [(one.topic, one.rule) for one in differences] == [
        (topic.name, "missing") for topic in TOPICS
    ]
    assert "crisis topics apply" in differences[0].fix["en"]


def test_fewer_partitions_are_an_error_and_more_a_warning() -> None:
    """With fewer, workers stand idle; more work, but the order of what came before is not sure."""
    [fewer] = against(REPORTS, replace(standing(REPORTS), partitions=4))
    assert (fewer.rule, fewer.severity) == ("partitions", "error")
    assert fewer.what["fr"] == "4 partition(s) au lieu de 12"
    assert "let the workers finish" in fewer.fix["en"]
    assert "--topic crisis.reports.v1 --partitions 12" in fewer.fix["en"]
    [more] = against(REPORTS, replace(standing(REPORTS), partitions=24))
    assert (more.rule, more.severity) == ("partitions", "warning")


def test_a_cluster_that_grew_wants_more_copies() -> None:
    """Made on one broker, compared on three: only the copies differ, and the flush stays right."""
    [one] = against(REPORTS, standing(REPORTS), brokers=3)
    assert one.rule == "copies"
    assert one.what["en"] == "1 copy or copies, not 3"
    lost = replace(standing(REPORTS), settings={**REPORTS.settings(1), "flush.messages": "9"})
    assert [one.rule for one in against(REPORTS, lost, brokers=3)] == ["copies", "flush.messages"]


def test_more_copies_than_brokers_now_is_no_finding() -> None:
    """A broker is away: the topic has its copies, and is not asked to have fewer."""
    assert against(REPORTS, standing(REPORTS, 3), brokers=2) == []


def test_a_partition_that_nobody_serves_is_an_error() -> None:
    """What has no leader takes no report: its partitions are named."""
    [one] = against(REPORTS, replace(standing(REPORTS), leaderless=(3, 7)))
    assert one.rule == "no-leader"
    assert "3, 7" in one.what["fr"]
    assert "--describe --topic crisis.reports.v1" in one.fix["fr"]


@pytest.mark.parametrize("name", sorted(REPORTS.settings(1)))
def test_every_setting_that_differs_is_named_with_its_command(name: str) -> None:
    """Whatever the broker was told instead, or has by default, is named, and how to change it."""
    value = REPORTS.settings(1)[name]
    there = {**REPORTS.settings(1), name: "another"}
    [one] = against(REPORTS, replace(standing(REPORTS), settings=there))
    assert one.rule == name
    assert one.what["en"] == f"{name} is another, not {value}"
    assert f"--entity-name crisis.reports.v1 --add-config {name}={value}" in one.fix["en"]
