"""What is said to a mail server: every mail ends as what the replies prove, whatever they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.channels.smtp_conversation import Conversation, Mail

MAILS = [Mail(address=f"p{number}@x.net", content=b"text %d\r\n" % number) for number in range(4)]


def test_a_body_and_the_next_commands_travel_in_one_write() -> None:
    """With PIPELINING a mail costs one round trip (RFC 2920)."""
    talk = Conversation("crisis@x.org", MAILS[:2], pipelining=True)
    opening = b"MAIL FROM:<crisis@x.org>\r\nRCPT TO:<p%d@x.net>\r\nDATA\r\n"
    assert talk.begin() == opening % 0
    assert [talk.reply(250, "ok"), talk.reply(250, "ok")] == [b"", b""]
    assert talk.reply(354, "go") == b"text 0\r\n.\r\n" + opening % 1
    assert [talk.reply(code, "ok") for code in (250, 250, 250)] == [b"", b"", b""]
    assert talk.reply(354, "go") == b"text 1\r\n.\r\n"
    assert not talk.finished
    assert talk.reply(250, "2.0.0 ok: queued as 4F9D195432C") == b""
    assert talk.finished
    assert [each and each.reference for each in talk.outcomes] == ["", "4F9D195432C"]


def test_without_pipelining_every_command_waits() -> None:
    """Lockstep: one command, one reply; a refused recipient is not followed by DATA."""
    talk = Conversation("crisis@x.org", MAILS[:2], pipelining=False)
    assert talk.begin() == b"MAIL FROM:<crisis@x.org>\r\n"
    assert talk.reply(250, "ok") == b"RCPT TO:<p0@x.net>\r\n"
    assert talk.reply(550, "5.1.1 <p0@x.net> unknown") == b"RSET\r\n"
    assert talk.reply(250, "ok") == b"MAIL FROM:<crisis@x.org>\r\n"
    assert talk.reply(250, "ok") == b"RCPT TO:<p1@x.net>\r\n"
    assert talk.reply(250, "ok") == b"DATA\r\n"
    assert talk.reply(354, "go") == b"text 1\r\n.\r\n"
    talk.reply(250, "ok")
    assert talk.finished
    assert [each and each.state for each in talk.outcomes] == ["failed", "sent"]


def test_a_text_is_kept_back_at_the_last_moment() -> None:
    """G2: whoever stood still before a text cuts the connection: the server takes no mail."""
    late: set[Mail] = set()
    talk = Conversation("c@x.org", MAILS[:3], pipelining=True, may_go=lambda one: one not in late)
    talk.begin()
    talk.reply(250, "ok")
    talk.reply(250, "ok")
    assert talk.reply(354, "go").startswith(b"text 0\r\n.\r\nMAIL FROM")
    late.update(MAILS[1:])
    for code in (250, 250, 250):
        assert talk.reply(code, "ok") == b""
    assert talk.reply(354, "go") == b""
    assert talk.broken
    talk.lost()
    assert [each and each.state for each in talk.outcomes] == ["sent", None, None]


def test_what_may_not_go_is_not_begun() -> None:
    """The others of its batch go all the same, and the connection is kept."""
    late = {MAILS[0], MAILS[2]}
    talk = Conversation("c@x.org", MAILS[:3], pipelining=True, may_go=lambda one: one not in late)
    assert b"RCPT TO:<p1@x.net>" in talk.begin()
    talk.reply(250, "ok")
    talk.reply(250, "ok")
    assert talk.reply(354, "go") == b"text 1\r\n.\r\n"
    talk.reply(250, "ok")
    assert talk.finished
    assert [each and each.state for each in talk.outcomes] == [None, "sent", None]


def test_data_taken_with_no_recipient_left_sends_no_text() -> None:
    """A server may answer DATA with 354 although it refused the recipient: a lone dot follows."""
    talk = Conversation("crisis@x.org", MAILS[:1], pipelining=True)
    talk.begin()
    talk.reply(250, "ok")
    talk.reply(450, "4.2.0 later")
    assert talk.reply(354, "go") == b".\r\n"
    talk.reply(554, "no recipients")
    [outcome] = talk.outcomes
    assert outcome is not None
    assert (outcome.state, outcome.temporary) == ("failed", True)
    assert talk.finished


def test_a_reply_that_nobody_asked_for_breaks_the_conversation() -> None:
    """One reply too many means that replies and commands no longer match: stop at once."""
    talk = Conversation("crisis@x.org", [], pipelining=True)
    assert talk.begin() == b""
    assert talk.reply(250, "what?") == b""
    assert talk.broken


class Server:
    """An honest server that answers what it is told to, and knows what it accepted."""

    def __init__(self, codes: list[int]) -> None:
        self.codes = iter(codes)
        self.accepted: list[bytes] = []
        self.texts: list[bytes] = []
        self.waiting: list[bytes] = []
        self.in_text = False

    def hear(self, said: bytes) -> None:
        """Take in what was written."""
        self.waiting += said.splitlines(keepends=True)

    def answer(self) -> int | None:
        """The next reply, or None when the server is gone."""
        while self.waiting:
            line = self.waiting.pop(0)
            if self.in_text and line != b".\r\n":
                self.texts.append(line)
                continue
            code = next(self.codes, None)
            if code is None:
                return None
            if self.in_text:
                self.in_text = False
                if code // 100 == 2:
                    self.accepted += self.texts
                self.texts = []
            elif line == b"DATA\r\n":
                code = 354 if code // 100 == 2 else code
                self.in_text = code == 354
            return code
        return None


@settings(max_examples=400)
@given(
    codes=st.lists(st.sampled_from([250] * 6 + [421, 450, 550, 451, 554]), max_size=40),
    pipelining=st.booleans(),
)
def test_no_outcome_says_more_than_is_known(codes: list[int], pipelining: bool) -> None:
    """Sent only what was accepted, failed or untried never what was; the rest is unknown (G2)."""
    server = Server(codes)
    talk = Conversation("crisis@x.org", MAILS, pipelining=pipelining)
    server.hear(talk.begin())
    while not talk.finished and not talk.broken:
        code = server.answer()
        if code is None:
            break
        server.hear(talk.reply(code, ""))
    if not talk.finished:
        talk.lost()
    for mail, outcome in zip(MAILS, talk.outcomes, strict=True):
        state = outcome.state if outcome else "untried"
        times = server.accepted.count(mail.content)
        assert times == (1 if state == "sent" else 0)
        if talk.finished:
            assert state in {"sent", "failed"}
    assert [o for o in talk.outcomes if o and o.state == "unknown"] == [] or talk.broken
