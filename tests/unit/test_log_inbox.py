"""The door where workers decide: kept in a topic first, then awaited for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from crisis.codec import command_from, report_from
from crisis.core.commands import Actor, Command, SendBrief, SubmitReport
from crisis.core.deciding import Decision
from crisis.ports import Clock, DecisionRow, Pending, PerhapsKept, Store, Unavailable
from crisis.runtime.answers import LONGEST_PAUSE
from crisis.runtime.brokers import Keeping
from crisis.runtime.log_inbox import LogInbox
from crisis.store import open_store

CLOUD = [("content-type", b"application/cloudevents+json")]
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        """The same time."""
        return AT

    real = now


class Topics:
    """Keeps what is sent; ``then`` is done once it is kept."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes | None, bytes | None]] = []
        self.away = False

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        """Keep a message."""
        if self.away:
            raise ConnectionError("no broker")
        assert (("content-type", b"application/cloudevents+json") in (headers or ())) == (
            topic == "reports"
        )
        self.kept.append((topic, key, value))
        return None


def command(body: SendBrief | SubmitReport) -> Command:
    """A command, of a person."""
    report = isinstance(body, SubmitReport)
    return Command(
        id="c-1", stream="report" if report else "incident", stream_id="r-1" if report else "i-1",
        body=body, actor=Actor(kind="person", id="e101"), authority="operator", door="cli",
        exercise=False,
    )  # fmt: skip


REPORT = command(
    SubmitReport(source="phone", native_id="1", kind="flood", site="hq", building=None)
)
BRIEF = command(SendBrief())


def decided(store: Store, *, accepted: bool) -> None:
    """A worker has decided it."""
    answer = "{}" if accepted else '{"rule": "brief", "words": {"en": "No."}}'
    row = DecisionRow(
        command_id="c-1", stream="incident", stream_id="i-1", command="{}", actor="person:e101",
        authority="operator", door="cli", exercise=False, at=AT, facts="{}", config_version=1,
        rules_version=1, accepted=accepted, answer=answer, first_seq=0, last_seq=0,
    )  # fmt: skip
    store.transact([lambda unit: unit.record(row)])


@pytest.fixture
def store() -> Store:
    """An empty store."""
    return open_store("memory:")


def door(topics: Topics, store: Store) -> LogInbox:
    """The door."""
    return LogInbox(
        Keeping(producer=topics), store, cast("Clock", Noon()), reports="reports",
        commands="commands",
    )  # fmt: skip


async def test_a_command_is_kept_in_order_of_its_stream_and_its_decision_awaited(
    store: Store,
) -> None:
    """G1: first durable, then answered; reports and commands have a topic each."""
    topics = Topics()
    inbox = door(topics, store)
    asked = asyncio.create_task(inbox.submit(BRIEF))
    await asyncio.sleep(0.02)
    assert not asked.done()
    decided(store, accepted=True)
    answer = await asked
    assert isinstance(answer, Decision)
    assert answer.accepted
    await inbox.submit(REPORT)

    assert [(topic, key) for topic, key, _ in topics.kept] == [
        ("commands", b"i-1"), ("reports", b"r-1"),
    ]  # fmt: skip
    assert command_from(topics.kept[0][2]) == BRIEF
    assert report_from(topics.kept[1][2]) == REPORT


async def test_a_refusal_comes_back_with_its_words(store: Store) -> None:
    """Whoever asked hears why not, though another process decided."""
    decided(store, accepted=False)
    answer = await door(Topics(), store).submit(BRIEF)

    assert isinstance(answer, Decision)
    assert answer.refusal is not None
    assert answer.refusal.words == {"en": "No."}


async def test_after_a_while_the_answer_is_that_it_follows(store: Store) -> None:
    """Kept, and nobody need wait at the door for a worker that is away."""
    answer = await door(Topics(), store).submit(BRIEF, wait=timedelta(seconds=0.05))

    assert answer == Pending(command_id="c-1", kept_at=AT)


async def test_a_store_that_is_away_keeps_nobody_at_the_door() -> None:
    """G1: a report is safe while the database is not there."""

    class Away:
        """A store that nobody can read."""

        def read(self) -> object:
            """Not now."""
            raise Unavailable("the connection is lost")

    topics = Topics()
    inbox = door(topics, cast("Store", Away()))
    async with asyncio.timeout(5):
        answer = await inbox.submit(REPORT, wait=timedelta(minutes=1))

    assert isinstance(answer, Pending)
    assert len(topics.kept) == 1


async def test_what_cannot_be_kept_is_said(store: Store) -> None:
    """No answer claims what no disk holds."""
    topics = Topics()
    topics.away = True
    with pytest.raises(ConnectionError):
        await door(topics, store).submit(REPORT)


async def test_who_gives_up_takes_nothing_from_another_who_asks_the_same(store: Store) -> None:
    """The same report from a hurried sender and a patient one: the patient one hears."""
    inbox = door(Topics(), store)
    patient = asyncio.create_task(inbox.submit(BRIEF, wait=timedelta(seconds=5)))
    assert isinstance(await inbox.submit(BRIEF, wait=timedelta(seconds=0.05)), Pending)
    decided(store, accepted=True)
    assert isinstance(await patient, Decision)


async def test_an_answer_comes_as_soon_as_the_journal_is_heard_to_move(store: Store) -> None:
    """Nobody waits for the next look by the clock."""
    inbox = door(Topics(), store)
    asked = asyncio.create_task(inbox.submit(BRIEF))
    await asyncio.sleep(0.3)
    decided(store, accepted=True)
    inbox.answers.look()
    assert isinstance(await asyncio.wait_for(asked, LONGEST_PAUSE / 2), Decision)


async def test_where_the_brokers_are_silent_nobody_is_kept_at_the_door(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: whoever waits hears soon that it may be kept or not; it may still arrive."""
    monkeypatch.setattr("crisis.runtime.brokers.KEPT_WITHIN", 0.02)

    class Silent(Topics):
        async def send_and_wait(self, *_: object, **__: object) -> object:
            """Say nothing."""
            return await asyncio.Event().wait()

    with pytest.raises(PerhapsKept, match=r"have not answered within 0\.02 s"):
        await door(Silent(), store).submit(REPORT)


async def test_brokers_of_which_nothing_was_heard_are_tried_all_the_same() -> None:
    """A look may be wrong; they are only not waited for as long."""
    topics = Topics()

    await Keeping(producer=topics, gone=lambda: True)("reports", b"{}", key=b"r", headers=CLOUD)
    assert topics.kept == [("reports", b"r", b"{}")]


async def test_what_no_topic_takes_is_no_matter_of_the_brokers(store: Store) -> None:
    """Too large is too large, however often it is sent."""

    class Small(Topics):
        async def send_and_wait(self, *_: object, **__: object) -> object:
            """Refuse it."""
            raise MessageSizeTooLargeError

    with pytest.raises(MessageSizeTooLargeError):
        await door(Small(), store).submit(REPORT)
