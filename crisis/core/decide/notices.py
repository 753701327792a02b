"""Notices to people with a role: what is owed, what was not done, what is asked of them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from crisis.core.decide.debts import open_promises
from crisis.core.decide.release import release
from crisis.core.decide.so_far import all_measures, known
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.message import (
    ChoiceRequest,
    DraftShown,
    Kind,
    MeasureTold,
    Message,
    Notice,
    PromiseTold,
    Words,
)
from crisis.core.prose import TextRef
from crisis.core.values import Text

_ESCALATIONS = frozenset(
    {
        "no-lead",
        "escalated",
        "promise-broken",
        "silence",
        "approval-held",
        "message-failed",
        "danger-reported",
        "danger-after-safe",
        "danger-after-normal",
        "question-late",
        "help-needed",
        "roll-call-silent",
        "clock-missed",
    }
)
_AFTERWARDS = frozenset(
    {"review", "hot-wash", "action", "verify", "review-presented", "publish", "follow-up"}
)


def notify(
    d: Deciding,
    people: tuple[str, ...],
    topic: str,
    *,
    rule: str,
    subject: str = "",
    words: Words | None = None,
    items: tuple[Words, ...] = (),
    due_at: datetime | None = None,
    count: int = 1,
    drafts: tuple[DraftShown, ...] = (),
    audience: str | None = None,
    contact: str | None = None,
    with_situation: bool = False,
    life_safety: bool = False,
    request: ChoiceRequest | None = None,
) -> str | None:
    """Write to these people (or to the directorate); to nobody, when there is nobody.

    Answers the message's id.
    """
    if not people and audience is None:
        return None
    kind: Kind = "reminder"
    if topic in _ESCALATIONS:
        kind = "escalation"
    elif topic in _AFTERWARDS:
        kind = "action"
    elif request is not None:
        kind = "decision_request"
    message = Message(
        **common(d),
        kind=kind,
        phase=d.incident.phase,
        audience=audience,
        to=tuple(dict.fromkeys(people)),
        urgency="immediate" if kind == "escalation" else _urgency(d),
        life_safety=life_safety,
        speaker=speaker(d, "lead"),
        speaker_function=speaker_function(d, "lead"),
        contact=contact or d.pinned.plan.audiences["directorate"].contact,
        notice=Notice(
            topic=topic,
            subject=subject,
            words=words,
            items=items,
            due_at=due_at,
            count=count,
            drafts=drafts,
        ),
        request=request,
        **(_situation(d) if with_situation else {}),
    )
    release(d, message, rule=rule, automatic=True)
    return message.id


def unsaid(d: Deciding, people: tuple[str, ...], audience: str, words: Words | None) -> None:
    """Tell whoever wrote words to an audience that they did not leave, and never will."""
    notify(d, people, "unsaid", rule="overtaken", subject=audience, words=words)


class _Situation(TypedDict, total=False):
    measures: tuple[MeasureTold, ...]
    known: tuple[Text, ...]
    workaround: TextRef | None
    promises: tuple[PromiseTold, ...]


def _situation(d: Deciding) -> _Situation:
    """Give where things stand: what was done, what is known, what people were promised."""
    incident, playbook = d.incident, d.playbook
    return {
        "measures": tuple(all_measures(incident, playbook)),
        "known": tuple(known(incident, playbook)),
        "workaround": incident.workaround,
        "promises": tuple(open_promises(incident, playbook)),
    }


def _urgency(d: Deciding) -> str:
    return d.pinned.urgency(d.playbook, d.incident.severity)


def holders(d: Deciding, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Give the people who hold these roles."""
    states = (d.incident.roles.get(role) for role in roles)
    return tuple(dict.fromkeys(who for state in states if state for who in state.holders))


def lead_or_above(d: Deciding) -> tuple[str, ...]:
    """Give the lead; while nobody leads, everyone who was asked to, and the last resort.

    Of what was merged, whoever leads the incident in which it is followed.
    """
    into = d.incident.followed_in
    other = d.facts.others.incident(into) if into is not None else None
    lead = (other.lead if other is not None else None) or d.incident.lead
    return (lead,) if lead is not None else chain_of_lead(d)


def chain_of_lead(d: Deciding) -> tuple[str, ...]:
    """Give everyone who could lead, in order."""
    ranks = d.facts.candidates.get("lead", ())
    return tuple(dict.fromkeys(who for rank in ranks for who in rank.people))
