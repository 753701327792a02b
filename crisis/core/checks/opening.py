"""What opens a playbook: waiting for a signal to last, or to be confirmed, is for machines only."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.checks.fault import Fault
from crisis.core.checks.view import View
from crisis.core.playbook import Opening

_TAKE_OUT = "nothing waits here; add {what}, or take it out"


def faults(view: View) -> Iterator[Fault]:
    """Conditions of an opening that nothing could ever look at."""
    seen: list[Opening] = []
    for index, opening in enumerate(view.playbook.opens_on):
        at = ("opens_on", index)
        if any(_alike(opening, other) for other in seen):
            says = f"{opening.kind} opens it in a line above already; take one of them out"
            yield view.warning("opens-twice", at, says)
        seen.append(opening)
        waits = [
            name for name, said in (
                ("lasting", opening.lasting is not None),
                ("confirmed_by", opening.confirmed_by > 1),
                ("quiet_while", bool(opening.quiet_while)),
            ) if said
        ]  # fmt: skip
        if opening.source == "person":
            for name in waits:
                says = f"{name} waits for machines, and a person's report opens at once; "
                says += "write source: machine, or take it out"
                yield view.fault("machine-only", (*at, name), says)
            continue
        if opening.confirmed_by == 1 and "confirmed_within" in opening.model_fields_set:
            says = _TAKE_OUT.format(what="confirmed_by: 2")
            yield view.fault("machine-only", (*at, "confirmed_within"), says)
        if not opening.quiet_while and "quiet_within" in opening.model_fields_set:
            says = _TAKE_OUT.format(what="quiet_while: PLAYBOOK")
            yield view.fault("machine-only", (*at, "quiet_within"), says)


def _alike(one: Opening, other: Opening) -> bool:
    """Whether two lines open on the very same reports: the second is never looked at."""
    return (one.kind, one.source, set(one.site)) == (other.kind, other.source, set(other.site))
