"""What is said to a mail server, without a network: replies in, bytes out, one outcome a mail.

With PIPELINING (RFC 2920) a mail's body and the next mail's MAIL, RCPT and DATA travel in one
write, so that a mail costs one round trip; without it, every command waits for its reply.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_QUEUED = re.compile(r"\bqueued as ([A-Za-z0-9.-]{4,64})\b")
_GO_AHEAD = 354
_CLOSING = 421
_CLASS_DONE = 2
_CLASS_PERMANENT = 5

_MEANINGS = {
    "1.1": "no such mailbox",
    "1.2": "no such mail domain",
    "1.3": "bad mailbox address",
    "1.10": "the domain accepts no mail",
    "2.0": "the mailbox has a problem",
    "2.1": "the mailbox is disabled",
    "2.2": "the mailbox is full",
    "3.4": "the message is too big",
    "4.1": "no answer from the recipient's server",
    "7.0": "refused by the server's policy",
    "7.1": "not authorised to send to this mailbox",
    "7.26": "sender authentication (SPF, DKIM) failed",
}
"""Enhanced status codes without their class (RFC 3463, RFC 7505, RFC 7372), in a few words. The
server's own words are never kept: they repeat addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail ready to travel; ``content`` has CRLF line ends and doubled dots."""

    address: str
    content: bytes
    until: datetime | None = None
    """Real time from which it is not ours to hand over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one mail, with nothing personal in it."""

    state: Literal["sent", "failed", "unknown", "untried"]
    temporary: bool = False
    reason: str = ""
    reference: str = ""


UNANSWERED = Outcome(state="unknown", reason="handed over, but the server did not answer")

_Step = Literal["mail", "rcpt", "data", "body", "rset"]


class _Line(NamedTuple):
    """Something to say and which mail it speaks of."""

    step: _Step
    mail: int
    said: bytes


class Conversation:
    """One batch over one secured connection.

    ``outcomes[i]`` is None while mail ``i`` has surely not been accepted: it may be tried again.
    ``may_go`` is asked before the text of each mail, the last moment at which it can be kept back.
    """

    def __init__(
        self,
        sender: str,
        mails: Sequence[Mail],
        *,
        pipelining: bool,
        may_go: Callable[[Mail], bool] = lambda _: True,
    ) -> None:
        self.outcomes: list[Outcome | None] = [None] * len(mails)
        self.broken = False
        self._from = f"MAIL FROM:<{sender}>\r\n".encode("ascii")
        self._mails = mails
        self._pipelining = pipelining
        self._may_go = may_go
        self._held: deque[_Line] = deque()
        self._awaited: deque[_Line] = deque()

    @property
    def finished(self) -> bool:
        """Whether every reply has come: the connection may be kept for another conversation."""
        return not self._awaited and not self._held and not self.broken

    def begin(self) -> bytes:
        """The first bytes to send."""
        self._open(0)
        return self._say()

    def reply(self, code: int, text: str) -> bytes:
        """Take one whole reply in; answer with what to send now, often nothing."""
        if not self._awaited:
            self.broken = True
            return b""
        step, mail, _ = self._awaited.popleft()
        if code == _CLOSING:
            self.broken = True
            if step == "body" and self.outcomes[mail] is None:
                self.outcomes[mail] = _refused(code, text, "after the text")
            return b""
        if step == "data":
            self._after_data(mail, code, text)
        elif step == "body":
            self._after_body(mail, code, text)
        elif step != "rset" and code // 100 != _CLASS_DONE:
            self._after_refusal(step, mail, code, text)
        return self._say()

    def lost(self) -> None:
        """The connection is gone or silent: what was handed over whole is unknown."""
        self.broken = True
        for step, mail, _ in self._awaited:
            if step == "body" and self.outcomes[mail] is None:
                self.outcomes[mail] = UNANSWERED

    def _open(self, mail: int) -> None:
        while mail < len(self._mails) and not self._may_go(self._mails[mail]):
            mail += 1
        if mail < len(self._mails):
            recipient = f"RCPT TO:<{self._mails[mail].address}>\r\n".encode("ascii")
            self._held.append(_Line("mail", mail, self._from))
            self._held.append(_Line("rcpt", mail, recipient))
            self._held.append(_Line("data", mail, b"DATA\r\n"))

    def _say(self) -> bytes:
        """Everything that may be sent now: all that is held, or one line when in lockstep."""
        if self._pipelining:
            now, self._held = self._held, deque()
        elif self._held and not self._awaited:
            now = deque((self._held.popleft(),))
        else:
            return b""
        self._awaited.extend(now)
        return b"".join(line.said for line in now)

    def _after_data(self, mail: int, code: int, text: str) -> None:
        if code != _GO_AHEAD:
            if self.outcomes[mail] is None:
                self.outcomes[mail] = _refused(code, text, "before the text")
            self._start_over(mail)
            return
        refused = self.outcomes[mail] is not None
        if not (refused or self._may_go(self._mails[mail])):
            self.broken = True  # a text that never ends is not taken; there is no other way back
            return
        # A server may take DATA with no recipient left: RFC 2920 §3.1 has us send a lone dot.
        said = b".\r\n" if refused else self._mails[mail].content + b".\r\n"
        self._held.append(_Line("body", mail, said))
        self._open(mail + 1)

    def _after_body(self, mail: int, code: int, text: str) -> None:
        if self.outcomes[mail] is not None:
            return
        if code // 100 == _CLASS_DONE:
            queued = _QUEUED.search(text)
            self.outcomes[mail] = Outcome(state="sent", reference=queued[1] if queued else "")
        else:
            self.outcomes[mail] = _refused(code, text, "after the text")

    def _after_refusal(self, step: _Step, mail: int, code: int, text: str) -> None:
        if self.outcomes[mail] is None:
            at = "at the sender" if step == "mail" else "at the recipient"
            self.outcomes[mail] = _refused(code, text, at)
        if self._held:  # in lockstep the rest of this mail has not been said, and need not be
            self._held.clear()
            self._start_over(mail)

    def _start_over(self, mail: int) -> None:
        """Forget the refused transaction before the next one, or leave a clean connection."""
        self._held.append(_Line("rset", mail, b"RSET\r\n"))
        self._open(mail + 1)


def _refused(code: int, text: str, where: str) -> Outcome:
    """A refusal in our own words: 5xx is permanent, everything else may pass (RFC 5321 §4.2.1)."""
    enhanced = _ENHANCED.match(text)
    status = f"{code} {enhanced[0]}" if enhanced else str(code)
    meaning = _MEANINGS.get(enhanced[0].partition(".")[2]) if enhanced else None
    reason = f"the mail server answered {status} {where}"
    return Outcome(
        state="failed",
        temporary=code // 100 != _CLASS_PERMANENT,
        reason=f"{reason}: {meaning}" if meaning else reason,
    )
