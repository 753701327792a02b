"""What time brings to steps: ready after a wait, again after a while, late.

Silence has an answer: the prudent one, the default option, the one above. What has none is
escalated, each time after twice the wait: never dropped, and it does not drown the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.decide.crossing import ENDED
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import (
    again_at,
    at_rest,
    leftover,
    owners,
    ready_at,
    unowed,
    words_of,
)
from crisis.core.deciding import Deciding
from crisis.core.events import StepAnswered, StepEscalated, StepsReady
from crisis.core.incident import Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DIRECTORATE = "directorate"


def doubled(since: datetime, wait: timedelta, times: int) -> datetime:
    """Give when something is escalated again, after having been so many times: the wait doubles."""
    return since + max(wait, MINUTE) * (1 << min(times - 1, 16))


def late_at(incident: Incident, playbook: Playbook, pinned: Pinned, name: str) -> datetime | None:
    """Give when a ready step is late; for what was escalated, when it is escalated again.

    A promise has marks of its own, and a contractor who was called is late by its own contract.
    What nobody owes is never late.
    What is left to be put back has a day.
    """
    state = incident.steps.get(name)
    if state is None or state.state != "ready":
        return None
    first = state.ready_at + DAY
    if not leftover(name):
        step = playbook.steps.get(name)
        if step is None or step.within is None or step.promise is not None:
            return None
        if unowed(playbook, name):
            return None
        within = step.within.at(incident.severity)
        if within is None or state.stage not in {None, "no-show"}:
            return None
        first = pinned.site.add(state.ready_at, within)
    if state.escalated_at is None:
        return first
    return doubled(state.escalated_at, first - state.ready_at, state.escalations)


def owed_steps(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """Steps that become ready, that are late, and that come again; choices have their own."""
    if at_rest(incident):
        return
    for name, state in incident.steps.items():
        if state.state == "ready":
            late = late_at(incident, playbook, pinned, name)
            step = playbook.steps.get(name)
            if late is not None and (step is None or step.decide is None):
                yield Owed(late, "step-late", name)
        elif state.state == "done" and incident.phase not in ENDED:
            step = playbook.steps.get(name)
            again = again_at(step, state, incident, pinned) if step is not None else None
            if again is not None:
                yield Owed(again, "step-again", name)
    if incident.phase not in ENDED:
        yield from _owed_waits(incident, playbook, pinned)


def _owed_waits(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    for name, step in playbook.steps.items():
        if step.wait is None and step.at is None:
            continue
        state = incident.steps.get(name)
        if state is None or state.state == "moot":
            at = ready_at(incident, playbook, pinned, name)
            if at is not None:
                yield Owed(at, "step-ready", name)


def step_again(d: Deciding, name: str) -> None:
    """A repeated step comes again."""
    d.record(StepsReady(steps=(name,)), rule="step-again", pointer=f"/steps/{name}/every")


def step_late(d: Deciding, name: str) -> None:
    """Silence has an answer: the prudent one, the default option, or the one above is told."""
    step = d.playbook.steps.get(name)
    if step is not None and step.unanswered is not None:
        d.record(
            StepAnswered(step=name, answer=step.unanswered, assumed=True),
            rule="unanswered",
            pointer=f"/steps/{name}/unanswered",
        )
    else:
        escalate_all(d)


def escalate_all(d: Deciding) -> None:
    """Tell holders and lead what is late, all of it in one word to each."""
    late: dict[str, list[str]] = {}
    above = []
    for name in tuple(d.incident.steps):
        step = d.playbook.steps.get(name)
        answered = step is not None and step.verb in {"ask", "decide"}
        if answered or not _told_now(d, name):
            continue
        count_late(d, name)
        by = owners(d.playbook, name)
        if DIRECTORATE in by:
            above.append(name)
        for who in dict.fromkeys((*holders(d, by), *lead_or_above(d))):
            late.setdefault(who, []).append(name)
    people_of: dict[tuple[str, ...], list[str]] = {}
    for who, names in late.items():
        people_of.setdefault(tuple(names), []).append(who)
    for together, people in people_of.items():
        _tell_late(d, tuple(people), together)
    if above:
        _tell_late(d, (), tuple(above), audience=DIRECTORATE)


def _told_now(d: Deciding, name: str) -> bool:
    """Whether a step is late; what was told of already goes along from half its next wait on."""
    at, told_at = (
        late_at(d.incident, d.playbook, d.pinned, name),
        d.incident.steps[name].escalated_at,
    )
    if at is None:
        return False
    return d.now >= (at if told_at is None else told_at + (at - told_at) / 2)


def _tell_late(
    d: Deciding, people: tuple[str, ...], names: tuple[str, ...], *, audience: str | None = None
) -> None:
    words = (words_of(d.incident, d.playbook, name) for name in names)
    notify(
        d,
        people,
        "step-late",
        rule="step-late",
        subject=",".join(names),
        items=tuple(one for one in words if one is not None),
        count=max(d.incident.steps[name].escalations for name in names),
        audience=audience,
    )


def count_late(d: Deciding, name: str) -> int:
    """Count one more escalation: after a long absence one word, not one for each missed."""
    count = d.incident.steps[name].escalations + 1
    d.record(
        StepEscalated(step=name, count=count), rule="step-late", pointer=f"/steps/{name}/within"
    )
    return count
