"""G2, G12 and G13: each delivery once, what saves lives without delay, and nothing that stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from crisis.core.course import delivery_id
from crisis.ports import View
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
    """What arrived stands in the ledger; repeats are at most what was in flight at a crash."""
    rows = view.ledger(sorted(sinks.received))
    for id_ in sinks.received:
        row = rows.get(id_)
        if row is None:
            yield _breach("G2", id_, "it arrived, and the ledger has no such delivery")
        elif row.state == "suppressed" or (row.state == "queued" and not row.attempts):
            yield _breach("G2", id_, f"it arrived, and the ledger says {row.state} {row.reason}")
    repeats = sum(sinks.received.values()) - len(sinks.received)
    if repeats > sinks.in_flight_bound:
        twice = sorted(id_ for id_, copies in sinks.received.items() if copies > 1)
        yield _breach(
            "G2",
            ", ".join(twice[:5]),
            f"{repeats} repeats, and at most {sinks.in_flight_bound} may have been in flight",
        )


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
            if row.sent_at is not None and record.late(owed_at, row.sent_at):
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


def _breach(guarantee: str, where: str, words: str) -> Breach:
    return Breach(guarantee=guarantee, where=where, words=words)
