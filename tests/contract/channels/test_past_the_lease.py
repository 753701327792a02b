"""A sender that stands still in the middle of a batch, and wakes up when it is another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from crisis.channels import open_channel
from crisis.ports import in_time
from crisis.proof.mailbox import Mailbox, ReceivedMail
from tests.contract.channels.conftest import NOON, Make

MINUTE = timedelta(minutes=1)


@dataclass
class MovedClock:
    """Real time stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Business time."""
        return NOON

    def real(self) -> datetime:
        """Real time."""
        return self.at


def test_its_time_is_over_at_the_very_instant() -> None:
    """G2: from then on it is another's; what has no such time is never another's."""
    assert in_time(None, NOON)
    assert in_time(NOON, NOON - timedelta(microseconds=1))
    assert not in_time(NOON, NOON)


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "lockstep"])
async def test_nothing_is_sent_beyond_the_one_in_flight(make: Make, *, pipelining: bool) -> None:
    """G2: on waking it hands over no mail more; the rest is given back, and nothing is in doubt."""
    clock = MovedClock()

    def stand_still(_: ReceivedMail) -> None:
        if len(mailbox.received) == 3:
            clock.at += 2 * MINUTE

    async with Mailbox(pipelining=pipelining, on_mail=stand_still) as mailbox:
        channel = open_channel("mail", "email", {**mailbox.settings(), "depth": 16}, {}, clock)
        batch = [make(f"p{number}@example.net", until=NOON + MINUTE) for number in range(10)]
        said = [one.state for one in await channel.send(batch)]
        later = [make(f"p{number}@example.net", until=clock.at + MINUTE) for number in range(3, 10)]
        again = [one.state for one in await channel.send(later)]
        await channel.close()

    assert said == ["sent"] * 3 + ["untried"] * 7
    assert again == ["sent"] * 7
    assert len(mailbox.received) == len({mail.address for mail in mailbox.received}) == 10
