"""How what waits is divided among the connections of a channel."""

from __future__ import annotations

import asyncio

from tests.unit.dispatch.world import FakeChannel, World, a_message, quiet, someone, until


async def test_the_first_mail_does_not_wait_for_the_others() -> None:
    """Connections that are free share what waits; the first has written before the next composes.

    Later ones take all that they may: what has begun needs no haste.
    """
    people = [someone(f"p{number}") for number in range(8)]
    mail = FakeChannel("email", connections=4, depth=8, gate=asyncio.Event())
    world = World(mail, people=people)
    world.release(a_message(), *(one.id for one in people))
    async with world.running() as dispatcher:
        await until(lambda: sum(mail.batches) == 8)
        assert mail.batches == [2, 6]
        assert mail.gate
        mail.gate.set()
        await quiet(dispatcher)
    assert len(set(mail.reached())) == 8
