"""A decision in the journal: events chained, the stream moved on, one row in the decision log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import chain

import structlog

from crisis.codec import dump_command, shape_of, to_recorded
from crisis.coordinator.others import OtherIncidents
from crisis.coordinator.turn import Turn
from crisis.core.chain import GENESIS, head_of
from crisis.core.deciding import RULES_VERSION, Decision, Rank, Refusal
from crisis.core.due import TIMELESS, next_due_at
from crisis.core.events import MessageDrafted, MessageReleased, PlaybookRepinned
from crisis.core.incident import Incident
from crisis.core.values import Text
from crisis.facts import Beside, Candidates, Registered
from crisis.ports import DecisionRow, Recorded, StreamRow, TextRow, Unit

_log = structlog.get_logger(__name__)

SNAPSHOT_EVERY = 32
"""Events between two snapshots: a refold of so few costs less than writing the state each time."""
SNAPSHOT_SCHEMA = 5
"""The shape of the state that is kept: with another one it is folded anew from the journal."""
AGAIN = timedelta(minutes=1)
"""How long what is owed and cannot be done is left alone."""


def record(turn: Turn, decision: Decision) -> str:
    """Write the decision: events, state and prose where there are any, its row in any case.

    Answers the head of the stream's chain from now on.
    """
    recorded = _chained(turn, decision)
    if recorded:
        expected = turn.row.version if turn.row else 0
        turn.unit.save_stream(_stream_row(turn, decision, recorded), expected_version=expected)
        turn.unit.append(recorded)
    kept = chain(_worded(decision), _drafted(decision))
    prose = [*turn.command.prose, *chain.from_iterable(turn.prepared[id_].values() for id_ in kept)]
    if prose:
        owner = turn.command.stream_id
        turn.unit.add_texts(
            [TextRow(id=one.id, owner=owner, salt=one.salt, content=one.content) for one in prose]
        )
    turn.unit.record(_decision_row(turn, decision, recorded))
    if recorded:
        return recorded[-1].head
    return turn.row.head if turn.row is not None else GENESIS


def _worded(decision: Decision) -> Iterator[str]:
    """Give the messages whose words were prepared now: those of a draft are kept already."""
    old = {
        event.body.message_id for event in decision.events
        if isinstance(event.body, MessageReleased) and event.body.draft_id is not None
    }  # fmt: skip
    return (message.id for message in decision.messages if message.id not in old)


def _drafted(decision: Decision) -> Iterator[str]:
    return (one.body.draft_id for one in decision.events if isinstance(one.body, MessageDrafted))


def put_off(unit: Unit, row: StreamRow, now: datetime) -> None:
    """Look at this incident again in a minute: something is owed that no rule could do.

    It would be a fault of ours, and must neither stop the rest nor spin.
    """
    _log.error("something that is owed cannot be done; tried again", incident=row.stream_id)
    again = replace(row, next_due_at=now + AGAIN, snapshot=None)
    unit.save_stream(again, expected_version=row.version)


def _chained(turn: Turn, decision: Decision) -> list[Recorded]:
    command = turn.command
    head = turn.row.head if turn.row is not None else GENESIS
    recorded: list[Recorded] = []
    for event in decision.events:
        one = to_recorded(
            event, stream=command.stream, stream_id=command.stream_id, command_id=command.id
        )
        head = head_of(head, one)
        recorded.append(replace(one, head=head))
    return recorded


def _stream_row(turn: Turn, decision: Decision, recorded: Sequence[Recorded]) -> StreamRow:
    command, row, last = turn.command, turn.row, recorded[-1]
    stands = StreamRow(
        stream=command.stream,
        stream_id=command.stream_id,
        version=last.seq,
        head=last.head,
        exercise=command.exercise,
        config_version=_version(turn, decision),
        snapshot_seq=row.snapshot_seq if row else 0,
        snapshot_schema=row.snapshot_schema if row else 0,
    )
    incident = decision.incident
    if incident is None or turn.pinned is None:
        return stands
    keyless = row is not None and row.key is None  # while it was set aside another took the key
    ended = incident.phase in {"closed", "cancelled"} and incident.followed_in is None
    timeless = all(type(one.body) in TIMELESS for one in decision.events)
    stands = replace(
        stands,
        key=None if ended or keyless else incident.key,
        next_due_at=row.next_due_at if row and timeless else next_due_at(incident, turn.pinned),
    )
    if last.seq - stands.snapshot_seq < SNAPSHOT_EVERY and row is not None:
        return stands
    return replace(
        stands,
        snapshot=shape_of(Incident).dump(incident),
        snapshot_seq=last.seq,
        snapshot_schema=SNAPSHOT_SCHEMA,
    )


def _version(turn: Turn, decision: Decision) -> int:
    """The version that the stream is pinned to from here on."""
    repinned = any(isinstance(one.body, PlaybookRepinned) for one in decision.events)
    if turn.row is None or repinned:
        return turn.facts.config_version
    return turn.row.config_version


def _decision_row(turn: Turn, decision: Decision, recorded: Sequence[Recorded]) -> DecisionRow:
    command, refusal = turn.command, decision.refusal
    answer = _written(refusal) if refusal else {}
    actor = command.actor
    return DecisionRow(
        command_id=command.id,
        stream=command.stream,
        stream_id=command.stream_id,
        command=dump_command(command),
        actor=f"{actor.kind}:{actor.id}" + (f"/{actor.for_person}" if actor.for_person else ""),
        authority=command.authority,
        door=command.door,
        exercise=command.exercise,
        at=turn.now,
        facts=_looked_at(turn),
        config_version=turn.facts.config_version,
        rules_version=RULES_VERSION,
        accepted=decision.accepted,
        answer=json.dumps(answer, ensure_ascii=False),
        first_seq=recorded[0].seq if recorded else 0,
        last_seq=recorded[-1].seq if recorded else 0,
    )


def _written(refusal: Refusal) -> dict[str, object]:
    return {
        "rule": refusal.rule,
        "words": dict(refusal.words),
        "overridable": refusal.overridable,
    }


def _looked_at(turn: Turn) -> str:
    """Give the facts that the rules looked at, and no others: ids only, nothing personal."""
    facts = turn.facts
    seen = facts.candidates.seen if isinstance(facts.candidates, Candidates) else {}
    others = facts.others.seen if isinstance(facts.others, OtherIncidents) else {}
    return json.dumps(
        {
            **({"others": others} if others else {}),
            "open_incident": facts.open_incident,
            "candidates": {
                role: [[rank.name, *rank.people] for rank in ranks] for role, ranks in seen.items()
            },
            **({"parts": parts} if (parts := _parts(seen)) else {}),
            "register": facts.register.seen if isinstance(facts.register, Registered) else {},
            "beside": facts.beside.seen if isinstance(facts.beside, Beside) else [],
            "head": facts.head,
            "words": {
                message: {language: asdict(one.ref) for language, one in prepared.items()}
                for message, prepared in turn.prepared.items()
            },
        },
        separators=(",", ":"),
    )


def _parts(seen: Mapping[str, tuple[Rank, ...]]) -> dict[str, dict[str, str]]:
    """Give where those have their place of whom each floor, building or site has its own."""
    return {
        role: {who: part for one in ranks for who, part in zip(one.people, one.parts, strict=True)}
        for role, ranks in seen.items() if any(one.parts for one in ranks)
    }  # fmt: skip


def as_before(row: DecisionRow) -> Decision:
    """Give the answer that this command got when it was first asked."""
    if row.accepted:
        return Decision(accepted=True)
    answer = json.loads(row.answer)
    return Decision(
        accepted=False,
        refusal=Refusal(
            rule=answer["rule"],
            words=Text(answer["words"]),
            overridable=answer.get("overridable", False),
        ),
    )


def unknown(incident_id: str) -> Decision:
    """Refuse a command to an incident that there is not."""
    return _refused(
        "incident",
        f"Il n'y a pas d'incident « {incident_id} ».",
        f'There is no incident "{incident_id}".',
    )


def parked(reason: str) -> Decision:
    """Refuse a command to a stream that nobody may decide on."""
    return _refused(
        "parked",
        f"Cet incident est mis de côté jusqu'à ce qu'une personne l'examine : {reason}",
        f"This incident is set aside until a person has looked at it: {reason}",
    )


def _refused(rule: str, fr: str, en: str) -> Decision:
    refusal = Refusal(rule=rule, words=Text({"fr": fr, "en": en}))
    return Decision(accepted=False, refusal=refusal)
