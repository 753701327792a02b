"""Released messages on their way: message rows, fan-outs, first deliveries of named people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from crisis.coordinator.turn import Turn
from crisis.core.commands import CarryByHand
from crisis.core.decide.release import expires_at, lane
from crisis.core.deciding import Decision
from crisis.core.events import (
    CarriedByHand,
    ChoiceMade,
    CostDecided,
    MessageReleased,
    OfferLapsed,
    OfferWithdrawn,
    RolesAccepted,
    RolesDeclined,
)
from crisis.core.incident import Incident
from crisis.core.message import DECISION_REQUEST, Message
from crisis.core.pinned import Pinned
from crisis.core.plan import Audience
from crisis.ledger import carry, course_of, direct_fanout, first_rows, hasten, withdraw
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
    awake = {who for state in incident.roles.values() for who in state.holders}
    worded = {
        event.body.message_id: {name: ref.id for name, ref in event.body.texts.items()}
        for event in decision.events if isinstance(event.body, MessageReleased)
    }  # fmt: skip
    rows, fanouts, deliveries = [], [], []
    for message in decision.messages:
        row = _row(turn, message, pinned, earlier, worded[message.id])
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
        course = course_of(row, pinned, abilities, awake={*awake, *message.to}, down=incident.down)
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


BY_PRESS = frozenset({"finish-in-time"})
"""Topics of notices that a person answers with one press on the link."""


def _acknowledge(message: Message, audience: Audience | None) -> bool:
    """Whether a person must say that they have it."""
    if message.kind == DECISION_REQUEST:
        return True
    if message.notice is not None and message.audience is None:
        return message.notice.topic in BY_PRESS
    if audience is None:
        return False
    return message.kind == "roll_call" or message.kind in audience.acknowledge


def _row(
    turn: Turn,
    message: Message,
    pinned: Pinned,
    earlier: Sequence[MessageRow],
    texts: Mapping[str, str],
) -> MessageRow:
    audience = pinned.plan.audiences.get(message.audience) if message.audience else None
    before = [] if message.joined or not message.ends else list(earlier)
    before += _elsewhere(turn, message, {row.id for row in earlier})
    ends = tuple(row.id for row in before if row.audience == message.audience)
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
        texts=texts,
        sender=message.speaker or message.speaker_function,
        contact=message.contact,
        acknowledge=_acknowledge(message, audience),
        expires_at=expires_at(message),
        offer_id=message.offer_id,
        ends=ends,
        config_version=turn.facts.config_version,
    )


def _elsewhere(turn: Turn, message: Message, own: Collection[str]) -> Iterator[MessageRow]:
    """What was told in incidents that are followed here: their readers are ours (G7)."""
    first = (turn.unit.message(name) for name in message.ends if name not in own)
    for incident_id in dict.fromkeys(row.incident_id for row in first if row is not None):
        if incident_id != turn.command.stream_id:
            yield from turn.unit.messages(incident_id)


def let_go(turn: Turn, decision: Decision) -> None:
    """Stop the ladders of offers and choices that were answered, or that nobody waits for."""
    answered = {
        event.body.offer_id
        for event in decision.events
        if isinstance(event.body, ANSWERED) and event.body.offer_id is not None
    }
    if answered:
        rows = turn.unit.messages(turn.command.stream_id)
        withdraw(turn.unit, [row.id for row in rows if row.offer_id in answered], turn.now)
    asked = [
        message_id
        for event in decision.events
        if isinstance(event.body, ChoiceMade) and decision.incident is not None
        for message_id in decision.incident.steps[event.body.step].asked_in
    ]
    asked += [
        message_id
        for event in decision.events
        if isinstance(event.body, CostDecided)
        and decision.incident is not None
        and (cost := decision.incident.steps[event.body.step].cost) is not None
        for message_id in cost.asked_in
    ]
    if asked:
        withdraw(turn.unit, asked, turn.now)


def divert(turn: Turn, incident: Incident, pinned: Pinned) -> list[DeliveryRow]:
    """Look at what waits for media that are dead now: it goes another way."""
    dead = [name for name, at in pinned.dead(incident.down).items() if at <= turn.now]
    rows = turn.unit.messages(turn.command.stream_id)
    return hasten(turn.unit, [row.id for row in rows], dead, turn.now)


def carried(turn: Turn, decision: Decision) -> None:
    """Write into the ledger whom a person has told, and when that really was."""
    body = turn.command.body
    if isinstance(body, CarryByHand):
        at = turn.command.happened_at or turn.now
        for event in decision.events:
            if isinstance(event.body, CarriedByHand):
                carry(turn.unit, event.body.message_id, at, but=body.but)
