"""The timeline topic, read as other systems read it, and held against the journal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from jsonschema import Draft7Validator

from crisis.codec.cloudevents import HEADERS
from crisis.ports import Recorded
from tests.house.source import ROOT

Message: TypeAlias = ConsumerRecord[bytes, bytes]


@cache
def messages() -> Any:
    """Type -> how its whole message must look."""
    document = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
    shared = document["components"]
    return {
        name: Draft7Validator({**one["payload"], "components": shared})
        for name, one in shared["messages"].items()
    }


async def read(
    bootstrap: str, topic: str, begin: Mapping[TopicPartition, int] | None = None
) -> list[Message]:
    """All that stands in a topic from there on, each partition in its order."""
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        for tp, offset in (begin or {}).items():
            consumer.seek(tp, offset)
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Message] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            batch = await asyncio.wait_for(consumer.getmany(timeout_ms=1000), 10)
            found += [one for records in batch.values() for one in records]
        return found


def is_as_documented(records: Iterable[Message]) -> None:
    """Each message is what the document for other systems says."""
    for one in records:
        event = json.loads(one.value or b"")
        messages()[event["type"]].validate(event)
        assert list(one.headers) == HEADERS, event
        assert (one.key or b"").decode() == event["subject"], event


def is_the_journal(records: Iterable[Message], rows: Sequence[Recorded]) -> None:
    """Repeats dropped, each key has its stream, whole and in order."""
    of_key: dict[str, dict[str, str]] = {}
    for one in records:
        event = json.loads(one.value or b"")
        of_key.setdefault((one.key or b"").decode(), {}).setdefault(event["id"], event["sequence"])
    expected: dict[str, list[str]] = {}
    for row in rows:
        expected.setdefault(row.stream_id, []).append(f"{row.stream}/{row.stream_id}/{row.seq}")
    for key in sorted(expected.keys() | of_key.keys()):
        told = list(of_key.get(key, {}))
        stands = expected.get(key, [])
        assert told == stands, f"{key}: {len(told)} events told, {len(stands)} in the journal"
    assert all(sorted(ids.values()) == list(ids.values()) for ids in of_key.values()), "the order"
