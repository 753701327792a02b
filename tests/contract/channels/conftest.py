"""What the contract of channels is held against: real servers on loopback, a clock, deliveries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from crisis.channels import open_channel
from crisis.ports import Abilities, Channel, Outgoing
from crisis.proof.fakes import FakeChannel
from crisis.proof.mailbox import Mailbox
from crisis.proof.phone import Phone

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOON = {"connect_within": 0.5, "answer_within": 0.5}


@dataclass(frozen=True)
class StillClock:
    """Noon, always."""

    def now(self) -> datetime:
        """Business time."""
        return NOON

    def real(self) -> datetime:
        """Real time."""
        return NOON


def outgoing(address: str, **changes: Any) -> Outgoing:
    """One delivery of the second message about a flood, in French, changed as told."""
    fields: dict[str, Any] = {
        "delivery_id": f"flood-1.2.{address.partition('@')[0].strip('+')}.medium",
        "incident_id": "flood-1",
        "message_id": "flood-1.2",
        "number": 2,
        "kind": "update",
        "urgency": "expected",
        "exercise": False,
        "address": address,
        "language": "fr",
        "subject": "Fuite d’eau au sous-sol",
        "text": "L’eau est coupée.\n\n- N’entrez pas au sous-sol.\n- Prenez l’escalier B.\n",
        "short": "Fuite d'eau au sous-sol. Prenez l'escalier B.",
        "sender": "Services généraux",
        "contact": "Standard, 01 23 45 67 89",
    }
    return Outgoing(**(fields | changes))


class Rig(Protocol):
    """A channel, the real server that it sends to, and how to make that server misbehave."""

    channel: Channel
    refused: str
    """Fault for which the answer is permanent."""
    later: str
    """Fault for which another attempt is worth it."""
    silent: str
    """Fault after which nobody can say whether it left."""
    dropped: str
    """The same, and the connection goes too."""

    def address(self, name: str) -> str:
        """An address of this medium."""

    def fault(self, name: str, fault: str) -> str:
        """Make deliveries to this name fail so; answers its address."""

    def arrived(self, name: str) -> list[str]:
        """What identified each delivery that arrived for this name."""

    def most_at_once(self) -> int:
        """The most that were in flight together, as the server saw it."""

    def server_port(self) -> int:
        """Where the server listens."""

    async def stop(self) -> None:
        """Take the server down."""

    async def start(self) -> None:
        """Bring it back at the same port."""


class MailRig:
    """E-mail, pipelined or in lockstep."""

    refused, later = "no_such_mailbox", "come_back_later"
    silent, dropped = "silent_after_text", "drop_after_text"

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        settings = {**mailbox.settings(), **SOON, "connections": 2, "depth": 4}
        self.channel = open_channel("mail", "email", settings, {}, StillClock())

    def address(self, name: str) -> str:
        """A mail address."""
        return f"{name}@example.net"

    def fault(self, name: str, fault: Any) -> str:
        """Make the mailbox fail for this name."""
        self.mailbox.faults[self.address(name)] = fault
        return self.address(name)

    def arrived(self, name: str) -> list[str]:
        """Message-IDs."""
        return [mail.message["Message-ID"] for mail in self.mailbox.mail_to(self.address(name))]

    def most_at_once(self) -> int:
        """Connections times depth: a connection carries at most one batch."""
        return self.mailbox.most_at_once * self.channel.abilities.depth

    def server_port(self) -> int:
        """Its port."""
        return self.mailbox.port

    async def stop(self) -> None:
        """Take the mail server down."""
        await self.mailbox.stop()

    async def start(self) -> None:
        """Bring it back."""
        await self.mailbox.start(self.mailbox.port)


class PhoneRig:
    """An HTTP gateway."""

    refused, later, silent, dropped = "no_such_number", "come_back_later", "silent", "drop"

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        settings = {**phone.settings(), **SOON, "connections": 2, "depth": 4}
        self.channel = open_channel("sms", "gateway", settings, phone.secrets(), StillClock())

    def address(self, name: str) -> str:
        """A number, different for each name."""
        return f"+336{sum(ord(letter) * 31**place for place, letter in enumerate(name)):08}"

    def fault(self, name: str, fault: Any) -> str:
        """Make the gateway fail for this name."""
        self.phone.faults[self.address(name)] = fault
        return self.address(name)

    def arrived(self, name: str) -> list[str]:
        """Delivery ids."""
        return [call.delivery_id for call in self.phone.calls_to(self.address(name))]

    def most_at_once(self) -> int:
        """Requests that were open together."""
        return self.phone.most_at_once

    def server_port(self) -> int:
        """Its port."""
        return self.phone.port

    async def stop(self) -> None:
        """Take the gateway down."""
        await self.phone.stop()

    async def start(self) -> None:
        """Bring it back."""
        await self.phone.start(self.phone.port)


class FakeRig:
    """The channel in memory that stories are told with."""

    refused, later, silent, dropped = "refused", "later", "silent", "dropped"

    def __init__(self) -> None:
        can = Abilities(form="short", confirms=False, repeat_safe=True, connections=2, depth=4)
        self.fake = FakeChannel("fake", can, StillClock(), patience=0.2)
        self.channel: Channel = self.fake

    def address(self, name: str) -> str:
        """Any words are an address."""
        return f"{name} at home"

    def fault(self, name: str, fault: Any) -> str:
        """Make it fail for this name."""
        self.fake.faults[self.address(name)] = fault
        return self.address(name)

    def arrived(self, name: str) -> list[str]:
        """Delivery ids."""
        return [one.outgoing.delivery_id for one in self.fake.arrived(self.address(name))]

    def most_at_once(self) -> int:
        """Deliveries that were in hand together."""
        return self.fake.most_at_once

    def server_port(self) -> int:
        """It has no server: any free port."""
        return 0

    async def stop(self) -> None:
        """Nobody can be reached any more."""
        self.fake.fault = "unreachable"

    async def start(self) -> None:
        """They can again."""
        self.fake.fault = None


@pytest.fixture(params=["mail, pipelined", "mail, lockstep", "gateway", "fake"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Every channel, each with its real server; and the one in memory."""
    if request.param == "fake":
        yield FakeRig()
    elif request.param == "gateway":
        async with Phone() as phone:
            yield (phone_rig := PhoneRig(phone))
            await phone_rig.channel.close()
    else:
        async with Mailbox(pipelining="pipelined" in request.param) as mailbox:
            yield (mail_rig := MailRig(mailbox))
            await mail_rig.channel.close()


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands at noon."""
    return StillClock()


Make = Callable[..., Outgoing]


@pytest.fixture
def make() -> Make:
    """Make deliveries: see :func:`outgoing`."""
    return outgoing
