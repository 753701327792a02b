"""When a step is ready, when it is moot, and which steps others still wait for (design §2).

A step is ready when its ``after`` are done or moot, its ``when`` holds and its ``wait`` has passed.
What a step leaves to be done is a step of its own: ``STEP.undo`` puts back what it changed,
``STEP.counterpart`` does what was promised in case a promise breaks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from crisis.core.incident import COUNTERPART, OVER, PHASES, UNDO, Incident, StepState
from crisis.core.message import Words
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Step
from crisis.core.values import When
from crisis.core.window import Mark

__all__ = [
    "COUNTERPART", "UNDO", "again_at", "applies", "at_rest", "held_since", "helping", "leftover",
    "marked_at", "owners", "reached", "ready_at", "settled", "to_undo", "undo_of", "undo_ready",
    "unowed", "words_of",
]  # fmt: skip


def leftover(name: str) -> bool:
    """Whether this is what another step or a broken engagement has left to be done."""
    return name.endswith((UNDO, COUNTERPART))


def undo_of(name: str, playbook: Playbook) -> Step | None:
    """Give the step whose undoing this is, if it is one."""
    step = playbook.steps.get(name.removesuffix(UNDO)) if name.endswith(UNDO) else None
    return step if step is not None and step.undo is not None else None


def owners(playbook: Playbook, name: str) -> tuple[str, ...]:
    """Give the roles that owe a step, or what it has left; ``directorate`` may be among them."""
    step = playbook.steps.get(name.removesuffix(UNDO).removesuffix(COUNTERPART))
    return step.by if step is not None else ()


def helping(playbook: Playbook, name: str) -> tuple[str, ...]:
    """Give the roles that help with a step; ``directorate`` may be among them."""
    step = playbook.steps.get(name)
    return step.with_ if step is not None else ()


def unowed(playbook: Playbook, name: str) -> bool:
    """Whether nobody owes this: an optional act or call is never late, and never left undone.

    A question, a decision and a promise have their answer to silence, optional or not. A legal
    clock has delays of its own, beyond the end of the crisis.
    """
    step = playbook.steps.get(name)
    if step is not None and step.clock is not None:
        return True
    return step is not None and step.unowed


def words_of(incident: Incident, playbook: Playbook, name: str) -> Words | None:
    """Give the words of a step, or of what it has left."""
    if not leftover(name):
        step = playbook.steps.get(name)
        return step.text if step is not None else None
    step = playbook.steps.get(name.removesuffix(UNDO).removesuffix(COUNTERPART))
    if step is not None:
        return step.undo if name.endswith(UNDO) else step.counterpart
    state = incident.steps.get(name)
    return state.words if state is not None else None


def reached(incident: Incident, phase: str) -> bool:
    """Whether this phase, or one after it, was declared."""
    if phase not in PHASES or incident.phase not in PHASES:
        return incident.over
    return PHASES.index(incident.phase) >= PHASES.index(phase)


def applies(incident: Incident, playbook: Playbook, name: str) -> Literal["yes", "no", "open"]:
    """Whether a step applies; open while a question that it depends on has no answer."""
    step = playbook.steps.get(name)
    if step is None or (step.until is not None and reached(incident, step.until)):
        return "no"
    if step.when is None or step.when.holds(incident.situation):
        return "yes"
    for other in step.when.names():
        asked = playbook.steps.get(other)
        if asked is None or (asked.ask is None and asked.decide is None):
            continue
        state = incident.steps.get(other)
        if state is not None and state.state == "ready":
            return "open"
        if state is None and applies(incident, playbook, other) != "no":
            return "open"
    return "no"


def settled(incident: Incident, playbook: Playbook, name: str) -> bool:
    """Whether nobody needs to wait for this step or phase any more."""
    if name in PHASES:
        return reached(incident, name)
    state = incident.steps.get(name)
    if state is not None and state.state != "ready":
        return True
    return applies(incident, playbook, name) == "no"


def ready_at(incident: Incident, playbook: Playbook, pinned: Pinned, name: str) -> datetime | None:
    """Give the instant from which a step that is not ready yet can be done; None: not so far."""
    step = playbook.steps[name]
    if applies(incident, playbook, name) != "yes":
        return None
    if not all(settled(incident, playbook, other) for other in step.after):
        return None
    if incident.phase == "expected" and step.at is None and "expected" not in step.after:
        return None
    if step.at is not None:
        return marked_at(incident, step.at)
    if step.wait is None:
        return incident.last_at
    since = [held_since(incident, step.when), *_times(incident, step)]
    return pinned.site.add(max(since), step.wait)


def marked_at(incident: Incident, mark: Mark) -> datetime | None:
    """Give the instant that is so much before or after the beginning or the end of works."""
    works = incident.works
    if works is None or works.postponed:
        return None
    return (works.starts_at if mark.of == "start" else works.ends_at) + mark.comes_after


def held_since(incident: Incident, when: When | None) -> datetime:
    """Give since when a condition that holds has held without a break: no wait begins again.

    The same answer given twice, or another that suits the condition too, changes nothing.
    """
    since = incident.opened_at
    if when is not None:
        for turn in reversed(incident.situations):
            if turn.at < incident.opened_at or not when.holds(turn.situation):
                break
            since = turn.at
    return since


def _times(incident: Incident, step: Step) -> list[datetime]:
    found = []
    for name in step.after:
        state = incident.steps.get(name)
        if state is not None and state.done_at is not None:
            found.append(state.done_at)
        if name in incident.phases:
            found.append(incident.phases[name])
    return found


def again_at(step: Step, state: StepState, incident: Incident, pinned: Pinned) -> datetime | None:
    """Give when a repeated step comes again; None when it does not."""
    if step.every is None or state.state != "done" or state.done_at is None:
        return None
    if step.until is not None and reached(incident, step.until):
        return None
    return pinned.site.add(state.done_at, step.every)


def to_undo(incident: Incident, playbook: Playbook) -> tuple[str, ...]:
    """Give what was put in place and has not been put back, as ``STEP.undo``."""
    found = []
    for name, state in incident.steps.items():
        step = playbook.steps.get(name)
        if state.state != "done" or step is None or step.undo is None:
            continue
        undone = incident.steps.get(f"{name}{UNDO}")
        if undone is None or undone.state != "done":
            found.append(f"{name}{UNDO}")
    return tuple(found)


def at_rest(incident: Incident) -> bool:
    """Whether nothing is owed any more but the review: a person has closed it.

    What was merged still owes what only it can settle: a reply, a cost, a walk to people whom
    nothing reaches, what is to be put back or made good.
    """
    return incident.phase == "closed" and not incident.merged


def undo_ready(incident: Incident, playbook: Playbook) -> bool:
    """Whether it is time to put back what was changed: nothing else keeps things from normal.

    What another incident has taken over is put back once that one is over.
    """
    if incident.merged:
        return any(one.how == "into" and one.phase in OVER for one in incident.related.values())
    if incident.phase in {"expected", "open"}:
        return False
    ending = playbook.phases.get("normal")
    after = ending.after if ending is not None else ()
    return incident.over or all(settled(incident, playbook, name) for name in after)
