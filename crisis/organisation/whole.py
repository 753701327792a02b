"""One version of the organisation, made of nothing but its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from crisis.config import Configuration, Settings, check, read_configuration
from crisis.config.documents import PLAN, PLAYBOOKS
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.directory import PeopleDirectory
from crisis.library import Library, PlaybookSource, load
from crisis.organisation.fit import playbook_findings
from crisis.yamlfile import Finding, NotAcceptable


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Everything that the service knows of its organisation, checked. Safe to ask from any thread.

    The same files always make the same organisation: no disk, no clock.
    """

    version: int
    """The number of the configuration in the store; 0 for one that is not stored."""
    configuration: Configuration
    library: Library
    directory: PeopleDirectory
    findings: tuple[Finding, ...]
    """What a person should look at: warnings only, errors are refused."""
    _pinned: dict[tuple[str, str], Pinned] = field(default_factory=dict, repr=False)

    @classmethod
    def from_files(
        cls, files: Mapping[str, str], *, version: int = 0, now: datetime | None = None
    ) -> Self:
        """The organisation that these files describe, path -> text, as the store keeps them.

        With ``now``, gaps in the rota of the days ahead are among the findings. Raises
        NotAcceptable with every error of every file.
        """
        read = {path: text for path, text in files.items() if not _of_library(path)}
        shelf = {path: text for path, text in files.items() if _of_library(path) or path == PLAN}
        errors: list[Finding] = []
        try:
            configuration = read_configuration(read)
        except NotAcceptable as error:
            errors.extend(error.findings)
        try:
            library = load(shelf, None if errors else configuration.sites)
        except NotAcceptable as error:
            errors.extend(error.findings)
        if errors:
            raise NotAcceptable(errors)
        directory = PeopleDirectory(configuration, version=version)
        findings = {
            *check(configuration, now),
            *playbook_findings(configuration, library, directory, files),
            *library.warnings,
        }
        if any(finding.severity == "error" for finding in findings):
            raise NotAcceptable(findings)
        return cls(
            version=version,
            configuration=configuration,
            library=library,
            directory=directory,
            findings=tuple(sorted(findings)),
        )

    @property
    def settings(self) -> Settings:
        """How this organisation runs the service."""
        return self.configuration.settings

    @property
    def sites(self) -> Mapping[str, Site]:
        """Every site by name."""
        return self.configuration.sites

    @property
    def plan(self) -> CommunicationPlan:
        """Whom it tells, by what and how fast."""
        return self.configuration.plan

    @property
    def playbooks(self) -> Mapping[str, PlaybookSource]:
        """Every playbook by name."""
        return self.library.playbooks

    def pinned(self, playbook: str, site: str) -> Pinned:
        """A playbook with the plan, compiled for a site; the same object at every call.

        KeyError where there is no such playbook or site.
        """
        known = self._pinned.get((playbook, site))
        if known is None:
            known = self.library.pin(playbook, self.sites[site])
            known = self._pinned.setdefault((playbook, site), known)
        return known


def _of_library(path: str) -> bool:
    return path.startswith(PLAYBOOKS)
