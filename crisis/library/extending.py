"""Playbooks that change another: one step deep, RFC 7396 (maps merge, ``~`` removes)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crisis.core.checks.fault import Fault
from crisis.core.layers import extended as of_both
from crisis.core.written import instead, shown
from crisis.yamlfile import Document, Finding

ITS_OWN = ("title", "opens_on", "reviewed_on")
"""What a playbook says for itself, whatever it extends: else nobody could tell the two apart."""


def extended(documents: Sequence[Document], findings: list[Finding]) -> Iterator[Document]:
    """Give each playbook as it is with what it extends; what is wrong with that is added.

    One that extends what is not there is left out: half a playbook would only say what it lacks.
    """
    named = {str(one.value["playbook"]): one for one in documents}
    for document in documents:
        if "extends" not in document.value:
            yield document
            continue
        faults = list(_faults(document, named))
        findings += map(document.finding, faults)
        if not any(fault.at == ("extends",) for fault in faults):
            base = named[document.value["extends"]]
            yield document.over(base, of_both(base.value, document.value))


def _faults(document: Document, named: Mapping[str, Document]) -> Iterator[Fault]:
    at, name, base = ("extends",), document.value["playbook"], document.value["extends"]
    if base == name:
        says = f"{name} extends itself; name another playbook, or take extends: out"
        yield Fault(at=at, rule="unknown-name", says=says)
    elif not isinstance(base, str) or base not in named:
        others = named.keys() - {name}
        says = f'no playbook here is called "{shown(base)}"; {instead(str(base), others)}'
        yield Fault(at=at, rule="unknown-name", says=says)
    elif "extends" in named[base].value:
        says = f"{base} extends another one itself; extend that, or write {name} out"
        yield Fault(at=at, rule="unknown-value", says=says)
    for field in ITS_OWN:
        if field not in document.value:
            says = f"{name} has no {field} of its own; add {field}:"
            yield Fault(at=(field,), rule="missing-field", says=says)
