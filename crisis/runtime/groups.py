"""What a group of readers says of itself: who reads what, and how far it has read.

The store decides where anybody goes on. The group is never ahead of it by more than a message that
was broken off, so its word is good for counting what waits, and for nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import GroupCoordinatorNotAvailableError

Place = tuple[str, int]
"""A topic and one of its partitions."""


async def read_up_to(bootstrap: str, group: str) -> Mapping[Place, int]:
    """Topic and partition -> the last offset that the group has read; empty where it is unknown.

    Raises KafkaError and OSError.
    """
    async with _asked(bootstrap) as admin:
        found = await admin.list_consumer_group_offsets(group)
    return {
        (place.topic, place.partition): following.offset - 1
        for place, following in found.items()
        if following.offset >= 0
    }


async def readers(bootstrap: str, group: str) -> Mapping[str, frozenset[Place]] | None:
    """Client id -> what the members of that name read; None while partitions change hands.

    Raises KafkaError and OSError.
    """
    async with _asked(bootstrap) as admin:
        try:
            [answer] = await admin.describe_consumer_groups([group])
        except GroupCoordinatorNotAvailableError:  # nobody has ever joined any group
            return {}
    [(_, _, state, _, _, members, *_)] = answer.groups
    if "Rebalance" in state:
        return None
    found: dict[str, frozenset[Place]] = {}
    for _, client, _, _, assigned in members:
        read = ConsumerProtocolMemberAssignment.decode(assigned).partitions()
        places = frozenset((one.topic, one.partition) for one in read)
        found[client] = found.get(client, frozenset()) | places
    return found


@asynccontextmanager
async def _asked(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
