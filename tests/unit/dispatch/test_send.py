"""From rows of the ledger to connections, and back as receipts."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from crisis.core.delivery import Reason
from crisis.ports import Recipient
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

ANA, BOB = someone("ana"), someone("bob", language="en")


async def test_a_role_offer_goes_on_both_media_at_once() -> None:
    """The waking of a sleeping manager does not depend on mail."""
    world = World(FakeChannel("email"), FakeChannel("sms"), people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.channels["email"].reached() == ["ana@example.org"]
    assert world.channels["sms"].reached() == ["+ana"]
    assert set(world.states("offer-1").values()) == {"sent"}


async def test_what_is_handed_over_says_all_that_a_channel_needs() -> None:
    """Words in the reader's language, who speaks, and a link to answer by."""
    mail = FakeChannel("email")
    world = World(mail, people=[BOB])
    async with world.running() as dispatcher:
        world.release(an_offer(), "bob")
        dispatcher.wake()
        await quiet(dispatcher)
    (out,) = mail.out
    assert (out.language, out.subject, out.text, out.short) == (
        "en", "subject offer-1 en", "text offer-1 en", "short offer-1 en",
    )  # fmt: skip
    assert (out.sender, out.contact, out.kind) == ("duty (en)", "desk (en)", "role_offer")
    assert out.ack_url == f"https://crisis.example/{out.delivery_id}"
    assert out.ack_label == "Answer: I accept / I cannot"
    assert out.thread == ()


async def test_a_message_that_needs_no_answer_asks_for_none() -> None:
    """A link that leads nowhere useful is one more thing to think about."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    assert (mail.out[0].ack_url, mail.out[0].ack_label) == (None, "")


@pytest.mark.parametrize(("language", "label"), [("fr", "J'ai bien reçu"), ("de", "J'ai bien")])
async def test_an_acknowledgement_is_asked_in_the_language_of_the_words(
    language: str, label: str
) -> None:
    """Who reads none of the languages gets the plan's first."""
    mail = FakeChannel("email")
    world = World(mail, people=[someone("ana", language=language)])
    async with world.running() as dispatcher:
        world.release(a_message(acknowledge=True), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    assert mail.out[0].ack_label.startswith(label)


async def test_a_later_message_continues_the_thread() -> None:
    """The earlier deliveries of the same incident to the same person on the same medium."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        for number in (1, 2):
            world.release(a_message(f"m{number}", number=number), "ana")
            dispatcher.wake()
            await quiet(dispatcher)
    assert mail.out[1].thread == (mail.out[0].delivery_id,)


async def test_no_more_is_in_flight_than_is_promised() -> None:
    """G2: at most connections × depth are handed over without a committed receipt."""
    mail = FakeChannel("email", connections=2, depth=4, gate=asyncio.Event())
    world = World(mail, people=[someone(f"p{number:03}") for number in range(50)])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await until(lambda: mail.busy == 8)
        await asyncio.sleep(0.01)
        assert mail.busy == mail.busiest == 8 == sum(dispatcher.in_flight_bound().values())
        assert mail.gate
        mail.gate.set()
        await quiet(dispatcher)
    assert mail.busiest <= 8
    assert max(mail.batches) <= 4
    assert sorted(mail.reached()) == sorted({*mail.reached()})
    assert len(mail.out) == 50


async def test_nothing_is_claimed_ahead_where_a_repeat_does_harm() -> None:
    """After a crash nobody could tell a claimed row from one in flight."""
    text = FakeChannel("sms", repeat_safe=False, connections=2, depth=3, gate=asyncio.Event())
    people = [replace(someone(f"p{n:02}"), addresses={"sms": f"+{n}"}) for n in range(20)]
    world = World(text, people=people)
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await until(lambda: text.busy == 6)
        await asyncio.sleep(0.01)
        claimed = [key for key, state in world.states().items() if state == "sending"]
        assert len(claimed) == text.busy == 6
        assert text.gate
        text.gate.set()
        await quiet(dispatcher)
    assert len(text.out) == 20


async def test_a_role_offer_overtakes_the_bulk() -> None:
    """Life-safety and role offers do not wait behind a thousand updates."""
    mail = FakeChannel("email", connections=1, depth=1, gate=asyncio.Event())
    world = World(mail, people=[someone(f"p{number:03}") for number in range(100)])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await until(lambda: mail.busy == 1)
        await asyncio.sleep(0.01)
        world.release(an_offer(), "p050")
        dispatcher.wake(["email"])
        await asyncio.sleep(0.01)
        assert mail.gate
        mail.gate.set()
        await quiet(dispatcher)
    assert [one.kind for one in mail.out].index("role_offer") == 1


async def test_a_dead_channel_stops_nobody_else() -> None:
    """G13: mail hangs for ever, the text messages go."""
    mail, text = FakeChannel("email", gate=asyncio.Event()), FakeChannel("sms")
    world = World(mail, text, people=[ANA, BOB])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana", "bob")
        dispatcher.wake()
        await until(lambda: len(text.out) == 2 and "sent" in world.states("offer-1").values())
    assert world.states("offer-1")["ana", "mail"] == "sending"


async def test_a_channel_that_raises_stops_nobody_else() -> None:
    """G13: what became of its batch is unknown; mail may be repeated, and is."""

    def fault(_: object) -> None:
        raise RuntimeError("a bug in a plug-in")

    mail = FakeChannel("email", answer=fault)  # type: ignore[arg-type] # the fault of the test
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await until(lambda: world.rows()["ana", "mail"].reason)
        assert world.rows()["ana", "mail"].reason == "in-doubt: the channel failed (RuntimeError)"
        mail.answer = answers()
        world.clock.business += MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.states() == {("ana", "mail"): "sent"}


async def test_what_a_channel_does_not_speak_of_is_unknown() -> None:
    """A receipt that never came is not a success."""
    text = FakeChannel("sms", repeat_safe=False)
    text.answer = lambda one: replace(answers()(one), delivery_id="another")
    world = World(text, people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
    row = world.rows("offer-1")["ana", "sms"]
    assert (row.state, row.reason) == ("unknown", "unknown: the channel said nothing about it")


async def test_a_poison_message_stops_nobody_else() -> None:
    """G13: its incident cannot be looked up; it waits a minute, the others go."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    world.lookup.broken.add("i2")
    async with world.running() as dispatcher:
        world.release(a_message("m2", incident_id="i2"), "ana")
        world.release(a_message("m1"), "ana")
        dispatcher.wake()
        await until(lambda: world.states()["ana", "mail"] == "sent")
        await until(lambda: world.rows("m2")["ana", "mail"].reason == Reason.HINDERED)
        assert world.rows("m2")["ana", "mail"].next_attempt_at == NOON + MINUTE
        world.lookup.broken.clear()
        world.clock.business += MINUTE
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.states("m2") == {("ana", "mail"): "sent"}


async def test_a_delivery_that_cannot_be_composed_stops_nobody_else() -> None:
    """G13: the others of its batch go."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA, BOB])

    def sign(row: object, _message: object) -> str:
        if getattr(row, "recipient_id", "") == "ana":
            raise ValueError("no key")
        return "https://crisis.example/"

    async with world.running(sign=sign) as dispatcher:
        world.release(an_offer(), "ana", "bob")
        dispatcher.wake()
        await quiet(dispatcher)
    assert world.states("offer-1")["bob", "mail"] == "sent"
    assert world.rows("offer-1")["ana", "mail"].reason == Reason.HINDERED


async def test_somebody_who_has_left_is_not_sent_anything() -> None:
    """The directory is read as it is now; the next rung is asked at once."""
    mail, text = FakeChannel("email"), FakeChannel("sms")
    world = World(mail, text, people=[ANA])
    world.release(a_message(), "ana")
    world.directory.people["ana"] = Recipient(id="ana", language="fr", addresses={"sms": "+ana"})
    async with world.running() as dispatcher:
        await until(lambda: text.out)
        await quiet(dispatcher)
    assert mail.out == []
    assert world.rows()["ana", "mail"].reason == "no-address: mail"
    assert world.states()["ana", "sms"] == "sent"


async def test_an_erased_text_is_not_sent_empty() -> None:
    """It fails with its reason, and does not go out as a blank page."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    message = a_message(texts={"fr": "gone"})
    world.release(message, "ana")
    world.commit(lambda unit: unit._tables.texts.clear())  # type: ignore[attr-defined] # erase
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert mail.out == []
    assert world.rows()["ana", "mail"].reason == Reason.NO_WORDS


async def test_a_temporary_failure_is_tried_again_in_time() -> None:
    """With the same identity, after its backoff, and no poll in between."""
    mail = FakeChannel("email", answer=answers("failed", temporary=True, reason="busy"))
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
        again_at = dispatcher.next_at()
        assert again_at
        assert NOON < again_at < NOON + MINUTE
        mail.answer = answers()
        world.clock.business = again_at
        dispatcher.wake()
        await quiet(dispatcher)
    assert len({one.delivery_id for one in mail.out}) == 1
    assert len(mail.out) == 2
    row = world.rows()["ana", "mail"]
    assert (row.state, row.attempts, row.sent_at) == ("sent", 2, again_at)


async def test_time_passing_by_itself_wakes_the_dispatcher() -> None:
    """Nobody has to call when a retry is due."""
    mail = FakeChannel("email", answer=answers("failed", temporary=True))
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(an_offer(), "ana")
        dispatcher.wake()
        await quiet(dispatcher)
        again_at = dispatcher.next_at()
        assert again_at
        world.clock.business = again_at - 0.02 * MINUTE / 60
        dispatcher._desk.pulse.set()
        await quiet(dispatcher)
        mail.answer = answers()
        world.clock.business = again_at
        await before_long(lambda: world.states("offer-1")["ana", "mail"] == "sent")


async def test_what_has_expired_is_not_sent_late() -> None:
    """Stale words are suppressed, and say why."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    world.release(a_message(expires_at=NOON + MINUTE), "ana")
    world.clock.business += MINUTE
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    row = world.rows()["ana", "mail"]
    assert mail.out == []
    assert (row.state, row.reason) == ("suppressed", "expired")


@pytest.mark.parametrize(("replaced", "state"), [(False, "sent"), (True, "suppressed")])
async def test_life_safety_goes_late_unless_replaced(replaced: bool, state: str) -> None:
    """G12: after an outage the order to leave still goes, unless there is newer word."""
    mail = FakeChannel("email")
    world = World(mail, people=[ANA])
    order = a_message(
        kind="alert", urgency="immediate", audience="in-danger", life_safety=True, lane="now",
        expires_at=NOON + MINUTE,
    )  # fmt: skip
    world.release(order, "ana")
    world.clock.business += MINUTE
    if replaced:
        world.release(replace(order, id="m2", number=2, texts={}), fanout=False)
    async with world.running():
        await until(lambda: world.states()["ana", "mail"] not in {"queued", "sending"})
    assert world.states()["ana", "mail"] == state


async def test_a_lease_that_ran_out_stops_the_hand_over() -> None:
    """A dispatcher that wakes from a long sleep sends nothing beyond the batch in flight."""
    mail = FakeChannel("email", connections=1, depth=1, gate=asyncio.Event())
    world = World(mail, people=[ANA, BOB])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana", "bob")
        dispatcher.wake()
        await until(lambda: mail.busy == 1)
        await until(lambda: "queued" not in world.states().values())
        world.clock.actual += 10 * MINUTE
        assert mail.gate
        mail.gate.set()
        await until(lambda: len(mail.out) == 2)
        rows = world.rows()
        assert rows["bob", "mail"].reason in {Reason.GIVEN_BACK, "", Reason.LOST_CLAIM}
        await quiet(dispatcher)
    assert sorted(mail.reached()) == ["ana@example.org", "bob@example.org"]


async def test_a_receipt_is_not_lost_while_the_store_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is written down once the store is back; nothing is sent twice for it."""
    monkeypatch.setattr("crisis.dispatch.desk.PAUSE", 0.001)
    mail = FakeChannel("email", gate=asyncio.Event())
    world = World(mail, people=[ANA])
    async with world.running() as dispatcher:
        world.release(a_message(), "ana")
        dispatcher.wake()
        await until(lambda: mail.busy == 1)
        world.disk_is_full = True
        assert mail.gate
        mail.gate.set()
        await asyncio.sleep(0.01)
        assert world.states() == {("ana", "mail"): "sending"}
        world.disk_is_full = False
        await before_long(dispatcher.idle)
    assert world.states() == {("ana", "mail"): "sent"}
    assert len(mail.out) == 1


async def test_a_planned_stop_leaves_nothing_in_doubt() -> None:
    """What is in flight is finished, what was only claimed is given back."""
    mail = FakeChannel("email", connections=1, depth=2, gate=asyncio.Event())
    world = World(mail, people=[someone(f"p{number}") for number in range(9)])
    async with world.running() as dispatcher:
        world.release(a_message())
        dispatcher.wake()
        await until(lambda: mail.busy == 2)
        await asyncio.sleep(0.01)
        resting = asyncio.create_task(dispatcher.rest())
        await asyncio.sleep(0.01)
        assert mail.gate
        mail.gate.set()
        await resting
        states = list(world.states().values())
        assert (states.count("sent"), states.count("queued")) == (2, 7)
    async with world.running() as dispatcher:
        await quiet(dispatcher)
    assert len(mail.out) == 9


async def test_the_first_notification_saves_a_transaction() -> None:
    """Rows that are stamped in the command's own transaction go without a claim."""
    mail, text = FakeChannel("email"), FakeChannel("sms", repeat_safe=False)
    world = World(mail, text, people=[ANA])
    async with world.running() as dispatcher:
        await quiet(dispatcher)
        before = world.writes
        rows = world.release(an_offer(texts={"fr": "offer-1-fr"}), "ana")
        stamped = dispatcher.stamp(rows)
        assert [row.state for row in stamped] == ["queued", "sending"]
        world.commit(lambda unit: unit.save_deliveries(stamped))
        dispatcher.take(stamped)
        await until(lambda: mail.out)
        assert world.writes == before
        dispatcher.wake(["sms", "nowhere"])
        await until(lambda: text.out)
        await quiet(dispatcher)
    assert set(world.states("offer-1").values()) == {"sent"}
