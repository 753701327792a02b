"""Between incidents: related, over, begun again. What crosses is always a command to the other.

No rule reaches into another incident: it asks it (:meth:`Deciding.ask_of`), through the same door
and in the same transaction. What it knows of the other is a fact (:class:`Others`).
"""

from __future__ import annotations

from typing import Final

from crisis.core.commands import Command, IncidentBody, LinkReport
from crisis.core.decide.notices import lead_or_above, notify
from crisis.core.decide.rights import person
from crisis.core.deciding import Deciding
from crisis.core.events import IncidentsRelated, MadeLoud, OtherTurned, StepDone
from crisis.core.incident import OVER, Incident
from crisis.core.life_commands import NoteOther, NoteRelated, RelateIncident

ENDED: Final = frozenset({"closed", "cancelled"})
"""The phases after which no report is taken up in an incident any more, and no step begins."""


def ask_of(d: Deciding, incident_id: str, body: IncidentBody) -> None:
    """Ask another incident: one command, handled with this one or not at all."""
    command = d.command
    d.follow.append(
        Command(
            id=f"{command.id}/{incident_id}/{len(d.follow)}",
            stream="incident",
            stream_id=incident_id,
            body=body,
            actor=command.actor,
            authority="rule",
            door=command.door,
            exercise=command.exercise,
            happened_at=command.happened_at,
            prose=command.prose,
        )
    )


def other_named(d: Deciding, other: str, rule: str) -> Incident:
    """Give the other incident that a person names, if the two can have to do with each other."""
    found = d.facts.others.incident(other)
    if found is None or found.id == d.incident.id or found.exercise is not d.incident.exercise:
        d.refuse(
            rule,
            f"Il n'y a pas d'autre incident « {other} » ici. Liste : crisis incidents",
            f'There is no other incident "{other}" here. List: crisis incidents',
        )
    return found


def relate(d: Deciding, body: RelateIncident) -> None:
    """A person says that two incidents belong together; each is led as before."""
    person(d, "relate")
    other = other_named(d, body.other, "relate")
    if other.id in d.incident.related:
        d.refuse(
            "relate",
            "Ces deux incidents sont déjà liés.",
            "These two incidents are linked already.",
        )
    link_to(d, other.id)


def link_to(d: Deciding, other: str) -> None:
    """Record that the two belong together, here and there."""
    d.record(IncidentsRelated(other=other, how="related"), rule="relate")
    ask_of(d, other, NoteRelated(other=d.incident.id, how="related"))


def note_related(d: Deciding, body: NoteRelated) -> None:
    """Another incident says what it is to this one."""
    known = d.incident.related.get(body.other)
    if known is None or (known.how == "related" and body.how != "related"):
        d.record(IncidentsRelated(other=body.other, how=body.how, step=body.step), rule="related")
        if body.how == "related" and not d.incident.over and not d.incident.watched:
            notify(d, lead_or_above(d), "related", rule="related", subject=body.other)


def note_other(d: Deciding, body: NoteOther) -> None:
    """Another incident says that it is over, or has begun again."""
    known = d.incident.related.get(body.other)
    if known is None or known.phase == body.phase:
        return
    d.record(OtherTurned(other=body.other, phase=body.phase), rule="other-turned")
    if known.how == "into":
        _tell_others(d, body.phase)
    elif known.how == "cause" and body.phase in OVER and d.incident.watched and not d.incident.over:
        d.record(MadeLoud(why="unexplained", began=True), rule="loud")
    elif known.how == "child" and known.step is not None and body.phase in OVER:
        _child_over(d, body.other, known.step)


def _child_over(d: Deciding, other: str, step: str) -> None:
    """The step that opened it is done: its end is known here, and what waits for it goes on."""
    state = d.incident.steps.get(step)
    if state is not None and state.state == "ready":
        d.record(StepDone(step=step), rule="child-over", pointer=f"/steps/{step}")
        notify(d, lead_or_above(d), "child-over", rule="child-over", subject=other)


def others_hear(d: Deciding) -> None:
    """It is over, or has begun again: whoever opened it, and what it has muted, are told so."""
    if d.incident.phase in OVER or d.incident.phase == "open":
        _tell_others(d, d.incident.phase)


def _tell_others(d: Deciding, phase: str) -> None:
    for other, known in d.incident.related.items():
        ended = known.how == "absorbed" and phase in OVER
        if ended or known.how in {"parent", "symptom"}:
            ask_of(d, other, NoteOther(other=d.incident.id, phase=phase))


def forward(d: Deciding, body: LinkReport) -> bool:
    """Send a report on to the incident that has taken this one over; whether there is one."""
    into = d.incident.followed_in
    if into is not None:
        ask_of(d, into, LinkReport(report_id=body.report_id, report=body.report))
    return into is not None
