"""Loads a library: all of it, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from crisis.core.place import Site
from crisis.core.playbook import GENERIC, Playbook
from crisis.library.check import examine, read_all
from crisis.library.shelf import Library, PlaybookSource
from crisis.yamlfile import Finding, NotAcceptable


def load(
    files: Mapping[str, str], sites: Mapping[str, Site] | None = None, *, kept: bool = False
) -> Library:
    """The library in these files (text by name), checked against the sites if they are given.

    Raises NotAcceptable with every error found; warnings are kept in `Library.warnings`. What is
    `kept` was accepted once, by the checks of its day: it is read and not checked again, so that a
    service begins sooner, and an upgrade never leaves a running incident without its playbook.
    """
    reading = read_all(files) if kept else examine(files, sites)
    if reading.plan is None or (reading.errors and not kept):
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
            document=source,
            playbook=Playbook.model_validate(source.value),
        )
        for name, source in reading.documents.items()
        if not kept or _has_its_form(source.value)
    }
    return Library(
        playbooks=playbooks,
        plan=plan,
        warnings=tuple(sorted(replace(f, severity="warning") for f in reading.findings)),
    )


def _has_its_form(value: Any) -> bool:
    try:
        Playbook.model_validate(value)
    except ValidationError:
        return False  # `crisis org check` says why; the other playbooks go on
    return True
