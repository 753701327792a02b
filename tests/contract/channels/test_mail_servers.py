"""What mail servers do, and what becomes of each mail then."""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path
from typing import Any

import pytest

from crisis.channels import open_channel
from crisis.channels.email import EmailChannel
from crisis.ports import Channel, Receipt
from crisis.proof.mailbox import Mailbox, MailFault
from tests.contract.channels.conftest import SOON, Make, StillClock

CERTIFICATE = Path(__file__).with_name("loopback.pem")
SECURED = {
    "security": "starttls",
    "host": "localhost",
    "ca_file": str(CERTIFICATE),
    "username": "crisis",
    "password_secret": "smtp",
}


def channel_to(mailbox: Mailbox, secrets: dict[str, str] | None = None, **changes: Any) -> Channel:
    """An e-mail channel that sends to this mailbox."""
    settings = {**mailbox.settings(), **SOON, "connections": 2, "depth": 16, **changes}
    return open_channel("mail", "email", settings, secrets or {}, StillClock())


def states(receipts: list[Receipt]) -> list[str]:
    """The states, in order."""
    return [receipt.state for receipt in receipts]


@pytest.fixture(params=[True, False], ids=["pipelined", "lockstep"])
def pipelining(request: pytest.FixtureRequest) -> bool:
    """With and without RFC 2920."""
    return bool(request.param)


@pytest.mark.parametrize(
    ("fault", "becomes", "says"),
    [
        ("no_such_mailbox", "failed", "550 5.1.1 at the recipient: no such mailbox"),
        ("come_back_later", "failed for now", "450 4.2.0"),
        ("closing", "failed for now", "closed the connection on this mail"),
        ("drop_at_recipient", "failed for now", "closed the connection on this mail"),
        ("refuse_text", "failed", "554 5.7.1 after the text"),
        ("closing_after_text", "failed for now", "421 4.3.2 after the text"),
        ("drop_after_text", "unknown", "did not answer"),
        ("silent_after_text", "unknown", "did not answer"),
    ],
)
async def test_each_fault_ends_as_what_it_is(
    make: Make, pipelining: bool, fault: MailFault, becomes: str, says: str
) -> None:
    """Surely not accepted is failed; handed over whole without an answer is unknown (G2)."""
    async with Mailbox(pipelining=pipelining) as mailbox:
        mailbox.faults["bad@example.net"] = fault
        channel = channel_to(mailbox)
        names = ("anna", "bruno", "bad", "carla", "dora")
        receipts = await channel.send([make(f"{name}@example.net") for name in names])
        bad = receipts.pop(2)
        assert bad.state + (" for now" if bad.temporary else "") == becomes
        assert says in bad.reason
        assert states(receipts) == ["sent"] * 4
        again = await channel.send([make("emil@example.net")])
        assert states(again) == ["sent"]
        await channel.close()


async def test_a_server_that_ends_each_connection_after_some_mails(
    make: Make, pipelining: bool
) -> None:
    """A 421 after so many mails is no failure: the next connection goes on, nobody twice (G2)."""
    async with Mailbox(pipelining=pipelining, mails_per_connection=3) as mailbox:
        channel = channel_to(mailbox)
        batch = [make(f"person{number}@example.net") for number in range(10)]
        assert states(await channel.send(batch)) == ["sent"] * 10
        assert sorted(mail.address for mail in mailbox.received) == sorted(
            delivery.address for delivery in batch
        )
        assert mailbox.connections == 4
        await channel.close()


async def test_connections_are_kept_and_a_stale_one_is_replaced(make: Make) -> None:
    """Ten batches use one connection; a server that restarted in between costs no mail."""
    async with Mailbox() as mailbox:
        channel = channel_to(mailbox)
        for number in range(10):
            await channel.send([make(f"person{number}@example.net")])
        assert mailbox.connections == 1
        mailbox.drop_all()
        assert states(await channel.send([make("anna@example.net")])) == ["sent"]
        assert mailbox.connections == 2
        await channel.close()


async def test_an_idle_connection_is_not_kept_for_ever(make: Make) -> None:
    """After its time an idle connection is replaced before a server would close it on us."""
    async with Mailbox() as mailbox:
        channel = channel_to(mailbox, keep_within=0.001)
        for name in ("anna", "bruno"):
            assert states(await channel.send([make(f"{name}@example.net")])) == ["sent"]
            await asyncio.sleep(0.01)
        assert mailbox.connections == 2


async def test_a_server_that_closes_on_everybody_is_given_up(make: Make) -> None:
    """Three connections ended on three different mails: the batch is left for a later attempt."""
    async with Mailbox(mails_per_connection=0) as mailbox:
        channel = channel_to(mailbox)
        receipts = await channel.send([make(f"person{n}@example.net") for n in range(8)])
        assert {(receipt.state, receipt.temporary) for receipt in receipts} == {("failed", True)}
        assert mailbox.connections == 3
        assert "keeps closing" in receipts[-1].reason


async def test_a_batch_has_its_own_limit(make: Make) -> None:
    """A server that is slow at each mail never holds a batch beyond ``batch_within`` (G13)."""
    async with Mailbox() as mailbox:
        batch = [make(f"person{number}@example.net") for number in range(6)]
        mailbox.faults = dict.fromkeys((each.address for each in batch), "silent_after_text")
        channel = channel_to(mailbox, answer_within=0.2, batch_within=0.5)
        receipts = await channel.send(batch)
        assert states(receipts)[0] == "unknown"
        assert states(receipts)[-1] == "failed"
        assert "too slow" in receipts[-1].reason


def tls_server() -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that only our tests trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_starttls_and_login_then_pipelining(make: Make) -> None:
    """The bulk lane runs over the very connection that was secured and authenticated."""
    async with Mailbox(tls=tls_server(), login=("crisis", "s3cret")) as mailbox:
        channel = channel_to(mailbox, {"smtp": "s3cret"}, **SECURED)
        batch = [make(f"person{number}@example.net") for number in range(5)]
        assert states(await channel.send(batch)) == ["sent"] * 5
        await channel.close()


async def test_a_certificate_that_is_not_trusted(make: Make) -> None:
    """Certificates are verified; mail waits rather than going to a stranger."""
    async with Mailbox(tls=tls_server()) as mailbox:
        channel = channel_to(mailbox, security="starttls", host="localhost")
        [receipt] = await channel.send([make("anna@example.net")])
        assert (receipt.state, receipt.temporary) == ("failed", True)
        assert "certificate that is not trusted" in receipt.reason
        assert not mailbox.received


async def test_encryption_that_is_not_offered(make: Make) -> None:
    """STARTTLS is demanded, never merely tried: without it nothing leaves."""
    async with Mailbox() as mailbox:
        channel = channel_to(mailbox, security="starttls")
        [receipt] = await channel.send([make("anna@example.net")])
        assert (receipt.state, receipt.temporary) == ("failed", True)
        assert not mailbox.received


async def test_a_wrong_password_is_said_and_not_shown(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """A refused password is temporary (a person can mend it) and stands in no log or reason."""
    caplog.set_level(logging.DEBUG)
    async with Mailbox(tls=tls_server(), login=("crisis", "right-pa55")) as mailbox:
        channel = channel_to(mailbox, {"smtp": "wrong-pa55"}, **SECURED)
        [receipt] = await channel.send([make("anna@example.net")])
        assert (receipt.state, receipt.temporary) == ("failed", True)
        assert "refuses the user name and password (535)" in receipt.reason
        assert "pa55" not in receipt.reason + repr(vars(channel))
        ours = [each.getMessage() for each in caplog.records if each.name != "mail.log"]
        assert "pa55" not in repr(ours)


async def test_a_mail_that_cannot_be_composed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that our own frame chokes on fails alone (G13)."""

    def choke(*given: Any) -> bytes:
        """Compose everything but one."""
        if given[-1] == "bad@example.net":
            raise RuntimeError
        return b"Subject: x\r\n\r\nx\r\n"

    monkeypatch.setattr("crisis.channels.mail_frame.Frames.content", choke)
    async with Mailbox() as mailbox:
        channel = channel_to(mailbox)
        receipts = await channel.send([make("bad@example.net"), make("anna@example.net")])
        assert states(receipts) == ["failed", "sent"]
        assert isinstance(channel, EmailChannel)
        await channel.close()
