"""What a check looks at: a playbook as it is in force with some layers, at some sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.walk import leaves
from crisis.core.matching import UNKNOWN, When
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook
from crisis.core.values import Text

DIRECTORATE = "directorate"
"""What may stand where a role may: those who decide above the crisis."""

LEAD = "lead"
"""The one role that every playbook has."""

SITUATION = ("severity", "site", "hours", "danger", "down")
"""What a `when` sees besides the steps that ask and decide."""

NOTHING_DOWN = "nothing"


@dataclass(frozen=True, kw_only=True)
class View:
    """One playbook in force, with the plan and the sites where these layers can hold."""

    playbook: Playbook
    plan: CommunicationPlan
    base: Playbook
    """The playbook without any layer in force, with the layers as written."""
    layers: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    all_sites: tuple[Site, ...] = ()
    legal: frozenset[str] = frozenset()
    """The names of the legal clocks that there are."""

    @cached_property
    def leaves(self) -> tuple[tuple[Pointer, Any], ...]:
        """Every small value of the playbook, with its pointer."""
        return tuple(leaves(self.playbook))

    @cached_property
    def texts(self) -> tuple[tuple[Pointer, Text], ...]:
        """Every text of the playbook."""
        return tuple((at, value) for at, value in self.leaves if isinstance(value, Text))

    @cached_property
    def whens(self) -> tuple[tuple[Pointer, When], ...]:
        """Every condition of the playbook, those of layers apart."""
        return tuple((at, value) for at, value in self.leaves if isinstance(value, When))

    @cached_property
    def layer_whens(self) -> tuple[tuple[Pointer, When], ...]:
        """The conditions of the layers."""
        return tuple((("layers", n, "when"), layer.when) for n, layer in self.base.layers.items())

    @cached_property
    def immediate(self) -> tuple[str, ...]:
        """The severities at which people must act at once, gravest first."""
        own, planned = self.playbook.urgency, self.plan.urgency
        return tuple(
            one for one in self.plan.severities if own.get(one, planned.get(one)) == "immediate"
        )

    @cached_property
    def answers(self) -> Mapping[str, tuple[str, ...]]:
        """The steps that a `when` can look at, with what they can end in."""
        steps = self.playbook.steps.items()
        asked = {name: step.answers for name, step in steps if step.verb == "ask"}
        chosen = {name: tuple(step.options) for name, step in steps if step.verb == "decide"}
        return asked | chosen

    def domain(self, name: str) -> tuple[str, ...] | None:
        """The values that a name of a `when` can have; None where they cannot be known here."""
        closed = {
            "severity": tuple(self.plan.severities),
            "hours": ("office", "off"),
            "danger": ("yes", "no", UNKNOWN),
            "down": (*self.plan.can_fail, NOTHING_DOWN),
            "site": tuple(site.name for site in self.all_sites) or None,
        }
        if name in SITUATION:
            return closed[name]
        return (*self.answers.get(name, ()), UNKNOWN)

    def fault(self, rule: str, at: Pointer, says: str) -> Fault:
        """An error of this view."""
        return Fault(at=at, rule=rule, says=says, layers=self.layers)

    def warning(self, rule: str, at: Pointer, says: str) -> Fault:
        """A warning of this view."""
        return Fault(at=at, rule=rule, says=says, severity="warning", layers=self.layers)
