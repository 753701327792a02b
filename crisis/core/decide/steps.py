"""Steps that become ready or moot after any change, promises of the playbook, and their owners."""

from __future__ import annotations

from collections.abc import Callable

from crisis.core.decide.briefs import brief_on_change
from crisis.core.decide.children import open_children
from crisis.core.decide.choices import ask_choice, chosen
from crisis.core.decide.crossing import ENDED
from crisis.core.decide.notices import holders, notify
from crisis.core.decide.readiness import (
    applies,
    at_rest,
    helping,
    leftover,
    owners,
    ready_at,
    to_undo,
    undo_ready,
    words_of,
)
from crisis.core.deciding import Deciding
from crisis.core.events import PromiseMade, StepsMoot, StepsReady
from crisis.core.incident import OVER
from crisis.core.playbook import Playbook

DIRECTORATE = "directorate"
"""May stand among the roles that owe a step: it is then asked as the audience that it is."""


def steps_follow(d: Deciding) -> None:
    """Work out, after any change, which steps are ready now and which are moot.

    After a false alarm, and in what was merged, nothing is asked any more but to put back what was
    changed.
    """
    incident = d.incident
    if at_rest(incident):
        return
    moot = tuple(
        name for name, state in incident.steps.items()
        if state.state == "ready" and not leftover(name)
        and (incident.phase in ENDED or applies(incident, d.playbook, name) == "no")
    )  # fmt: skip
    if moot:
        d.record(StepsMoot(steps=moot), rule="steps-moot")
    ready = (*_ready(d), *_undo(d))
    if ready:
        d.record(StepsReady(steps=ready), rule="steps-ready")
        _make_promises(d, ready)
        open_children(d, ready)
        _tell_owners(d, tuple(name for name in ready if not opens(d.playbook, name)))


def opens(playbook: Playbook, name: str) -> bool:
    """Whether a step is the product's to do: it opens another incident."""
    step = playbook.steps.get(name)
    return step is not None and step.open is not None


def step_ready(d: Deciding, _name: str) -> None:
    """A wait has passed."""
    steps_follow(d)


def _ready(d: Deciding) -> tuple[str, ...]:
    if d.incident.phase in ENDED:
        return ()
    return tuple(
        name for name in d.playbook.steps
        if ((state := d.incident.steps.get(name)) is None or state.state == "moot")
        and (at := ready_at(d.incident, d.playbook, d.pinned, name)) is not None and at <= d.now
    )  # fmt: skip


def _undo(d: Deciding) -> tuple[str, ...]:
    if not undo_ready(d.incident, d.playbook):
        return ()
    return tuple(name for name in to_undo(d.incident, d.playbook) if name not in d.incident.steps)


def _make_promises(d: Deciding, ready: tuple[str, ...]) -> None:
    """A promise of the playbook is made when its step is ready, and told in the next message.

    None is made to people who have heard the end already: nobody would tell them; nor a second
    time while the first is open, whether it began again or came with what was merged.
    """
    promised = {one.step for one in d.incident.commitments.values()}
    for name in ready:
        step = d.playbook.steps.get(name)
        within = step.within.at(d.incident.severity) if step and step.within else None
        if step is None or step.promise is None or step.to is None or within is None:
            continue
        heard = d.incident.audiences.get(step.to)
        if name in promised:
            continue
        if d.incident.over and (heard is None or heard.phase in OVER):
            continue
        d.record(
            PromiseMade(
                commitment_id=f"{d.incident.id}-p{d.incident.seq + 1}-{name}",
                audience=step.to,
                due_at=d.pinned.site.add(d.now, within),
                step=name,
                engagement=step.counterpart is not None,
            ),
            rule="promise",
            pointer=f"/steps/{name}/promise",
        )


def _tell_owners(d: Deciding, ready: tuple[str, ...]) -> None:
    """Tell those who hold the roles what is theirs to do now, and those who help, with what.

    Those asked later read it on their cards. Each decision is a request of its own.
    """
    tasks: dict[str | None, list[str]] = {}
    helps: dict[str | None, list[str]] = {}
    for name in ready:
        step, by = d.playbook.steps.get(name), _asked(d, owners(d.playbook, name))
        asked: list[str | None] = []
        if step is not None and step.clock is not None:
            continue  # those who file are told what, to whom and by when, as the clock starts
        if chosen(d.playbook, name):
            _request(d, name)
            by, asked = [], by
        for who in by:
            tasks.setdefault(who, []).append(name)
        for who in _asked(d, helping(d.playbook, name)):
            if who not in (*by, *asked):
                helps.setdefault(who, []).append(name)
    for who, names in tasks.items():
        if who is None:
            brief_on_change(d)
        tell_ready(d, who, names)
    for who, names in helps.items():
        tell_ready(d, who, names, topic="steps-help")


def _request(d: Deciding, name: str) -> None:
    """Ask for a choice; what has happened comes before what is asked for it."""
    if DIRECTORATE in owners(d.playbook, name):
        brief_on_change(d)
    ask_choice(d, name, why="ready")


def _asked(d: Deciding, roles: tuple[str, ...]) -> list[str | None]:
    """Give those who hold these roles but whoever acts just now; None is the directorate."""
    people = [who for who in holders(d, roles) if who != d.command.actor.person]
    return [*people, *([None] if DIRECTORATE in roles else [])]


def tell_ready(
    d: Deciding, who: str | None, names: list[str], *, topic: str = "steps-ready"
) -> None:
    """Tell this person (None: the directorate) of these steps, all in one."""
    words = (words_of(d.incident, d.playbook, name) for name in names)
    notify(
        d, (who,) if who is not None else (), topic, rule=topic, subject=",".join(names),
        items=tuple(one for one in words if one is not None),
        audience=DIRECTORATE if who is None else None,
    )  # fmt: skip


def tell_new_holder(d: Deciding, who: str, roles: tuple[str, ...], known: frozenset[str]) -> None:
    """Tell whoever has just taken these roles the steps that wait and that no card has shown."""
    asked = [name for name in waiting(d, roles, owners) if chosen(d.playbook, name)]
    for name in asked:
        ask_choice(d, name, why="joined", people=(who,))
    owed = [name for name in waiting(d, roles, owners) if name not in (*known, *asked)]
    helped = [name for name in waiting(d, roles, helping) if name not in known]
    if owed:
        tell_ready(d, who, owed)
    if helped := [name for name in helped if name not in owed]:
        tell_ready(d, who, helped, topic="steps-help")


def waiting(
    d: Deciding, roles: tuple[str, ...], of: Callable[[Playbook, str], tuple[str, ...]]
) -> tuple[str, ...]:
    """Give the steps that are ready and are `of` (owners, helping) one of these roles."""
    return tuple(
        name for name, state in d.incident.steps.items()
        if state.state == "ready" and any(role in roles for role in of(d.playbook, name))
    )  # fmt: skip
