"""Blocks that stand one level too deep or too high: said once, and not for each line in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from crisis.core.checks.fault import Fault
from crisis.core.playbook import Playbook, Role
from crisis.core.step import VERBS, Step
from crisis.core.tell import Tell

_MAPS = ("roles", "steps", "phases", "tell", "layers")
"""Sections in which any name may stand: a section that slips into them would be taken for one."""

_SECTIONS = frozenset({*_MAPS, "words", "directorate", "review", "exercise", "severity"})


def _written(model: type[Step | Role | Tell | Playbook]) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in model.model_fields.items())


_INSIDE: Mapping[str, tuple[frozenset[str], Collection[str], str]] = {
    "steps": (_written(Step), VERBS, "step"),
    "roles": (_written(Role), ("title", "holder"), "role"),
    "tell": (_written(Tell), _written(Tell), "audience"),
}
"""What belongs into each block of a section, and what shows that it is a block of its own."""


def faults(source: Mapping[str, Any]) -> Iterator[Fault]:
    """The sections inside others, and the fields beside the blocks that they belong to."""
    for section in _MAPS:
        inner = source.get(section)
        for name, value in inner.items() if isinstance(inner, Mapping) else ():
            if name in _SECTIONS and name not in source:
                says = (
                    f"{name} stands inside {section}; take away the spaces before it, so that it "
                    "begins where the line does"
                )
                yield Fault(at=(section, name), rule="indentation", says=says)
                continue
            fields, shown_by, what = _INSIDE.get(section, ((), (), ""))
            block = isinstance(value, Mapping) and not value.keys().isdisjoint(shown_by)
            if name in fields and not block:
                says = (
                    f"{name} stands beside the names of {section}; move it to the right, under the "
                    f"{what} that it belongs to"
                )
                yield Fault(at=(section, name), rule="indentation", says=says)
