"""G1: what was answered with success is never lost, and ends where a person sees it."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.codec import CannotRead
from crisis.core.events import (
    DutyAsked,
    Event,
    IncidentCancelled,
    IncidentDeclared,
    IncidentHushed,
    MadeLoud,
    ReportAccepted,
    ReportLinked,
    ReportRouted,
    ReportSetAside,
    SignalPassed,
)
from crisis.ports import View
from crisis.proof.invariants.record import Breach, Record, Sinks, decoded

_EVERY = 1_000_000


def g1_reports_end_somewhere(view: View, sinks: Sinks) -> Iterator[Breach]:
    """Every report ends in an incident that knows it, or is set aside with its reason."""
    ids = {row.stream_id for row in view.streams("report", limit=_EVERY)}
    for id_ in sinks.answered:
        if id_ not in ids:
            yield _breach(id_, "a door answered with success, and there is no such report")
    known: dict[str, set[str]] = {}
    for id_ in ids:
        yield from _one(view, id_, known)
    kept = {row.id: row for row in view.quarantined(limit=_EVERY)}
    for id_ in sinks.quarantined:
        if id_ not in kept:
            yield _breach(id_, "a door said that this body is kept, and it is not")
    for id_, row in kept.items():
        if not row.reason:
            yield _breach(id_, "a body is in quarantine and nothing says why")


def _one(view: View, id_: str, known: dict[str, set[str]]) -> Iterator[Breach]:
    """Hold one report; ``known`` keeps what each incident knows, which many reports ask."""
    try:
        bodies = [decoded(one).body for one in view.events("report", id_)]
    except CannotRead as error:
        yield _breach(id_, f"the report cannot be read: {error}")
        return
    if not bodies or not isinstance(bodies[0], ReportAccepted):
        yield _breach(id_, "its first event does not accept it")
        return
    ends = [one for one in bodies if isinstance(one, ReportRouted | ReportSetAside)]
    if len(ends) != 1:
        yield _breach(id_, f"it ends in {len(ends)} places, and must end in one")
    for end in ends:
        if isinstance(end, ReportSetAside):
            if not end.reason:
                yield _breach(id_, "it was set aside and nothing says why")
            continue
        if end.incident_id not in known:
            known[end.incident_id] = set(_known_to(view, end.incident_id))
        if id_ not in known[end.incident_id]:
            yield _breach(id_, f"it was given to {end.incident_id}, which does not know it")


def _known_to(view: View, incident_id: str) -> Iterator[str]:
    """Give the reports that an incident was declared for, or that were linked to it."""
    for one in view.events("incident", incident_id):
        try:
            body = decoded(one).body
        except CannotRead:
            continue  # a poisoned event elsewhere in the stream is G11's to tell
        if isinstance(body, IncidentDeclared | ReportLinked):
            yield body.report_id


def g1_somebody_is_told(record: Record) -> Iterator[Breach]:
    """A report that waits with nobody told is a breach: an open incident has asked somebody."""
    if not any(True for _ in record.released()) and record.late(record.opened_at, None):
        yield record.breach("G1", "the incident is open, and nobody at all was written to")


def g1_nothing_waits_unseen(record: Record) -> Iterator[Breach]:
    """What is recorded and not open yet is looked at in time: it opens, ends, or people are asked.

    Nothing that waits waits for ever, and nobody is left out who should have been asked.
    """
    waits: list[tuple[Event, IncidentHushed | DutyAsked]] = [
        *record.of(IncidentHushed),
        *record.of(DutyAsked),
    ]
    for event, body in waits:
        if body.until is None:
            continue
        after = (one for one in record.events[event.seq :] if isinstance(one.body, _LOOKED_AT))
        looked = next(after, None)
        if record.late(body.until, looked.at if looked is not None else None):
            yield record.breach("G1", f"it waited beyond {body.until:%H:%M} UTC, and nobody looked")
        if isinstance(body, DutyAsked) and not record.written_to(event):
            yield record.breach("G1", "nobody was asked to look at what nothing confirms")


_LOOKED_AT = (IncidentHushed, DutyAsked, MadeLoud, SignalPassed, IncidentCancelled)


def _breach(where: str, words: str) -> Breach:
    return Breach(guarantee="G1", where=where, words=words)
