"""What gateways answer and tell later, and what becomes of each message then."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from crisis.channels import open_channel
from crisis.channels.gateway import GatewayChannel
from crisis.channels.gateway_callback import CallbackRefused, CallbackRequest, read_callback
from crisis.proof.phone import Phone, PhoneFault
from tests.contract.channels.conftest import NOON, SOON, Make, StillClock

CERTIFICATE = Path(__file__).with_name("loopback.pem")
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


async def test_a_gateway_that_says_in_the_body_whether_it_took_the_message(make: Make) -> None:
    """A 200 is not believed where the settings say that the body decides."""
    async with Phone() as phone:
        verdict = {"state": "/reference", "accepted": ["P000001"], "temporary": ["P000002"]}
        channel = channel_to(phone, verdict=verdict)
        receipts = [(await channel.send([make(f"+3360000000{number}")]))[0] for number in range(3)]
        assert [(each.state, each.temporary) for each in receipts] == [
            ("sent", False),
            ("failed", True),
            ("failed", False),
        ]
        assert receipts[2].reason == "the gateway refused the message (P000003)"
        await channel.close()
        elsewhere = channel_to(phone, verdict=verdict | {"state": "/result"})
        [receipt] = await elsewhere.send([make("+33600000004")])
        assert receipt.state == "unknown"
        await elsewhere.close()


async def test_a_certificate_that_is_not_trusted(make: Make) -> None:
    """Certificates are verified; nothing is said to a stranger."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context
    )
    port = server.sockets[0].getsockname()[1]
    async with Phone() as phone:
        channel = channel_to(phone, url=f"https://localhost:{port}/")
        [receipt] = await channel.send([make("+33600000001")])
        assert (receipt.state, receipt.temporary) == ("failed", True)
        assert "certificate that is not trusted" in receipt.reason
        await channel.close()
    server.close()


async def test_a_request_that_cannot_be_made_fails_alone(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of our own costs one delivery its message, said as such, and nobody else (G13)."""
    async with Phone() as phone:
        channel = channel_to(phone)
        monkeypatch.setattr("crisis.channels.gateway.compose", lambda *_: None)
        [receipt] = await channel.send([make("+33600000001")])
        assert (receipt.state, receipt.temporary) == ("failed", False)
        assert "see the log" in receipt.reason
        await channel.close()


async def test_the_phone_calls_back_over_http(make: Make) -> None:
    """What the phone sends over a real socket is what the reader believes."""
    heard: list[CallbackRequest] = []

    async def hear(request: web.Request) -> web.Response:
        """Keep the call-back."""
        heard.append(
            CallbackRequest(
                target=request.raw_path, headers=request.headers, body=await request.read()
            )
        )
        return web.Response(status=204)

    server = TestServer(web.Application())
    server.app.router.add_post("/receipts/{channel}", hear)
    await server.start_server()
    async with Phone() as phone:
        channel = channel_to(phone, callback_url=str(server.make_url("/receipts/sms")))
        await channel.send([make("+33600000001")])
        assert await phone.call_back(phone.received[0]) == 204
        read = read_callback(channel.settings, channel.secrets, heard[0], NOON)
        assert not isinstance(read, CallbackRefused)
        assert read[0].state == "delivered"
        await channel.close()
    await server.close()
