"""Older versions, raised one version at a time: what was once written is readable for ever.

A step takes the raw body of one version, of an event or a command, or the whole of what is told
about deliveries, and answers that of the next. Steps are never changed: what they have read lies in
archives, and in ``tests/golden``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.codec.names import CannotRead, UnknownEvent

Raw = dict[str, Any]
Step = Callable[[Raw], Raw]


def _message_released_2(raw: Raw) -> Raw:
    """Version 1 called the people written to ``recipients`` and did not say who chose the words.

    Only holding statements left by themselves then.
    """
    raised = {name: value for name, value in raw.items() if name != "recipients"}
    return raised | {"to": raw["recipients"], "automatic": raw["kind"] == "holding"}


def _submit_report_2(raw: Raw) -> Raw:
    """In version 1 nobody could ask that a report be looked at before it is told."""
    return raw | {"quiet": False}


def _with_report_2(raw: Raw) -> Raw:
    """A command that carries such a report."""
    return raw | {"report": _submit_report_2(raw["report"])}


def _make_promise_2(raw: Raw) -> Raw:
    """In version 1 whoever promised owed it, and it was promised to an audience."""
    return raw | {"by": None, "person": None}


def _carry_by_hand_2(raw: Raw) -> Raw:
    """In version 1 nobody said where a sheet hangs."""
    return raw | {"at": []}


def _of_no_works(raw: Raw) -> Raw:
    """Version 2 of a report did not know of works that are announced: it was of none."""
    return raw


def _of_no_other(raw: Raw) -> Raw:
    """In version 3 no incident opened another one."""
    return raw | {"of": None, "step": None, "keep": {}}


STEPS: Mapping[tuple[str, int], Step] = {
    ("incident.message-released", 1): _message_released_2,
    ("report.submit", 1): _submit_report_2,
    ("incident.make-promise", 1): _make_promise_2,
    ("incident.carry-by-hand", 1): _carry_by_hand_2,
    ("incident.declare", 1): _with_report_2,
    ("incident.link-report", 1): _with_report_2,
    ("report.submit", 2): _of_no_works,
    ("incident.declare", 2): _of_no_works,
    ("incident.declare", 3): _of_no_other,
    ("incident.link-report", 2): _of_no_works,
}
"""(type, version) -> the step to the next version."""


def raised(
    type_: str,
    version: int,
    body: Raw,
    *,
    to: int,
    unknown: Callable[[str, int], CannotRead] = UnknownEvent,
) -> Raw:
    """The body as version ``to`` has it; raises ``unknown`` where a step is missing."""
    for at in range(version, to):
        step = STEPS.get((type_, at))
        if step is None:
            raise unknown(type_, version)
        body = step(body)
    return body
