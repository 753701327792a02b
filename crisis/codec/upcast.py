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


STEPS: Mapping[tuple[str, int], Step] = {
    ("incident.message-released", 1): _message_released_2,
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
