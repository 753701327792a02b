"""The duty team, called by the doors themselves: whose turn it is, and every channel at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crisis.channels import ChannelSettingsError
from crisis.compose.duty import duty_words
from crisis.core.break_glass import Call, Glass
from crisis.core.wording import gsm
from crisis.ports import Clock, Outgoing, Receipt
from crisis.runtime import reach
from crisis.runtime.clock import ServiceClock
from crisis.runtime.duty import Duty
from crisis.runtime.reach import reach_duty
from tests.web.house import Everything, organisation

CLOCK = ServiceClock()


@dataclass
class Topic:
    """One partition, which any number of doors write and follow."""

    lines: list[bytes] = field(default_factory=list)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> Any:
        """Keep a line."""
        del topic, key, headers
        async with self.moved:
            self.lines.append(value or b"")
            self.moved.notify_all()
            return SimpleNamespace(offset=len(self.lines) - 1)

    async def read(self) -> AsyncIterator[Any]:
        """Every line, from the first."""
        for offset in count():
            async with self.moved:
                while len(self.lines) <= offset:
                    await self.moved.wait()
            yield SimpleNamespace(offset=offset, value=self.lines[offset])

    @asynccontextmanager
    async def door(self) -> AsyncIterator[Duty]:
        """A door for the time of the block."""
        duty = Duty(self, "duty", cast("Clock", CLOCK))
        following = asyncio.create_task(duty.follow(cast("Any", self.read())))
        try:
            yield duty
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def tell(glass: Glass, now: datetime) -> Call | None:
    """Somebody is to be told, until somebody was."""
    del now
    return "tell" if glass.told is None else None


@pytest.mark.parametrize("doors", [1, 2, 5])
async def test_any_number_of_doors_call_once(doors: int) -> None:
    """G2: all of them see it at the same moment, and one of them calls."""
    topic, calls = Topic(), list[Call]()

    async def people(call: Call) -> int:
        calls.append(call)
        await asyncio.sleep(0.01)
        return 2

    async def one() -> None:
        async with topic.door() as duty:
            await duty.call(tell, people, waiting=4, since=None)
            async with asyncio.timeout(5), duty._moved:
                await duty._moved.wait_for(lambda: duty.glass.told)
            await duty.call(tell, people, waiting=4, since=None)
            assert duty.glass.told is not None
            assert duty.glass.told.waiting == 4

    async with asyncio.TaskGroup() as group:
        for _ in range(doors):
            group.create_task(one())
    assert calls == ["tell"]


async def test_nobody_reached_is_nobody_told() -> None:
    """The claim lapses by itself, and any door tries again; a line nobody can read is passed."""
    topic = Topic([b"rubbish"])

    async def people(call: Call) -> int:
        del call
        return 0

    async with topic.door() as duty:
        await duty.call(tell, people, waiting=4, since=None)
        assert duty.glass.told is None
        assert duty.glass.claim is not None


class Telephone:
    """A channel of the test."""

    def __init__(self, name: str, sent: list[tuple[str, Outgoing]], *, broken: bool) -> None:
        """One that fails says so, or breaks altogether."""
        self.name, self.sent, self.broken = name, sent, broken
        self.abilities = SimpleNamespace(connections=1)

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Hand over."""
        [one] = batch
        if self.broken and self.name == "call":
            raise RuntimeError("it does not do as it promises")
        self.sent.append((self.name, one))
        state: Any = "failed" if self.broken else "sent"
        return [Receipt(delivery_id=one.delivery_id, state=state, at=CLOCK.now())]

    async def close(self) -> None:
        """Nothing to give back."""


@pytest.mark.parametrize(
    ("down", "reached"), [((), True), (("call", "email"), True), (("call", "email", "sms"), False)]
)
async def test_a_channel_that_is_down_stops_no_other(
    down: tuple[str, ...], reached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G12: everybody on duty is tried by every channel; it counts who was reached by any."""
    sent: list[tuple[str, Outgoing]] = []

    def opened(name: str, *_: object) -> Telephone:
        if name not in {"sms", "email", "call"}:
            raise ChannelSettingsError(name)
        return Telephone(name, sent, broken=name in down)

    monkeypatch.setattr(reach, "open_channel", opened)
    at = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
    people = await reach_duty(
        "tell", organisation=organisation(), secrets=Everything(), clock=CLOCK, waiting=12,
        since=at, away=at,
    )  # fmt: skip
    assert (people > 0) is reached
    assert {name for name, _ in sent} == {"sms", "email", "call"} - ({"call"} & set(down))
    by_sms = [one for name, one in sent if name == "sms"]
    assert len({one.address for one in by_sms}) == len(by_sms)
    assert all("14h05" in one.text or "14:05" in one.text for one in by_sms)
    assert {one.urgency for one in by_sms} == {"immediate"}


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("call", ["tell", "clear"])
@pytest.mark.parametrize("waiting", [1, 12])
def test_the_words_say_what_to_do(language: str, call: str, waiting: int) -> None:
    """In both languages, and short enough for a text message; English for any other."""
    words = duty_words(
        call, language, waiting=waiting, organisation="Maison Exemple", since="14h05",
        away="14h06", url="https://crisis.example.org",
    )  # fmt: skip
    assert gsm.length(words.short) <= gsm.MOST
    assert "{" not in words.subject + words.text + words.short
    if call == "tell":
        counted = {"fr": "signalement", "en": "report"}[language if language == "fr" else "en"]
        assert f"{waiting} {counted}" in words.subject
        assert "https://crisis.example.org/healthz" in words.text


@pytest.mark.parametrize(("language", "least"), [("fr", "au moins"), ("en", "at least")])
def test_the_least_is_said_to_be_the_least(language: str, least: str) -> None:
    """Nobody knows what waited before: a number that may be too small says so everywhere."""
    words = duty_words(
        "tell", language, waiting=3, at_least=True, organisation="Maison Exemple",
        since="14h05", away="14h06", url="https://crisis.example.org",
    )  # fmt: skip
    assert all(f"{least} 3 " in one for one in (words.subject, words.text, words.short))
    assert gsm.length(words.short) <= gsm.MOST
