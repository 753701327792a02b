"""The topics on a broker: read, held against :mod:`crisis.runtime.topics`, made where missing.

What stands already is never changed: a setting of somebody's own may have its reason, and a change
of partitions moves the messages of an incident. Each difference is named, with what to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from crisis.runtime.access import reached_at, refusal_at
from crisis.runtime.differences import Difference, Standing, compare, not_created
from crisis.runtime.topics import Topic, copies_on

_ANSWERED_WITHIN_S = 20
"""For all that a command asks of a broker: a person waits for it."""
_LOOKS, _LOOKED_EVERY_S = 50, 0.1
"""How long new topics may take until they have leaders, and every broker knows them."""


class NoBroker(Exception):  # noqa: N818 - what is the case, not a slip of ours
    """Nothing answers as Kafka at that address, or not in time; nothing is known of the topics."""

    def __init__(self, bootstrap: str, error: BaseException) -> None:
        super().__init__(f"{bootstrap}: {type(error).__name__}")
        self.reason = type(error).__name__


class BrokerRefused(Exception):  # noqa: N818 - its answer
    """The broker will not say, or do, what was asked; the message is in its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was made, and what is not as it is declared."""

    cluster_id: str
    brokers: int
    created: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


async def check(bootstrap: str, wanted: Sequence[Topic]) -> Outcome:
    """Compare the topics of a cluster with those that are declared; change nothing.

    Raises :class:`NoBroker`, :class:`BrokerRefused`, and ``AccessRefused`` where we are not let in.
    """
    async with _asked(bootstrap) as admin:
        return await _compared(admin, wanted)


async def apply(bootstrap: str, wanted: Sequence[Topic]) -> Outcome:
    """Make the topics that are missing, leave the others as they are, and compare them all.

    May be run by several at once, and again. Raises as :func:`check`; what a broker would not
    create is among the differences.
    """
    async with _asked(bootstrap) as admin:
        brokers = len((await _answer(admin.describe_cluster))["brokers"])
        there = await _described(admin)
        missing = [topic for topic in wanted if topic.name not in there]
        created, refused = await _create(admin, missing, copies_on(brokers))
        at_hand = [one for one in wanted if one.name not in refused]
        outcome = await _compared(admin, at_hand)
        for _ in range(_LOOKS):
            if not any(one.rule in {"missing", "no-leader"} for one in outcome.differences):
                break  # every broker that was asked knows them by now
            await asyncio.sleep(_LOOKED_EVERY_S)
            outcome = await _compared(admin, at_hand)
    return replace(outcome, created=created, differences=(*refused.values(), *outcome.differences))


async def partitions_of(bootstrap: str, topic: str) -> int:
    """How many partitions a topic has; raises as :func:`check`, also where it is not there."""
    async with _asked(bootstrap) as admin:
        there = await _described(admin)
    if topic not in there:
        raise BrokerRefused(f"{topic}: crisis topics apply")
    return len(there[topic])


@contextmanager
def in_our_words(bootstrap: str) -> Iterator[None]:
    """Whatever goes wrong with a broker is :class:`NoBroker` or :class:`BrokerRefused`."""
    try:
        yield
    except (TimeoutError, OSError, KafkaConnectionError) as error:
        raise NoBroker(bootstrap, error) from error
    except KafkaError as error:
        raise BrokerRefused(str(error)) from error


@asynccontextmanager
async def _asked(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connection for a few questions; everything that goes wrong with it is one of ours."""
    admin = AIOKafkaAdminClient(
        **reached_at(bootstrap), client_id="crisis-topics", request_timeout_ms=10_000
    )
    try:
        with in_our_words(bootstrap):
            async with asyncio.timeout(_ANSWERED_WITHIN_S):
                try:
                    await admin.start()
                except KafkaConnectionError:
                    if (refusal := await refusal_at(bootstrap)) is not None:
                        raise refusal from None
                    raise
                yield admin
    finally:
        await admin.close()


async def _answer(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until somebody answers: aiokafka asks a broker at random, also one that has just died.

    The time that :func:`_asked` gives ends it.
    """
    while True:
        try:
            return await ask()
        except KafkaError as error:
            if not error.retriable:
                raise
            await asyncio.sleep(_LOOKED_EVERY_S)


async def _compared(admin: AIOKafkaAdminClient, wanted: Sequence[Topic]) -> Outcome:
    cluster = await _answer(admin.describe_cluster)
    brokers = len(cluster["brokers"])
    there = await _described(admin)
    settings = await _settings(admin, [one.name for one in wanted if one.name in there])
    standing = {name: _standing(there[name], kept) for name, kept in settings.items()}
    return Outcome(
        cluster_id=cluster["cluster_id"],
        brokers=brokers,
        differences=tuple(compare(wanted, standing, brokers=brokers)),
    )


async def _described(admin: AIOKafkaAdminClient) -> dict[str, list[Any]]:
    """Partitions by topic. All are asked for: a broker may make a topic that is asked for by name.

    (aiokafka's request by name allows it to, and brokers do unless told otherwise.)
    """
    topics = await _answer(admin.describe_topics)
    return {one["topic"]: one["partitions"] for one in topics if not one["error_code"]}


async def _settings(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> dict[str, Mapping[str, str]]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    if not asked:
        return {}
    [answer] = await _answer(lambda: admin.describe_configs(asked))
    found: dict[str, Mapping[str, str]] = {}
    for code, message, _, name, entries in answer.resources:
        if code == UnknownTopicOrPartitionError.errno:
            continue  # this broker has not heard of it yet
        if code:
            raise BrokerRefused(f"{name}: {for_code(code).__name__}: {message}")
        found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def _standing(partitions: Sequence[Any], settings: Mapping[str, str]) -> Standing:
    return Standing(
        partitions=len(partitions),
        copies=min(len(one["replicas"]) for one in partitions),
        leaderless=tuple(sorted(one["partition"] for one in partitions if one["leader"] < 0)),
        settings=settings,
    )


async def _create(
    admin: AIOKafkaAdminClient, missing: Sequence[Topic], copies: int
) -> tuple[tuple[str, ...], dict[str, Difference]]:
    """Make them: what was made, and what was refused. aiokafka raises nothing: the answer tells."""
    if not missing:
        return (), {}
    wanted = [
        NewTopic(one.name, one.partitions, copies, topic_configs=one.settings(copies))
        for one in missing
    ]
    answer = await _answer(lambda: admin.create_topics(wanted))
    by_name = {topic.name: topic for topic in missing}
    created, refused = [], {}
    for name, code, message in answer.topic_errors:
        if not code:
            created.append(name)
        elif code != TopicAlreadyExistsError.errno:  # then somebody else was faster
            said = f"{for_code(code).__name__}: {message}"
            refused[name] = not_created(by_name[name], said)
    return tuple(created), refused
