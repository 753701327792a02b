"""Situation briefs: numbered, on their own rhythm and at each material change (design §3, G6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.commands import SendBrief
from crisis.core.decide.release import release
from crisis.core.decide.rights import person
from crisis.core.decide.telling import (
    common,
    first_measure,
    known,
    speaker,
    speaker_function,
    told_measures,
)
from crisis.core.deciding import Deciding
from crisis.core.events import BriefReleased
from crisis.core.incident import Incident
from crisis.core.message import BriefContent, Message, PromiseTold, RoleStanding
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

DIRECTORATE = "directorate"
"""The audience of the plan that briefs go to."""


def brief(d: Deciding, reason: str) -> None:
    """Send the next numbered brief, and say when the one after comes."""
    incident, playbook = d.incident, d.playbook
    every = d.pinned.brief_every(playbook, incident.severity)
    next_at = None if incident.over else d.pinned.site.add(d.now, every)
    number = incident.briefs + 1
    planned = d.pinned.plan.audiences[DIRECTORATE]
    informed_by = playbook.directorate.informed_by
    role = informed_by if informed_by in playbook.roles else "lead"
    measures = (
        first_measure(incident, playbook),
        *told_measures(incident, playbook, since=0, inside=True),
    )
    message = Message(
        **common(d),
        kind="brief",
        phase=incident.phase,
        audience=DIRECTORATE,
        to=(),
        urgency=d.pinned.urgency(playbook, incident.severity),
        life_safety=False,
        speaker=speaker(d, role),
        speaker_function=speaker_function(d, role),
        contact=planned.contact,
        measures=measures,
        known=tuple(known(incident, playbook)),
        workaround=None if incident.over else incident.workaround,
        next_update_at=next_at,
        brief=_content(d, number, reason, next_at),
    )
    release(d, message, rule="brief", automatic=reason != "asked")
    d.record(
        BriefReleased(number=number, message_id=message.id, reason=reason, next_brief_at=next_at),
        rule="brief",
        pointer="/directorate/brief_every",
    )


def _content(d: Deciding, number: int, reason: str, next_at: datetime | None) -> BriefContent:
    incident, playbook, plan = d.incident, d.playbook, d.pinned.plan
    roles = tuple(
        RoleStanding(role=name, title=role.title, person=state.holder if state else None)
        for name, role in playbook.roles.items()
        if (state := incident.roles.get(name)) is not None or role.when is None
    )
    return BriefContent(
        number=number,
        reason=reason,
        severity=incident.severity,
        severity_means=plan.severities[incident.severity],
        roles=roles,
        promises=tuple(_promises(incident, playbook)),
        late=incident.tallies.get("late", 0) + incident.tallies.get("broken", 0),
        risks=playbook.directorate.risks,
        audiences_told=tuple(plan.audiences[name].title for name in incident.audiences),
        next_brief_at=next_at,
        head=d.facts.head,
        told_after=incident.waived_seq > incident.known_seq,
    )


def _promises(incident: Incident, playbook: Playbook) -> Iterator[PromiseTold]:
    for commitment in incident.commitments.values():
        step = playbook.steps.get(commitment.step) if commitment.step else None
        words = commitment.words or (step.text if step else None)
        if words is not None:
            yield PromiseTold(words=words, due_at=commitment.due_at)


def brief_on_change(d: Deciding) -> None:
    """Brief the directorate at once when something material has changed, before anyone outside."""
    if d.incident.change_seq > d.incident.brief_seq:
        brief(d, "change" if d.incident.briefs else "first")


def send_brief(d: Deciding, _body: SendBrief) -> None:
    """A person sends a brief out of its rhythm; briefs are for everyone who works the crisis."""
    person(d, "brief")
    brief(d, "asked")


def owed_brief(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """The next brief, at the time that the last one named."""
    if incident.next_brief_at is not None and not incident.over:
        yield Owed(incident.next_brief_at, "brief")


def brief_due(d: Deciding, _subject: str) -> None:
    """Send the brief of the rhythm."""
    brief(d, "cadence")
