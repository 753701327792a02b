"""Whom no medium reaches: somebody by name tells them, in person, by telephone or by a notice.

The ledger says how many are left of a message. One errand an audience: a newer word replaces it,
so that nobody carries what is no longer so; what is asked of these people is carried beside it. It
is chased until it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.commands import CarryByHand, NoteLeftOver
from crisis.core.decide.lateness import DIRECTORATE, doubled
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.promises import settle
from crisis.core.decide.readiness import at_rest
from crisis.core.decide.rights import person
from crisis.core.decide.sheets import hang, number_of
from crisis.core.decide.so_far import all_measures, known
from crisis.core.decide.telling import contact_of, impact_of, speech_for
from crisis.core.deciding import Deciding
from crisis.core.errand import PEOPLE, Errand, audience_of, errand_of
from crisis.core.events import CarriedByHand, CarryingLate, LeftToCarry
from crisis.core.incident import Incident
from crisis.core.message import TO_AUDIENCES, Words
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.sheet_commands import HangSheets
from crisis.core.values import Span

WALK = (("wardens",), ("security",))
"""Roles whose holders walk the floors: they go to people who may be in danger."""
QUIETLY = frozenset({"update", "holding", "brief"})
"""Kinds that change nothing for whoever carries the word: the newest is on the page of errands."""
SPEAK = ("communication",)
"""Roles whose holders see to it that everyone else is told."""


def left_over(d: Deciding, body: NoteLeftOver) -> None:
    """Ask somebody to tell those whom no medium reaches; or note that they were told."""
    key = errand_of(body.audience, body.kind)
    errand = d.incident.errands.get(key)
    if at_rest(d.incident) or _replaced(d, body):
        return
    known = errand is not None and errand.message_id == body.message_id
    if errand is not None and known and body.count < errand.count:
        _carried(d, key, errand, left=body.count)
    elif body.count and not (known and errand is not None and body.count == errand.count):
        before = errand or d.incident.replaced.get(key)
        same = known or key == PEOPLE or body.kind in QUIETLY
        _ask(d, body, before if same else None)


def _replaced(d: Deciding, body: NoteLeftOver) -> bool:
    """Whether these people were owed a newer word since: they are told that one."""
    heard = d.incident.audiences.get(body.audience or "")
    return (
        body.kind in TO_AUDIENCES and heard is not None and heard.last_message_id != body.message_id
    )


def _ask(d: Deciding, body: NoteLeftOver, before: Errand | None) -> None:
    """Name who carries it, and tell them; who was asked ``before`` has the same time as then."""
    who = carriers(d, body.audience)
    due_at = before.due_at if before else d.pinned.site.add(d.now, _within(d, body.audience))
    d.record(
        LeftToCarry(
            audience=body.audience, message_id=body.message_id, kind=body.kind,
            count=body.count, carriers=who, due_at=due_at,
        ),
        rule="by-hand",
        pointer=f"/tell/{body.audience}" if body.audience else "",
    )  # fmt: skip
    if before is None or not set(who) <= set(before.carriers):
        _tell(d, who, (errand_of(body.audience, body.kind),), "carry")


def _within(d: Deciding, audience: str | None) -> Span:
    severity = d.incident.severity
    if audience is not None and audience in d.playbook.tell:
        return d.pinned.first_within(d.playbook, audience, severity)
    return d.pinned.directorate_within(d.playbook, severity)


def carriers(d: Deciding, audience: str | None) -> tuple[str, ...]:
    """Give who tells them: who walks to those in danger, who speaks, the lead, the last resort."""
    plan, playbook = d.pinned.plan, d.playbook
    roles: tuple[tuple[str, ...], ...] = (SPEAK,)
    if audience == DIRECTORATE:
        roles = ((playbook.directorate.informed_by,), SPEAK)
    elif audience is not None and plan.audiences[audience].at_risk:
        roles = (*WALK, SPEAK)
    for some in roles:
        found = holders(d, some)
        if found:
            return found
    return lead_or_above(d)[-1:]


def _tell(d: Deciding, who: tuple[str, ...], keys: tuple[str, ...], topic: str) -> None:
    """Tell them whom to go to, and what to say: with the contact that these people were given."""
    errands = [d.incident.errands[key] for key in keys]
    audience = audience_of(keys[0]) if len(keys) == 1 else None
    notify(
        d, who, topic, rule="by-hand", subject=",".join(keys),
        due_at=min(one.due_at for one in errands), items=_to_say(d, audience),
        count=max(one.reminders for one in errands),
        contact=contact_of(d, audience) if audience is not None else None,
    )  # fmt: skip


def _to_say(d: Deciding, audience: str | None) -> tuple[Words, ...]:
    """What these people must hear: as they are written to; the directorate, where things stand."""
    if audience is None:
        return ()
    if audience == DIRECTORATE:
        plan, severity = d.pinned.plan, d.incident.severity
        return plan.severities[severity], *(known(d.incident, d.playbook)), *_done(d)
    speech = speech_for(d, audience)
    said = (speech.instruction if speech is not None else None, impact_of(d, speech))
    return tuple(one for one in said if one is not None)


def _done(d: Deciding) -> tuple[Words, ...]:
    """The last measures, in words."""
    return tuple(one.words for one in all_measures(d.incident, d.playbook))[-2:]


def carry(d: Deciding, body: CarryByHand) -> None:
    """Somebody has told them, or hung a sheet: that keeps a promise as a message that was sent."""
    person(d, "by-hand")
    key = body.audience or PEOPLE
    errand = d.incident.errands.get(key)
    if errand is None:
        open_ = ", ".join(d.incident.errands) or "-"
        d.refuse(
            "by-hand",
            f"Rien n'est à porter à « {key} ». À porter : {open_}.",
            f'Nothing is to be carried to "{key}". To be carried: {open_}.',
        )
    if body.at:
        number = number_of(errand.message_id)
        hang(d, HangSheets(audience=audience_of(key) or key, at=body.at, number=number))
    _carried(d, key, errand, left=min(len(body.but), errand.count))


def _carried(d: Deciding, key: str, errand: Errand, *, left: int) -> None:
    d.record(
        CarriedByHand(audience=audience_of(key), message_id=errand.message_id, left=left),
        rule="by-hand",
    )
    if left < errand.count:
        for name, commitment in tuple(d.incident.commitments.items()):
            if commitment.message_id == errand.message_id and commitment.how is not None:
                settle(d, name, d.command.happened_at or d.now, commitment.how)


def owed_errands(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """What was not carried in time is said so; again, each time after twice the wait."""
    if at_rest(incident):
        return
    for key, errand in incident.errands.items():
        yield Owed(_late_at(errand), "carrying-late", key)


def carrying_late(d: Deciding, _key: str) -> None:
    """Tell who was asked to, and the lead, who still has no word: all of it in one message."""
    late: dict[str, list[str]] = {}
    for key, errand in tuple(d.incident.errands.items()):
        if not _told_now(errand, d.now):
            continue
        d.record(
            CarryingLate(
                audience=audience_of(key), message_id=errand.message_id, count=errand.reminders + 1
            ),
            rule="carrying-late",
        )
        for who in dict.fromkeys((*errand.carriers, *lead_or_above(d))):
            late.setdefault(who, []).append(key)
    people_of: dict[tuple[str, ...], list[str]] = {}
    for who, keys in late.items():
        people_of.setdefault(tuple(keys), []).append(who)
    for together, people in people_of.items():
        _tell(d, tuple(people), together, "carry-late")


def _told_now(errand: Errand, now: datetime) -> bool:
    """Whether it is late; what was told of already goes along from half its next wait on."""
    at, told_at = _late_at(errand), errand.reminded_at
    return now >= (at if told_at is None else told_at + (at - told_at) / 2)


def _late_at(errand: Errand) -> datetime:
    """Give when an errand is late; again, each time after twice the wait."""
    if errand.reminded_at is None:
        return errand.due_at
    return doubled(errand.reminded_at, errand.due_at - errand.asked_at, errand.reminders)
