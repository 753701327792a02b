"""Call-backs of providers: believed only when signed, read only as far as needed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from crisis.channels.gateway_answer import at_pointer, code, reference
from crisis.channels.gateway_callback import (
    CallbackRefused,
    CallbackRequest,
    read_callback,
    twilio_signature,
)
from crisis.channels.gateway_settings import GatewaySettings
from crisis.ports import Receipt

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
TWILIO = {
    "reference": "MessageSid",
    "delivery": "delivery",
    "state": "MessageStatus",
    "delivered": ["delivered"],
    "failed": ["undelivered"],
    "reason": "ErrorCode",
    "signature": {"scheme": "twilio", "secret": "token"},
}
TOKEN = {
    "reference": "/id",
    "state": "/status",
    "delivered": ["delivered"],
    "failed": ["rejected"],
    "signature": {"scheme": "token", "secret": "token"},
}


def settings(callback: dict[str, Any] | None) -> GatewaySettings:
    """A gateway that is called back so."""
    return GatewaySettings.model_validate(
        {
            "url": "https://sms.example.net/",
            "callback_url": "https://crisis.example.org/receipts/sms",
            "callback": callback,
        }
    )


def read(callback: dict[str, Any] | None, **request: Any) -> list[Receipt] | CallbackRefused:
    """Read one call-back."""
    fields = {"target": "/receipts/sms", "headers": {}, "body": b""} | request
    given = CallbackRequest(**fields)
    return read_callback(settings(callback), {"token": "12345"}, given, NOON)


def twilio(**fields: str) -> list[Receipt] | CallbackRefused:
    """A call-back of Twilio's, signed for the public address although we were called behind it."""
    target = "/receipts/sms?delivery=flood-1.2.anna.sms"
    url = f"https://crisis.example.org{target}"
    signature = twilio_signature(b"12345", url, list(fields.items()))
    headers = {**FORM, "x-twilio-signature": signature}
    return read(TWILIO, target=target, headers=headers, body=urlencode(fields).encode())


def test_the_signature_is_twilios() -> None:
    """The example of Twilio's own documentation."""
    form = {
        "To": "+18005551212",
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "From": "+14158675309",
        "Digits": "1234",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signed = twilio_signature(b"12345", url, list(form.items()))
    assert signed == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_delivered_and_failed_are_final() -> None:
    """A receipt for the delivery that the address names, with the provider's id and code."""
    assert twilio(MessageSid="SM1", MessageStatus="delivered") == [
        Receipt(delivery_id="flood-1.2.anna.sms", state="delivered", at=NOON, provider_ref="SM1")
    ]
    assert twilio(MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30003") == [
        Receipt(
            delivery_id="flood-1.2.anna.sms",
            state="failed",
            at=NOON,
            reason="the provider reports undelivered (30003)",
            provider_ref="SM1",
        )
    ]


def test_what_is_on_its_way_is_no_receipt() -> None:
    """Queued and sent are not final: nothing to record."""
    assert twilio(MessageSid="SM1", MessageStatus="queued") == []


def test_sentences_of_a_provider_are_not_kept() -> None:
    """Only a code may stand in a reason: sentences repeat numbers."""
    [receipt] = twilio(  # type: ignore[misc]  # a refusal would fail here too
        MessageSid="SM 1 to +33612345678", MessageStatus="undelivered", ErrorCode="to +33612345678"
    )
    assert "336" not in repr(receipt)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/receipts/sms/12345", None),
        ("/receipts/sms?token=12345", None),
        ("/receipts/sms/1234", 403),
        ("/receipts/sms?token=", 403),
    ],
)
def test_a_token_in_the_address(target: str, status: int | None) -> None:
    """A provider that cannot sign proves itself by an address that nobody else knows."""
    body = json.dumps([{"id": "u1", "status": "delivered"}, {"id": "u2", "status": "rejected"}])
    answer = read(TOKEN, target=target, body=body.encode())
    if isinstance(answer, CallbackRefused):
        assert answer.status == status
    else:
        assert status is None
        assert [(each.provider_ref, each.state) for each in answer] == [
            ("u1", "delivered"),
            ("u2", "failed"),
        ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 50_000, 400),
        (b'{"id": "u1"}', 400),
        (b'{"status": "delivered"}', 400),
        (b'{"status": ["delivered"], "id": {}}', 400),
        (b"x" * 70_000, 413),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes, status: int) -> None:
    """Nothing in a body breaks the reader; a refusal has its status."""
    answer = read(TOKEN, target="/receipts/sms/12345", body=body)
    assert isinstance(answer, CallbackRefused)
    assert answer.status == status


def test_a_gateway_without_call_backs_answers_not_found() -> None:
    """Nobody can report to a gateway that reports nothing."""
    answer = read(None)
    assert isinstance(answer, CallbackRefused)
    assert answer.status == 404


def test_pointers_and_codes() -> None:
    """JSON pointers as in RFC 6901; only what looks like an id or a code is taken."""
    document = {"a/b": [{"~": True}, 7], "": "empty"}
    assert at_pointer(document, "/a~1b/0/~0") == "true"
    assert at_pointer(document, "/a~1b/1") == "7"
    assert at_pointer(document, "/") == "empty"
    assert at_pointer(document, "/a~1b/9") is None
    assert at_pointer(document, "/a~1b/x/y") is None
    assert at_pointer(document, "/a~1b") is None
    assert (reference("a b"), reference(None), reference("SM1")) == ("", "", "SM1")
    assert (code("two words"), code("30003")) == ("", "30003")
