"""Steps: what is told of them is whole, and what is asked serves somebody."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.view import View
from crisis.core.step import Step
from crisis.core.values import Timing


def faults(view: View) -> Iterator[Fault]:
    """Measures without their result, answers nobody tells, and deadlines that a severity lacks."""
    for name, step in view.playbook.steps.items():
        at: Pointer = ("steps", name)
        yield from _measure(view, at, step)
        yield from _one_way_only(view, at, step)
        yield from _untold(view, at, step)
        for field, timing in (("within", step.within), ("arrive_within", step.arrive_within)):
            yield from _every_severity(view, (*at, field), timing)
        if step.call is not None:
            for field, trade in (("call", step.call), ("then_call", step.then_call)):
                yield from _contractor(view, (*at, field), trade)
    yield from _every_severity(view, ("review", "within"), view.playbook.review.within)


def unused_faults(view: View) -> Iterator[Fault]:
    """The questions whose answer changes nothing and is told to nobody."""
    conditions = [*view.whens, *view.layer_whens]
    looked_at = {name for _, when in conditions for name in when.names()}
    for name, step in view.playbook.steps.items():
        used = name in looked_at or step.known or step.unknown
        if step.verb == "ask" and not used:
            says = (
                f"nothing depends on the answer to {name}; use it in a when, or tell it with known:"
            )
            yield view.warning("answer-unused", ("steps", name), says)


def _measure(view: View, at: Pointer, step: Step) -> Iterator[Fault]:
    where = f"steps.{at[1]}"
    if step.measure is not None and step.expected_result is None:
        says = (
            f"{where} tells a measure without its expected result; "
            "add expected_result: {fr: …, en: …}"
        )
        yield view.fault("measure-without-result", (*at, "measure"), says)
    if step.expected_result is not None and step.measure is None:
        says = f"{where} has an expected result and no measure; add measure: {{fr: …, en: …}}"
        yield view.fault("missing-field", (*at, "expected_result"), says)


def _one_way_only(view: View, at: Pointer, step: Step) -> Iterator[Fault]:
    """A question with one answer, or a choice of one: nothing is asked."""
    if step.verb == "ask" and len(set(step.answers)) == 1:
        says = (
            f"steps.{at[1]} can only be answered {step.answers[0]}; write two answers or more (a "
            "figure cannot be an answer: ask for bands, as answers: [under-20, 20-or-more])"
        )
        yield view.fault("too-short", (*at, "answers"), says)
    if step.verb == "decide" and len(step.options) == 1:
        says = f"steps.{at[1]} leaves no choice; write two options or more, or say do:"
        yield view.fault("too-short", (*at, "options"), says)


def _untold(view: View, at: Pointer, step: Step) -> Iterator[Fault]:
    if step.unknown is None:
        return
    missing = [answer for answer in step.answers if answer not in step.known]
    if missing:
        says = (
            f"steps.{at[1]} tells that the answer is unknown, and not what {', '.join(missing)} "
            "means; add to known: a text for each answer"
        )
        yield view.fault("answer-untold", (*at, "unknown"), says)


def _every_severity(view: View, at: Pointer, timing: Timing | None) -> Iterator[Fault]:
    """A deadline that says nothing at a severity at which its step can stand."""
    if timing is None:
        return
    for severity in view.plan.severities:
        if timing.at(severity) is None and _may_stand(view, at, severity):
            where = ".".join(map(str, at))
            says = f"{where} says nothing at {severity}; add {severity}: with a duration"
            yield view.fault("missing-field", at, says)


def _may_stand(view: View, at: Pointer, severity: str) -> bool:
    """Whether the condition of what owes this deadline leaves room for that severity."""
    owed = view.playbook.review if at[0] == "review" else view.playbook.steps[str(at[1])]
    if owed.when is None:
        return True
    return any(
        "severity" not in block or block["severity"].fits(severity) for block in owed.when.blocks
    )


def _contractor(view: View, at: Pointer, trade: str | None) -> Iterator[Fault]:
    for site in view.sites:
        if trade is not None and trade not in site.contractors:
            says = (
                f"{'.'.join(map(str, at))}: the site {site.name} has no contractor for {trade}; "
                f"add {trade}: {{name: …, telephone: …}} to its contractors"
            )
            yield view.fault("missing-site-fact", at, says)
