"""One version of the organisation, made of nothing but its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Self

from crisis.config import Configuration, Settings, check, read_configuration
from crisis.config.documents import PLAN, PLAYBOOKS, SITES
from crisis.core.pinned import Pinned, digest
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
        cls,
        files: Mapping[str, str],
        *,
        version: int = 0,
        now: datetime | None = None,
        kept: bool = False,
    ) -> Self:
        """The organisation that these files describe, path -> text, as the store keeps them.

        With ``now``, gaps in the rota of the days ahead are among the findings. Raises
        NotAcceptable with every error of every file. What is ``kept`` in the store was accepted
        once: it is not checked again, and only what cannot be read at all is refused.
        """
        configuration, library, found = _read(frozenset(files.items()), kept=kept)
        ahead = check(configuration, now) if now else []
        return cls(
            version=version,
            configuration=configuration,
            library=library,
            directory=PeopleDirectory(configuration, version=version),
            findings=tuple(sorted({*found, *ahead})),
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

    def playbook_digest(self, playbook: str) -> str:
        """The digest of a playbook as it stands here; empty where there is none of that name."""
        known = self.library.playbooks.get(playbook)
        return digest(known.source, self.plan) if known is not None else ""

    def pinned(self, playbook: str, site: str) -> Pinned:
        """A playbook with the plan, compiled for a site; the same object at every call.

        KeyError where there is no such playbook or site.
        """
        known = self._pinned.get((playbook, site))
        if known is None:
            known = self.library.pin(playbook, self.sites[site])
            known = self._pinned.setdefault((playbook, site), known)
        return known


@lru_cache(maxsize=4)
def _read(
    content: frozenset[tuple[str, str]], *, kept: bool
) -> tuple[Configuration, Library, frozenset[Finding]]:
    """Everything that the files say, and what a person should look at; raises NotAcceptable.

    Reading takes a second: content that was checked a moment ago is not read again to be used.
    """
    files = dict(content)
    own = {path: text for path, text in files.items() if not _of_library(path)}
    shelf = {path: text for path, text in files.items() if _of_library(path) or path == PLAN}
    configuration, found = _configuration(own)
    sites = configuration.sites if configuration else None
    texts = {file: text for file, text in own.items() if sites and file.startswith(SITES)} | shelf
    try:
        library = _library(_Shelf(frozenset(texts.items()), shelf, sites, kept=kept))
    except NotAcceptable as error:
        raise NotAcceptable([*found, *error.findings]) from None
    if configuration is None or (_errors(found) and not kept):
        raise NotAcceptable(found)
    if kept:
        return configuration, library, frozenset()
    found += playbook_findings(configuration, library, PeopleDirectory(configuration))
    if _errors(found):
        raise NotAcceptable(found)
    warnings = (replace(finding, severity="warning") for finding in found)
    return configuration, library, frozenset({*warnings, *library.warnings})


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What a library is made of: it is known by the texts of its playbooks, plan and sites."""

    texts: frozenset[tuple[str, str]]
    files: Mapping[str, str] = field(compare=False)
    sites: Mapping[str, Site] | None = field(compare=False)
    kept: bool = field(kw_only=True)


@lru_cache(maxsize=4)
def _library(shelf: _Shelf) -> Library:
    """Playbooks are most of what is read: a new rota, or somebody's number, changes none."""
    return load(shelf.files, shelf.sites, kept=shelf.kept)


def _configuration(files: Mapping[str, str]) -> tuple[Configuration | None, list[Finding]]:
    """The configuration if it can be read at all, and everything that is found in it."""
    try:
        configuration = read_configuration(files)
    except NotAcceptable as error:
        return None, list(error.findings)
    return configuration, check(configuration)


def _errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _of_library(path: str) -> bool:
    return path.startswith(PLAYBOOKS)
