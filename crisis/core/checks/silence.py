"""A silent playbook: nobody's telephone rings, and everyone is told all the same."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.checks.fault import Fault
from crisis.core.checks.view import View
from crisis.core.pinned import quiet


def faults(view: View) -> Iterator[Fault]:
    """Whom a silent playbook cannot tell: all that carries the word to them is aloud."""
    plan, playbook = view.plan, view.playbook
    if not playbook.silent:
        return
    if not any(medium.aloud for medium in plan.media.values()):
        says = (
            "silent: true leaves nothing out, because the plan names no medium that is aloud; add "
            "aloud: true to what rings or is heard by all (media of the communication plan)"
        )
        yield view.fault("silent-nothing", ("silent",), says)
    urgencies = {playbook.urgency.get(one) or plan.urgency[one] for one in plan.severities}
    told: list[tuple[str, str | None]] = [("role_offer", None)]
    told += [("alert", name) for name in playbook.tell if name in plan.audiences]
    for kind, name in told:
        for urgency in sorted(urgencies):
            rungs = plan.rungs(kind, name, urgency)
            if rungs and not quiet(plan, rungs):
                says = (
                    f"silent: true leaves no medium for {name or 'offers of roles'} ({urgency}): "
                    "each one in that ladder is aloud; add a rung with one that is not"
                )
                yield view.fault("no-medium", ("silent",), says)
