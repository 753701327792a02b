"""Names: what a playbook points at is there, and a `when` asks for values that can be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.view import DIRECTORATE, LEAD, SITUATION, View
from crisis.core.matching import UNKNOWN, When
from crisis.core.playbook import GENERIC
from crisis.core.tell import PHASES
from crisis.core.values import Timing
from crisis.core.written import instead


def faults(view: View) -> Iterator[Fault]:
    """Every name that leads nowhere, and every value that can never be."""
    yield from _collisions(view)
    yield from _roles(view)
    yield from _steps(view)
    yield from _audiences(view)
    yield from _severities(view)
    for at, when in view.whens:
        yield from when_faults(view, at, when)


def _collisions(view: View) -> Iterator[Fault]:
    """One name must not mean two things where either may stand; and something opens a playbook."""
    if not view.playbook.opens_on and view.playbook.name != GENERIC:
        says = "no report opens this playbook; add opens_on: [{kind: NAME}]"
        yield view.fault("too-short", ("opens_on",), says)
    sites = {site.name for site in view.all_sites}
    for index, opening in enumerate(view.playbook.opens_on if sites else ()):
        yield from _known(view, ("opens_on", index, "site"), opening.site, sites, "site")
    for name in view.playbook.steps:
        if name in PHASES or name in SITUATION:
            says = f'no step can be called "{name}", which has a meaning of its own; rename it'
            yield view.fault("name", ("steps", name), says)
    if DIRECTORATE in view.playbook.roles:
        says = 'no role can be called "directorate", which has a meaning of its own; rename it'
        yield view.fault("name", ("roles", DIRECTORATE), says)


def _roles(view: View) -> Iterator[Fault]:
    playbook, roles = view.playbook, set(view.playbook.roles)
    roles.add(LEAD)  # where there is none, one error says so: see roles
    or_above = roles | {DIRECTORATE}

    def known(at: Pointer, names: Collection[str], among: set[str]) -> Iterator[Fault]:
        return _known(view, at, names, among, "role")

    for name, step in playbook.steps.items():
        yield from known(("steps", name, "by"), step.by, or_above)
        yield from known(("steps", name, "with"), step.with_, or_above)
        yield from known(("steps", name, "then_by"), _one(step.then_by), or_above)
        yield from known(("steps", name, "keep"), step.keep, roles)
    for name, role in playbook.roles.items():
        yield from known(("roles", name, "apart_from"), role.apart_from, roles)
    for phase, ending in playbook.phases.items():
        yield from known(("phases", phase, "declared_by"), ending.declared_by, or_above)
    for name, tell in playbook.tell.items():
        yield from known(("tell", name, "speaker"), _one(tell.speaker), roles)
    informed_by, review = playbook.directorate.informed_by, playbook.review
    yield from known(("directorate", "informed_by"), (informed_by,), roles)
    yield from known(("review", "owner"), (review.owner,), or_above)
    yield from known(("review", "invite"), review.invite, or_above)
    yield from known(("review", "present_to"), review.present_to, or_above)
    yield from known(("severity", "lowered_by"), playbook.severity.lowered_by, or_above)


def _steps(view: View) -> Iterator[Fault]:
    waited_for = {*view.playbook.steps, *PHASES}
    answers = view.answers
    for name, step in view.playbook.steps.items():
        at: Pointer = ("steps", name)
        yield from _known(view, (*at, "after"), step.after, waited_for, "step or phase")
        for said, field in ((step.unanswered, "unanswered"), (step.otherwise, "otherwise")):
            if said is not None and said not in answers[name]:
                says = f'{path(at)} never ends in "{said}"; {instead(said, answers[name])}'
                yield view.fault("unknown-value", (*at, field), says)
        if UNKNOWN in answers.get(name, ()):
            says = f'{path(at)}: "{UNKNOWN}" is what a condition sees before anybody has answered; '
            field = "options" if step.decide is not None else "answers"
            yield view.fault("name", (*at, field), says + "write not-known, or not-checked")
        yield from _known(view, (*at, "clock"), _one(step.clock), set(view.legal), "legal clock")
        if step.then_call is not None and step.then_call == step.call:
            says = f"{path(at)} calls {step.call} twice; name another trade in then_call"
            yield view.fault("unknown-name", (*at, "then_call"), says)
        for answer in step.known:
            if answer not in answers[name]:
                says = f'{path(at)} is never answered "{answer}"; {instead(answer, answers[name])}'
                yield view.fault("unknown-value", (*at, "known", answer), says)
    for phase, ending in view.playbook.phases.items():
        at = ("phases", phase, "after")
        yield from _known(view, at, ending.after, waited_for, "step or phase")


def _audiences(view: View) -> Iterator[Fault]:
    known = set(view.plan.audiences)
    can_fail = set(view.plan.can_fail)
    for index, thing in enumerate(view.playbook.down):
        if thing not in can_fail:
            says = f'the plan has no "{thing}" among what can_fail; {instead(thing, can_fail)}'
            yield view.fault("unknown-name", ("down", index), says)
    for name in view.playbook.tell:
        yield from _known(view, ("tell", name), (name,), known, "audience")
    for name, step in view.playbook.steps.items():
        yield from _known(view, ("steps", name, "to"), _one(step.to), known, "audience")
        yield from _roll_call(view, name, step.roll_call)
    publish_to = view.playbook.review.publish_to
    yield from _known(view, ("review", "publish_to"), publish_to, known, "audience")


def _roll_call(view: View, name: str, audience: str | None) -> Iterator[Fault]:
    """Who is asked whether they are safe has been told what happens, and what to do."""
    told = [one for one in view.playbook.tell if one != DIRECTORATE]
    if audience is not None and audience not in told:
        says = (
            f"steps.{name}: this playbook tells {audience} nothing, so nobody of it would be asked "
            f"whether they are safe; {instead(audience, told)}"
        )
        yield view.fault("unknown-name", ("steps", name, "roll_call"), says)


def _severities(view: View) -> Iterator[Fault]:
    known = set(view.plan.severities)
    rules = view.playbook.severity
    yield from _known(view, ("severity", "start"), (rules.start,), known, "severity")
    for name, raised in rules.raise_.items():
        yield from _known(view, ("severity", "raise", name, "to"), (raised.to,), known, "severity")
    yield from _keys(view, ("urgency",), view.playbook.urgency, known)
    for at, value in view.leaves:
        if isinstance(value, Timing):
            yield from _keys(view, at, value.by_severity, known)


def _keys(view: View, at: Pointer, keys: Collection[str], known: set[str]) -> Iterator[Fault]:
    for key in keys:
        yield from _known(view, (*at, key), (key,), known, "severity")


def _known(
    view: View, at: Pointer, names: Collection[str], known: set[str], what: str
) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name not in known:
            says = f'there is no {what} "{name}"; {instead(name, known)}'
            if what == "audience":
                says += " (a new one is written in the communication plan, under audiences)"
            yield view.fault("unknown-name", (*at, index), says)


def _one(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def when_faults(view: View, at: Pointer, when: When) -> Iterator[Fault]:
    """What a condition looks at that is not there, or asks for that can never be."""
    for index, block in enumerate(when.blocks):
        for name, match in block.items():
            here = (*at, index, name)
            if name not in SITUATION and name not in view.answers:
                yield view.fault("unknown-name", here, _unseen(view, at, name))
                continue
            domain = view.domain(name)
            for value in sorted(match.values):
                if domain is not None and value not in (*domain, UNKNOWN):
                    says = f'{name} is never "{value}"; {_instead(value, domain)}'
                    yield view.fault("unknown-value", here, says)


def _unseen(view: View, at: Pointer, name: str) -> str:
    """What to write for a name that no condition sees: a step is waited for, and not looked at."""
    if name in view.playbook.steps:
        waits = f"write after: {name}" if at[0] in ("steps", "phases") else "ask it first"
        return f"{path(at)}: a condition sees answers and choices, and {name} is neither; {waits}"
    says = f'{path(at)}: nothing is called "{name}" here that a condition can look at; '
    return says + instead(name, [*SITUATION, *view.answers])


_SEVERAL = re.compile(r"\s*(?:,|\bor\b|\bou\b|/|\|)\s*")


def _instead(value: str, domain: Collection[str]) -> str:
    """What to write for a value that cannot be: a list, where several stand in one word."""
    if (other := value.removeprefix("not ")) != value:
        return f"write {{not: {other}}}"
    several = _SEVERAL.split(value)
    if len(several) > 1 and set(several) <= {*domain, UNKNOWN}:
        return f"write a list: [{', '.join(several)}]"
    return instead(value, domain)
