"""An incident that is set aside calls people: nobody waits for what no machine does any more.

It cannot say so by its own rules, for it is these that failed, or a journal that cannot be read.
So the call stands in the ledger alone: a plain notice to those who hold a role in it and to those
whom the organisation calls first, on the ladder of an escalation, until each has said "I have it".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crisis.coordinator.prepare import Words
from crisis.core.incident import Incident
from crisis.core.message import Message, Notice
from crisis.core.pinned import Pinned
from crisis.core.values import Who
from crisis.facts import scope_of
from crisis.organisation import Organisation
from crisis.ports import MessageRow, Recipient, StreamRow, TextRow, Unit

TOPIC = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A message beside the journal, and whom it is for."""

    message: MessageRow
    texts: tuple[TextRow, ...]
    to: tuple[Recipient, ...]


def call_for(
    unit: Unit,
    row: StreamRow,
    incident: Incident,
    *,
    pinned: Pinned,
    organisation: Organisation,
    now: datetime,
    words: Words,
    salt: Callable[[], str],
) -> Call:
    """Compose the call; ``organisation`` is the newest. Writes nothing."""
    message = _message(row, incident, pinned, organisation, now)
    place = [incident.place.id] if incident.place else []
    rendered = words.render(
        message,
        pinned=pinned,
        names=organisation.directory,
        texts={id_: text.content for id_, text in unit.texts(place).items()},
    )
    texts = {
        language: TextRow(
            id=f"{message.id}.{language}", owner=incident.id, salt=salt(), content=content
        )
        for language, content in rendered.texts.items()
    }
    kept = MessageRow(
        id=message.id,
        incident_id=incident.id,
        number=message.number,
        kind=message.kind,
        audience=None,
        phase=message.phase,
        urgency=message.urgency,
        life_safety=False,
        exercise=message.exercise,
        lane="now",
        released_at=now,
        texts={language: text.id for language, text in texts.items()},
        sender=message.speaker_function,
        contact=message.contact,
        acknowledge=True,
        config_version=row.config_version,
    )
    found = (organisation.directory.recipient(one) for one in message.to)
    to = tuple(one for one in found if one is not None)
    return Call(message=kept, texts=tuple(texts.values()), to=to)


def _message(
    row: StreamRow,
    incident: Incident,
    pinned: Pinned,
    organisation: Organisation,
    now: datetime,
) -> Message:
    """The typed notice. Its number is none of the incident's: what comes later keeps its own."""
    contact = organisation.settings.contact
    return Message(
        id=f"{incident.id}-aside{row.version}",
        number=0,
        kind="escalation",
        phase=incident.phase,
        audience=None,
        to=_people(incident, organisation, now),
        urgency="immediate",
        life_safety=False,
        exercise=incident.exercise,
        issued_at=now,
        speaker=None,
        speaker_function=contact,
        lead=incident.lead,
        contact=contact,
        event=pinned.in_force(incident.situation).words.event,
        site=incident.site,
        place=incident.place,
        observed_at=incident.observed_at,
        opened_at=incident.opened_at,
        notice=Notice(topic=TOPIC),
    )


def _people(incident: Incident, organisation: Organisation, now: datetime) -> tuple[str, ...]:
    """Who holds a role, the lead first; then whom the organisation calls first, on duty now."""
    directory = organisation.directory
    holders = [incident.lead, *(one for role in incident.roles.values() for one in role.holders)]
    first = directory.candidates(
        Who(functions=tuple(organisation.settings.call_first)), scope_of(incident), now
    )
    people = dict.fromkeys(one for one in (*holders, *first) if one is not None)
    return tuple(one for one in people if not incident.exercise or directory.takes_part(one))
