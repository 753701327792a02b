"""A crash at each named point, then a restart: everyone is told, and hardly anybody twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from crisis.core.turning import Turning
from crisis.dispatch import LeftOver, News, Turned
from crisis.marks import MARKS, mark, watching
from crisis.ports import Outgoing, Receipt, Unavailable, Unit, View
from tests.unit.dispatch.world import (
    MINUTE,
    NOON,
    FakeChannel,
    World,
    a_message,
    an_offer,
    answers,
    before_long,
    quiet,
    someone,
    until,
)

T = TypeVar("T")

OURS = [
    name
    for name in MARKS
    if name.split(".")[0]
    in {"expand", "claim", "send", "receipts", "fallback", "turning", "acknowledge"}
]


class CrashError(BaseException):
    """The power is gone."""


async def life(world: World) -> None:
    """An alert to an audience and an offer, an answer, and a medium that fails for good."""
    async with world.running() as dispatcher:
        with world.store.read() as view:
            begun = view.message("m1") is not None
        if not begun:
            world.release(a_message(), fanout=True)
            world.release(an_offer(), "p000")
        dispatcher.wake()
        await quiet(dispatcher)
        offer = world.rows("offer-1")["p000", "mail"]
        await dispatcher.acknowledge(offer.id, NOON)
        await quiet(dispatcher)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("nth", [1, 2, 5])
async def test_a_crash_loses_nobody_and_repeats_little(name: str, nth: int) -> None:
    """G2: repeats are at most what was in flight, under the same identity."""
    people = [someone(f"p{number:03}") for number in range(60)]
    mail = FakeChannel("email", connections=2, depth=4)
    mail.answer = lambda one: answers(
        "failed" if one.address.startswith("p00") and one.kind == "update" else "sent"
    )(one)
    text = FakeChannel("sms", connections=2, depth=4)
    world = World(mail, text, people=people)
    seen: Counter[str] = Counter()

    def crash(reached: str) -> None:
        seen[reached] += 1
        if reached == name and seen[name] == nth:
            raise CrashError(name)

    with watching(crash):
        try:
            await life(world)
        except (BaseExceptionGroup, CrashError, AssertionError):
            assert seen[name] >= nth
    await life(world)

    assert seen[name]
    handed = Counter(one.delivery_id for channel in (mail, text) for one in channel.out)
    bound = sum(world.dispatcher().in_flight_bound().values())
    assert sum(handed.values()) - len(handed) <= bound
    states = world.states("m1")
    for person in people:
        by_text = person.id.startswith("p00")
        assert states[person.id, "mail"] == ("failed" if by_text else "sent")
        assert states.get((person.id, "sms")) == ("sent" if by_text else None)
    assert world.states("offer-1")["p000", "mail"] == "acknowledged"
    told = Counter((one.message_id, one.turning) for one in world.news if isinstance(one, Turned))
    assert set(told) == {("m1", Turning.SENT), ("offer-1", Turning.SENT)}
    assert max(told.values()) <= 2


async def test_every_mark_is_reached() -> None:
    """A named crash point that nothing passes is not tested by anything."""
    mail = FakeChannel("email", answer=answers("failed"))
    text = FakeChannel("sms")
    world = World(mail, text, people=[someone("p000")])
    seen: set[str] = set()
    with watching(seen.add):
        await life(world)
    assert seen >= set(OURS)


def test_a_mark_does_nothing_without_a_watcher() -> None:
    """And nothing once its watcher is gone."""
    seen: list[str] = []
    with watching(seen.append):
        mark("expand.before-commit")
    mark("expand.after-commit")
    assert seen == ["expand.before-commit"]


async def test_what_may_have_left_is_not_sent_again_where_that_harms() -> None:
    """A text message in flight at the crash is unknown; the next rung is asked at its time."""
    text = FakeChannel("sms", repeat_safe=False, gate=asyncio.Event())
    world = World(text, people=[someone("ana")])
    async with world.running() as dispatcher:
        world.release(a_message(kind="alert", urgency="immediate"), "ana")
        dispatcher.wake()
        await until(lambda: text.busy)
    text.gate = None
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        row = world.rows()["ana", "sms"]
        assert (row.state, row.reason) == ("unknown", "unknown: its sender stopped")
        world.clock.business += 10 * MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
    assert len(text.out) == 1
    assert world.rows()["ana", "runner"].reason == "by-hand: runner"


async def test_who_is_left_to_people_is_told_by_whoever_is_there() -> None:
    """G13: the one who climbed the ladder falls before it told; its neighbour does, at once."""
    text = FakeChannel("sms", answer=answers("failed"))
    world = World(text, people=[someone("ana"), someone("bob")])

    def deaf(news: News) -> None:
        if isinstance(news, LeftOver):
            raise TimeoutError("it falls")
        world.news.append(news)

    world.hear = deaf
    async with world.running() as dispatcher:
        world.release(a_message(kind="alert", urgency="immediate"), "ana", "bob")
        dispatcher.wake()
        await until(lambda: ("ana", "runner") in world.rows())
        await before_long(dispatcher.idle)
    assert not any(isinstance(one, LeftOver) for one in world.news)

    world.hear = world.news.append
    neighbour = world.dispatcher(owner="its neighbour", alone=False)
    await neighbour._pulse()  # no restart: it hears that there is something
    async with asyncio.timeout(1):
        await neighbour._teller.step()
    (left,) = (one for one in world.news if isinstance(one, LeftOver))
    assert (left.message_id, left.count) == ("m1", 2)
    with world.store.read() as view:
        assert view.untold() == []


async def test_what_is_vital_goes_again_rather_than_never() -> None:
    """G12: an offer in flight at the crash is sent once more, although the gateway would repeat."""
    text = FakeChannel("sms", repeat_safe=False, gate=asyncio.Event())
    world = World(text, people=[someone("ana")])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await until(lambda: text.busy)
    text.gate = None
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert world.states("offer-1")["ana", "sms"] == "sent"
    assert len({one.delivery_id for one in text.out}) == 1
    assert len(text.out) == 2


async def test_what_another_dispatcher_held_is_found_when_its_lease_is_over() -> None:
    """A dead worker's rows are sent by the living."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    world.release(a_message(), "ana")
    world.commit(
        lambda unit: unit.claim(
            channel="email", now=NOON, real=NOON, owner="dead", lease=MINUTE, limit=9
        )
    )
    async with world.running(owner="alive") as dispatcher:
        await quiet(dispatcher)
        assert mail.out == []
        world.clock.actual += 10 * MINUTE
        dispatcher.wake()
        await before_long(lambda: world.states() == {("ana", "mail"): "sent"})


async def test_what_another_dispatcher_has_not_told_is_told_by_the_living() -> None:
    """G13: it fell with the last receipt written down and the incident not told; nothing moves."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    async with world.running(owner="alive", alone=False) as dispatcher:
        await quiet(dispatcher)
        [row] = world.release(a_message(), "ana")
        sent = replace(row, state="sent", attempts=1, sent_at=NOON, next_attempt_at=None)
        world.commit(lambda unit: unit.save_deliveries([sent]))
        dispatcher.wake()
        await quiet(dispatcher)
        assert world.news == []
        world.clock.actual += 10 * MINUTE
        dispatcher.wake()
        await before_long(lambda: len(world.news) == 1)
    assert mail.out == []


async def test_whoever_says_they_have_it_after_its_end_hears_the_end() -> None:
    """G7: the provider said it failed, so the end passed them by; then they press "I have it"."""
    mail = FakeChannel("email", answer=answers("failed"))
    world = World(mail, people=[someone("ana")])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
        assert world.states()["ana", "mail"] == "failed"
        mail.answer = answers()
        world.release(a_message("m2", number=2, kind="end", ends=("m1",)))
        dispatcher.wake()
        await quiet(dispatcher)
        assert world.states("m2") == {}
        await dispatcher.acknowledge(world.rows()["ana", "mail"].id, NOON)
        await before_long(lambda: world.states("m2") == {("ana", "mail"): "sent"})


async def test_a_late_receipt_is_written_down_whoever_holds_the_row() -> None:
    """Our lease ran out and another took the row: that it was sent is still true."""
    mail = FakeChannel("email", gate=asyncio.Event())
    world = World(mail, people=[someone("ana")])
    async with world.running(alone=False) as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await until(lambda: mail.busy)

        def stolen(unit: Unit) -> None:
            row = world.rows()["ana", "mail"]
            unit.save_deliveries([replace(row, owner="other", lease_until=NOON + 9 * MINUTE)])

        world.commit(stolen)
        assert mail.gate
        mail.gate.set()
        await quiet(dispatcher)
    assert world.states() == {("ana", "mail"): "sent"}


@pytest.mark.parametrize("state", ["failed", "unknown", "untried"])
async def test_what_did_not_arrive_is_for_the_one_who_holds_the_row(state: str) -> None:
    """G2: another is sending it by now; a late "failed" of ours must not offer it to a third."""
    mail = FakeChannel("email", gate=asyncio.Event(), answer=answers(state, temporary=True))
    world = World(mail, people=[someone("ana")])
    taken: Any = {"owner": "other", "lease_until": NOON + 9 * MINUTE, "attempts": 2}
    async with world.running(alone=False) as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await until(lambda: mail.busy)
        world.commit(
            lambda unit: unit.save_deliveries([replace(world.rows()["ana", "mail"], **taken)])
        )
        assert mail.gate
        mail.gate.set()
        await quiet(dispatcher)
        row = world.rows()["ana", "mail"]
    assert (row.state, row.owner, row.attempts) == ("sending", "other", 2)
    assert len(mail.out) == 1


async def test_what_was_kept_back_goes_again_at_once() -> None:
    """The channel says that our time had run out; nothing of it left, so nobody waits."""
    said = iter(["untried", "sent"])

    def answer(one: Outgoing) -> Receipt:
        return answers(next(said))(one)

    mail = FakeChannel("email", answer=answer)
    world = World(mail, people=[someone("ana")])
    async with world.running(alone=False) as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.rows()["ana", "mail"].attempts == 1
    assert world.states() == {("ana", "mail"): "sent"}
    assert [one.until for one in mail.out] == [NOON + 4.75 * MINUTE] * 2


async def test_a_claim_that_failed_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store was away for a moment."""
    monkeypatch.setattr("crisis.dispatch.desk.PAUSE", 0.005)
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        world.release(a_message(), "ana")
        world.disk_is_full = True
        dispatcher.wake()
        await asyncio.sleep(0.02)
        assert not dispatcher.idle()
        world.disk_is_full = False
        await before_long(lambda: world.states() == {("ana", "mail"): "sent"})


async def test_a_bug_between_claim_and_receipt_leaves_the_row_to_its_lease(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is found again, and the connection goes on with others."""
    monkeypatch.setattr("crisis.dispatch.desk.PAUSE", 0.005)
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana")])
    async with world.running() as dispatcher:
        line = dispatcher._lines["email"]
        original = line._hand_over
        failed: list[object] = []

        async def fail_once(batch: object) -> object:
            if not failed:
                failed.append(batch)
                raise RuntimeError("a bug")
            return await original(batch)  # type: ignore[arg-type] # passed through

        line._hand_over = fail_once  # type: ignore[method-assign, assignment] # the bug
        world.release(a_message(), "ana")
        dispatcher.wake()
        await until(lambda: failed)
        world.clock.actual += 10 * MINUTE
        dispatcher.wake()
        await before_long(lambda: world.states() == {("ana", "mail"): "sent"})


async def test_a_claim_that_was_renewed_meanwhile_is_left_to_its_new_owner() -> None:
    """G2: two dispatchers find the same lost claim; who comes second must not take it back."""
    world = World(FakeChannel("email"), people=[someone("ana")])
    (row,) = world.release(a_message(), "ana")
    lost = replace(
        row, state="sending", owner="gone", lease_until=world.clock.real() - MINUTE, attempts=1
    )
    renewed = replace(lost, owner="faster", lease_until=world.clock.real() + MINUTE, attempts=2)
    world.commit(lambda unit: unit.save_deliveries([lost]))

    async def write(job: Callable[[Unit], T]) -> T:
        answer = await world.write(job)
        if answer == [lost]:
            world.commit(lambda unit: unit.save_deliveries([renewed]))
        return answer

    await world.dispatcher(write=write).recover()
    assert world.rows()["ana", "mail"] == renewed


async def test_what_could_not_be_looked_up_is_given_back_and_not_left_in_doubt() -> None:
    """G13: the store cannot be read for a moment after the claim; then the text is sent, once."""
    text = FakeChannel("sms", repeat_safe=False)
    world = World(text, people=[someone("ana")])
    away = 0

    @contextmanager
    def read() -> Iterator[View]:
        nonlocal away
        if away and world.rows()["ana", "sms"].state == "sending":
            away -= 1
            raise Unavailable("the connection is lost")
        with world.store.read() as view:
            yield view

    away = 1
    async with world.running(read=read) as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await before_long(lambda: text.out)
        await quiet(dispatcher)
    assert not away
    assert [one.delivery_id for one in text.out] == [world.rows()["ana", "sms"].id]
    assert world.rows()["ana", "sms"].state == "sent"
