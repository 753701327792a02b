"""People out of another system: `people.csv`, one person a line, checked like those of the YAML.

The first line names the columns: `id,name,language,site` at least, then any of the other fields of
a person, then a column for each channel (`email`, `sms`). Several values are separated by blanks;
an empty cell says nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from crisis.config.people import Person
from crisis.core.checks.fault import path
from crisis.core.checks.form import faults_of
from crisis.core.values import NAME
from crisis.core.written import instead
from crisis.yamlfile import Finding

_NEEDED = ("id", "name", "language", "site")
_LISTS = frozenset({"functions", "skills", "groups", "needs", "days"})
_FIELDS = frozenset(Person.model_fields) - {"addresses"}


@dataclass(frozen=True, slots=True)
class Listed:
    """The people of a CSV file, the line of each, and what is wrong with the others."""

    people: dict[str, Person] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_people_csv(text: str, file: str, channels: Sequence[str]) -> Listed:
    """Read all lines; a line that is wrong becomes findings and the rest is read all the same."""
    listed = Listed()
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    begins = 1
    try:
        columns = [name.strip() for name in next(rows, [])]
        _check_columns(columns, file, channels, listed)
        if listed.findings:
            return listed
        begins = rows.line_num + 1
        for row in rows:
            if row:
                _read_row(columns, row, _Place(file, begins), listed)
            begins = rows.line_num + 1
    except csv.Error as error:
        says = f"what begins here is not CSV: {error}; mend its quotes"
        listed.findings.append(Finding(file, begins, 1, "not-csv", says))
    return listed


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    line: int

    def finding(self, rule: str, says: str) -> Finding:
        return Finding(self.file, self.line, 1, rule, says)


def _check_columns(
    columns: Sequence[str], file: str, channels: Sequence[str], listed: Listed
) -> None:
    place = _Place(file, 1)
    known = {"id", *_FIELDS, *channels}
    for name in columns:
        if name not in known:
            says = f'there is no column "{name}"; {instead(name, known)}'
            listed.findings.append(place.finding("unknown-field", says))
        elif columns.count(name) > 1:
            says = f'the column "{name}" stands here twice; take one out'
            listed.findings.append(place.finding("duplicate-name", says))
    for name in _NEEDED:
        if name not in columns:
            says = f'the first line has no column "{name}"; it begins {",".join(_NEEDED)}'
            listed.findings.append(place.finding("missing-field", says))


def _read_row(columns: Sequence[str], row: Sequence[str], place: _Place, listed: Listed) -> None:
    if len(row) != len(columns):
        says = f"this line has {len(row)} values for {len(columns)} columns; mend its commas"
        listed.findings.append(place.finding("not-csv", says))
        return
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True) if cell.strip()}
    name = cells.pop("id", "")
    if not NAME.match(name):
        says = f'"{name}" is not an id; write small letters, digits, - and _, as in e101'
        listed.findings.append(place.finding("name", says))
    elif name in listed.people:
        says = f'"{name}" stands in line {listed.lines[name]} already; give everybody an own id'
        listed.findings.append(place.finding("duplicate-name", says))
    else:
        try:
            listed.people[name] = Person.model_validate(_fields(cells))
            listed.lines[name] = place.line
        except ValidationError as error:
            listed.findings.extend(
                place.finding(fault.rule, f"{name}: {fault.says}" if path(fault.at) else fault.says)
                for fault in faults_of(error, Person)
            )


def _fields(cells: Mapping[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {}
    addresses = {}
    for name, cell in cells.items():
        if name not in _FIELDS:
            addresses[name] = cell
        else:
            fields[name] = cell.split() if name in _LISTS else cell
    return {**fields, "addresses": addresses}
