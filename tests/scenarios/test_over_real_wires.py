"""A few stories over real sockets: a mail server and an HTTP gateway instead of the fakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import pytest

from crisis.channels import open_channel
from crisis.ports import Channel
from crisis.proof.fakes import StoryClock, fake_channels
from crisis.proof.mailbox import Mailbox
from crisis.proof.phone import Phone
from crisis.proof.scenario import Story
from crisis.proof.stage import Runtime, Stage
from tests.scenarios.acts import a_calm_flood, a_led_flood
from tests.scenarios.conftest import MORNING, PARIS, House


@dataclass
class WiredStage:
    """The same service; mail and text messages leave through sockets."""

    stage: Stage
    mailbox: Mailbox
    phone: Phone

    def open(self, clock: StoryClock, channels: Iterable[Channel]) -> Runtime:
        """Open it with a real e-mail channel and a real gateway."""
        real: dict[str, Channel] = {
            "email": open_channel("email", "email", self.mailbox.settings(), {}, clock),
            "sms": open_channel("sms", "gateway", self.phone.settings(), {}, clock),
        }
        return self.stage.open(clock, [real.get(one.name, one) for one in channels])

    async def shut(self, runtime: Runtime) -> None:
        """Let go of it."""
        await self.stage.shut(runtime)


@dataclass
class Wired:
    """A story, and what stands at the other end of its wires."""

    story: Story
    mailbox: Mailbox
    phone: Phone


@pytest.fixture
async def wired(stage: Stage, house: House) -> AsyncIterator[Wired]:
    """A story told over sockets."""
    clock = StoryClock(MORNING)
    channels = fake_channels(house.organisation, clock)
    async with Mailbox() as mailbox, Phone() as phone:
        wires = WiredStage(stage, mailbox, phone)
        async with Story(stage=wires, clock=clock, channels=channels, zone=PARIS) as story:
            yield Wired(story, mailbox, phone)


async def test_a_flood_over_smtp_and_http(wired: Wired) -> None:
    """G2: each mail and each text message crosses the wire once, and is what the ledger says."""
    story = wired.story
    await a_calm_flood(story)
    await story.at("14:20").says(words="L'eau est coupée au sous-sol.")
    identities = Counter(str(one.message["Message-ID"]) for one in wired.mailbox.received)
    assert identities
    assert set(identities.values()) == {1}
    mail = wired.mailbox.mail_to("lea.dupuis@example.org")[-1]
    assert "L'eau est coupée au sous-sol." in mail.body().replace("’", "'")
    calls = Counter(one.delivery_id for one in wired.phone.received)
    assert calls
    assert set(calls.values()) == {1}


async def test_the_mail_server_is_restarted_in_the_middle(wired: Wired) -> None:
    """G13: every connection is dropped between two messages; the second arrives all the same."""
    story = wired.story
    await a_led_flood(story)
    wired.mailbox.drop_all()
    await story.at("14:10").says(words="Restez à votre étage.")
    await story.passes("10m")
    mail = wired.mailbox.mail_to("lea.dupuis@example.org")
    assert any("Restez à votre étage." in one.body().replace("’", "'") for one in mail)


async def test_wrong_numbers_and_mailboxes_cost_nobody_else_anything(wired: Wired) -> None:
    """G13: one number does not exist and one mailbox is full; everybody else is told."""
    wired.phone.faults["+33639980125"] = "no_such_number"
    wired.mailbox.faults["rosa.almeida@example.org"] = "no_such_mailbox"
    await a_calm_flood(wired.story)
    assert wired.phone.calls_to("+33639980124")
    assert not wired.phone.calls_to("+33639980125")
