"""Loads a library: all of it, or none."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core.place import Site
from crisis.core.playbook import GENERIC, Playbook
from crisis.library.check import examine
from crisis.library.shelf import Library, PlaybookSource
from crisis.yamlfile import Finding, NotAcceptable


def load(files: Mapping[str, str], sites: Mapping[str, Site] | None = None) -> Library:
    """The library in these files (text by name), checked against the sites if they are given.

    Raises NotAcceptable with every error found; warnings are kept in `Library.warnings`.
    """
    reading = examine(files, sites)
    if reading.errors or reading.plan is None:
        raise NotAcceptable(reading.errors)
    document, plan = reading.plan
    if GENERIC not in reading.documents:
        says = (
            "no playbook is called generic: a report of an unforeseen kind would open nothing; "
            "add generic.yaml beside the plan"
        )
        raise NotAcceptable([Finding(document.file, 1, 1, "missing-field", says)])
    playbooks = {
        name: PlaybookSource(
            name=name,
            file=source.file,
            source=source.value,
            playbook=Playbook.model_validate(source.value),
        )
        for name, source in reading.documents.items()
    }
    return Library(
        playbooks=playbooks,
        plan=plan,
        plan_source=document.value,
        warnings=tuple(sorted(f for f in reading.findings if f.severity == "warning")),
    )
