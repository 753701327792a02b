"""What every channel promises, whatever the server at the other end does."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
import structlog

from crisis.ports import Channel, Outgoing, Receipt
from tests.contract.channels.conftest import NOON, Make, Rig

HOUR = timedelta(hours=1)


async def in_batches(channel: Channel, deliveries: Sequence[Outgoing]) -> dict[str, Receipt]:
    """Send as a dispatcher does, never more than ``depth`` at once; one receipt each."""
    receipts: list[Receipt] = []
    depth = channel.abilities.depth
    for start in range(0, len(deliveries), depth):
        receipts += await channel.send(deliveries[start : start + depth])
    assert sorted(r.delivery_id for r in receipts) == sorted(d.delivery_id for d in deliveries)
    return {receipt.delivery_id: receipt for receipt in receipts}


async def test_what_is_sent_arrives_once(rig: Rig, make: Make) -> None:
    """A recipient gets a given delivery once (G2), and the receipt says sent."""
    names = [f"person{number}" for number in range(10)]
    receipts = await in_batches(rig.channel, [make(rig.address(name)) for name in names])
    assert {receipt.state for receipt in receipts.values()} == {"sent"}
    assert all(receipt.provider_ref for receipt in receipts.values())
    assert [len(rig.arrived(name)) for name in names] == [1] * 10


async def test_what_is_another_s_by_now_is_kept_back(rig: Rig, make: Make) -> None:
    """G2: a dispatcher that stood still past its lease hands over nothing more on waking."""
    names = [f"person{number}" for number in range(4)]
    untils = [NOON, NOON + HOUR, NOON - HOUR, None]
    batch = [
        make(rig.address(name), until=until) for name, until in zip(names, untils, strict=True)
    ]
    receipts = await in_batches(rig.channel, batch)
    states = [receipts[one.delivery_id].state for one in batch]
    assert states == ["untried", "sent", "untried", "sent"]
    assert [len(rig.arrived(name)) for name in names] == [0, 1, 0, 1]


async def test_failures_are_told_apart(rig: Rig, make: Make) -> None:
    """Permanent failures go to the next channel at once, temporary ones are tried again."""
    refused = make(rig.fault("anna", rig.refused))
    later = make(rig.fault("bruno", rig.later))
    receipts = await in_batches(rig.channel, [refused, later])
    assert (receipts[refused.delivery_id].state, receipts[refused.delivery_id].temporary) == (
        "failed",
        False,
    )
    assert (receipts[later.delivery_id].state, receipts[later.delivery_id].temporary) == (
        "failed",
        True,
    )
    assert all(receipt.reason for receipt in receipts.values())


@pytest.mark.parametrize("how", ["silent", "dropped"])
async def test_silence_after_handing_over_is_unknown(rig: Rig, make: Make, how: str) -> None:
    """What left without an answer is said to be unknown, never sent nor failed."""
    name = rig.fault("carla", getattr(rig, how))
    receipts = await rig.channel.send([make(name)])
    assert [receipt.state for receipt in receipts] == ["unknown"]
    assert len(rig.arrived("carla")) == 1


@pytest.mark.parametrize("fault", ["refused", "later", "dropped", "silent"])
@pytest.mark.parametrize("place", [0, 1, 3])
async def test_one_bad_address_never_stops_the_rest(
    rig: Rig, make: Make, fault: str, place: int
) -> None:
    """One poisoned recipient address costs nobody else their message (G13)."""
    batch = [make(rig.address(f"person{number}")) for number in range(3)]
    batch.insert(place, make(rig.fault("poison", getattr(rig, fault))))
    receipts = await in_batches(rig.channel, batch)
    poisoned = receipts.pop(batch[place].delivery_id)
    assert poisoned.state in {"failed", "unknown"}
    assert {receipt.state for receipt in receipts.values()} == {"sent"}
    assert [len(rig.arrived(f"person{number}")) for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    "address", ["", " ", ".", "..", "a\r\nRCPT TO:<eve@example.net>", "x" * 3000, "\ud800", "\x00"]
)
async def test_what_is_no_address_gets_a_receipt(rig: Rig, make: Make, address: str) -> None:
    """An address that is none never breaks a batch: it gets its receipt, the others their mail."""
    bad = make(address, delivery_id="bad.address")
    good = make(rig.address("gina"))
    receipts = await in_batches(rig.channel, [bad, good])
    assert receipts[good.delivery_id].state == "sent"
    assert receipts[bad.delivery_id].state in {"failed", "sent"}
    assert not rig.arrived("eve")


async def test_an_empty_batch_and_two_closes_are_fine(rig: Rig) -> None:
    """Nothing to do is done without a server; closing twice does no harm."""
    assert await rig.channel.send([]) == []
    await rig.channel.close()
    await rig.channel.close()


async def test_a_server_that_is_down_is_temporary_and_comes_back(rig: Rig, make: Make) -> None:
    """While a server is away nothing is lost, and the channel needs no restart (G13)."""
    batch = [make(rig.address(f"person{number}")) for number in range(4)]
    await rig.channel.send(batch[:1])
    await rig.stop()
    receipts = await rig.channel.send(batch[1:])
    assert [(r.state, r.temporary) for r in receipts] == [("failed", True)] * 3
    await rig.start()
    receipts = await rig.channel.send(batch[1:])
    assert [receipt.state for receipt in receipts] == ["sent"] * 3


async def test_a_dead_server_costs_its_time_out_and_no_more(rig: Rig, make: Make) -> None:
    """A server that takes connections and says nothing never holds a batch for long (G13)."""
    await rig.stop()
    port = rig.server_port()
    held: list[asyncio.StreamWriter] = []
    hole = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", port)
    began = time.monotonic()
    receipts = await rig.channel.send([make(rig.address(f"person{n}")) for n in range(4)])
    assert time.monotonic() - began < 2
    hole.close()
    for writer in held:
        writer.close()
    assert {receipt.state for receipt in receipts} <= {"failed", "unknown"}
    assert all(receipt.temporary for receipt in receipts if receipt.state == "failed")


async def test_in_flight_is_bounded(rig: Rig, make: Make) -> None:
    """Never more in flight than connections times depth, however many ask at once."""
    abilities = rig.channel.abilities
    batches = [
        [make(rig.address(f"p{batch}x{place}")) for place in range(abilities.depth)]
        for batch in range(12)
    ]
    receipts = await asyncio.gather(*(rig.channel.send(batch) for batch in batches))
    assert {receipt.state for each in receipts for receipt in each} == {"sent"}
    assert rig.most_at_once() <= abilities.connections * abilities.depth


async def test_every_attempt_has_the_same_identity(rig: Rig, make: Make) -> None:
    """A repeat carries the same delivery id, by which it is known to be one (G2)."""
    delivery = make(rig.address("hugo"))
    await rig.channel.send([delivery])
    await rig.channel.send([delivery])
    first, second = rig.arrived("hugo")
    assert first == second
    assert delivery.delivery_id in first


async def test_a_cancelled_send_leaves_a_channel_that_works(rig: Rig, make: Make) -> None:
    """Stopping in the middle drops the connection it was on, and nothing else."""
    stuck = asyncio.create_task(rig.channel.send([make(rig.fault("ines", rig.silent))]))
    for _ in range(200):
        await asyncio.sleep(0.01)
        if rig.arrived("ines"):
            break
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    receipts = await rig.channel.send([make(rig.address("jean"))])
    assert [receipt.state for receipt in receipts] == ["sent"]


async def test_nothing_personal_is_logged_or_given_as_a_reason(
    rig: Rig, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """Addresses and personal links stay out of logs and of the ledger's reasons."""
    caplog.set_level(logging.DEBUG)
    faults = ("refused", "later", "dropped", "silent")
    batch = [
        make(rig.fault(f"private{place}", getattr(rig, fault)), ack_url="https://x.org/a/tok3n")
        for place, fault in enumerate(faults)
    ]
    with structlog.testing.capture_logs() as logged:
        receipts = list((await in_batches(rig.channel, batch)).values())
        await rig.stop()
        receipts += await rig.channel.send(batch)
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    said = repr((logged, ours, [receipt.reason for receipt in receipts]))
    assert "tok3n" not in said
    for delivery in batch:
        assert delivery.address not in said
        assert "private" not in said
