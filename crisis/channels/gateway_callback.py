"""What a provider tells later: was it delivered? Believed only when it is signed as agreed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from urllib.parse import parse_qsl, urlsplit

from crisis.channels.gateway_answer import at_pointer, code, parsed, reference
from crisis.channels.gateway_settings import (
    CallbackSettings,
    GatewaySettings,
    HmacSignature,
    TokenInPath,
    TwilioSignature,
)
from crisis.ports import Receipt

_LONGEST_BODY = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """A call-back as it came in; ``target`` is the path with its query, as it was sent."""

    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRefused:
    """Why a call-back is not believed or not understood, with the HTTP status to answer."""

    status: int
    reason: str


def read_callback(
    settings: GatewaySettings, secrets: Mapping[str, str], request: CallbackRequest, at: datetime
) -> list[Receipt] | CallbackRefused:
    """Receipts for what is final in a call-back (none for "on its way"), or a refusal.

    A receipt's ``delivery_id`` is empty where the provider gives only its own id back: match it by
    ``provider_ref``.
    """
    callback = settings.callback
    if callback is None:
        return CallbackRefused(status=404, reason="this gateway has no call-backs set up")
    if len(request.body) > _LONGEST_BODY:
        return CallbackRefused(status=413, reason="the call-back is too big")
    if not _signed(settings, callback, secrets, request):
        return CallbackRefused(status=403, reason="the call-back is not signed as agreed")
    fields = dict(_fields(request))
    document = parsed(request.body)
    entries = document if isinstance(document, list) else [document]
    receipts = []
    for entry in entries:
        receipt = _receipt(callback, fields, entry, at)
        if isinstance(receipt, CallbackRefused):
            return receipt
        if receipt is not None:
            receipts.append(receipt)
    return receipts


def _receipt(
    callback: CallbackSettings, fields: Mapping[str, str], entry: Any, at: datetime
) -> Receipt | CallbackRefused | None:
    def find(where: str | None) -> str | None:
        if where is None:
            return None
        return at_pointer(entry, where) if where.startswith("/") else fields.get(where)

    state = find(callback.state)
    ours, theirs = find(callback.delivery), reference(find(callback.reference))
    if state is None or not (ours or theirs):
        return CallbackRefused(status=400, reason="the call-back lacks its state or its id")
    if state in callback.delivered:
        return Receipt(delivery_id=ours or "", state="delivered", at=at, provider_ref=theirs)
    if state not in callback.failed:
        return None
    detail = code(find(callback.reason))
    reason = f"the provider reports {code(state) or 'failure'}" + (f" ({detail})" if detail else "")
    return Receipt(
        delivery_id=ours or "", state="failed", at=at, reason=reason, provider_ref=theirs
    )


def _fields(request: CallbackRequest) -> list[tuple[str, str]]:
    query = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    return query + _form(request)


def _form(request: CallbackRequest) -> list[tuple[str, str]]:
    kind = _header(request, "Content-Type").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return []
    return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)


def _header(request: CallbackRequest, name: str) -> str:
    wanted = name.lower()
    return next((value for key, value in request.headers.items() if key.lower() == wanted), "")


def _signed(
    settings: GatewaySettings,
    callback: CallbackSettings,
    secrets: Mapping[str, str],
    request: CallbackRequest,
) -> bool:
    signature = callback.signature
    key = secrets[signature.secret].encode()
    match signature:
        case HmacSignature():
            digest = hmac.digest(key, request.body, hashlib.sha256)
            text = digest.hex() if signature.encoding == "hex" else _base64(digest)
            return _same(signature.prefix + text, _header(request, signature.header))
        case TwilioSignature():
            signed = twilio_signature(key, _public_url(settings, request), _form(request))
            return _same(signed, _header(request, "X-Twilio-Signature"))
        case TokenInPath():
            parts = urlsplit(request.target)
            given = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
            return any(_same(key.decode(), each) for each in given)
        case _:
            assert_never(signature)


def twilio_signature(key: bytes, url: str, form: list[tuple[str, str]]) -> str:
    """Twilio's signature: base64 of HMAC-SHA1 over the address and the sorted form fields.

    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    signed = url + "".join(name + value for name, value in sorted(form))
    return _base64(hmac.digest(key, signed.encode(), hashlib.sha1))


def _public_url(settings: GatewaySettings, request: CallbackRequest) -> str:
    """The address that the provider called: behind a proxy, ours is not what it signed."""
    public = urlsplit(settings.callback_url or "")
    return f"{public.scheme}://{public.netloc}{request.target}"


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
