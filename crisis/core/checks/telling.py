"""Words for each audience: a first one, one in every phase, an end, and what to do meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.view import View
from crisis.core.tell import PHASES, Speech, Tell

_END = "normal"
_DURING = ("open", "safe", "worked_around", _END)


def faults(view: View) -> Iterator[Fault]:
    """The audiences that would be left without words."""
    if not view.playbook.tell:
        says = "nobody is told anything; add an audience of the plan, with open: and normal:"
        yield view.fault("nobody-told", ("tell",), says)
    for name, tell in view.playbook.tell.items():
        yield from _silences(view, name, tell)
        audience = view.plan.audiences.get(name)
        for phase, speech in tell.phases.items():
            yield from _workaround(view, name, phase, speech)
            if audience is not None and audience.front_line and speech.say is None:
                says = (
                    f"{name} will be asked, and tell.{name}.{phase} has no words for it; "
                    "add say: {fr: …, en: …}"
                )
                yield view.fault("missing-say", ("tell", name, phase), says)


def same_faults(view: View) -> Iterator[Fault]:
    """The audiences that are told the very same thing: one of them is not told what it needs."""
    for (one, first), (other, second) in combinations(view.playbook.tell.items(), 2):
        for phase in _DURING:
            a, b = first.said_in(phase), second.said_in(phase)
            if a is None or b is None:
                continue
            for field in ("impact", "instruction"):
                if getattr(a, field) is not None and getattr(a, field) == getattr(b, field):
                    says = (
                        f"{other} and {one} are told the same {field} in phase {phase}; "
                        "write what is true for each of them"
                    )
                    at: Pointer = ("tell", other, phase, field)
                    yield view.warning("same-words", at, says)


def _silences(view: View, name: str, tell: Tell) -> Iterator[Fault]:
    first = tell.from_
    if first == "expected" and tell.expected is None:
        says = f'tell.{name} says nothing in phase "expected"; add expected: with impact and'
        yield view.fault("no-first-message", ("tell", name), f"{says} instruction")
    for phase in _DURING:
        lived = phase in view.playbook.phases or phase == "open"
        before = PHASES.index(phase) < PHASES.index(first)
        if tell.said_in(phase) is not None or before or not lived:
            continue
        where = f"tell.{name} says nothing in phase"
        if phase == first and not (tell.expected is not None and tell.silent_in(phase)):
            says = f'{where} "{phase}"; add {phase}: with impact and instruction'
            yield view.fault("no-first-message", ("tell", name), says)
        elif phase == _END:
            says = f'{where} "{phase}": these people never hear the end; add {phase}: with impact '
            yield view.fault("no-end-message", ("tell", name), says + "and instruction")
        elif not tell.silent_in(phase):
            says = f'{where} "{phase}"; add {phase}: with impact and instruction, or {phase}: none'
            yield view.fault("no-message", ("tell", name), says)


def _workaround(view: View, name: str, phase: str, speech: Speech) -> Iterator[Fault]:
    if phase == "worked_around" and "workaround" not in speech.model_fields_set:
        says = (
            f"tell.{name}.{phase} has no workaround; say what these people can do meanwhile, "
            "or workaround: none"
        )
        yield view.fault("missing-workaround", ("tell", name, phase), says)
