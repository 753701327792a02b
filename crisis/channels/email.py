"""E-mail: the same words for all, individually addressed, over kept and pipelined connections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import structlog

from crisis.channels.mail_address import mail_address
from crisis.channels.mail_frame import Frames
from crisis.channels.mail_settings import EmailSettings
from crisis.channels.smtp_connection import ServerUnavailableError, SmtpConnection
from crisis.channels.smtp_conversation import Conversation, Mail, Outcome
from crisis.channels.smtp_pool import SmtpPool
from crisis.ports import Abilities, Clock, Outgoing, Receipt, in_time

_log = structlog.get_logger(__name__)

_NO_ADDRESS = Outcome(state="failed", reason="not an e-mail address that can be written to")
_NOT_COMPOSED = Outcome(state="failed", reason="the mail could not be composed: see the log")
_CLOSED_ON = Outcome(
    state="failed", temporary=True, reason="the mail server closed the connection on this mail"
)
_TOO_LATE = Outcome(state="untried", reason="it was another dispatcher's to send by then")
_FRUITLESS = 3


class EmailChannel:
    """One mail relay. Keeps the promises of :class:`crisis.ports.Channel`.

    Repeats are safe: every attempt of a delivery carries the same Message-ID, by which mail
    programs and servers tell that it is one mail. ``unknown`` means handed over whole without an
    answer; everything else that was not accepted is ``failed`` and temporary unless the server
    answered 5xx. A dead server costs a hand-over at most ``connect_within`` seconds, a slow one
    ``batch_within`` (G13).
    """

    settings_type: ClassVar[type[EmailSettings]] = EmailSettings

    def __init__(
        self, name: str, settings: EmailSettings, secrets: Mapping[str, str], clock: Clock
    ) -> None:
        self.name = name
        self.abilities = Abilities(
            form="long",
            confirms=False,
            repeat_safe=True,
            connections=settings.connections,
            depth=settings.depth,
        )
        self._settings = settings
        self._clock = clock
        self._frames = Frames(settings, clock)
        password = secrets[settings.password_secret] if settings.password_secret else None
        self._pool = SmtpPool(settings, password)
        self._slots = asyncio.Semaphore(settings.connections)

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Hand a batch over on one connection; one receipt for each, in the batch's order."""
        outcomes: list[Outcome | None] = [None] * len(batch)
        mails: dict[int, Mail] = {}
        for place, outgoing in enumerate(batch):
            composed = self._compose(outgoing)
            if isinstance(composed, Mail):
                mails[place] = composed
            else:
                outcomes[place] = composed
        async with self._slots:
            why = await self._deliver(mails, outcomes)
        not_tried = Outcome(state="failed", temporary=True, reason=why)
        at = self._clock.now()
        return [
            _receipt(outgoing, outcome or not_tried, at)
            for outgoing, outcome in zip(batch, outcomes, strict=True)
        ]

    async def close(self) -> None:
        """Say goodbye to the server on every idle connection."""
        await self._pool.close()

    def _compose(self, outgoing: Outgoing) -> Mail | Outcome:
        address = mail_address(outgoing.address)
        if address is None:
            return _NO_ADDRESS
        try:
            content = self._frames.content(outgoing, address)
            return Mail(address=address, content=content, until=outgoing.until)
        except Exception as error:  # noqa: BLE001 - one bad message never stops the rest (G13)
            _log.error("mail not composed", message=outgoing.message_id, error=type(error).__name__)
            return _NOT_COMPOSED

    async def _deliver(self, mails: dict[int, Mail], outcomes: list[Outcome | None]) -> str:
        """Fill in the outcomes; answer why those that are still None were not accepted.

        Kept connections go stale, and some servers end each one after so many mails: the next
        takes over. Where a new one is ended before it answered for anybody, the mail it began with
        is blamed and the rest go on (G13), up to :data:`_FRUITLESS` in a row.
        """
        host, loop = self._settings.host, asyncio.get_running_loop()
        until = loop.time() + self._settings.batch_within
        waiting, fruitless = list(mails), 0
        try:
            while waiting and loop.time() < until:
                connection = await self._pool.take()
                fresh = connection.fresh
                in_time = await self._hold(connection, waiting, mails, outcomes, until)
                self._pool.give_back(connection)
                self._keep_back(mails, outcomes)
                left = [place for place in waiting if outcomes[place] is None]
                fruitless = fruitless + 1 if fresh and len(left) == len(waiting) else 0
                waiting = left
                if fruitless and not in_time:
                    return f"the mail server {host} does not answer in time"
                if fruitless == _FRUITLESS:
                    return f"the mail server {host} keeps closing the connection"
                if fruitless:
                    outcomes[waiting.pop(0)] = _CLOSED_ON
        except ServerUnavailableError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - a channel answers for each, whatever happens
            _log.error("mail channel failed", channel=self.name, error=type(error).__name__)
            return "the channel failed: see the log"
        return f"the mail server {host} was too slow for the whole batch"

    async def _hold(
        self,
        connection: SmtpConnection,
        waiting: list[int],
        mails: dict[int, Mail],
        outcomes: list[Outcome | None],
        until: float,
    ) -> bool:
        settings = self._settings
        batch = [mails[place] for place in waiting]
        talk = Conversation(
            settings.from_address, batch, pipelining=connection.pipelining, may_go=self._may_go
        )
        try:
            return await connection.hold(talk, answer_within=settings.answer_within, until=until)
        finally:
            for place, outcome in zip(waiting, talk.outcomes, strict=True):
                outcomes[place] = outcome

    def _may_go(self, mail: Mail) -> bool:
        return in_time(mail.until, self._clock.real())

    def _keep_back(self, mails: dict[int, Mail], outcomes: list[Outcome | None]) -> None:
        """Say of those whose time has run out that they were not handed over."""
        for place, mail in mails.items():
            if outcomes[place] is None and not self._may_go(mail):
                outcomes[place] = _TOO_LATE


def _receipt(outgoing: Outgoing, outcome: Outcome, at: datetime) -> Receipt:
    return Receipt(
        delivery_id=outgoing.delivery_id,
        state=outcome.state,
        at=at,
        temporary=outcome.temporary,
        reason=outcome.reason,
        provider_ref=outcome.reference,
    )
