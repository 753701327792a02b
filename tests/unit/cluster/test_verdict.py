"""The verdict of a crash run passes a record that is right, and sees each way to spoil it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from aiokafka.structs import ConsumerRecord

from crisis.codec import to_cloudevent
from crisis.codec.cloudevents import HEADERS
from crisis.ports import DecisionRow, DeliveryRow, DeliveryState, Recorded
from crisis.runtime.dead_letters import Letter
from tests.cluster.crash.answers import Roles, unacknowledged, undecided
from tests.cluster.crash.falls import Blow, Blows, Fall, outlasted
from tests.cluster.crash.faults import Scene
from tests.cluster.crash.house import BUILDINGS, PEOPLE, neighbours, residents
from tests.cluster.crash.ledger import Mailing, left_over, misdelivered, untold
from tests.cluster.crash.letters import Bad, misplaced
from tests.cluster.crash.parts import Parts
from tests.cluster.crash.senders import Pressed
from tests.cluster.crash.verdict import mistold, out_of_order
from tests.cluster.timeline import Message
from tests.house.source import ROOT

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)

READ = Pressed(delivery="d1", choice="read")
ACCEPTED = Pressed(delivery="d2", choice="accept", commands=("c1", "c2"))
OFFER = Roles(incident="i", command_id="c0", offer_id="o", roles=frozenset({"lead"}))
TOOK = replace(OFFER, command_id="c2")
OTHERS = replace(OFFER, command_id="c9", offer_id="o9")


def row(id_: str, state: DeliveryState = "sent", *, to: str = "e101") -> DeliveryRow:
    """A mail to somebody."""
    return DeliveryRow(
        id=id_, message_id="m", incident_id="i", recipient_id=to, medium="mail", channel="email",
        rung=0, lane="now", language="fr", state=state, attempts=1,
    )  # fmt: skip


def decision(id_: str, *, accepted: bool = True) -> DecisionRow:
    """An answer to a command."""
    return DecisionRow(
        command_id=id_, stream="incident", stream_id="i", command="{}", actor="e101",
        authority="signed-link", door="acknowledgement", exercise=False, at=NOW, facts="{}",
        config_version=1, rules_version=1, accepted=accepted, answer="{}",
    )  # fmt: skip


# --- what people answered ---


def test_an_answer_that_is_in_the_ledger_is_no_breach() -> None:
    """G1: whoever pressed stands as acknowledged."""
    assert not list(unacknowledged([READ], {"d1": row("d1", "acknowledged")}))


@pytest.mark.parametrize("ledger", [{}, {"d1": row("d1", "sent")}])
def test_an_acknowledgement_that_is_lost_is_seen(ledger: dict[str, DeliveryRow]) -> None:
    """G1: a door has said that it is kept, and the ledger does not know of it."""
    [breach] = unacknowledged([READ], ledger)
    assert breach.startswith("lost: 'read' was kept, and d1 is")


@pytest.mark.parametrize(
    ("decided", "took"),
    [([decision("c2")], [TOOK]), ([decision("c2", accepted=False)], [OTHERS])],
    ids=["taken", "another was first"],
)
def test_who_accepts_holds_the_roles_or_another_does(
    decided: list[DecisionRow], took: list[Roles]
) -> None:
    """G3: the journal has it, by whichever of the times that they pressed."""
    decisions = {one.command_id: one for one in decided}
    assert not list(undecided([READ, ACCEPTED], decisions, {"d2": OFFER}, took))


@pytest.mark.parametrize(
    ("decided", "took", "words"),
    [
        ([], [], "nothing has decided"),
        ([decision("c1")], [OTHERS], "0 times it took roles"),
        ([decision("c2")], [TOOK, TOOK], "2 times it took roles"),
        ([decision("c2", accepted=False)], [], "nobody has lead"),
    ],
    ids=["undecided", "not in the journal", "twice", "refused for nothing"],
)
def test_an_acceptance_that_is_lost_is_seen(
    decided: list[DecisionRow], took: list[Roles], words: str
) -> None:
    """G3: a door has said that it is kept, and no role was taken by it."""
    decisions = {one.command_id: one for one in decided}
    [breach] = undecided([ACCEPTED], decisions, {"d2": OFFER}, took)
    assert words in breach


# --- what people wrote down ---


def test_notes_that_stand_as_they_were_sent_are_in_order() -> None:
    """G11: each once, one behind the other."""
    assert not list(out_of_order({"i": ["n1", "n2"]}, {"i": ["n1", "n2"], "other": ["n9"]}))


@pytest.mark.parametrize(
    "stand",
    [[], ["n1"], ["n2", "n1"], ["n1", "n1", "n2"], ["n1", "n2", "n1"], ["n1", "n2", "n9"]],
    ids=["none", "one missing", "turned", "twice at once", "twice", "one that nobody sent"],
)
def test_notes_that_stand_otherwise_are_seen(stand: list[str]) -> None:
    """G11: what is decided twice is in the journal twice, whatever stands between."""
    [breach] = out_of_order({"i": ["n1", "n2"]}, {"i": stand})
    assert breach.startswith("out of order: i has")


# --- parts that fell by themselves ---


def fall(at: float, part: str = "dispatch-1") -> Fall:
    """A part that ended."""
    return Fall(part=part, at=at, code=70)


SERVER = Blow(parts=None, since=10.0, until=30.0)
STOPPED = Blow(parts=frozenset({"dispatch-1"}), since=20.0, until=40.0)


def test_a_fall_that_a_fault_explains_is_no_breach() -> None:
    """Each of them explains one of each part; whichever ends first is used up first."""
    falls = [fall(11.0, "worker-1"), fall(21.0), fall(35.0)]
    assert not Blows([SERVER, STOPPED]).unexplained(falls)


@pytest.mark.parametrize(
    ("falls", "strange"),
    [
        ([fall(9.0)], 1),
        ([fall(41.0)], 1),
        ([fall(35.0, "worker-1")], 1),
        ([fall(11.0), fall(12.0), fall(13.0)], 2),
        ([fall(at) for at in (11.0, 21.0, 22.0, 23.0)], 2),
    ],
    ids=["before", "after", "of another", "in a loop", "in a loop of two faults"],
)
def test_a_fall_that_nothing_explains_is_seen(falls: list[Fall], strange: int) -> None:
    """A part that falls again and again is not excused by what once was done to it."""
    found = Blows([SERVER, STOPPED]).unexplained(falls)
    assert found == falls[-strange:]


def test_a_fault_is_dealt_for_its_time_and_a_while_after() -> None:
    """To a part by its name, or to a server that all of them use."""
    blows = Blows()
    with blows.dealing("worker-1"), blows.dealing():
        assert [one.until for one in blows.dealt] == [float("inf")] * 2
    assert [one.parts for one in blows.dealt] == [frozenset({"worker-1"}), None]
    assert all(one.since < one.until < float("inf") for one in blows.dealt)


def test_falls_that_nothing_explains_excuse_no_mail(tmp_path: Path) -> None:
    """G2: a dispatcher that falls in a loop may not bring its own doubles."""
    parts = Parts(tmp_path, kafka="", store="", home=tmp_path, lease=6)
    scene = Scene(parts, Mock(), Mock(), Mock(), Mock(), felled=1)
    parts.dispatchers[0].fell += [fall(11.0), fall(12.0), fall(13.0)]
    scene.blows.dealt.append(SERVER)
    assert scene.bound() == 2 * 64, "one was stopped on purpose, one fall is explained"
    assert [one.at for one in scene.strange()] == [12.0, 13.0]


@pytest.mark.parametrize(
    ("absences", "times"),
    [
        ([], 0),
        ([(0.0, 3.0), (10.0, 13.0)], 0),
        ([(0.0, 5.0)], 1),
        ([(4.0, 7.0), (0.0, 3.0), (8.0, 11.0)], 1),
        ([(0.0, 5.0), (10.0, 15.0)], 2),
    ],
    ids=["never", "short ones", "a long one", "one behind the other", "two long ones"],
)
def test_a_database_that_is_away_for_longer_than_a_lease_excuses_mails(
    absences: list[tuple[float, float]], times: int
) -> None:
    """G2: whoever had sent them could not say so before the claim ended."""
    assert outlasted(absences, 6.0) == times


# --- what nobody can read ---

BAD, UNSURE = Bad("crisis.reports.v1", b"{"), Bad("crisis.commands.v1", b"[")


def letter(bad: Bad, offset: int = 0) -> Letter:
    """A dead letter."""
    return Letter(
        partition=0, offset=offset, reason="half of it", key=None, value=bad.value, topic=bad.topic
    )


@pytest.mark.parametrize("more", [[], [letter(BAD, 1)], [letter(UNSURE)]])
def test_what_nobody_can_read_may_be_a_dead_letter(more: list[Letter]) -> None:
    """G13: also twice, where a worker fell in between; also what a broker did not answer for."""
    assert not list(misplaced([BAD], {BAD, UNSURE}, [letter(BAD), *more]))


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ([], "is not among the dead letters"),
        ([letter(replace(BAD, topic="crisis.receipts.v1"))], "is not among"),
        ([letter(BAD), letter(Bad("crisis.reports.v1", b"{}"))], "can be read"),
    ],
    ids=["lost", "of another topic", "a good one"],
)
def test_what_is_wrongly_a_dead_letter_or_wrongly_none_is_seen(
    letters: list[Letter], words: str
) -> None:
    """G13: what is passed over waits for a person, and nothing that can be read is passed over."""
    assert any(words in one for one in misplaced([BAD], {BAD}, letters))


# --- what other systems were told ---


def journal() -> list[Recorded]:
    """The journal of a flood, without an event that is written in another way by now."""
    names = {field.name for field in fields(Recorded)}
    text = (ROOT / "tests" / "golden" / "journals" / "flood-1.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    kept = [
        {name: value for name, value in row.items() if name in names}
        for row in rows if row["type"] != "incident.message-released"
    ]  # fmt: skip
    return [Recorded(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in kept]


def told(row: Recorded) -> Message:
    """One of its events as it stands in the topic."""
    value = json.dumps(to_cloudevent(row), separators=(",", ":")).encode()
    return ConsumerRecord(
        topic="crisis.timeline.v1", partition=0, offset=0, timestamp=0, timestamp_type=0,
        key=row.stream_id.encode(), value=value, checksum=None, serialized_key_size=0,
        serialized_value_size=0, headers=HEADERS,
    )  # fmt: skip


def another_type(one: Message) -> Message:
    """Says that it is of a kind that no document knows."""
    return replace(one, value=(one.value or b"").replace(b".v1", b".v9", 1))


def test_a_timeline_that_is_the_journal_is_no_breach() -> None:
    """G11: also where it is told again from somewhere, in order."""
    topic = [told(row) for row in journal()]
    assert not list(mistold(topic, journal()))
    assert not list(mistold([*topic, *topic[5:]], journal()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda topic: topic[:0],
        lambda topic: [*topic[:5], *topic[6:]],
        lambda topic: [*topic[:5], topic[6], topic[5], *topic[7:]],
        lambda topic: [*topic, told(replace(journal()[-1], seq=999))],
        lambda topic: [another_type(topic[0]), *topic[1:]],
        lambda topic: [replace(topic[0], headers=()), *topic[1:]],
    ],
    ids=["nothing", "one missing", "turned", "one too many", "unknown", "without its header"],
)
def test_a_timeline_that_is_not_the_journal_is_seen(
    spoil: Callable[[list[Message]], list[Message]],
) -> None:
    """G11: other systems hear what has happened, all of it, in order."""
    [breach] = mistold(spoil([told(row) for row in journal()]), journal())
    assert breach.startswith("timeline: ")


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
