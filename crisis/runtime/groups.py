"""How far a group says that it has read: the brokers' word, where the store's cannot be had.

The store decides where anybody goes on. The group is never ahead of it by more than a message that
was broken off, so its word is good for counting what waits, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient


async def read_up_to(bootstrap: str, group: str) -> Mapping[tuple[str, int], int]:
    """Topic and partition -> the last offset that the group has read; empty where it is unknown.

    Raises KafkaError and OSError.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        found = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    return {
        (place.topic, place.partition): following.offset - 1
        for place, following in found.items()
        if following.offset >= 0
    }
