"""G2, G12 and G13: each delivery once, what saves lives without delay, and nothing that stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from crisis.core.course import delivery_id
from crisis.core.delivery import Reason
from crisis.ports import DeliveryRow, MessageRow, View
from crisis.proof.invariants.record import (
    Away,
    Breach,
    Record,
    Sinks,
    allowed,
    may_have_been_sent,
    reason,
)

_QUIET, _MUST_NOT = "quiet-hours", frozenset({"quiet-hours", "expired"})


def g2_each_delivery_once(record: Record) -> Iterator[Breach]:
    """One row for each message, recipient and medium, under the identity made of the three."""
    for message in record.messages:
        seen = set()
        for row in record.rows(message.id):
            named = (row.recipient_id, row.medium)
            if named in seen:
                yield record.breach("G2", f"{message.id} stands twice for {named}")
            seen.add(named)
            if row.id != delivery_id(message.id, *named):
                yield record.breach("G2", f"delivery {row.id} does not have the id of {named}")


def g2_nobody_gets_it_twice(view: View, sinks: Sinks) -> Iterator[Breach]:
    """What arrived stands in the ledger; repeats are at most what was in flight at a crash.

    Nobody calls it failed but who refuses it for good: whoever may have it hears the end (G7).
    """
    rows = view.ledger(sorted(sinks.received))
    for id_ in sinks.received:
        row = rows.get(id_)
        if row is None:
            yield _breach("G2", id_, "it arrived, and the ledger has no such delivery")
        elif row.state == "suppressed" or (row.state == "queued" and not _begun(row)):
            yield _breach("G2", id_, f"it arrived, and the ledger says {row.state} {row.reason}")
        elif row.state == "failed" and not row.reason.startswith(Reason.REFUSED):
            words = f"it arrived, and the ledger says failed {row.reason}: no end would follow it"
            yield _breach("G7", id_, words)
    if sinks.may_repeat is not None:
        yield from _repeated(sinks.received, sinks.may_repeat)
        return
    repeats = sum(sinks.received.values()) - len(sinks.received)
    if repeats > sinks.in_flight_bound:
        twice = sorted(id_ for id_, copies in sinks.received.items() if copies > 1)
        yield _breach(
            "G2",
            ", ".join(twice[:5]),
            f"{repeats} repeats, and at most {sinks.in_flight_bound} may have been in flight",
        )


def _begun(row: DeliveryRow) -> bool:
    """Whether it was tried, or perhaps: a claim lost in a crash says so, and goes again."""
    return bool(row.attempts) or row.reason == Reason.LOST_CLAIM


def _repeated(received: Mapping[str, int], may_repeat: Mapping[str, int]) -> Iterator[Breach]:
    """Hold each copy against what was in flight when it was made."""
    for id_, copies in received.items():
        allowed_copies = 1 + may_repeat.get(id_, 0)
        if copies > allowed_copies:
            words = f"{copies} copies, and at most {allowed_copies} may have been made"
            yield _breach("G2", id_, words)


def g2_what_was_sent_arrived(record: Record, sinks: Sinks) -> Iterator[Breach]:
    """What the ledger calls delivered has arrived, where every place was watched."""
    if not sinks.whole:
        return
    for message in record.messages:
        for row in record.rows(message.id):
            said = row.state in {"sent", "delivered"}
            if said and not sinks.received.get(row.id):
                yield record.breach("G2", f"delivery {row.id} is {row.state} and never arrived")


def g12_life_safety_is_never_delayed(record: Record) -> Iterator[Breach]:
    """A life-safety message goes at its release: no quiet hours, no expiry, no waiting."""
    for message in record.messages:
        if not message.life_safety:
            continue
        owed_at = message.released_at
        for row in record.rows(message.id):
            if reason(row) in _MUST_NOT:
                yield record.breach(
                    "G12", f"delivery {row.id} of {message.id} is held: {row.reason}"
                )
            if row.rung or row.attempts > 1:
                continue
            waits = row.state == "queued" and not row.attempts
            if waits and record.late(owed_at, None):
                yield record.breach("G12", f"delivery {row.id} of {message.id} waits")
            follows = bool(message.ends)  # whoever turns out to have it later hears its end then
            if row.sent_at is not None and not follows and record.late(owed_at, row.sent_at):
                yield record.breach("G12", f"delivery {row.id} of {message.id} left late")


def g13_nothing_stops_the_rest(
    view: View, now: datetime, away: Sequence[Away] = ()
) -> Iterator[Breach]:
    """Nothing that is owed stays undone: whatever is parked is parked alone."""
    due_at = view.next_due_at()
    if due_at is not None and now > allowed(due_at, away):
        ids = ", ".join(view.due(now, 5))
        yield _breach("G13", ids, f"something is owed since {due_at:%Y-%m-%d %H:%M} and not done")
    attempt_at = view.next_attempt_at()
    if attempt_at is not None and now > allowed(attempt_at, away):
        yield _breach("G13", "the ledger", f"a delivery is due since {attempt_at:%Y-%m-%d %H:%M}")
    for fanout in view.fanouts():
        message = view.message(fanout.message_id)
        if message is not None and now > allowed(message.released_at, away):
            yield _breach("G13", fanout.message_id, "its audience is not expanded")


def g13_every_claim_ends(record: Record) -> Iterator[Breach]:
    """Nothing is on its way for ever: at the end of its lease somebody says what became of it."""
    for message in record.messages:
        for row in record.rows(message.id):
            claimed = row.state == "sending" and row.lease_until is not None
            if claimed and record.late(row.lease_until or record.now, None):
                yield record.breach("G13", f"{row.id} of {message.id} is on its way for ever")


def g13_one_failure_stops_no_other(record: Record) -> Iterator[Breach]:
    """Whoever could not be reached on one medium was tried on the next, or it is said why not."""
    for message in record.messages:
        by_person: dict[str, list[str]] = {}
        for row in record.rows(message.id):
            by_person.setdefault(row.recipient_id, []).append(
                "open"
                if row.fallback_at or row.state == "queued" or may_have_been_sent(row)
                else row.reason
            )
        for person, stands in by_person.items():
            if "" in stands and "open" not in stands:
                yield record.breach(
                    "G13", f"{message.id}: nothing says why {person} was not reached"
                )
        yield from _given_up(record, message)


def _given_up(record: Record, message: MessageRow) -> Iterator[Breach]:
    """Nobody was left on a rung on which all has failed, where the plan has a further one."""
    fanout = record.fanouts.get(message.id)
    over = message.expires_at is not None and record.now >= message.expires_at
    if message.ends or over or (fanout is not None and fanout.closed):
        return
    last = len(record.pinned.rungs(message.kind, message.audience, message.urgency)) - 1
    rows = sorted(record.rows(message.id), key=lambda row: row.recipient_id)
    for person, several in groupby(rows, key=lambda row: row.recipient_id):
        of_person = list(several)
        failed = [row.done_at for row in of_person if row.state == "failed" and row.attempts]
        stuck = len(failed) == len(of_person) and not any(row.fallback_at for row in of_person)
        if not stuck or person in record.places or max(row.rung for row in of_person) >= last:
            continue
        since = max((at for at in failed if at is not None), default=message.released_at)
        if record.late(since, None):
            yield record.breach("G13", f"{message.id}: {person} was given up, with a way left")


def _breach(guarantee: str, where: str, words: str) -> Breach:
    return Breach(guarantee=guarantee, where=where, words=words)
