"""What one playbook says of another: what its steps open, what explains its signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.playbook import Playbook
from crisis.core.written import instead
from crisis.yamlfile import Document, Finding


def named_elsewhere(documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Playbooks that are named and are not there, roles kept that nobody has there, and rings."""
    known: dict[str, Playbook] = {}
    for name, document in documents.items():
        try:
            known[name] = Playbook.model_validate(document.value)
        except ValidationError:
            continue  # its own findings say why
    for name, playbook in known.items():
        for at, other in _names(playbook):
            if other not in documents:
                says = f'there is no playbook "{other}"; {instead(other, documents)}'
                fault = Fault(at=at, rule="unknown-name", says=says)
                yield documents[name].finding(fault)
        for fault in (*_kept(playbook, known), *_rings(name, playbook, known)):
            yield documents[name].finding(fault)


def _names(playbook: Playbook) -> Iterator[tuple[Pointer, str]]:
    for name, step in playbook.steps.items():
        if step.open is not None:
            yield ("steps", name, "open"), step.open
    for index, opening in enumerate(playbook.opens_on):
        for other in opening.quiet_while:
            yield ("opens_on", index, "quiet_while"), other


def _kept(playbook: Playbook, known: Mapping[str, Playbook]) -> Iterator[Fault]:
    for name, step in playbook.steps.items():
        opened = known.get(step.open or "")
        for role in step.keep if opened is not None else ():
            if opened is not None and role not in opened.roles:
                says = f'{step.open} has no role "{role}"; {instead(role, opened.roles)}'
                yield Fault(at=("steps", name, "keep"), rule="unknown-name", says=says)


def _rings(first: str, playbook: Playbook, known: Mapping[str, Playbook]) -> Iterator[Fault]:
    """Playbooks that open one another would go on for ever."""
    for name, step in playbook.steps.items():
        seen, waiting = set[str](), [step.open] if step.open else []
        while waiting:
            other = waiting.pop()
            if other in seen or other not in known:
                continue
            seen.add(other)
            waiting += [one.open for one in known[other].steps.values() if one.open]
        if first in seen:
            says = f"this opens {step.open}, which opens {first} again; take one of them out"
            yield Fault(at=("steps", name, "open"), rule="opens-ring", says=says)
