"""Reading the rota: an iCalendar file (RFC 5545) that any calendar program can edit.

Each event is a turn of duty:

- its function is the first of CATEGORIES, or else the words of SUMMARY before a colon;
- its people are those of X-CRISIS-PERSON (ids), or else of ATTENDEE (their e-mail addresses), or
  else of DESCRIPTION (ids), separated by blanks or commas.

Repetition (RRULE, RDATE), days left out (EXDATE) and swaps (RECURRENCE-ID) hold as in any calendar.
Times keep to the wall clock of their TZID when summer time begins or ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event

from crisis.config.people import People
from crisis.config.repetition import repetition_problem
from crisis.config.rota import TURN, Duty, Rota
from crisis.core.written import instead
from crisis.yamlfile import Finding, NotAcceptable

_LINE = re.compile(r"[A-Za-z0-9-]+(?:;[^:]*(?:\"[^\"]*\"[^:]*)*)?:")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _EventLines:
    """Where an event stands in the file, and each of its properties."""

    begins: int
    of: dict[str, int] = field(default_factory=dict)


def read_rota(text: str, file: str, people: People, zone: ZoneInfo) -> Rota:
    """Read the rota; raise NotAcceptable with every event that does not say who is on duty.

    ``zone`` is that of whole days and of times that name none.
    """
    places, findings = _lines(text, file)
    if findings:
        raise NotAcceptable(findings)
    try:
        calendar = Calendar.from_ical(text)
    except ValueError as error:
        says = f"this is not a calendar: {error}; export it again from the calendar program"
        raise NotAcceptable([_finding(file, 1, "not-a-calendar", says)]) from None
    reading = _Reading(file, people)
    duties = []
    for number, (event, lines) in enumerate(zip(calendar.events, places, strict=True)):
        duties.append(reading.duty(event, lines))
        event.add(TURN, str(number))
    if reading.findings:
        raise NotAcceptable(reading.findings)
    return Rota(calendar, duties, zone)


def _lines(text: str, file: str) -> tuple[list[_EventLines], list[Finding]]:
    """Where each event and property stands, and the lines that cannot be read at all."""
    events: list[_EventLines] = []
    findings = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line[0] in " \t":
            continue
        if not _LINE.match(line):
            says = f'"{line}" is not a line of a calendar; write NAME:VALUE, as in SUMMARY:it-duty'
            findings.append(_finding(file, number, "not-a-calendar", says))
        upper = line.strip().upper()
        if upper == "BEGIN:VEVENT":
            events.append(_EventLines(number))
            inside = True
        elif upper == "END:VEVENT":
            inside = False
        elif inside:
            events[-1].of.setdefault(re.split("[:;]", upper)[0], number)
    return events, findings


class _Reading:
    """Turns events into duties, and gathers what is wrong with them."""

    def __init__(self, file: str, people: People) -> None:
        self._file = file
        self._people = people
        self._by_mail: dict[str, list[str]] = {}
        for name, person in people.people.items():
            if "email" in person.addresses:
                self._by_mail.setdefault(person.addresses["email"].lower(), []).append(name)
        self.findings: list[Finding] = []

    def duty(self, event: Event, lines: _EventLines) -> Duty:
        """What an event says; its faults become findings."""
        function, property_ = _function(event)
        if function not in self._people.functions:
            known = instead(function, self._people.functions)
            says = f'"{function}" is not a function of people.yaml; {known}'
            if not function:
                says = "nothing says which function this is; write SUMMARY:FUNCTION"
            self._add(lines, property_, "unknown-name", says)
        duty = Duty(function=function, people=self._who(event, lines))
        self._times(event, lines)
        return duty

    def _who(self, event: Event, lines: _EventLines) -> tuple[str, ...]:
        if "X-CRISIS-PERSON" in event:
            return self._ids(event, "X-CRISIS-PERSON", lines)
        if "ATTENDEE" in event:
            return tuple(self._attendees(event, lines))
        if "DESCRIPTION" in event:
            return self._ids(event, "DESCRIPTION", lines)
        says = "nothing says who is on duty; write ATTENDEE:mailto:THEIR E-MAIL ADDRESS"
        self._add(lines, "", "nobody", says)
        return ()

    def _ids(self, event: Event, property_: str, lines: _EventLines) -> tuple[str, ...]:
        names = tuple(re.split(r"[\s,]+", str(event[property_]).strip()))
        for name in names:
            if name not in self._people.people:
                says = f'"{name}" is nobody in people.yaml; {_instead(name, self._people.people)}'
                self._add(lines, property_, "unknown-name", says)
        return names

    def _attendees(self, event: Event, lines: _EventLines) -> Iterable[str]:
        attendees = event["ATTENDEE"]
        for attendee in attendees if isinstance(attendees, list) else [attendees]:
            address = re.sub("(?i)^mailto:", "", str(attendee)).lower()
            names = self._by_mail.get(address, [])
            if len(names) == 1:
                yield names[0]
                continue
            whose = "nobody has" if not names else f"{' and '.join(names)} share"
            says = f'{whose} the e-mail address "{address}"; {_MEND_ATTENDEE}'
            self._add(lines, "ATTENDEE", "unknown-name", says)

    def _times(self, event: Event, lines: _EventLines) -> None:
        """Dates and repetition that the calendar library could not read, or that make no turn."""
        for property_, says in event.errors:
            self._add(lines, str(property_ or ""), "not-a-calendar", f"{says}; mend or remove it")
        if event.errors:
            return
        if "DTSTART" not in event or not {"DTEND", "DURATION"} & set(event):
            says = "a turn of duty begins and ends; write DTSTART and DTEND"
            self._add(lines, "", "no-time", says)
        elif _naive(event.end) <= _naive(event.start):
            self._add(
                lines, "DTEND", "no-time", "this ends before it begins; mend DTSTART or DTEND"
            )
        else:
            self._repetition(event, lines)

    def _repetition(self, event: Event, lines: _EventLines) -> None:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if problem := repetition_problem(rule):
                self._add(lines, "RRULE", "repetition", problem)
                return
        alone = Calendar()
        alone.add_component(event)
        try:
            recurring_ical_events.of(alone).at(_SOME_DAY)
        except (ValueError, LookupError) as error:
            self._add(lines, "RRULE", "not-a-calendar", f"{error}; mend the repetition")
        for property_ in ("DTSTART", "DTEND"):
            value: Any = event.get(property_)
            zone = None if value is None else value.params.get("TZID")
            if zone and value.dt.tzinfo is None:
                says = f'"{zone}" is not a time zone; write one as Europe/Paris'
                self._add(lines, property_, "clock", says)

    def _add(self, lines: _EventLines, property_: str, rule: str, says: str) -> None:
        line = lines.of.get(property_, lines.begins)
        self.findings.append(_finding(self._file, line, rule, says))


_MEND_ATTENDEE = "mend the address, or write X-CRISIS-PERSON:ID"
_MANY = 20


def _instead(name: str, known: Mapping[str, object]) -> str:
    """The nearest id; a long list of ids helps nobody."""
    words = instead(name, known)
    return words if words.startswith("did") or len(known) <= _MANY else "write an id of that file"


def _function(event: Event) -> tuple[str, str]:
    """The function that an event names, and the property that does."""
    categories = event.get("CATEGORIES")
    if categories is not None:
        first = categories[0] if isinstance(categories, list) else categories
        return str(first.cats[0]).strip(), "CATEGORIES"
    return str(event.get("SUMMARY", "")).partition(":")[0].strip(), "SUMMARY"


def _naive(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return datetime.fromisoformat(str(value))


def _finding(file: str, line: int, rule: str, says: str) -> Finding:
    return Finding(file=file, line=line, column=1, rule=rule, message=says, severity="error")
