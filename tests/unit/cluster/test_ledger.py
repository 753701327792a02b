"""Who was told what: the verdict of a crash run passes what is right, and sees what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crisis.ports import DeliveryRow, DeliveryState
from tests.cluster.crash.house import BUILDINGS, PEOPLE, neighbours, residents
from tests.cluster.crash.ledger import Mailing, left_over, misdelivered, untold
from tests.unit.cluster.rows import row

# --- who was told what ---

MAIL_OF = {one: f"{one}@example.org" for one in (*residents(), "e101")}
IN_K0 = [f"g{number:06}" for number in range(0, PEOPLE, BUILDINGS)]


def word(id_: str, to: list[str], *, building: str = "k0", closed: bool = False) -> Mailing:
    """A message to those who live there, which has gone to these."""
    rows = [row(f"{id_}-{one}", to=one) for one in to]
    return Mailing(id=id_, building=building, audience="users", closed=closed, rows=rows)


def came(*mailings: Mailing) -> set[tuple[str, str]]:
    """The mails of a message, all of them."""
    return {(one.id, MAIL_OF[one.recipient_id]) for each in mailings for one in each.rows}


FIRST = word("m1", IN_K0)
OFFERED = Mailing(id="m0", building="k0", to=("e101",), rows=[row("m0-e101")])
PEOPLE_THERE = {one: MAIL_OF[one] for one in residents()}


def test_everybody_has_every_message_that_is_for_them() -> None:
    """G4: the first word and each that follows; one that was taken back reaches who it can."""
    mailings = [OFFERED, FIRST, word("m2", IN_K0), word("m3", IN_K0[:7], closed=True)]
    assert {MAIL_OF[one] for one in IN_K0} == neighbours("k0")
    assert not list(untold(mailings, {"k0"}, PEOPLE_THERE))
    assert not list(misdelivered(mailings, came(*mailings), MAIL_OF))


@pytest.mark.parametrize(
    ("mailings", "breach"),
    [
        ([FIRST, word("m2", [])], f"not told: {len(IN_K0)} by m2, g000000 for one"),
        ([FIRST, word("m2", IN_K0[:-1])], f"not told: 1 by m2, {IN_K0[-1]} for one"),
        ([FIRST, replace(OFFERED, rows=())], "not told: 1 by m0, e101 for one"),
        ([FIRST, word("m2", [], building="k1")], "not told: 300 by m2, g000001 for one"),
    ],
    ids=["the second to nobody", "not to one", "a name without a row", "another building"],
)
def test_a_message_that_does_not_reach_all_of_them_is_seen(
    mailings: list[Mailing], breach: str
) -> None:
    """G4: an earlier word to the same people does not hide it."""
    assert list(untold(mailings, {"k0"}, PEOPLE_THERE)) == [breach]


def test_a_building_that_hears_nothing_is_seen() -> None:
    """G4: it was reported, and no message was released there."""
    [breach] = untold([FIRST], {"k0", "k1"}, PEOPLE_THERE)
    assert breach == "not told: nobody of k1"


def test_a_mail_that_nobody_has_is_seen() -> None:
    """G2: the ledger says that it was sent; another message to the same person does not hide it."""
    second = word("m2", IN_K0)
    [breach] = misdelivered([FIRST, second], came(FIRST, second) - {min(came(second))}, MAIL_OF)
    assert breach == "never came: m2-g000000 of m2 to g000000 is sent"


def test_a_mail_that_another_has_is_seen() -> None:
    """Personal: whoever it was for has it, and so has somebody else."""
    more = came(FIRST) | {("m1-g000000", MAIL_OF["g000001"])}
    [breach] = misdelivered([FIRST], more, MAIL_OF)
    assert breach == "went astray: m1-g000000 of m1 is for g000000 alone"


# --- what is left in the ledger ---


def left(state: DeliveryState, reason: str = "", **more: Any) -> DeliveryRow:
    """A row that is not sent."""
    return replace(row("d", state), reason=reason, **more)


@pytest.mark.parametrize(
    "rest",
    [
        left("suppressed", "no-address: sms", channel="sms"),
        left("suppressed", "withdrawn"),
        left("failed", "acknowledged"),
        left("unknown", "unknown: withdrawn"),
        left("unknown", "unknown: its sender stopped", channel="call"),
        left("queued", "retry: 503", channel="sms"),
        left("queued", channel="sms", attempts=0, rung=1),
    ],
)
def test_what_may_be_left_in_the_ledger_is_no_breach(rest: DeliveryRow) -> None:
    """G13: it is on the record why it has not gone, or when it will."""
    assert not list(left_over([row("sent"), rest], bound=1))


@pytest.mark.parametrize(
    "rest",
    [
        left("sending"),
        left("queued", "retry: 421"),
        left("queued", channel="sms", attempts=0),
        left("unknown", "unknown: its sender stopped"),
        left("failed", "gave-up: 421"),
        left("failed", "refused: 550", channel="sms"),
        left("failed", "expired"),
        left("suppressed", "expired"),
        left("suppressed", "no-words"),
        left("suppressed"),
    ],
)
def test_what_may_not_be_left_in_the_ledger_is_seen(rest: DeliveryRow) -> None:
    """G13: a mail in doubt goes again, and nothing waits that nobody will ever look at."""
    [breach] = left_over([row("sent"), rest], bound=64)
    assert breach.startswith(f"left over: d by {rest.channel} is {rest.state}")


def test_more_in_doubt_than_were_in_flight_are_seen() -> None:
    """G2: only who falls leaves something in doubt."""
    rows = [left("unknown", channel="sms")] * 3
    assert list(left_over(rows, bound=2)) == ["left over: 3 are unknown, and 2 were in flight"]
