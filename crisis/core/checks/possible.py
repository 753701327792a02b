"""Whether a condition can hold at all, given when each question it looks at is asked."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core.checks.view import View
from crisis.core.matching import UNKNOWN, Match, When

Allowed = Mapping[str, frozenset[str]]


class Possible:
    """Says of a `when` whether any situation fits it.

    A step that must have been answered must also have been asked: its own `when` has to fit the
    same situation.
    """

    def __init__(self, view: View) -> None:
        self._view = view

    def __call__(self, when: When) -> bool:
        """Whether any situation fits the condition."""
        return self._any(when, {}, frozenset())

    def _any(self, when: When, allowed: Allowed, asked: frozenset[str]) -> bool:
        return any(self._block(block, allowed, asked) for block in when.blocks)

    def _block(self, block: Mapping[str, Match], allowed: Allowed, asked: frozenset[str]) -> bool:
        narrowed = dict(allowed)
        for name, match in block.items():
            values = self._values(name, match)
            narrowed[name] = narrowed[name] & values if name in narrowed else values
            if not narrowed[name]:
                return False
        for name, values in narrowed.items():
            step = self._view.playbook.steps.get(name)
            must = name not in asked and UNKNOWN not in values
            if must and step is not None and step.when is not None:
                return self._any(step.when, narrowed, asked | {name})
        return True

    def _values(self, name: str, match: Match) -> frozenset[str]:
        domain = self._view.domain(name)
        if domain is None:  # an open list: another value always fits a `not`
            return frozenset({"\0"}) | match.values if match.negated else match.values
        return frozenset(value for value in domain if match.fits(value))
