"""The communication plan by itself: its names lead somewhere, every severity has its times."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import get_args

from crisis.core.checks import lasting, media, texts, times, voice
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.promises import TWICE
from crisis.core.checks.walk import leaves
from crisis.core.message import Kind
from crisis.core.plan import TRAVELS_AS, CommunicationPlan, Ladder
from crisis.core.section import Urgency
from crisis.core.tell import PHASES
from crisis.core.values import Timing
from crisis.core.written import instead

ANY = "any"
KINDS = frozenset((*get_args(Kind), "decision_request"))
"""The kinds of message that a plan can name."""

NAMED = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
"""What a severity may be called."""

FIRST_WORD = "first_word"
"""A moment of truth that is neither a kind of message nor a phase."""

_EVERY_SEVERITY = (
    "lead_within",
    "first_within",
    "update_every",
    "directorate_within",
    "brief_every",
)


def faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """Everything that is wrong with a plan, whatever the playbooks say."""
    yield from texts.plan_faults(plan)
    yield from times.plan_faults(plan)
    yield from lasting.plan_faults(plan)
    yield from _severities(plan)
    yield from _rhythms(plan)
    yield from _audiences(plan)
    for name, medium in plan.media.items():
        at: Pointer = ("media", name, "needs")
        for need in medium.needs:
            yield from _known((*at, need), (need,), plan.can_fail, "can_fail")
    yield from _ladder(plan, ("ladders",), plan.ladders)
    yield from media.faults(plan)
    yield from voice.faults(plan)


def _severities(plan: CommunicationPlan) -> Iterator[Fault]:
    known = set(plan.severities)
    for severity in plan.urgency:
        yield from _known(("urgency", severity), (severity,), known, "severity")
    for severity in plan.severities:
        if NAMED.match(severity) is None:
            says = f'"{severity}" names no severity; write a letter, then letters or digits, as S1'
            yield _fault("name", ("severities", severity), says)
        if severity not in plan.urgency:
            says = f"urgency says nothing of {severity}; add {severity}: expected"
            yield _fault("missing-field", ("urgency",), says)
        for field in _EVERY_SEVERITY:
            if getattr(plan.cadence, field).at(severity) is None:
                says = f"no cadence says {field} at {severity}; add {severity} to {field}"
                yield _fault("promise-without-cadence", ("cadence", field), says)
    for at, value in leaves(plan):
        if isinstance(value, Timing):
            for severity in value.by_severity:
                yield from _known((*at, severity), (severity,), known, "severity")


def _rhythms(plan: CommunicationPlan) -> Iterator[Fault]:
    """The slower rhythm comes late enough, at every severity; the quiet has two ends."""
    cadence, quiet = plan.cadence, plan.quiet_hours
    if cadence.long_after < cadence.long_not_before:
        says = (
            f"nobody may choose the slower rhythm before {cadence.long_not_before}; "
            f"write long_after: {cadence.long_not_before} or more"
        )
        yield _fault("slower-than-promised", ("cadence", "long_after"), says)
    for severity in plan.severities:
        if cadence.long_every is not None and cadence.long_every.at(severity) is None:
            says = f"no cadence says long_every at {severity}; add {severity} to long_every"
            yield _fault("promise-without-cadence", ("cadence", "long_every"), says)
    if quiet is not None and quiet.from_.at == quiet.to.at:
        says = f'the quiet ends when it begins; write another time than "{quiet.to.written()}"'
        yield _fault("clock", ("quiet_hours", "to"), says)
    for field, clock in (("from", quiet and quiet.from_), ("to", quiet and quiet.to)):
        if clock and clock.zone is not None:
            says = f'the quiet is reckoned in the zone of each site; write "{clock.at:%H:%M}"'
            yield _fault("clock", ("quiet_hours", field), says)


def _audiences(plan: CommunicationPlan) -> Iterator[Fault]:
    if "directorate" not in plan.audiences:
        says = "no audience is called directorate: nobody would be briefed; add it"
        yield _fault("missing-field", ("audiences",), says)
    for name, audience in plan.audiences.items():
        at: Pointer = ("audiences", name)
        yield from _ladder(plan, (*at, "ladders"), audience.ladders)
        for field in ("acknowledge", "preapproved"):
            kinds = getattr(audience, field)
            yield from _known((*at, field), kinds, KINDS, "kind of message")
        judged = {*KINDS, *PHASES, FIRST_WORD}
        moments = audience.moments_of_truth
        yield from _known((*at, "moments_of_truth"), moments, judged, "kind of message or phase")
        if audience.update_at and audience.update_every:
            yield _fault("update-twice", (*at, "update_every"), TWICE.format(name))


def _ladder(plan: CommunicationPlan, at: Pointer, ladder: Ladder) -> Iterator[Fault]:
    rows = (KINDS - set(TRAVELS_AS)) | {ANY}
    for kind, cells in ladder.items():
        if kind in TRAVELS_AS:
            says = f"{kind} goes by the ladder of {TRAVELS_AS[kind]}; write it there"
            yield _fault("unknown-name", (*at, kind), says)
        else:
            yield from _known((*at, kind), (kind,), rows, "kind of message")
        for urgency, rungs in cells.items():
            here = (*at, kind, urgency)
            yield from _known(here, (urgency,), {*get_args(Urgency), ANY}, "urgency")
            for index, rung in enumerate(rungs):
                yield from _known((*here, index, "by"), rung.by, plan.media, "medium")
                if rung.wait is None and index + 1 < len(rungs):
                    says = "this rung never gives way to the next; add wait: 10m"
                    yield _fault("missing-field", (*here, index), says)


def _known(
    at: Pointer, names: Collection[str], known: Collection[str], what: str
) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name not in known:
            says = f'there is no {what} "{name}"; {instead(name, known)}'
            yield _fault("unknown-name", (*at, index), says)


def _fault(rule: str, at: Pointer, says: str) -> Fault:
    return Fault(at=at, rule=rule, says=says)
