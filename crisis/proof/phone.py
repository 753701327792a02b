"""Everyone's phone: a real HTTP gateway on loopback that keeps what it is asked to send.

The demo and the tests send to it through a real socket; told to, it misbehaves as gateways do, and
it calls back with signed receipts.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

import aiohttp
from aiohttp import web

PhoneFault = Literal[
    "no_such_number", "come_back_later", "busy", "silent", "drop", "elsewhere", "babble"
]
"""What happens to messages for one address: 400, 503, 429 with Retry-After; no answer, the
connection dropped; a redirect; an answer of 2 MB."""

CALLBACK_SECRET = "phone-callback"  # noqa: S105 - the name of a secret
_KEY = "a key between the fake gateway and the channel"
_ANSWERS = {
    "no_such_number": (400, {}),
    "come_back_later": (503, {}),
    "busy": (429, {"Retry-After": "7"}),
    "elsewhere": (302, {"Location": "/elsewhere"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedCall:
    """One message as it arrived."""

    address: str
    text: str
    language: str
    urgency: str
    ack_url: str
    delivery_id: str
    reference: str
    callback_url: str


class Phone:
    """An HTTP gateway on 127.0.0.1. Use it as an async context manager."""

    def __init__(self, *, on_call: Callable[[ReceivedCall], None] | None = None) -> None:
        self.received: list[ReceivedCall] = []
        self.faults: dict[str, PhoneFault] = {}
        self.asked = 0
        self.followed = 0
        self.at_once = 0
        self.most_at_once = 0
        self.port = 0
        self.pause = 0.0
        self._on_call = on_call
        self._runner: web.AppRunner | None = None
        self._hung_up = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start listening."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on ``port``, or on any free one."""
        app = web.Application()
        app.router.add_post("/messages", self._take)
        app.router.add_route("*", "/elsewhere", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; whoever waits for an answer gets none."""
        self._hung_up.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def settings(self, callback_url: str | None = None) -> dict[str, Any]:
        """Settings of a gateway channel that sends here; signed call-backs where a URL is given."""
        body = {
            "to": "{address}",
            "text": "{short}",
            "language": "{language}",
            "urgency": "{urgency}",
            "answer_at": "{ack_url}",
            "id": "{delivery_id}",
            "call_back": "{callback_url}",
        }
        settings: dict[str, Any] = {
            "url": f"http://127.0.0.1:{self.port}/messages",
            "body": body,
            "reference": "/reference",
        }
        if callback_url is not None:
            settings["callback_url"] = callback_url
            settings["callback"] = {
                "reference": "/reference",
                "delivery": "/id",
                "state": "/state",
                "delivered": ["delivered"],
                "failed": ["failed"],
                "signature": {"scheme": "hmac-sha256", "secret": CALLBACK_SECRET},
            }
        return settings

    def secrets(self) -> dict[str, str]:
        """What its settings need."""
        return {CALLBACK_SECRET: _KEY}

    def calls_to(self, address: str) -> list[ReceivedCall]:
        """What this address has received, oldest first."""
        return [call for call in self.received if call.address == address]

    async def call_back(self, call: ReceivedCall, state: str = "delivered") -> int:
        """Tell the channel what became of a message; answers the HTTP status of the channel."""
        headers, body = self.receipt(call, state)
        async with (
            aiohttp.ClientSession() as session,
            session.post(call.callback_url, data=body, headers=headers) as response,
        ):
            return response.status

    def receipt(self, call: ReceivedCall, state: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a call-back, signed."""
        body = json.dumps({"reference": call.reference, "id": call.delivery_id, "state": state})
        signature = hmac.new(_KEY.encode(), body.encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": signature}
        return headers, body.encode()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.pause)
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        fault = self.faults.get(asked["to"])
        if fault in _ANSWERS:
            status, headers = _ANSWERS[fault]
            return web.json_response({"error": asked["to"]}, status=status, headers=headers)
        call = ReceivedCall(
            address=asked["to"],
            text=asked["text"],
            language=asked["language"],
            urgency=asked["urgency"],
            ack_url=asked.get("answer_at", ""),
            delivery_id=asked["id"],
            reference=f"P{len(self.received) + 1:06}",
            callback_url=asked.get("call_back", ""),
        )
        self.received.append(call)
        if self._on_call is not None:
            self._on_call(call)
        if fault == "silent":
            await self._hung_up.wait()
        if fault == "drop" and request.transport is not None:
            request.transport.abort()
        if fault == "babble":
            return web.Response(body=b"x" * 2_000_000, content_type="application/json")
        return web.json_response({"reference": call.reference}, status=202)

    async def _elsewhere(self, _: web.Request) -> web.StreamResponse:
        self.followed += 1
        return web.json_response({})
