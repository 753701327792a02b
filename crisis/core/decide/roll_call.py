"""Are you safe? Asked of an audience; who needs help is told of at once, who is silent is sought.

The state counts, each person once; who said what stands in the register alone. A warden at the
assembly point, or whoever is on the telephone, answers for those who cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from crisis.core.decide.lateness import doubled
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.release import release
from crisis.core.decide.rights import person, require
from crisis.core.decide.telling import common, speaker, speaker_function, speech_for
from crisis.core.deciding import Deciding
from crisis.core.events import (
    RollCallAnswered,
    RollCallChased,
    RollCallClosed,
    RollCallStarted,
)
from crisis.core.incident import Incident
from crisis.core.message import Message
from crisis.core.obligation import Owed
from crisis.core.people_commands import AnswerRollCall, CloseRollCall, StartRollCall
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.register import SAFE
from crisis.core.roll import RollCall, roll_subject
from crisis.core.told import RollCallTold

CHASED_AFTER = timedelta(minutes=5)
"""When the silent are sought for the first time; then after twice the time, until it is closed."""
WARDENS = ("wardens", "warden")
"""The roles that look for people, where a playbook has one of them; the lead does in any case."""
MOST = 20
"""Roll-calls that one incident may hold: who needs more closes nothing, and asks again."""


def start(d: Deciding, body: StartRollCall) -> None:
    """Ask everybody of an audience: life-safety, on the media of an alert, until they answer."""
    require(d, "roll-call", authority="send", roles=WARDENS)
    if body.audience not in d.pinned.plan.audiences or body.audience == "directorate":
        known = ", ".join(name for name in d.pinned.plan.audiences if name != "directorate")
        d.refuse(
            "roll-call",
            f"Il n'y a pas de public « {body.audience} ». Publics : {known}.",
            f'There is no audience "{body.audience}". Audiences: {known}.',
        )
    if not _may_start(d, body.audience):
        d.refuse(
            "roll-call",
            "Un appel est déjà en cours pour ce public : répondez pour chacun, ou terminez-le.",
            "A roll-call of this audience is running: answer for each, or close it.",
        )
    _begin(d, body.roll_call_id, body.audience, rule="roll-call", pointer="")


def by_steps(d: Deciding) -> None:
    """Start the roll-calls of the steps that have just become ready; one that runs goes on."""
    for name, state in tuple(d.incident.steps.items()):
        step = d.playbook.steps.get(name)
        audience = step.roll_call if step is not None else None
        if audience is None or state.state != "ready" or state.ready_at != d.now:
            continue
        if _may_start(d, audience) and not _asked_since(d, audience, d.now):
            roll_call = name if name not in d.incident.roll_calls else f"{name}-{d.incident.seq}"
            pointer = f"/steps/{name}/roll_call"
            _begin(d, roll_call, audience, rule="roll-call-step", pointer=pointer)


def _asked_since(d: Deciding, audience: str, at: datetime) -> bool:
    rolls = d.incident.roll_calls.values()
    return any(roll.audience == audience and roll.started_at >= at for roll in rolls)


def _may_start(d: Deciding, audience: str) -> bool:
    rolls = d.incident.roll_calls.values()
    running = any(not roll.closed and roll.audience == audience for roll in rolls)
    return not running and len(rolls) < MOST


def _begin(d: Deciding, roll_call: str, audience: str, *, rule: str, pointer: str) -> None:
    message = _question(d, roll_call, audience)
    release(d, message, rule=rule, automatic=rule != "roll-call")
    d.record(
        RollCallStarted(roll_call=roll_call, audience=audience, message_id=message.id),
        rule=rule, pointer=pointer,
    )  # fmt: skip


def _question(d: Deciding, roll_call: str, audience: str) -> Message:
    speech = speech_for(d, audience)
    told = d.pinned.plan.audiences[audience]
    role = told.speaker if told.speaker in d.playbook.roles else "lead"
    return Message(
        **common(d),
        kind="roll_call",
        phase=d.incident.phase,
        audience=audience,
        to=(),
        urgency="immediate",
        life_safety=True,
        speaker=speaker(d, role),
        speaker_function=speaker_function(d, role),
        contact=told.contact,
        instruction=speech.instruction if speech is not None else None,
        roll_call=roll_call,
    )


def _roll(d: Deciding, name: str) -> RollCall:
    roll = d.incident.roll_calls.get(name)
    if roll is None:
        known = ", ".join(d.incident.roll_calls) or "-"
        d.refuse(
            "roll-call",
            f"Il n'y a pas d'appel « {name} ». Appels : {known}.",
            f'There is no roll-call "{name}". Roll-calls: {known}.',
        )
    return roll


def answer(d: Deciding, body: AnswerRollCall) -> None:
    """A person is safe, or needs help; a closed roll-call still takes it: people matter more."""
    who = person(d, "roll-call")
    _roll(d, body.roll_call)
    before = d.facts.register.said(roll_subject(body.roll_call), who)
    was = None if before is None else before == SAFE
    if was is body.safe:
        d.refuse("roll-call", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    d.record(
        RollCallAnswered(roll_call=body.roll_call, person=who, safe=body.safe, was=was),
        rule="roll-call",
    )
    if not body.safe:
        notify(
            d, (*seekers(d), *chain_of_lead(d)[:1]), "help-needed", rule="help-needed",
            subject=who, life_safety=True,
        )  # fmt: skip


def seekers(d: Deciding) -> tuple[str, ...]:
    """Those who look for people: the wardens, and the lead in any case."""
    return (*holders(d, WARDENS), *lead_or_above(d))


class _Count(NamedTuple):
    asked: int
    silent: int


def _count(d: Deciding, name: str) -> _Count:
    """How many were asked, and how many of them have not answered."""
    asked = d.facts.register.asked(d.incident.roll_calls[name].message_id)
    answered = set(d.facts.register.people(roll_subject(name)))
    return _Count(len(asked), sum(who not in answered for who in asked))


def close(d: Deciding, body: CloseRollCall) -> None:
    """Close it with its count; while people need help or are silent, by name and with a reason."""
    require(d, "roll-call", authority="send", roles=WARDENS)
    roll, name = _roll(d, body.roll_call), body.roll_call
    if roll.closed:
        d.refuse("roll-call", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    count = _count(d, name)
    if count.silent or roll.help:
        d.object(
            "roll-call",
            f"Sans réponse : {count.silent}. Ont besoin d'aide : {roll.help}. Cherchez-les, ou"
            " passez outre avec un motif.",
            f"Without an answer: {count.silent}. Need help: {roll.help}. Look for them, or override"
            " with a reason.",
        )
    _close(d, name, count, "roll-call")


def end_roll_calls(d: Deciding, rule: str, *, silent: bool = False) -> None:
    """Nobody is left behind by an end: while people need help it takes a name and a reason (G12).

    ``silent``: while some have not answered too. What was open is closed with its count.
    """
    counts = {
        name: _count(d, name) for name, roll in d.incident.roll_calls.items() if not roll.closed
    }
    needing = sum(d.incident.roll_calls[name].help for name in counts)
    missing = sum(count.silent for count in counts.values())
    if needing or (silent and missing):
        d.object(
            rule,
            f"Un appel est ouvert. Ont besoin d'aide : {needing}. Sans réponse : {missing}."
            " Cherchez-les et répondez pour eux, ou passez outre avec un motif.",
            f"A roll-call is open. Need help: {needing}. Without an answer: {missing}."
            " Look for them and answer for them, or override with a reason.",
        )
    for name, count in counts.items():
        _close(d, name, count, rule)


def _close(d: Deciding, name: str, count: _Count, rule: str) -> None:
    """Close it with its count."""
    roll = d.incident.roll_calls[name]
    d.record(
        RollCallClosed(
            roll_call=name, asked=count.asked, safe=roll.safe, help=roll.help, silent=count.silent
        ),
        rule=rule,
    )


def owed_roll_calls(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """Those who are silent are sought, again and again, until somebody closes the roll-call."""
    if incident.phase in {"closed", "cancelled"}:
        return
    for name, roll in incident.roll_calls.items():
        if roll.closed:
            continue
        at = roll.started_at + CHASED_AFTER
        if roll.chased_at is not None:
            at = doubled(roll.chased_at, CHASED_AFTER, roll.chases)
        yield Owed(at, "roll-call-silent", name)


def chase(d: Deciding, name: str) -> None:
    """Tell those who look for people how many have not answered; their names are on the page.

    When everybody has answered and nobody needs help, it closes by itself.
    """
    roll, count = d.incident.roll_calls[name], _count(d, name)
    if count.asked and not count.silent and not roll.help:
        _close(d, name, count, "roll-call-silent")
        return
    number = roll.chases + 1
    d.record(
        RollCallChased(roll_call=name, count=number, asked=count.asked, silent=count.silent),
        rule="roll-call-silent",
    )
    notify(
        d, seekers(d), "roll-call-silent", rule="roll-call-silent",
        subject=f"{name},{count.silent},{count.asked},{roll.help}", count=number,
        life_safety=True,
    )  # fmt: skip


def told_roll_calls(d: Deciding) -> Iterator[RollCallTold]:
    """Give how each roll-call stands at this moment, as a brief tells it."""
    for name, roll in d.incident.roll_calls.items():
        count = _Count(roll.asked, roll.silent) if roll.closed else _count(d, name)
        yield RollCallTold(
            audience=d.pinned.plan.audiences[roll.audience].title,
            safe=roll.safe,
            help=roll.help,
            asked=count.asked,
            silent=count.silent,
            closed=roll.closed,
        )
