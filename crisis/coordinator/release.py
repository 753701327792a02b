"""Released messages on their way: message rows, fan-outs, first deliveries of named people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crisis.coordinator.turn import Turn
from crisis.core.decide.release import expires_at, lane
from crisis.core.deciding import Decision
from crisis.core.events import OfferLapsed, OfferWithdrawn, RolesAccepted, RolesDeclined
from crisis.core.incident import Incident
from crisis.core.message import Message
from crisis.core.pinned import Pinned
from crisis.ledger import course_of, direct_fanout, first_rows, withdraw
from crisis.ports import (
    Abilities,
    DeliveryRow,
    Directory,
    FanoutRow,
    MessageRow,
    Recipient,
)

ANSWERED = (RolesAccepted, RolesDeclined, OfferLapsed, OfferWithdrawn)
"""What an offer ends in: nobody is chased for it any further."""


def release(
    turn: Turn,
    decision: Decision,
    incident: Incident,
    pinned: Pinned,
    *,
    directory: Directory,
    planned: Directory,
    abilities: Mapping[str, Abilities],
) -> list[DeliveryRow]:
    """Write messages and fan-outs; answer the first deliveries of named people, to be written.

    ``directory`` is the newest; ``planned``, of the version that the incident is pinned to, still
    knows an audience that the newest plan has taken out or named anew.
    """
    ending = any(message.ends for message in decision.messages)
    earlier = turn.unit.messages(incident.id) if ending else []
    awake = {state.holder for state in incident.roles.values() if state.holder}
    rows, fanouts, deliveries = [], [], []
    for message in decision.messages:
        row = _row(turn, message, pinned, earlier)
        rows.append(row)
        if message.audience is not None:
            fanouts.append(
                FanoutRow(
                    message_id=message.id,
                    incident_id=incident.id,
                    audience=message.audience,
                    directory_version=(
                        directory if directory.tells(message.audience) else planned
                    ).version,
                )
            )
            continue
        fanouts.append(direct_fanout(row))
        course = course_of(row, pinned, abilities, awake={*awake, *message.to})
        for who in message.to:
            reached = not message.exercise or directory.takes_part(who)
            to = directory.recipient(who) if reached else None
            to = to or _nobody(who, pinned)
            deliveries += first_rows(row, to, course, turn.now)
    turn.unit.add_messages(rows)
    turn.unit.add_fanouts(fanouts)
    return deliveries


def _nobody(who: str, pinned: Pinned) -> Recipient:
    """Somebody whom the directory does not know any more, or whom an exercise may not reach (G9).

    The ledger says so, and a person sees it.
    """
    return Recipient(id=who, language=pinned.plan.languages[0], addresses={})


def _row(
    turn: Turn,
    message: Message,
    pinned: Pinned,
    earlier: Sequence[MessageRow],
) -> MessageRow:
    audience = pinned.plan.audiences.get(message.audience) if message.audience else None
    ends = tuple(row.id for row in earlier if row.audience == message.audience and message.ends)
    return MessageRow(
        id=message.id,
        incident_id=turn.command.stream_id,
        number=message.number,
        kind=message.kind,
        audience=message.audience,
        phase=message.phase,
        urgency=message.urgency,
        life_safety=message.life_safety,
        exercise=message.exercise,
        lane=lane(message),
        released_at=message.issued_at,
        texts={language: one.id for language, one in turn.prepared[message.id].items()},
        sender=message.speaker or message.speaker_function,
        contact=message.contact,
        acknowledge=audience is not None and message.kind in audience.acknowledge,
        expires_at=expires_at(message),
        offer_id=message.offer_id,
        ends=ends,
        config_version=turn.facts.config_version,
    )


def let_go(turn: Turn, decision: Decision) -> None:
    """Stop the ladders of offers that were answered, or that nobody waits for any more."""
    answered = {
        event.body.offer_id
        for event in decision.events
        if isinstance(event.body, ANSWERED) and event.body.offer_id is not None
    }
    if answered:
        rows = turn.unit.messages(turn.command.stream_id)
        withdraw(turn.unit, [row.id for row in rows if row.offer_id in answered], turn.now)
