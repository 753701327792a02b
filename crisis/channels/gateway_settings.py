"""How one HTTP gateway is spoken to: the request, how to read its answer and its call-backs."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from crisis.channels.gateway_template import check_template, secrets_named

_LOCAL_NAMES = (".local", ".lan", ".home.arpa", ".internal")
_SUCCESS = frozenset(range(200, 300))
_TEMPORARY = frozenset((408, 425, 429, *range(500, 600)))

Pointer = Annotated[str, Field(pattern=r"^(/|[A-Za-z_])")]
"""Where something is in an answer: a JSON pointer (RFC 6901) when it begins with ``/``, otherwise
the name of a form field or query parameter."""
JsonPointer = Annotated[str, Field(pattern=r"^/")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Basic(_Settings):
    """HTTP basic authentication."""

    user: str
    password: str = Field(description="Write {secret.NAME}.")


class Verdict(_Settings):
    """For gateways that answer 200 and say in the body whether they took the message."""

    state: JsonPointer
    accepted: tuple[str, ...] = Field(min_length=1)
    temporary: tuple[str, ...] = ()


class HmacSignature(_Settings):
    """The call-back's body is signed with HMAC-SHA256 in a header."""

    scheme: Literal["hmac-sha256"]
    header: str = "X-Signature"
    secret: str
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""


class TwilioSignature(_Settings):
    """Twilio's ``X-Twilio-Signature``: HMAC-SHA1 of the address and the sorted form fields."""

    scheme: Literal["twilio"]
    secret: str = Field(description="Name of the secret with the account's auth token.")


class TokenInPath(_Settings):
    """The address of the call-back itself has a secret: a segment of its path or a parameter."""

    scheme: Literal["token"]
    secret: str


class CallbackSettings(_Settings):
    """How a provider's later word on a delivery reads."""

    reference: Pointer | None = Field(default=None, description="The provider's id.")
    delivery: Pointer | None = Field(default=None, description="Our delivery id, given back.")
    state: Pointer
    delivered: tuple[str, ...] = Field(min_length=1)
    failed: tuple[str, ...] = Field(min_length=1)
    reason: Pointer | None = Field(default=None, description="A code of the provider's.")
    signature: Annotated[
        HmacSignature | TwilioSignature | TokenInPath, Field(discriminator="scheme")
    ]

    @model_validator(mode="after")
    def _can_be_matched(self) -> Self:
        if self.reference is None and self.delivery is None:
            raise ValueError("a call-back needs reference or delivery to be matched by")
        return self


class GatewaySettings(_Settings):
    """One HTTP gateway: text messages, voice, push, a public address. Spans are seconds.

    ``url``, ``headers``, ``body``, ``basic`` and ``callback_url`` take the placeholders of
    :mod:`crisis.channels.gateway_template`. ``words`` replaces values: the language ``fr`` by
    ``fr-FR``, the urgency ``immediate`` by the number 5.
    """

    method: Literal["POST", "PUT", "GET"] = "POST"
    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = Field(default=None, description="Object or list for json, object for form.")
    encoding: Literal["json", "form", "text"] = "json"
    basic: Basic | None = None
    words: dict[Literal["language", "urgency", "kind"], dict[str, str | int]] = Field(
        default_factory=dict
    )
    form: Literal["short", "long"] = "short"
    idempotency_header: str | None = Field(
        default=None, description="The header by which this gateway recognises a repeat."
    )
    repeat_safe: bool = Field(
        default=False, description="The same message twice does no harm: a board, a notice."
    )
    success: frozenset[int] = _SUCCESS
    temporary: frozenset[int] = _TEMPORARY
    verdict: Verdict | None = None
    reference: JsonPointer | None = None
    callback_url: str | None = None
    callback: CallbackSettings | None = None
    ca_file: Path | None = Field(default=None, description="Certificates to trust instead.")
    connections: int = Field(default=8, ge=1, le=64)
    depth: int = Field(default=1, ge=1, le=100)
    connect_within: float = Field(default=5, gt=0, le=300)
    answer_within: float = Field(default=15, gt=0, le=300)
    valid_at_most: int = Field(default=14_400, ge=1, description="Longest {valid_within}.")

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        for template in self.templates():
            check_template(template)
        parts = urlsplit(self.url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("url must begin with https:// and name a host")
        if parts.scheme == "http" and not _is_local(parts.hostname):
            raise ValueError("http is only for the local network: write https")
        if "{" in parts.netloc:
            raise ValueError("the host in url must be written out, without placeholders")
        if self.encoding == "form" and not isinstance(self.body, dict):
            raise ValueError("with encoding form, body must be an object of fields")
        if self.encoding == "text" and not isinstance(self.body, str):
            raise ValueError("with encoding text, body must be a text")
        return self

    def templates(self) -> tuple[Any, ...]:
        """Everything in which placeholders may stand."""
        basic = (self.basic.user, self.basic.password) if self.basic else ()
        return (self.url, self.headers, self.body, basic, self.callback_url)

    def secrets(self) -> set[str]:
        """The names of all secrets that are needed."""
        signed = {self.callback.signature.secret} if self.callback else set()
        return signed.union(*(secrets_named(template) for template in self.templates()))


def _is_local(host: str) -> bool:
    """Whether a host is on this machine or the local network, as far as its name tells."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_NAMES)
    return address.is_private or address.is_loopback
