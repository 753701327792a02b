"""What is promised, by when: the communication plan, and a playbook that may only be quicker."""

from __future__ import annotations

from datetime import timedelta

from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook, Role
from crisis.core.values import Span, Timing

ACCEPT_WITHIN = (
    Span(timedelta(minutes=3)),
    Span(timedelta(minutes=5)),
    Span(timedelta(minutes=10)),
    Span(timedelta(hours=1)),
)
"""How long an offer waits, from the gravest severity down, where the role says nothing."""


REPLY_WITHIN = Span(timedelta(hours=1))
"""By when a question from people has its reply, where the plan says nothing: one working hour."""


def reply_within(plan: CommunicationPlan, severity: str) -> Span:
    """How long whoever asks something waits for the reply."""
    return at(plan.cadence.reply_within, severity) or REPLY_WITHIN


def at(timing: Timing | None, severity: str) -> Span | None:
    """The span of a timing that may not be written at all."""
    return timing.at(severity) if timing else None


def accept_within(plan: CommunicationPlan, role: Role, severity: str) -> Span:
    """How long an offer of this role waits for an answer."""
    span = at(role.accept_within, severity)
    if span is not None:
        return span
    rank = list(plan.severities).index(severity)
    return ACCEPT_WITHIN[min(rank, len(ACCEPT_WITHIN) - 1)]


def planned_first(plan: CommunicationPlan, audience: str, severity: str) -> Span | None:
    """The first word to an audience as the plan has it: its own time, or everyone's."""
    own = at(plan.audiences[audience].first_within, severity)
    return own if own is not None else plan.cadence.first_within.at(severity)


def planned_update(plan: CommunicationPlan, audience: str, severity: str) -> Span | None:
    """The rhythm of an audience as the plan has it: its own, or everyone's."""
    own = at(plan.audiences[audience].update_every, severity)
    return own if own is not None else plan.cadence.update_every.at(severity)


def quicker(*spans: Span | None) -> Span | None:
    """The shortest of the spans that are said; None when none is."""
    return min((span for span in spans if span is not None), default=None)


def first_within(
    plan: CommunicationPlan, playbook: Playbook, audience: str, severity: str
) -> Span | None:
    """By when an audience has its first message."""
    own = at(playbook.tell[audience].first_within, severity)
    return quicker(planned_first(plan, audience, severity), own)


def update_every(
    plan: CommunicationPlan, playbook: Playbook, audience: str, severity: str, *, long: bool
) -> Span | None:
    """How often an audience hears more; `long` is the slower rhythm of a long crisis."""
    told = playbook.tell.get(audience)
    own = at(told.update_every, severity) if told else None
    short = quicker(planned_update(plan, audience, severity), own)
    slower = at(plan.cadence.long_every, severity) if long else None
    return max(short, slower) if short is not None and slower is not None else short


def directorate_within(plan: CommunicationPlan, playbook: Playbook, severity: str) -> Span | None:
    """By when the directorate has its first brief."""
    own = at(playbook.directorate.first_within, severity)
    return quicker(plan.cadence.directorate_within.at(severity), own)


def brief_every(plan: CommunicationPlan, playbook: Playbook, severity: str) -> Span | None:
    """How often the directorate is briefed."""
    own = at(playbook.directorate.brief_every, severity)
    return quicker(plan.cadence.brief_every.at(severity), own)
