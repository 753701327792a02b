"""Everything that the organisation's files say, typed; the files are a mapping of path to text.

What the disk has to do with it stands in `crisis.config.folder`. The playbooks are the library's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from crisis.config.calendar import read_rota
from crisis.config.people import People
from crisis.config.people_csv import Listed, read_people_csv
from crisis.config.rota import Rota, no_rota
from crisis.config.settings import BY_HAND, Settings
from crisis.core.checks.fault import Pointer
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.written import nearest
from crisis.ports import OWN_PAGES
from crisis.yamlfile import Document, Finding, NotAcceptable, findings_of, read

SETTINGS = "settings.yaml"
PEOPLE = "people.yaml"
PEOPLE_CSV = "people.csv"
ROTA = "rota.ics"
PLAN = "communication-plan.yaml"
SITES = "sites/"
PLAYBOOKS = "playbooks/"

_NEEDED = (SETTINGS, PEOPLE, PLAN)
_KNOWN = (*_NEEDED, PEOPLE_CSV, ROTA)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The organisation as its files say it. Nothing here was held against anything else yet."""

    settings: Settings
    sites: Mapping[str, Site]
    people: People
    """Those of `people.yaml`, then those of `people.csv`."""
    rota: Rota
    plan: CommunicationPlan
    documents: Mapping[str, Document]
    csv_lines: Mapping[str, int]

    def finding(
        self, file: str, at: Pointer, rule: str, says: str, *, warning: bool = False
    ) -> Finding:
        """Something that is wrong at a value of a document, at its line and column."""
        line, column = self.documents[file].place(at)
        return Finding(file, line, column, rule, says, "warning" if warning else "error")

    def of_person(
        self, name: str, at: Pointer, rule: str, says: str, *, warning: bool = False
    ) -> Finding:
        """Something that is wrong with a person, wherever that person is listed."""
        if name in self.csv_lines:
            line = self.csv_lines[name]
            return Finding(PEOPLE_CSV, line, 1, rule, says, "warning" if warning else "error")
        return self.finding(PEOPLE, ("people", name, *at), rule, says, warning=warning)


def read_configuration(files: Mapping[str, str]) -> Configuration:
    """Read every file; raise NotAcceptable with all that is wrong in any of them."""
    reading = _Reading(files)
    settings = reading.document(SETTINGS, Settings)
    people = reading.document(PEOPLE, People)
    plan = reading.document(PLAN, CommunicationPlan)
    sites = reading.sites()
    if settings is None or people is None or plan is None or reading.findings:
        raise NotAcceptable(reading.findings)
    listed = reading.listed(settings, people)
    everybody = people.model_copy(update={"people": {**people.people, **listed.people}})
    rota = reading.rota(settings, sites, everybody)
    if reading.findings:
        raise NotAcceptable(reading.findings)
    return Configuration(
        settings=settings,
        sites=sites,
        people=everybody,
        rota=rota,
        plan=plan,
        documents=reading.documents,
        csv_lines=listed.lines,
    )


class _Reading:
    """Reads file after file and gathers what is wrong."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self.documents: dict[str, Document] = {}
        self.findings: list[Finding] = [*_missing(files), *_unknown(files)]

    def document(self, file: str, model: type[Model]) -> Model | None:
        """A YAML document as its type; None where it is missing or wrong."""
        if file not in self._files:
            return None
        try:
            document = read(self._files[file], file)
        except NotAcceptable as error:
            self.findings.extend(error.findings)
            return None
        self.documents[file] = document
        try:
            return model.model_validate(document.value)
        except ValidationError as error:
            self.findings.extend(findings_of(error, document, model))
            return None

    def sites(self) -> dict[str, Site]:
        """Every site, by its name, which is also its file's."""
        sites = {}
        for file in sorted(self._files):
            if not file.startswith(SITES):
                continue
            site = self.document(file, Site)
            if site is None:
                continue
            if file != f"{SITES}{site.name}.yaml":
                line, column = self.documents[file].place(("name",))
                says = f'the file of the site "{site.name}" is called {SITES}{site.name}.yaml'
                self.findings.append(Finding(file, line, column, "name", f"{says}; rename one"))
            sites[site.name] = site
        return sites

    def listed(self, settings: Settings, people: People) -> Listed:
        """The people of the CSV file, who must not stand in the YAML file as well."""
        if PEOPLE_CSV not in self._files:
            return Listed()
        channels = sorted({*settings.channels, *BY_HAND, *OWN_PAGES})
        listed = read_people_csv(self._files[PEOPLE_CSV], PEOPLE_CSV, channels)
        self.findings.extend(listed.findings)
        for name in sorted(listed.people.keys() & people.people.keys()):
            says = f'"{name}" stands in {PEOPLE} too; take one of them out'
            line = listed.lines[name]
            self.findings.append(Finding(PEOPLE_CSV, line, 1, "duplicate-name", says))
        return listed

    def rota(self, settings: Settings, sites: Mapping[str, Site], people: People) -> Rota:
        """The rota, in the zone of the default site; without the file nobody is ever on duty."""
        if ROTA not in self._files:
            return no_rota()
        site = sites.get(settings.default_site)
        try:
            zone = ZoneInfo(site.zone if site else "UTC")
            return read_rota(self._files[ROTA], ROTA, people, zone)
        except NotAcceptable as error:
            self.findings.extend(error.findings)
            return no_rota()


def _missing(files: Mapping[str, str]) -> Iterable[Finding]:
    for file in _NEEDED:
        if file not in files:
            says = "this file is missing; crisis init DIR writes one to begin with"
            yield Finding(file, 1, 1, "missing-file", says)
    if not any(file.startswith(SITES) for file in files):
        says = "there is no site; crisis init DIR writes two to begin with"
        yield Finding(f"{SITES}NAME.yaml", 1, 1, "missing-file", says)


def _unknown(files: Mapping[str, str]) -> Iterable[Finding]:
    """A file that nothing would read: its writer believes that it counts."""
    for file in sorted(files):
        if file in _KNOWN or (file.startswith((SITES, PLAYBOOKS)) and file.endswith(".yaml")):
            continue
        near = nearest(file, _KNOWN)
        meant = f"did you mean {near}?" if near else f"known here: {', '.join(_KNOWN)}, {SITES}"
        yield Finding(file, 1, 1, "unknown-file", f"nothing reads this file; {meant}")
