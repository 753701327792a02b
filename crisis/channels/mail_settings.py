"""How this organisation's mail leaves: the settings of one e-mail channel."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from crisis.channels.mail_address import mail_address

Seconds = Annotated[float, Field(gt=0, le=300)]


class EmailSettings(BaseModel):
    """Settings of one e-mail channel. Spans are seconds of real time.

    The password is not among them: ``password_secret`` is the *name* of a secret.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="Your mail relay.")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="starttls and tls are demanded, never merely tried; none is for loopback "
        "and for a relay on a network that you trust.",
    )
    ca_file: Path | None = Field(default=None, description="Certificates to trust instead.")
    username: str | None = None
    password_secret: str | None = Field(default=None, description="Name of the secret.")
    from_address: str = Field(description="The address that mails come from; bounces go there.")
    reply_to: str | None = Field(default=None, description="A mailbox that somebody reads.")
    domain: str | None = Field(
        default=None, description="Right side of Message-IDs; the from address's by default."
    )
    connections: int = Field(default=8, ge=1, le=64)
    depth: int = Field(default=32, ge=1, le=1000, description="Mails per hand-over.")
    connect_within: Seconds = 10
    answer_within: Seconds = Field(default=30, description="For each answer of the server.")
    batch_within: Seconds = Field(
        default=90, description="For a whole hand-over: leases must be longer."
    )
    keep_within: Seconds = Field(default=60, description="How long an idle connection is kept.")

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        for field in ("from_address", "reply_to"):
            value = getattr(self, field)
            if value is not None and mail_address(value) is None:
                raise ValueError(f"{field} is not an e-mail address: write name@example.org")
        if (self.username is None) != (self.password_secret is None):
            raise ValueError("username and password_secret go together: set both or neither")
        if self.username and self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                "a password would travel in the clear: set security to starttls or tls"
            )
        return self

    def secrets(self) -> set[str]:
        """The names of all secrets that are needed."""
        return {self.password_secret} if self.password_secret else set()

    @property
    def message_domain(self) -> str:
        """The right side of every Message-ID."""
        return self.domain or self.from_address.rpartition("@")[2]


def is_loopback(host: str) -> bool:
    """Whether traffic to ``host`` stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
