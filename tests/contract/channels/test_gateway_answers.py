"""What gateways answer and tell later, and what becomes of each message then."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.channels import open_channel
from crisis.channels.gateway import GatewayChannel
from crisis.channels.gateway_callback import CallbackRefused, CallbackRequest, read_callback
from crisis.proof.phone import Phone, PhoneFault
from tests.contract.channels.conftest import NOON, SOON, Make, StillClock

CALL_BACK = "https://crisis.example.org/receipts/sms"


def channel_to(phone: Phone, **changes: Any) -> GatewayChannel:
    """A gateway channel that sends to this phone and is called back."""
    settings = {**phone.settings(CALL_BACK), **SOON, **changes}
    channel = open_channel("sms", "gateway", settings, phone.secrets(), StillClock())
    assert isinstance(channel, GatewayChannel)
    return channel


@pytest.mark.parametrize(
    ("fault", "state", "temporary", "says"),
    [
        ("no_such_number", "failed", False, "answered 400"),
        ("come_back_later", "failed", True, "answered 503"),
        ("busy", "failed", True, "answered 429 and asks to wait 7 s"),
        ("elsewhere", "failed", False, "answered 302"),
        ("silent", "unknown", False, "did not answer"),
        ("drop", "unknown", False, "did not answer"),
        ("babble", "sent", False, ""),
    ],
)
async def test_each_answer_means_what_it_says(
    make: Make, fault: PhoneFault, state: str, temporary: bool, says: str
) -> None:
    """Status codes tell temporary from permanent; redirects are not followed, sizes are capped."""
    async with Phone() as phone:
        phone.faults["+33600000001"] = fault
        channel = channel_to(phone)
        [receipt] = await channel.send([make("+33600000001")])
        assert (receipt.state, receipt.temporary) == (state, temporary)
        assert says in receipt.reason
        assert phone.followed == 0
        await channel.close()


async def test_the_message_arrives_as_the_settings_describe(make: Make) -> None:
    """Each placeholder is filled; what a delivery does not have is left out."""
    async with Phone() as phone:
        channel = channel_to(phone, words={"language": {"fr": "fr-FR"}})
        link = "https://crisis.example.org/a/x?y=1&z=2"
        await channel.send([make("+33600000001", ack_url=link), make("+33600000002")])
        first, second = sorted(phone.received, key=lambda call: call.address)
        assert (first.language, first.ack_url, first.callback_url) == ("fr-FR", link, CALL_BACK)
        assert second.ack_url == ""
        assert first.text == make("+33600000001").short
        await channel.close()


@pytest.mark.parametrize(("state", "expected"), [("delivered", "delivered"), ("failed", "failed")])
async def test_a_call_back_is_matched(make: Make, state: str, expected: str) -> None:
    """A provider's later word comes back as a receipt with our id and its own."""
    async with Phone() as phone:
        channel = channel_to(phone)
        [receipt] = await channel.send([make("+33600000001")])
        headers, body = phone.receipt(phone.received[0], state)
        request = CallbackRequest(target="/receipts/sms", headers=headers, body=body)
        read = read_callback(channel.settings, channel.secrets, request, NOON)
        assert not isinstance(read, CallbackRefused)
        [later] = read
        assert later.state == expected
        assert later.delivery_id == receipt.delivery_id
        assert later.provider_ref == receipt.provider_ref
        assert channel.abilities.confirms
        await channel.close()


async def test_a_forged_call_back_is_refused(make: Make) -> None:
    """Nobody but the provider can say that a message was delivered."""
    async with Phone() as phone:
        channel = channel_to(phone)
        await channel.send([make("+33600000001")])
        headers, body = phone.receipt(phone.received[0], "delivered")
        for forged in (
            CallbackRequest(target="/", headers=headers, body=body + b" "),
            CallbackRequest(target="/", headers={}, body=body),
            CallbackRequest(target="/", headers={"x-signature": "é"}, body=body),
        ):
            read = read_callback(channel.settings, channel.secrets, forged, NOON)
            assert isinstance(read, CallbackRefused)
            assert read.status == 403
        await channel.close()


async def test_a_repeat_is_recognised_where_the_gateway_can(make: Make) -> None:
    """An idempotency header makes a gateway repeat-safe; without one it is not."""
    async with Phone() as phone:
        plain, marked = channel_to(phone), channel_to(phone, idempotency_header="Idempotency-Key")
        assert not plain.abilities.repeat_safe
        assert marked.abilities.repeat_safe
        [receipt] = await marked.send([make("+33600000001")])
        assert receipt.state == "sent"
        await plain.close()
        await marked.close()
