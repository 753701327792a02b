"""G9: an exercise reaches its own list and says what it is; the real is never mixed with it."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.codec import CannotRead
from crisis.core.events import IncidentDeclared, ReportLinked
from crisis.ports import View
from crisis.proof.invariants.record import Breach, Record, decoded, may_have_been_sent

_EVERY = 1_000_000


def g9_an_exercise_stays_inside(record: Record) -> Iterator[Breach]:
    """Nobody outside of its list was tried, and every message of it says what it is."""
    for message in record.messages:
        if message.exercise is not record.row.exercise:
            yield record.breach("G9", f"{message.id} does not say what it is")
    if not record.row.exercise:
        return
    for message in record.messages:
        for row in record.rows(message.id):
            tried = row.attempts > 0 or may_have_been_sent(row)
            if tried and row.recipient_id in record.outsiders:
                words = f"{message.id} of an exercise went to {row.recipient_id}, who is not in it"
                yield record.breach("G9", words)
    for text_id in record.unmarked:
        yield record.breach("G9", f"the words {text_id} do not say that it is an exercise")


def g9_the_real_thing_is_never_mixed_with_it(view: View) -> Iterator[Breach]:
    """Every report that an incident knows is of its own kind: real, or exercise."""
    for row in view.streams("incident", limit=_EVERY):
        for one in view.events("incident", row.stream_id):
            try:
                body = decoded(one).body
            except CannotRead:
                continue  # told as G11
            if not isinstance(body, IncidentDeclared | ReportLinked):
                continue
            report = view.stream("report", body.report_id)
            if report is not None and report.exercise is not row.exercise:
                words = (
                    f"the report {body.report_id} joined it, and only one of both is an exercise"
                )
                yield Breach(guarantee="G9", where=row.stream_id, words=words)
