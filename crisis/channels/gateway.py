"""HTTP gateways: text messages, voice, push, a public address on the local network."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar, Literal
from urllib.parse import urlsplit

import aiohttp
import structlog
from yarl import URL

from crisis.channels.gateway_answer import at_pointer, code, parsed, reference
from crisis.channels.gateway_request import NoSuchPlaceError, compose
from crisis.channels.gateway_settings import GatewaySettings
from crisis.ports import Abilities, Clock, Outgoing, Receipt, in_time

_log = structlog.get_logger(__name__)

_LONGEST_ANSWER = 65_536
_KEPT_IDLE = 3.0
"""Seconds. Shorter than what servers keep (5 and more): a request written into a connection that
is just being closed could not be told from one that was taken."""


@dataclass(slots=True)
class _Attempt:
    """Whether the request has begun to leave: from then on, silence means unknown."""

    written: bool = False


class GatewayChannel:
    """One HTTP gateway. Keeps the promises of :class:`crisis.ports.Channel`.

    ``unknown`` means that the request left and no answer came. Redirects are not followed, answers
    are read up to 64 KiB, certificates are verified. A dead gateway costs a delivery at most
    ``answer_within`` seconds (G13). Nothing of the request or the answer is logged.
    """

    settings_type: ClassVar[type[GatewaySettings]] = GatewaySettings

    def __init__(
        self, name: str, settings: GatewaySettings, secrets: Mapping[str, str], clock: Clock
    ) -> None:
        self.name = name
        self.settings = settings
        self.abilities = Abilities(
            form=settings.form,
            confirms=settings.callback is not None,
            repeat_safe=settings.repeat_safe or settings.idempotency_header is not None,
            connections=settings.connections,
            depth=settings.depth,
        )
        self.secrets = {secret: secrets[secret] for secret in settings.secrets()}
        self._clock = clock
        self._host = urlsplit(settings.url).hostname
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(settings.connections * settings.depth)

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Send each delivery as one request, all at once; one receipt for each, in order."""
        return list(await asyncio.gather(*(self._send(outgoing) for outgoing in batch)))

    async def close(self) -> None:
        """Give back connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _send(self, outgoing: Outgoing) -> Receipt:
        async with self._slots:
            if not in_time(outgoing.until, self._clock.real()):
                return self._receipt(outgoing, "untried", "it was another's to send by then")
            try:
                return await self._exchange(outgoing)
            except NoSuchPlaceError:
                return self._failed(outgoing, "not an address that can be sent to")
            except Exception as error:  # noqa: BLE001 - a channel answers for each, whatever happens
                _log.error("gateway failed", channel=self.name, error=type(error).__name__)
                return self._failed(outgoing, "the request could not be made: see the log")

    async def _exchange(self, outgoing: Outgoing) -> Receipt:
        request = compose(self.settings, self.secrets, outgoing, self._clock.now())
        attempt = _Attempt()
        try:
            async with self._open().request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
                trace_request_ctx=attempt,
            ) as response:
                body = await _capped(response)
                return self._judge(outgoing, response.status, response.headers, body)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if attempt.written:
                reason = f"handed over, but the gateway {self._host} did not answer"
                return self._receipt(outgoing, "unknown", reason)
            return self._failed(outgoing, self._why(error), temporary=True)

    def _judge(
        self, outgoing: Outgoing, status: int, headers: Mapping[str, str], body: bytes
    ) -> Receipt:
        """What an answer means; its words are not kept, they may be personal."""
        settings = self.settings
        if status not in settings.success:
            reason = f"the gateway answered {status}"
            pause = headers.get("Retry-After", "")
            if pause.isdecimal():
                reason += f" and asks to wait {int(pause)} s"
            return self._failed(outgoing, reason, temporary=status in settings.temporary)
        document = parsed(body) if settings.reference or settings.verdict else None
        if settings.verdict is not None:
            state = at_pointer(document, settings.verdict.state)
            if state is None:
                reason = "the gateway's answer does not say whether it took the message"
                return self._receipt(outgoing, "unknown", reason)
            if state not in settings.verdict.accepted:
                temporary = state in settings.verdict.temporary
                reason = f"the gateway refused the message ({code(state) or 'no code'})"
                return self._failed(outgoing, reason, temporary=temporary)
        found = at_pointer(document, settings.reference) if settings.reference else None
        return self._receipt(outgoing, "sent", provider_ref=reference(found))

    def _receipt(
        self,
        outgoing: Outgoing,
        state: Literal["sent", "failed", "unknown", "untried"],
        reason: str = "",
        *,
        temporary: bool = False,
        provider_ref: str = "",
    ) -> Receipt:
        return Receipt(
            delivery_id=outgoing.delivery_id,
            state=state,
            at=self._clock.now(),
            temporary=temporary,
            reason=reason,
            provider_ref=provider_ref,
        )

    def _failed(self, outgoing: Outgoing, reason: str, *, temporary: bool = False) -> Receipt:
        return self._receipt(outgoing, "failed", reason, temporary=temporary)

    def _why(self, error: Exception) -> str:
        cannot = f"the gateway {self._host} cannot be reached"
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            return f"the gateway {self._host} shows a certificate that is not trusted"
        if isinstance(error, TimeoutError):
            return f"{cannot}: no connection in time"
        if isinstance(error, OSError) and error.strerror:
            return f"{cannot}: {error.strerror}"
        return cannot

    def _open(self) -> aiohttp.ClientSession:
        """The session, made when it is first needed: it belongs to the loop that sends."""
        if self._session is None:
            settings = self.settings
            verified = ssl.create_default_context(cafile=settings.ca_file)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=settings.connections * settings.depth,
                    ssl=verified,
                    # aiohttp repeats GET and PUT by itself on a kept connection that was closed:
                    # not with messages to people.
                    **(
                        {"keepalive_timeout": _KEPT_IDLE}
                        if settings.method == "POST"
                        else {"force_close": True}
                    ),
                ),
                timeout=aiohttp.ClientTimeout(
                    total=settings.answer_within, sock_connect=settings.connect_within
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"User-Agent": "crisis", "Accept-Encoding": "identity"},
                trace_configs=[_tracing()],
            )
        return self._session


def _tracing() -> aiohttp.TraceConfig:
    tracing = aiohttp.TraceConfig()

    async def leaves(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx.written = True

    tracing.on_request_headers_sent.append(leaves)
    return tracing


async def _capped(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of the body; a body that breaks off does not undo the answer's status."""
    body = b""
    try:
        while len(body) < _LONGEST_ANSWER:
            chunk = await response.content.read(_LONGEST_ANSWER - len(body))
            if not chunk:
                break
            body += chunk
    except (aiohttp.ClientError, OSError, TimeoutError):
        return b""
    return body
