"""From the rules about one recipient to rows of the ledger, and back.

Whoever releases a message to named people writes its first rows in the same transaction:
``unit.add_deliveries(first_rows(message, recipient, course, now))``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from crisis.core.course import Course, Quiet, Stage, Way, delivery_id
from crisis.core.delivery import Change, Reason, by_hand, dropped, rested
from crisis.core.ladder import Planned, again, begin, told_by_hand
from crisis.core.pinned import Pinned
from crisis.core.plan import CommunicationPlan, Rung
from crisis.ports import OWN_PAGES, Abilities, DeliveryRow, FanoutRow, MessageRow, Recipient, Unit


def course_of(
    message: MessageRow,
    pinned: Pinned,
    channels: Mapping[str, Abilities],
    *,
    awake: Collection[str] = (),
    down: Mapping[str, datetime] = MappingProxyType({}),
) -> Course:
    """How this message travels.

    ``awake`` are the people with a role in its incident, ``down`` is what has failed, since when.
    """
    rungs = pinned.rungs(message.kind, message.audience, message.urgency)
    stages = tuple(_stage(pinned.plan, rung) for rung in rungs)
    dead = pinned.dead(down) if down else {}
    if dead and stages and not _carried_anyway(stages, dead):
        stages = (*stages, Stage(ways=(BY_HAND,)))
    if message.ends:
        stages = (Stage(ways=(), wait=stages[0].wait if stages else None), *stages)
    return Course(
        stages=stages,
        channels=channels,
        languages=_languages(message, pinned.plan.languages),
        urgency=message.urgency,
        released_at=message.released_at,
        expires_at=message.expires_at,
        acknowledge=message.acknowledge or message.offer_id is not None,
        vital=message.life_safety or message.offer_id is not None,
        quiet=_quiet(message, pinned),
        awake=frozenset(awake),
        dead=dead,
    )


BY_HAND = Way(medium="by-hand", channel="person", person=True)
"""How a message goes when everything on its ladder has died: somebody goes there or calls."""


def _carried_anyway(stages: Sequence[Stage], dead: Collection[str]) -> bool:
    """Whether the ladder has a medium that a person carries and that lives."""
    return any(way.person and way.medium not in dead for stage in stages for way in stage.ways)


def first_rows(
    message: MessageRow, to: Recipient, course: Course, now: datetime
) -> list[DeliveryRow]:
    """The rows of a message that has just been released to somebody."""
    return rows_of(message, to.id, course.language(to.language), begin(course, to, now))


def rows_again(
    message: MessageRow,
    to: Recipient,
    took: Sequence[tuple[str, str, str]],
    course: Course,
    now: datetime,
) -> list[DeliveryRow]:
    """The rows of a message that ends others; ``took`` are (medium, channel, language) of those."""
    known = {way.medium: way for stage in course.stages for way in stage.ways}
    known[BY_HAND.medium] = BY_HAND
    ways = [known.get(medium) or Way(medium=medium, channel=channel) for medium, channel, _ in took]
    return rows_of(message, to.id, course.language(took[0][2]), again(course, to, ways, now))


def rows_of(
    message: MessageRow, recipient_id: str, language: str, planned: Iterable[Planned]
) -> list[DeliveryRow]:
    """Rows of the ledger for what the rules have planned."""
    return [
        DeliveryRow(
            id=delivery_id(message.id, recipient_id, one.medium),
            message_id=message.id,
            incident_id=message.incident_id,
            recipient_id=recipient_id,
            medium=one.medium,
            channel=one.channel,
            rung=one.rung,
            lane=message.lane,
            language=language,
            state=one.state,
            reason=one.reason,
            next_attempt_at=one.next_attempt_at,
            fallback_at=one.fallback_at,
        )
        for one in planned
    ]


def changed(row: DeliveryRow, change: Change, *, provider_ref: str = "") -> DeliveryRow:
    """The row as the rules want it. A claim holds only while it is being sent."""
    return replace(
        row,
        state=change.state,
        reason=change.reason,
        attempts=change.attempts,
        next_attempt_at=change.next_attempt_at,
        fallback_at=change.fallback_at,
        sent_at=change.sent_at,
        done_at=change.done_at,
        lease_until=row.lease_until if change.state == "sending" else None,
        owner=row.owner if change.state == "sending" else "",
        provider_ref=provider_ref or row.provider_ref,
    )


def ids_of(message_id: str, recipient_id: str, pinned: Pinned) -> list[str]:
    """Every row that this message can have for a recipient: one for each medium of the plan."""
    media = (*pinned.plan.media, BY_HAND.medium)
    return [delivery_id(message_id, recipient_id, medium) for medium in media]


def direct_fanout(message: MessageRow, *, told: bool = False, closed: bool = False) -> FanoutRow:
    """The fan-out row of a message to named people: there is nothing to expand.

    Written with the message, it is what makes sure, over a crash too, that the incident is told
    when the message was sent.
    """
    return FanoutRow(
        message_id=message.id,
        incident_id=message.incident_id,
        audience="",
        directory_version=0,
        finished=True,
        told=told,
        closed=closed,
    )


def withdraw(
    unit: Unit, message_ids: Sequence[str], now: datetime, *, reason: str = Reason.WITHDRAWN
) -> list[DeliveryRow]:
    """Stop messages: nobody further gets them. Within a transaction; answers what was changed.

    For an offer that was declined, taken or lapsed, and for what an end or a correction takes the
    place of. What is on its way is not called back.
    """
    stopped: list[DeliveryRow] = []
    for message_id in message_ids:
        fanout, message = unit.fanout(message_id), unit.message(message_id)
        if fanout is not None:
            unit.save_fanout(replace(fanout, closed=True))
        elif message is not None:
            unit.add_fanouts([direct_fanout(message, closed=True)])
        if unit.tally(message_id)["queued"]:
            stopped += [
                changed(row, dropped(row, reason, now) if row.state == "queued" else rested(row))
                for row in unit.deliveries(message_id)
                if row.state == "queued" or row.fallback_at is not None
            ]
    unit.save_deliveries(stopped)
    return stopped


def count_by_hand(unit: Unit, rows: Iterable[DeliveryRow]) -> None:
    """These rows were written: where some are left to people, the incident is to be told anew.

    Within the same transaction, so that a crash forgets nobody. A message that was never left to
    people costs one look.
    """
    came: dict[str, bool] = {}
    for row in rows:
        came[row.message_id] = came.get(row.message_id, False) or by_hand(row)
    for message_id, some in came.items():
        fanout = unit.fanout(message_id)
        if fanout is not None and not fanout.closed and (some or fanout.by_hand):
            unit.save_fanout(replace(fanout, by_hand=fanout.by_hand + 1))


def ends_again(unit: Unit, incident_id: str, message_id: str) -> None:
    """Somebody has it after all: what ended it goes out to them too (G7). Within a transaction.

    The end goes once more over all who may have what it ends; rows that stand are left alone.
    """
    for message in unit.messages(incident_id):
        if message_id not in message.ends:
            continue
        fanout = unit.fanout(message.id)
        if fanout is not None and fanout.finished and not fanout.closed:
            unit.save_fanout(replace(fanout, cursor="", finished=False))


def carry(
    unit: Unit, message_id: str, at: datetime, *, but: Collection[str] = ()
) -> list[DeliveryRow]:
    """Those who were left to people have been told; within a transaction. Gives the rows."""
    left: dict[str, list[DeliveryRow]] = {}
    for row in unit.deliveries(message_id):
        if by_hand(row) and row.recipient_id not in but:
            left.setdefault(row.recipient_id, []).append(row)
    told = [
        changed(row, change) for rows in left.values() for row, change in told_by_hand(rows, at)
    ]
    unit.save_deliveries(told)
    return told


def hasten(
    unit: Unit, message_ids: Iterable[str], dead: Collection[str], now: datetime
) -> list[DeliveryRow]:
    """Look at once at whatever waits for a dead medium: it goes the next way (within a job)."""
    hastened = [
        replace(row, next_attempt_at=now)
        for message_id in message_ids
        if unit.tally(message_id)["queued"]
        for row in unit.deliveries(message_id)
        if row.state == "queued" and row.medium in dead
    ]
    unit.save_deliveries(hastened)
    return hastened


def _stage(plan: CommunicationPlan, rung: Rung) -> Stage:
    ways = []
    for name in rung.by:
        medium = plan.media[name]
        page = medium.channel in OWN_PAGES
        ways.append(Way(medium=name, channel=medium.channel, person=medium.person, page=page))
    span = rung.wait
    wait = None if span is None else span.delta + timedelta(days=span.workdays)
    return Stage(ways=tuple(ways), wait=wait)


def _languages(message: MessageRow, planned: Sequence[str]) -> tuple[str, ...]:
    """The message's languages, in the order of the communication plan."""
    known = [language for language in planned if language in message.texts]
    return tuple(dict.fromkeys((*known, *message.texts)))


def _quiet(message: MessageRow, pinned: Pinned) -> Quiet | None:
    """Quiet hours protect an audience, unless it is on duty, or at risk and must act at once."""
    hours = pinned.plan.quiet_hours
    if hours is None or message.audience is None:
        return None
    audience = pinned.plan.audiences[message.audience]
    if audience.on_duty or (audience.at_risk and message.urgency == "immediate"):
        return None
    return Quiet(begins=hours.from_.at, ends=hours.to.at, zone=ZoneInfo(pinned.site.zone))
