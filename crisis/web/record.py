"""The record, as it can be asked: the timeline, whether it is whole, and why something happened.

Works on a store alone too, so that the command line can ask when no service runs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from crisis.codec import CannotRead, from_recorded
from crisis.config.documents import PLAYBOOKS
from crisis.core.chain import verify
from crisis.core.decide.briefs import decisions_wanted
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.spoken import day, zone_of
from crisis.core.timeline import entries
from crisis.core.timeline_values import WORDS
from crisis.core.values import Text
from crisis.organisation import Organisation
from crisis.ports import ConfigurationRow, Recorded, Store, StreamKind, StreamRow, View
from crisis.yamlfile import read

_ALL = 1_000_000_000


class Reader(Protocol):
    """What the record is read from: a running service, or its store alone."""

    @property
    def store(self) -> Store:
        """The journal."""

    def organisation(self) -> Organisation:
        """Names, as they are now."""

    def incident(self, incident_id: str) -> Incident | None:
        """Where an incident stands."""

    def pinned(self, incident_id: str) -> Pinned | None:
        """What an incident is pinned to."""

    def events(self, stream: StreamKind, stream_id: str) -> list[Event]:
        """What has happened in a stream."""


class NotOnRecord(LookupError):  # noqa: N818 - it says what is missing
    """There is no such incident, or no such event in it."""


def incidents(reader: Reader) -> list[dict[str, Any]]:
    """Every incident, the newest first, with what tells one from another."""
    with reader.store.read() as view:
        ids = [row.stream_id for row in view.streams("incident", limit=_ALL)]
    found = (reader.incident(one) for one in ids)
    directory = reader.organisation().directory
    return [
        {
            "incident": one.id,
            "playbook": one.playbook,
            "site": one.site,
            "severity": one.severity,
            "phase": one.phase,
            "title": _title(reader, one),
            "lead": one.lead,
            "lead_name": directory.name(one.lead) if one.lead else None,
            "exercise": one.exercise,
            "opened_at": one.opened_at.isoformat(),
            "open": not one.over,
            "late": one.tallies.get("late", 0) + one.tallies.get("broken", 0),
            "next_brief_at": _wall(reader, one, one.next_brief_at),
            "decisions": list(wanted(reader, one)),
        }
        for one in found
        if one is not None
    ]


def wanted(reader: Reader, incident: Incident) -> Iterator[dict[str, Any]]:
    """Every decision that is wanted in an incident, and by when on the wall of its site."""
    pinned = reader.pinned(incident.id)
    if pinned is None or incident.over:
        return
    playbook = pinned.in_force(incident.situation)
    for told in decisions_wanted(incident, playbook, pinned):
        yield {
            "number": told.number,
            "words": dict(told.words) if isinstance(told.words, Text) else {},
            "due_at": _wall(reader, incident, told.due_at),
        }


def _wall(reader: Reader, incident: Incident, at: datetime | None) -> str | None:
    """A time as the clock at the site shows it."""
    pinned = reader.pinned(incident.id)
    if at is None or pinned is None:
        return None
    return at.astimezone(zone_of(pinned.site.zone)).strftime("%H:%M")


def _title(reader: Reader, incident: Incident) -> dict[str, str]:
    pinned = reader.pinned(incident.id)
    return dict(pinned.in_force(incident.situation).title) if pinned else {}


def timeline(reader: Reader, incident_id: str) -> dict[str, Any]:
    """All that has happened, in order, and whether the journal is as it was written (G11).

    ``broken`` is the first event that is not as it was written. One that can no longer be read at
    all ends the entries: nothing beyond it is guessed.
    """
    with reader.store.read() as view:
        row = view.stream("incident", incident_id)
        if row is None:
            raise NotOnRecord(incident_id)
        recorded = view.events("incident", incident_id)
    broken = verify(recorded, expected=row.head)
    pinned = reader.pinned(incident_id)
    return {
        "incident": incident_id,
        "exercise": row.exercise,
        "zone": pinned.site.zone if pinned else "UTC",
        "head": row.head,
        "verified": broken is None,
        "broken": broken,
        "entries": _entries(reader, _readable(recorded), pinned),
    }


def lines(reader: Reader, incident_id: str, seqs: Collection[int]) -> list[dict[str, Any]]:
    """The entries of these events, as the timeline has them."""
    told = _entries(reader, reader.events("incident", incident_id), reader.pinned(incident_id))
    return [entry for entry in told if entry["seq"] in seqs]


def _readable(recorded: Iterable[Recorded]) -> Iterator[Event]:
    for one in recorded:
        try:
            yield from_recorded(one)
        except CannotRead:
            return


def _entries(
    reader: Reader, events: Iterable[Event], pinned: Pinned | None
) -> list[dict[str, Any]]:
    zone = pinned.site.zone if pinned else "UTC"
    told = list(entries(events, names=reader.organisation().directory.name, pinned=pinned))
    words = prose(reader, [ref.id for entry in told for ref in entry.words])
    return [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "day": {language: _day(entry.at, zone, language) for language in entry.says},
            "happened_at": entry.happened_at.isoformat() if entry.happened_at else None,
            "actor": entry.actor,
            "says": dict(entry.says),
            "line": {language: entry.line(language, zone=zone) for language in entry.says},
            "words": [words[ref.id] for ref in entry.words if ref.id in words],
            "rule": entry.rule,
            "pointer": entry.pointer,
        }
        for entry in told
    ]


def _day(at: datetime, zone: str, language: str) -> str:
    return day(at.astimezone(zone_of(zone)).date(), language)


def verified(reader: Reader) -> dict[str, Any]:
    """Whether every chain is as it was written; the streams that are not, and from which seq."""
    *_, whole = verifying(reader)
    return whole


def verifying(reader: Reader) -> Iterator[dict[str, Any]]:
    """The same, as far as it has come: once before the first stream, and after each of them."""
    broken: list[dict[str, Any]] = []
    streams = events = 0
    kinds: tuple[StreamKind, ...] = ("report", "incident")
    with reader.store.read() as view:
        rows = [(kind, row) for kind in kinds for row in view.streams(kind, limit=_ALL)]
    yield {"verified": True, "streams": 0, "events": 0, "broken": []}
    for kind, row in rows:
        with reader.store.read() as view:
            seq = verify(_up_to(view.events(kind, row.stream_id), row), expected=row.head)
        streams, events = streams + 1, events + row.version
        if seq is not None:
            broken.append({"stream": kind, "id": row.stream_id, "seq": seq})
        yield {"verified": not broken, "streams": streams, "events": events, "broken": broken}


def _up_to(recorded: Sequence[Recorded], row: StreamRow) -> Sequence[Recorded]:
    """A stream as it was when its row was read: what has come since is verified the next time."""
    return recorded[: row.version] if len(recorded) > row.version else recorded


def why(reader: Reader, incident_id: str, seq: int) -> dict[str, Any]:
    """The rule, the playbook's line, the command and the facts behind one event."""
    with reader.store.read() as view:
        recorded = _event(view, incident_id, seq)
        row = view.decision(recorded.command_id)
        stream = view.stream("incident", incident_id)
        files = view.configuration(stream.config_version if stream else None)
    event = from_recorded(recorded)
    incident = reader.incident(incident_id)
    told = lines(reader, incident_id, {seq})
    return {
        "incident": incident_id,
        "seq": seq,
        "type": recorded.type,
        "at": recorded.at.isoformat(),
        "line": told[0]["line"] if told else {},
        "actor": event.actor,
        "rule": event.rule,
        "pointer": event.pointer,
        "playbook": _value(reader.pinned(incident_id), incident, event.pointer),
        "place": _place(files, incident, event.pointer),
        "event": json.loads(recorded.text),
        "head": recorded.head,
        "decision": None
        if row is None
        else {
            "command_id": row.command_id,
            "command": json.loads(row.command),
            "authority": row.authority,
            "door": row.door,
            "facts": json.loads(row.facts),
            "config_version": row.config_version,
            "rules_version": row.rules_version,
        },
    }


def _place(
    configuration: ConfigurationRow | None, incident: Incident | None, pointer: str
) -> str | None:
    """File and line of what a pointer leads to, or of the nearest thing above it."""
    file = f"{PLAYBOOKS}{incident.playbook}.yaml" if incident else ""
    if configuration is None or not pointer or file not in configuration.files:
        return None
    document = read(configuration.files[file], file)
    line, column = document.place(tuple(pointer.strip("/").split("/")))
    return f"{file}:{line}:{column}"


def actions(reader: Reader) -> list[dict[str, Any]]:
    """Every action that is not verified yet, over all incidents."""
    listed = []
    name_of = reader.organisation().directory.name
    for row in incidents(reader):
        incident = reader.incident(row["incident"])
        for name, action in (incident.actions if incident else {}).items():
            if action.state == "verified":
                continue
            words = prose(reader, [action.what.id]) if action.what else {}
            listed.append(
                {
                    "incident": row["incident"],
                    "action": name,
                    "state": action.state,
                    "reason": action.reason,
                    "because": _because(action.reason),
                    "subject": action.subject,
                    "what": next(iter(words.values()), None),
                    "owner": action.owner,
                    "owner_name": name_of(action.owner) if action.owner else None,
                    "due_at": action.due_at.isoformat() if action.due_at else None,
                    "due_on": _day_on_site(reader, incident, action.due_at),
                }
            )
    return listed


def _because(reason: str) -> dict[str, str]:
    """Why the record asks for an action; empty where a person did."""
    pair = WORDS["reason"].get(reason)
    return {"fr": pair[0], "en": pair[1]} if pair else {}


def _day_on_site(reader: Reader, incident: Incident | None, at: datetime | None) -> str | None:
    """The day by the clock of the site: the last minute of a day there is another day elsewhere."""
    site = reader.organisation().sites.get(incident.site) if incident else None
    return at.astimezone(zone_of(site.zone)).date().isoformat() if at and site else None


def _event(view: View, incident_id: str, seq: int) -> Recorded:
    found = view.events("incident", incident_id, after=seq - 1)
    if not found or found[0].seq != seq:
        raise NotOnRecord(f"{incident_id} {seq}")
    return found[0]


def prose(reader: Reader, ids: list[str]) -> Mapping[str, Any]:
    """Prose by id, as it was given: a string, or language -> string."""
    with reader.store.read() as view:
        return {name: json.loads(row.content) for name, row in view.texts(ids).items()}


def _value(pinned: Pinned | None, incident: Incident | None, pointer: str) -> Any:
    """What the playbook in force says at that pointer; None where it says nothing."""
    if pinned is None or incident is None or not pointer:
        return None
    playbook = pinned.in_force(incident.situation)
    value: Any = playbook.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for part in pointer.strip("/").split("/"):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value
