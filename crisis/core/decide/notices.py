"""Notices to people with a role: what is owed, what was not done, what is asked of them."""

from __future__ import annotations

from datetime import datetime

from crisis.core.decide.release import release
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.message import Kind, Message, Notice, Words

_ESCALATIONS = frozenset(
    {"no-lead", "promise-broken", "silence", "message-failed", "danger-after-normal"}
)
_AFTERWARDS = frozenset({"review", "hot-wash", "action", "verify"})


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
    audience: str | None = None,
) -> None:
    """Write to these people (or to the directorate); to nobody, when there is nobody."""
    if not people and audience is None:
        return
    kind: Kind = "reminder"
    if topic in _ESCALATIONS:
        kind = "escalation"
    elif topic in _AFTERWARDS:
        kind = "action"
    elif topic == "decision":
        kind = "decision_request"
    message = Message(
        **common(d),
        kind=kind,
        phase=d.incident.phase,
        audience=audience,
        to=tuple(dict.fromkeys(people)),
        urgency="immediate" if kind == "escalation" else _urgency(d),
        life_safety=False,
        speaker=speaker(d, "lead"),
        speaker_function=speaker_function(d, "lead"),
        contact=d.pinned.plan.audiences["directorate"].contact,
        notice=Notice(
            topic=topic, subject=subject, words=words, items=items, due_at=due_at, count=count
        ),
    )
    release(d, message, rule=rule, automatic=True)


def _urgency(d: Deciding) -> str:
    return d.pinned.urgency(d.playbook, d.incident.severity)


def holders(d: Deciding, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Give the people who hold these roles."""
    states = (d.incident.roles.get(role) for role in roles)
    return tuple(dict.fromkeys(state.holder for state in states if state and state.holder))


def lead_or_above(d: Deciding) -> tuple[str, ...]:
    """Give the lead; while nobody leads, everyone who was asked to, and the last resort."""
    lead = d.incident.lead
    return (lead,) if lead is not None else chain_of_lead(d)


def chain_of_lead(d: Deciding) -> tuple[str, ...]:
    """Give everyone who could lead, in order."""
    ranks = d.facts.candidates.get("lead", ())
    return tuple(dict.fromkeys(who for rank in ranks for who in rank.people))
