"""What is sound and surely not meant: warnings, on the playbook as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from crisis.core.checks.combinations import MOST_SITUATIONS
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.possible import Possible
from crisis.core.checks.view import View
from crisis.core.matching import Match, When
from crisis.core.section import Phase
from crisis.core.step import Step

_SPEND = "spend"
_LATE = frozenset({"worked_around"})
"""Phases that a crisis may be without."""
_DUE: tuple[Phase, ...] = ("safe", "normal")
"""Phases that every crisis comes to."""
_KNOWN_AT_ONCE = ("severity", "hours", "danger")
"""What is known when the report comes."""


def faults(view: View) -> Iterator[Fault]:
    """Everything that nobody can have meant, each at its place."""
    yield from _raised(view)
    yield from _never_said(view)
    yield from _never_proposed(view)
    yield from _spending(view)
    informed_by = view.playbook.roles.get(view.playbook.directorate.informed_by)
    if informed_by is not None and informed_by.when is not None:
        says = (
            "whoever informs the directorate is offered that role only in some situations; take "
            "when: out of it, or name another"
        )
        yield view.warning("held-sometimes", ("directorate", "informed_by"), says)
    for name, step in view.playbook.steps.items():
        yield from _of_a_step(view, ("steps", name), step)


def _raised(view: View) -> Iterator[Fault]:
    """Reasons to go up that lead down: only a report that says less could be raised by them."""
    grave = list(view.plan.severities)
    rules = view.playbook.severity
    for name, one in rules.raise_.items():
        known = one.to in grave and rules.start in grave
        if known and grave.index(one.to) > grave.index(rules.start):
            says = (
                f"{name} raises to {one.to}, and a crisis of this kind starts at {rules.start}; "
                "write a graver one, or take it out"
            )
            yield view.warning("raises-nothing", ("severity", "raise", name, "to"), says)


def _never_said(view: View) -> Iterator[Fault]:
    """Words, and audiences, for a phase that this playbook does not have."""
    absent = _LATE - view.playbook.phases.keys()
    for name, tell in view.playbook.tell.items():
        for phase in sorted(absent & {*tell.phases, tell.from_}):
            says = (
                f"{name} would hear it in {phase}, which this playbook does not have; add "
                f"phases.{phase}, or take it out"
            )
            field = "from" if tell.from_ == phase else phase
            yield view.warning("never-said", ("tell", name, field), says)


def _never_proposed(view: View) -> Iterator[Fault]:
    """Ends that nobody is asked to declare, and a safety that is proposed in the first second."""
    steps = view.playbook.steps
    for phase in _DUE:
        ending = view.playbook.phases.get(phase)
        if ending is not None and not ending.after and steps:
            says = (
                f"{phase} waits for nothing, so nobody is ever asked to declare it; add after: "
                "[STEP], with the steps that make it true"
            )
            yield view.warning("never-proposed", ("phases", phase), says)
    for phase, ending in view.playbook.phases.items():
        for index, one in enumerate(ending.after):
            unowed = next((name for name in _behind(view, one) if steps[name].unowed), None)
            if unowed is not None:
                via = "" if unowed == one else f"{one}, and that for "
                says = (
                    f"{phase} waits for {via}{unowed}, which nobody owes: it may never be "
                    f"proposed; take {one} out, or optional out of {unowed}"
                )
                yield view.warning("waits-for-optional", ("phases", phase, "after", index), says)
    safe = view.playbook.phases.get("safe")
    before = [steps[one].when for one in safe.after if one in steps] if safe else []
    for name in _KNOWN_AT_ONCE if before else ():
        for value in view.domain(name) or ():
            if all(when is not None and not when.allows(name, value) for when in before):
                says = (
                    f"where {name} is {value}, none of the steps for which safe waits applies: it "
                    "would be proposed at once; add one that always applies to its after"
                )
                yield view.warning("proposed-at-once", ("phases", "safe", "after"), says)
                return


def _behind(view: View, name: str) -> list[str]:
    """A step and all for which it waits in turn, the nearest first."""
    found = [name] if name in view.playbook.steps else []
    for one in found:  # grows meanwhile
        after = view.playbook.steps[one].after
        found += [two for two in after if two in view.playbook.steps and two not in found]
    return found


def _spending(view: View) -> Iterator[Fault]:
    """Money that nobody may spend."""
    roles = view.playbook.roles
    for name, role in roles.items():
        if role.spend_up_to is not None and _SPEND not in role.authority:
            says = f"{name} has an amount and may spend nothing; add spend to its authority"
            yield view.warning("nobody-may-spend", ("roles", name, "spend_up_to"), says)
    may = [role.spend_up_to for role in roles.values() if _SPEND in role.authority]
    currencies = {one.currency for one in may if one is not None}
    most = max((one.amount for one in may if one is not None), default=0)
    for name, step in view.playbook.steps.items():
        wanted = step.spend_up_to
        if wanted is not None and currencies and wanted.currency not in currencies:
            says = (
                f"steps.{name} may cost {wanted.written()}, and what roles may spend is in "
                f"{' and '.join(sorted(currencies))}; write one currency"
            )
            yield view.warning("nobody-may-spend", ("steps", name, "spend_up_to"), says)
        elif wanted is not None and None not in may and wanted.amount > most:
            says = (
                f"steps.{name} may cost {wanted.written()}, and no role may spend that much; give "
                "one spend in its authority and such a spend_up_to"
            )
            yield view.warning("nobody-may-spend", ("steps", name, "spend_up_to"), says)


def _of_a_step(view: View, at: Pointer, step: Step) -> Iterator[Fault]:
    name, told = at[1], view.playbook.tell
    if step.then_by is not None and step.then_by in step.by:
        says = f"{step.then_by} is asked again after its own silence; name another in then_by"
        yield view.warning("asked-twice", (*at, "then_by"), says)
    elif step.then_by is not None and _same_people(view, step):
        says = (
            f"{step.then_by} has the same holders as {' and '.join(step.by)}, who were silent; "
            "name another in then_by"
        )
        yield view.warning("asked-twice", (*at, "then_by"), says)
    if set(step.with_) & set(step.by):
        says = f"{', '.join(sorted(set(step.with_) & set(step.by)))} would help itself; take it out"
        yield view.warning("asked-twice", (*at, "with"), says)
    if step.undo is not None and "normal" in step.after:
        says = (
            f"the undo of {name} is owed before normal, and {name} begins after it; put it "
            "before, or take the undo out"
        )
        yield view.warning("undo-too-late", (*at, "undo"), says)
    audience = view.plan.audiences.get(step.to or "")
    if audience is not None and not audience.on_duty and step.to not in told:
        says = (
            f"{step.to} is promised something, and this playbook tells it nothing; add "
            f"tell.{step.to}, or promise it to somebody who is told"
        )
        yield view.warning("promise-untold", (*at, "to"), says)
    longest = max(
        (span for one in view.plan.severities if (span := step.within and step.within.at(one))),
        default=None,
    )
    if step.every is not None and longest is not None and longest > step.every:
        says = (
            f"{name} comes again every {step.every}, and may take {longest}; write within: "
            f"{step.every} or less"
        )
        yield view.warning("overtakes-itself", (*at, "within"), says)
    yield from _nobody_owes(view, at, step)


def _same_people(view: View, step: Step) -> bool:
    """Whether those who decide after a silence are asked for the role that was silent."""
    roles = view.playbook.roles
    next_ = roles.get(step.then_by or "")
    before = {who for one in step.by if one in roles for who in roles[one].holder}
    return next_ is not None and set(next_.holder) <= before


def _nobody_owes(view: View, at: Pointer, step: Step) -> Iterator[Fault]:
    """A step that applies where none of the roles that owe it is offered."""
    roles = [view.playbook.roles[one] for one in step.by if one in view.playbook.roles]
    whens = [role.when for role in roles if role.when is not None]
    possible = Possible(view)
    if not step.by or len(whens) < len(step.by) or not all(map(possible, whens)):
        return  # what never holds is said where it stands
    names = sorted({one for when in whens for one in when.names()}
                   | (step.when.names() if step.when else frozenset()))  # fmt: skip
    domains = [view.domain(one) for one in names]
    values = [one for one in domains if one is not None]
    if len(values) < len(domains) or prod(map(len, values)) > MOST_SITUATIONS:
        return
    for situation in product(*values):
        seen: Mapping[str, str] = dict(zip(names, situation, strict=True))
        applies = step.when is None or step.when.holds(seen)
        if not applies or any(when.holds(seen) for when in whens):
            continue
        exactly = {name: Match(frozenset({value})) for name, value in seen.items()}
        if possible(When((exactly,))):
            where = ", ".join(f"{name}: {value}" for name, value in seen.items())
            says = (
                f"steps.{at[1]} applies where {' and '.join(step.by)} is not offered to anybody "
                f"({where}); give both the same when:, or name another role"
            )
            yield view.warning("nobody-owes", (*at, "by"), says)
            return
