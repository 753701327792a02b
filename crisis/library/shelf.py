"""Checked playbooks and their plan, and which of them a report opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook
from crisis.core.report import Openings, choose_playbook
from crisis.library.legal import legal_clocks
from crisis.yamlfile import Document, Finding


class NoPlaybook(LookupError):  # noqa: N818  it says what is missing
    """Nothing opens on this report, and there is no playbook called generic: add one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookSource:
    """One playbook: its file, its raw content, and its base as it was read."""

    name: str
    file: str
    document: Document
    """Its raw content, layers and what it extends included, with the place of each line."""
    playbook: Playbook

    @property
    def source(self) -> Mapping[str, Any]:
        """Its raw content, whole: an incident needs nothing else to go on."""
        raw: Mapping[str, Any] = self.document.value
        return raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Playbooks that passed every check, with the communication plan that they share."""

    playbooks: Mapping[str, PlaybookSource]
    plan: CommunicationPlan
    warnings: tuple[Finding, ...] = ()

    @property
    def openings(self) -> Openings:
        """What opens each playbook, as the rules are given it."""
        return {
            name: tuple((one.kind, one.source, one.site) for one in entry.playbook.opens_on)
            for name, entry in self.playbooks.items()
        }

    def choose(self, kind: str, source: str = "person", site: str = "") -> str:
        """The name of the playbook that a report of that kind opens; `generic` when none fits.

        Raises NoPlaybook when there is not even a generic one.
        """
        chosen = choose_playbook(kind, source, site, self.openings)
        if chosen not in self.playbooks:
            raise NoPlaybook(f'nothing opens on "{kind}", and there is no playbook called generic')
        return chosen

    def pin(self, name: str, site: Site) -> Pinned:
        """The playbook of that name with the plan and a site, compiled for an incident."""
        source = self.playbooks[name].source
        return Pinned(source=source, plan=self.plan, site=site, legal=legal_clocks())
