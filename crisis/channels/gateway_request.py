"""One delivery as the HTTP request that a gateway's settings describe."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from crisis.channels.gateway_settings import GatewaySettings
from crisis.channels.gateway_template import Absent, Value, fill, fill_all
from crisis.channels.mail_address import lines, one_line
from crisis.ports import Outgoing

_CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Ready to be sent. Not shown: address, headers and body hold secrets and personal things."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


class NoSuchPlaceError(ValueError):
    """The delivery's address cannot be an address."""


def compose(
    settings: GatewaySettings, secrets: Mapping[str, str], outgoing: Outgoing, now: datetime
) -> Request:
    """Fill the settings for one delivery.

    Every value is made safe for its place: encoded in the URL, one line in headers, quoted by JSON
    or form encoding. :class:`NoSuchPlaceError` for an address that is empty or only dots.
    """
    values = _values(settings, secrets, outgoing, now)
    if not str(values["address"]).strip("."):
        raise NoSuchPlaceError("the address is empty")
    headers = _headers(settings, secrets, values)
    if settings.idempotency_header:
        headers[settings.idempotency_header] = one_line(outgoing.delivery_id)
    return Request(
        method=settings.method,
        url=fill(settings.url, _present(values), secrets, _in_url),
        headers=headers,
        body=_body(settings, secrets, values),
    )


def _values(
    settings: GatewaySettings, secrets: Mapping[str, str], outgoing: Outgoing, now: datetime
) -> dict[str, Value]:
    link = one_line(outgoing.ack_url) if outgoing.ack_url else None
    values: dict[str, Value] = {
        "address": one_line(outgoing.address),
        "short": lines(outgoing.short),
        "short_and_link": " ".join(filter(None, (lines(outgoing.short), link))),
        "text": lines(outgoing.text),
        "subject": one_line(outgoing.subject),
        "sender": one_line(outgoing.sender),
        "contact": one_line(outgoing.contact),
        "delivery_id": one_line(outgoing.delivery_id),
        "incident_id": one_line(outgoing.incident_id),
        "language": outgoing.language,
        "urgency": outgoing.urgency,
        "kind": outgoing.kind,
        "ack_url": link,
        "valid_within": None,
        "callback_url": None,
    }
    if outgoing.expires_at is not None:
        left = int((outgoing.expires_at - now).total_seconds())
        values["valid_within"] = max(1, min(left, settings.valid_at_most))
    for name, words in settings.words.items():
        values[name] = words.get(str(values[name]), values[name])
    if settings.callback_url:
        values["callback_url"] = fill(settings.callback_url, _present(values), secrets, _in_url)
    return values


def _headers(
    settings: GatewaySettings, secrets: Mapping[str, str], values: Mapping[str, Value]
) -> dict[str, str]:
    headers = {}
    if settings.body is not None:
        headers["Content-Type"] = _CONTENT_TYPES[settings.encoding]
    for name, template in settings.headers.items():
        try:
            headers[name] = fill(template, values, secrets, one_line)
        except Absent:
            continue
    if settings.basic is not None:
        user = fill(settings.basic.user, values, secrets)
        password = fill(settings.basic.password, values, secrets)
        token = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {token}"
    return headers


def _body(
    settings: GatewaySettings, secrets: Mapping[str, str], values: Mapping[str, Value]
) -> bytes | None:
    if settings.body is None:
        return None
    if settings.encoding == "text":
        return fill(settings.body, _present(values), secrets).encode()
    filled = fill_all(settings.body, values, secrets)
    if settings.encoding == "form":
        return urlencode(filled, doseq=True).encode("ascii")
    return json.dumps(filled, ensure_ascii=False).encode()


def _present(values: Mapping[str, Value]) -> dict[str, Value]:
    """Where nothing can be left out, what is absent is an empty text."""
    return {name: "" if value is None else value for name, value in values.items()}


def _in_url(text: str) -> str:
    return quote(text, safe="")
