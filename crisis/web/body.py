"""Reading a body within bounds of size and time, and refusing one that is too large politely."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from crisis.web.problems import Problem

LARGEST_REPORT = 1_000_000
LARGEST_FOLDER = 8_000_000
LARGEST_FORM = 64_000
KEPT = 64_000
"""How much of a body that is too large goes into quarantine."""

_READ_WITHIN = 20.0
_LINGER_BYTES = 8_000_000
_LINGER_SECONDS = 2.0


class TooLarge(Exception):  # noqa: N818 - the sender's mistake, not ours
    """A body is larger than the door takes; ``kept`` is its beginning."""

    def __init__(self, kept: bytes) -> None:
        super().__init__(f"more than the door takes; {len(kept)} bytes kept")
        self.kept = kept


class TooSlow(Exception):  # noqa: N818 - the sender's mistake, not ours
    """A body did not come within the time that the door waits."""


async def read_body(request: Request, largest: int) -> bytes:
    """The whole body; :class:`TooLarge` beyond ``largest`` bytes, :class:`TooSlow` beyond 20 s.

    Never holds more than ``largest`` bytes and one piece; one that announces that it is too large
    is read only as far as it is kept.
    """
    announced = request.headers.get("content-length", "")
    stop = KEPT if announced.isdecimal() and int(announced) > largest else largest
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_READ_WITHIN):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > stop:
                    raise TooLarge(b"".join(pieces)[:KEPT])
    except TimeoutError:
        raise TooSlow from None
    except ClientDisconnect:
        raise TooSlow from None
    return b"".join(pieces)


class Form:
    """The fields that a browser sent, without those that were left empty."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if value.strip():
                self._values.setdefault(name, []).append(value.strip())

    def one(self, name: str) -> str:
        """The field's value; empty where it was left empty."""
        return self._values.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be ticked several times."""
        return self._values.get(name, [])

    def pairs(self) -> list[tuple[str, str]]:
        """Every field with every value, in order."""
        return [(name, value) for name, values in self._values.items() for value in values]

    def under(self, prefix: str) -> dict[str, list[str]]:
        """The fields whose names begin so, without that beginning."""
        return {
            name.removeprefix(prefix): values
            for name, values in self._values.items()
            if name.startswith(prefix)
        }


async def read_form(request: Request) -> Form:
    """The form in the body; :class:`TooLarge` and :class:`TooSlow` as for any other."""
    body = (await read_body(request, LARGEST_FORM)).decode("utf-8", "replace")
    try:
        return Form(parse_qsl(body, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return Form(())


class TooLargeProblem(Problem):
    """Answers at once, then lets the sender finish for a moment.

    A connection that is closed while its sender still writes is reset, and the answer lost with
    it. What still comes is thrown away, 8 MB or two seconds at most.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI names its arguments
        """Send the answer, throw away what still comes, and close."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": [*self.raw_headers, (b"connection", b"close")],
            }
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await _let_finish(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _let_finish(receive: Receive) -> None:
    left = _LINGER_BYTES
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
