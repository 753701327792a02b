"""The broken rules: at least one for each guarantee, each a function that does less or other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crisis.core import events as e
from crisis.core.obligation import Owed
from crisis.ports import Receipt
from tests.simulation.broken.swap import Broken, Make

Was = Callable[..., Any]
D, CORE = "crisis.core.decide", "crisis.core"


def nothing(_was: Was) -> Was:
    """A rule that does nothing."""
    return lambda *_args, **_named: None


def answers(value: Any) -> Make:
    """A rule that has one answer."""
    return lambda _was: lambda *_args, **_named: value


def owes_no(*rules: str) -> Make:
    """An obligation of which some are forgotten; all of them where none is named."""

    def make(was: Was) -> Was:
        def owes(*args: Any) -> Iterator[Owed]:
            return (one for one in was(*args) if rules and one.rule not in rules)

        return owes

    return make


# --- what takes more than a line ---


def sent_twice(was: Was) -> Was:
    """Each batch is handed over a second time."""

    async def send(line: Any, batch: Any) -> dict[str, Receipt]:
        await was(line, batch)
        receipts: dict[str, Receipt] = await was(line, batch)
        return receipts

    return send


def late_first_attempt(was: Was) -> Was:
    """Nobody is tried before twenty minutes have passed."""

    def begin(course: Any, to: Any, now: Any) -> Any:
        wait = timedelta(minutes=20)
        return [
            replace(one, next_attempt_at=one.next_attempt_at + wait) if one.next_attempt_at else one
            for one in was(course, to, now)
        ]

    return begin


def one_is_forgotten(was: Was) -> Was:
    """One audience is never concerned."""

    def concerned(incident: Any, playbook: Any, audience: str) -> bool:
        return audience != "front-line" and bool(was(incident, playbook, audience))

    return concerned


def without_follow(was: Was) -> Was:
    """A report is answered, and nothing comes of it."""
    return lambda *args: replace(was(*args), follow=())


def real_everywhere(was: Was) -> Was:
    """An exercise has the key of the real thing."""
    return lambda **named: was(**named | {"exercise": False})


def night_for_all(was: Was) -> Was:
    """At night nobody is disturbed, whatever it is about."""

    def quiet_until(course: Any, recipient_id: str, now: datetime, *, place: bool) -> Any:
        night = not 5 <= now.hour < 21  # by UTC
        return was(course, recipient_id, now, place=place) or (
            now + timedelta(hours=4) if night and not place else None
        )

    return quiet_until


def without_retry(was: Was) -> Was:
    """Who cannot be reached on one medium is tried on no other."""

    def failed(*args: Any) -> Any:
        return replace(was(*args), fallback_at=None)

    return failed


def again_at_once(was: Was) -> Was:
    """What was sent goes back into the queue."""

    def after(delivery: Any, heard: Any, course: Any, now: Any) -> Any:
        change = was(delivery, heard, course, now)
        if change is None or change.state != "sent" or delivery.attempts > 1:
            return change
        return replace(change, state="queued", next_attempt_at=now)

    return after


def half_of_those(was: Was) -> Was:
    """An end reaches only every second one of those who were told."""

    def rows_again(message: Any, to: Any, *args: Any) -> Any:
        return was(message, to, *args) if sum(map(ord, to.id)) % 2 else []

    return rows_again


def forgetful_snapshot(was: Was) -> Was:
    """A snapshot says that it is one event older than it is."""

    def stream_row(*args: Any) -> Any:
        row = was(*args)
        stale = row.snapshot is not None and row.snapshot_seq > 1
        return replace(row, snapshot_seq=row.snapshot_seq - 1) if stale else row

    return stream_row


def no_events_named(was: Was) -> Was:
    """The decision log forgets which events came of a command."""
    return lambda *args: replace(was(*args), first_seq=0, last_seq=0)


def unowed_counterpart(was: Was) -> Was:
    """An engagement breaks as if it had been a mere promise."""

    def record(d: Any, body: Any, **named: Any) -> None:
        if isinstance(body, e.CommitmentBroken):
            body = replace(body, counterpart_owed=False)
        was(d, body, **named)

    return record


def lost_receipts(was: Was) -> Was:
    """Receipts of one channel are thrown away."""

    async def commit(receipts: Any, batch: Any) -> None:
        kept = [one for one in batch if one[0].channel != "email"]
        await was(receipts, kept)

    return commit


RULES: tuple[Broken, ...] = (
    Broken(name="a report comes to nothing", guarantee="G1",
           where=f"{D}.opening:decide_report", make=without_follow),
    Broken(name="a report that joins is not noted", guarantee="G1",
           where=f"{D}.opening:link", make=nothing),
    Broken(name="each batch is handed over twice", guarantee="G2",
           where="crisis.dispatch.line:Line._send", make=sent_twice),
    Broken(name="what was sent is queued again", guarantee="G2",
           where=f"{CORE}.receipt:after", make=again_at_once),
    Broken(name="nobody is told that nobody leads", guarantee="G3",
           where=f"{D}.lead:owed_lead", make=owes_no()),
    Broken(name="nobody leads, and the clock says nothing", guarantee="G3 G13",
           where=f"{D}.lead:no_lead", make=nothing),
    Broken(name="an audience is forgotten", guarantee="G4",
           where=f"{D}.messages:concerned", make=one_is_forgotten),
    Broken(name="first attempts come late", guarantee="G4 G12",
           where=f"{CORE}.ladder:begin", make=late_first_attempt),
    Broken(name="no holding statement, no word", guarantee="G5 G13",
           where=f"{D}.commitments:speak", make=nothing),
    Broken(name="a silence is escalated once only", guarantee="G5",
           where=f"{D}.commitments:owed_silence", make=owes_no()),
    Broken(name="people outside hear before the directorate", guarantee="G6",
           where=f"{D}.messages:waits_for_directorate", make=answers(False)),
    Broken(name="the directorate has no brief on a change", guarantee="G4 G6",
           where=f"{D}.briefs:brief_on_change", make=nothing),
    Broken(name="an end ends nothing", guarantee="G7",
           where=f"{D}.messages:_ends", make=answers(())),
    Broken(name="an end reaches half of them", guarantee="G7",
           where="crisis.ledger:rows_again", make=half_of_those),
    Broken(name="what is ended goes out all the same", guarantee="G7",
           where="crisis.ledger:withdraw", make=answers([])),
    Broken(name="a promise never breaks", guarantee="G5 G8",
           where=f"{D}.commitments:owed_commitments", make=owes_no("promise-broken")),
    Broken(name="a broken engagement owes nothing", guarantee="G8",
           where=f"{CORE}.deciding:Deciding.record", make=unowed_counterpart),
    Broken(name="an exercise reaches everybody", guarantee="G9",
           where="crisis.directory.matching:Moment.may_be_reached", make=answers(True)),
    Broken(name="a real report joins an exercise", guarantee="G1 G9",
           where=f"{CORE}.report:correlation_key", make=real_everywhere),
    Broken(name="the words of an exercise do not say so", guarantee="G9",
           where="crisis.compose.composer:_marked", make=lambda _was: lambda text, _telling: text),
    Broken(name="no review is opened", guarantee="G10",
           where=f"{D}.review:open_review", make=nothing),
    Broken(name="nobody chases actions", guarantee="G10",
           where=f"{D}.review:owed_review", make=owes_no()),
    Broken(name="the decision log names no events", guarantee="G11",
           where="crisis.coordinator.record:_decision_row", make=no_events_named),
    Broken(name="a snapshot is one event off", guarantee="G11 G13",
           where="crisis.coordinator.record:_stream_row", make=forgetful_snapshot),
    Broken(name="those in danger are left to sleep", guarantee="G12",
           where=f"{CORE}.course:Course.quiet_until", make=night_for_all),
    Broken(name="receipts of one channel are lost", guarantee="G2 G5 G13",
           where="crisis.dispatch.receipts:Receipts.commit", make=lost_receipts),
    Broken(name="who fails on one medium is given up", guarantee="G13",
           where=f"{CORE}.receipt:_failed", make=without_retry),
    Broken(name="an offer never lapses", guarantee="G3",
           where=f"{D}.roles:owed_offers", make=owes_no()),
    Broken(name="who has it after all hears no end", guarantee="G7",
           where="crisis.ledger:ends_again", make=nothing),
    Broken(name="what nobody answered is called failed", guarantee="G7",
           where=f"{CORE}.delivery:in_doubt", make=answers(False)),
    Broken(name="nobody looks for the silent", guarantee="G12",
           where=f"{D}.roll_call:owed_roll_calls", make=owes_no()),
    Broken(name="a question is nobody's", guarantee="3.17",
           where=f"{D}.questions:owed_questions", make=owes_no()),
    Broken(name="a cost is asked about once", guarantee="3.23",
           where=f"{D}.costs:owed_costs", make=owes_no()),
    Broken(name="nobody approves anything", guarantee="5.1",
           where=f"{D}.approving:needed", make=answers(False)),
    Broken(name="an approval waits for ever", guarantee="5.2",
           where=f"{D}.approvals:owed_approvals", make=owes_no()),
    Broken(name="what has failed is tried all the same", guarantee="7.6",
           where=f"{CORE}.course:Course.lives", make=answers(True)),
    Broken(name="what fails is known to one crisis only", guarantee="7.8",
           where=f"{D}.media:note_media", make=nothing),
    Broken(name="an errand is forgotten", guarantee="7.9",
           where=f"{D}.by_hand:owed_errands", make=owes_no()),
    Broken(name="a delay of the law passes unseen", guarantee="8.7",
           where=f"{D}.legal:owed_clocks", make=owes_no()),
)  # fmt: skip
"""Every broken rule, in the order of the guarantees; then those of the doctrine's rows."""
