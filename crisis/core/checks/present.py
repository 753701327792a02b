"""People who are there and hear nothing, and people who are asked and cannot know or are not there.

A writer sees the audiences that stand in the playbook; those that are missing from it are seen by
nobody until the day itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crisis.core.checks.fault import Fault
from crisis.core.checks.view import View
from crisis.core.matching import Match, Who
from crisis.core.plan import Audience
from crisis.core.tell import PHASES

_ABSENT = Match(frozenset({"no"}))
_WIDER = {"floor": "building", "building": "site"}
"""Whoever is on this floor is in its building, and at its site; in this order."""


def faults(view: View) -> Iterator[Fault]:
    """The audiences in danger that are told nothing, and roll-calls of those who are not there."""
    yield from _untold(view)
    for name, step in view.playbook.steps.items():
        called = view.plan.audiences.get(step.roll_call or "")
        told = view.playbook.tell.get(step.roll_call or "")
        if called is not None and all(who.fields.get("present") == _ABSENT for who in called.who):
            says = (
                f"{step.roll_call} are those who are absent: asking them whether they are safe "
                "finds nobody who is missing; name an audience that is present"
            )
            yield view.warning("roll-call-absent", ("steps", name, "roll_call"), says)
        elif (
            told is not None
            and told.from_ in PHASES[PHASES.index("safe") :]
            and not any(one in PHASES[PHASES.index(told.from_) :] for one in step.after)
        ):
            says = (
                f"{step.roll_call} hears nothing before {told.from_}, and would be asked before "
                f"that whether they are safe; write after: {told.from_} here, or take from: out "
                f"of tell.{step.roll_call}"
            )
            yield view.warning("roll-call-early", ("steps", name, "roll_call"), says)


def _untold(view: View) -> Iterator[Fault]:
    """Audiences that may be in danger, in a playbook that goes to where people must act at once."""
    playbook, plan = view.playbook, view.plan
    reached = {playbook.severity.start, *(one.to for one in playbook.severity.raise_.values())}
    told = set(playbook.tell)
    for layer in view.base.layers.values():
        told.update(layer.changes.get("tell") or {})
    if not told or reached.isdisjoint(view.immediate):
        return
    for name, audience in plan.audiences.items():
        heard = any(_within(audience, plan.audiences[one]) for one in told if one in plan.audiences)
        if audience.at_risk and not heard:
            says = (
                f"{name} may be in danger (at_risk, in the communication plan), and hears nothing "
                f"of it; add tell.{name} with open: and normal:"
            )
            yield view.warning("at-risk-untold", ("tell",), says)


def _within(audience: Audience, other: Audience) -> bool:
    """Whether everybody of an audience belongs to another one too, as far as its words say."""
    return all(any(_narrower(who, wide) for wide in other.who) for who in audience.who)


def _narrower(who: Who, wide: Who) -> bool:
    """Whether whoever is meant by the first is meant by the second."""
    if who == wide:
        return True
    if who.functions or wide.functions:
        return False
    fields = dict(who.fields)
    for narrow, broad in _WIDER.items():
        if fields.get(narrow) == Match(frozenset({"same"})):
            fields.setdefault(broad, fields[narrow])
    return _covers(fields, wide.fields)


def _covers(fields: Mapping[str, Match], wide: Mapping[str, Match]) -> bool:
    return all(
        name in fields and (fields[name] == match or (
            not fields[name].negated and all(map(match.fits, fields[name].values))
        ))
        for name, match in wide.items()
    )  # fmt: skip
