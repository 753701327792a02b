"""Who reads what of a group: asked of the broker, as an operator does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import GroupCoordinatorNotAvailableError

Held = Mapping[str, frozenset[tuple[str, int]]]
"""Client id of a member -> topic and partition of what it reads."""


async def held(admin: AIOKafkaAdminClient, group: str) -> Held:
    """What each member of a group reads; empty while the group is not settled."""
    try:
        [answer] = await admin.describe_consumer_groups([group])
    except GroupCoordinatorNotAvailableError:  # nobody has ever joined any group
        return {}
    [(_, _, state, _, _, members, *_)] = answer.groups
    if state != "Stable":
        return {}
    return {
        client: frozenset(
            (one.topic, one.partition)
            for one in ConsumerProtocolMemberAssignment.decode(assigned).partitions()
        )
        for _, client, _, _, assigned in members
    }


async def settled(admin: AIOKafkaAdminClient, group: str, members: int) -> Held:
    """Wait until so many members share what there is, each with something."""
    while True:
        found = await held(admin, group)
        if len(found) == members and all(found.values()):
            return found
        await asyncio.sleep(0.1)
