"""What the language knows and nothing acts on yet: refused by name, never read and ignored.

A construct leaves this table in the change that makes it act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.view import View
from crisis.core.plan import CommunicationPlan

_APPROVAL = "approval by other people before a message leaves"
_LEAD_SENDS = "take it out: what the playbook says is approved, and the lead sends the rest"

NOT_YET: Mapping[str, tuple[str, str]] = {
    "extends": (
        "a playbook that changes another",
        "write this playbook out, with layers for what varies",
    ),
    "planned": (
        "announced works",
        "take it out, or tell people of the works by hand",
    ),
    "opens_on.*.lasting": (
        "waiting until a signal has lasted",
        "let the sender wait before it reports, and take it out",
    ),
    "opens_on.*.confirmed_by": (
        "waiting for a second source",
        "let the sender wait for it before it reports, and take it out",
    ),
    "opens_on.*.confirmed_within": (
        "waiting for a second source",
        "let the sender wait for it before it reports, and take it out",
    ),
    "opens_on.*.begins": (
        "a crisis that is expected before it begins",
        "write begins: open, or take it out",
    ),
    "roles.*.need": (
        "a role that several people hold",
        "write need: 1 and a role for each of them",
    ),
    "roles.*.wave": (
        "asking people in waves",
        "take it out: all holders are asked at once, the first to accept holds",
    ),
    "roles.*.one_per": (
        "one holder for each floor, building or site",
        "take it out, and ask the holder to share the floors out in the mission",
    ),
    "roles.*.relieve_after": (
        "relief of those on duty",
        "take it out, and promise the relief in a step",
    ),
    "roles.*.rest": (
        "relief of those on duty",
        "take it out, and promise the relief in a step",
    ),
    "roles.*.apart_from": (
        "keeping two roles with two people",
        "take it out, and give the two roles different holders and deputies",
    ),
    "steps.*.open": (
        "a linked incident",
        "write do: and have the lead raise it (crisis raise KIND)",
    ),
    "steps.*.keep": (
        "a linked incident",
        "take it out",
    ),
    "steps.*.clock": (
        "a legal clock",
        "write do: with the delay of the law in within:",
    ),
    "steps.*.at": (
        "a time before or after announced works",
        "write after: or wait:",
    ),
    "phases.expected": (
        "a crisis that is expected before it begins",
        "take it out",
    ),
    "tell.*.expected": (
        "a crisis that is expected before it begins",
        "take it out, and say it in open:",
    ),
    "tell.*.approval": (_APPROVAL, _LEAD_SENDS),
    "tell.*.reminders": (
        "reminders before announced works",
        "take it out",
    ),
    "review.present_to": (
        "presenting the review",
        "take it out, and agree an action with its owner in the review",
    ),
    "review.publish_to": (
        "publishing the review",
        "take it out, and agree an action with its owner in the review",
    ),
    "review.follow_up": (
        "following actions up on fixed days",
        "take it out: each action is chased until it is verified",
    ),
    "review.survey": (
        "asking the audiences how they were told",
        "take it out, and put it among the questions of the review",
    ),
}  # fmt: skip
"""Where it stands, what it is, and what to write instead."""

NOT_YET_IN_PLAN: Mapping[str, tuple[str, str]] = {
    "audiences.*.approval": (_APPROVAL, _LEAD_SENDS),
    "audiences.*.preapproved": (_APPROVAL, _LEAD_SENDS),
}


def faults(view: View) -> Iterator[Fault]:
    """Every construct of a playbook that nothing acts on yet, in words of the author's."""
    for pattern, (what, instead) in NOT_YET.items():
        for at in _written(view.playbook, pattern):
            says = f"{path(at)}: {what} is not acted on yet; {instead}"
            yield Fault(at=at, rule="not-yet", says=says)


def plan_faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """Every construct of a plan that nothing acts on yet."""
    for pattern, (what, instead) in NOT_YET_IN_PLAN.items():
        for at in _written(plan, pattern):
            says = f"{path(at)}: {what} is not acted on yet; {instead}"
            yield Fault(at=at, rule="not-yet", says=says)


def _written(document: BaseModel, pattern: str) -> Iterator[Pointer]:
    """Where a construct stands with another value than the one it has when nothing is said."""
    *above, field = pattern.split(".")
    for at, holder in _reached(document, above, ()):
        if isinstance(holder, Mapping):
            if field in holder:
                yield (*at, field)
        elif getattr(holder, field) != type(holder).model_fields[field].default:
            yield (*at, field)


def _reached(value: Any, parts: list[str], at: Pointer) -> Iterator[tuple[Pointer, Any]]:
    """Everything that a pattern without its last part leads to; `*` stands for any."""
    if not parts:
        yield at, value
    elif parts[0] != "*":
        yield from _reached(getattr(value, parts[0]), parts[1:], (*at, parts[0]))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _reached(inner, parts[1:], (*at, name))
    else:
        for index, inner in enumerate(value):
            yield from _reached(inner, parts[1:], (*at, index))
