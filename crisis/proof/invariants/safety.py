"""G2 and G12 in what was decided: danger is told, safety waits for nobody, once is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crisis.codec import CannotRead, from_recorded
from crisis.core.events import (
    EventBody,
    IncidentCancelled,
    IncidentClosed,
    IncidentMerged,
    MessageDrafted,
    MessageReleased,
    ReportAccepted,
    ReportLinked,
    ReportRouted,
)
from crisis.ports import View
from crisis.proof.invariants.record import Breach, Record
from crisis.proof.invariants.words import TO_AUDIENCES

_EVERY = 1_000_000
_ENDS = (IncidentCancelled, IncidentClosed, IncidentMerged)


def g2_told_once_at_a_time(record: Record) -> Iterator[Breach]:
    """No decision tells an audience two messages of one kind; those who join are told apart."""
    seen = set()
    for event, body in record.released():
        if body.audience is None or body.kind not in TO_AUDIENCES or event.rule == "joined":
            continue
        told = (record.recorded[event.seq - 1].command_id, body.audience, body.kind)
        if told in seen:
            words = f"{body.audience} was told two of {body.kind} in one decision ({event.seq})"
            yield record.breach("G2", words)
        seen.add(told)


def g12_a_word_of_safety_asks_nobody(record: Record) -> Iterator[Breach]:
    """Nothing that keeps people safe is drafted to be approved."""
    if record.repinned is not None:
        return  # the plan of then is not the plan of now
    for event, body in record.of(MessageDrafted):
        incident = record.states[event.seq - 1]
        if incident is None:
            continue
        playbook = record.pinned.in_force(incident.situation)
        urgency = record.pinned.urgency(playbook, incident.severity)
        if record.pinned.life_safety(body.kind, body.audience, urgency):
            yield record.breach("G12", f"{body.kind} to {body.audience} waits for an approval")


def g12_danger_is_told(view: View) -> Iterator[Breach]:
    """Where somebody says in words that people are in danger, a person hears it at once.

    What is closed, cancelled or followed elsewhere has nobody at work; the report is linked there.
    """
    known: dict[str, Mapping[str, bool]] = {}
    for row in view.streams("report", limit=_EVERY):
        try:
            bodies = [from_recorded(one).body for one in view.events("report", row.stream_id)]
        except CannotRead:
            continue  # G1 tells
        joins = [one for one in bodies if isinstance(one, ReportRouted) and not one.opened]
        if not joins or not isinstance(bodies[0], ReportAccepted) or not _in_danger(bodies[0]):
            continue
        into = joins[0].incident_id
        if into not in known:
            known[into] = _told(view, into)
        if not known[into].get(row.stream_id, True):
            words = "it says that people are in danger, and nobody was written to"
            yield Breach(guarantee="G12", where=row.stream_id, words=words)


def _in_danger(report: ReportAccepted) -> bool:
    said = report.what is not None and not report.by_machine
    return report.danger == "yes" and said and report.signal == "firing"


def _told(view: View, incident_id: str) -> dict[str, bool]:
    """Give the reports that were linked, and whether people were written to in that decision."""
    bodies: list[tuple[str, EventBody]] = []
    for one in view.events("incident", incident_id):
        try:
            bodies.append((one.command_id, from_recorded(one).body))
        except CannotRead:
            continue  # G11 tells
    written = {command for command, body in bodies if isinstance(body, MessageReleased) and body.to}
    told, ended = {}, False
    for command, body in bodies:
        ended = ended or isinstance(body, _ENDS)
        if isinstance(body, ReportLinked):
            told[body.report_id] = ended or command in written
    return told
