"""A site: its facts, its hours, its working days, the contractors it calls.

All instants are aware; what is worked out here is said in UTC, and reckoned in the site's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    field_validator,
)

from crisis.core.section import Name, OneOrMany, Section
from crisis.core.values import Clock, Span, Text, known_zone
from crisis.core.written import Written, wrong

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
"""The days as `date.weekday()` counts them."""

_OPENING = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})\Z")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenFrom(Written):
    """Opening hours of one day: `"08:00-19:00"`, at most until 24:00 (`"00:00-24:00"`)."""

    opens: timedelta
    closes: timedelta

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read `08:00-19:00`; what does not end later on the same day breaks the rule `clock`."""
        parts = _OPENING.match(raw) if isinstance(raw, str) else None
        if parts:
            h1, m1, h2, m2 = (int(part) for part in parts.groups())
            opens, closes = timedelta(hours=h1, minutes=m1), timedelta(hours=h2, minutes=m2)
            if max(m1, m2) < 60 and opens < closes <= _DAY:  # noqa: PLR2004  minutes of an hour
                return cls(opens, closes)
        raise wrong(
            "clock",
            f'"{raw}" are not opening hours; write "08:00-19:00", '
            "and split a night over its two days",
        )

    def written(self) -> str:
        """The form `08:00-19:00`."""
        minutes = [int(span.total_seconds()) // 60 for span in (self.opens, self.closes)]
        return "-".join(f"{m // 60:02}:{m % 60:02}" for m in minutes)

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A string such as `08:00-19:00`."""
        return {"type": "string", "pattern": r"^\d{2}:\d{2}-\d{2}:\d{2}$"}


class Building(Section):
    """A building of the site."""

    title: Text | None = None
    """What people call it."""
    floors: Annotated[tuple[str, ...], BeforeValidator(lambda raw: [str(f) for f in raw])] = ()
    """Its floors, lowest first."""


class Contractor(Section):
    """A firm that the site calls, by trade."""

    name: str = Field(min_length=1)
    """The name of the firm."""
    telephone: str | None = None
    """The number to call at any hour."""
    mail: str | None = None
    """Where to write."""


def _fact(raw: Any) -> Text | str:
    """Plain words or a number, the same in every language, or a text."""
    if isinstance(raw, (str, Text)):
        return raw
    return str(raw) if isinstance(raw, int) else Text.parse(raw)


def _fact_written(fact: Text | str) -> Any:
    return fact.written() if isinstance(fact, Text) else fact


Fact = Annotated[
    Text | str,
    PlainValidator(_fact, json_schema_input_type=str | dict[str, str]),
    PlainSerializer(_fact_written),
]
Zone = Annotated[str, AfterValidator(known_zone)]


class Site(Section):
    """A site of the organisation, as its file says it."""

    name: Name
    """The name that reports and playbooks call it by."""
    title: Text
    """What people call it."""
    zone: Zone
    """Its time zone, as Europe/Paris."""
    address: str | None = None
    """Where emergency services come."""
    facts: Mapping[Name, Fact] = Field(default_factory=dict)
    """What a playbook may ask of it: `{site.water-cutoff}`."""
    hours: Mapping[Weekday, OneOrMany[OpenFrom]] = Field(default_factory=dict)
    """When people are there, day by day; a day that is not named is closed."""
    holidays: OneOrMany[date] = ()
    """Days on which it is closed and nobody works."""
    workdays: OneOrMany[Weekday] = WEEKDAYS[:5]
    """The days that `5wd` counts, holidays apart."""
    buildings: Mapping[Name, Building] = Field(default_factory=dict)
    """Its buildings."""
    contractors: Mapping[Name, Contractor] = Field(default_factory=dict)
    """Whom it calls, by trade."""

    def fact(self, name: str, language: str) -> str | None:
        """A fact in a language; None when the site does not say it there."""
        fact = self.facts.get(name)
        return fact.get(language) if isinstance(fact, Text) else fact

    def floors_of(self, building: str) -> tuple[str, ...]:
        """The floors of a building as `a/2`; the building alone where its floors are not named."""
        floors = self.buildings[building].floors
        return tuple(f"{building}/{floor}" for floor in floors) or (building,)

    def parts(self, per: str, building: str | None = None) -> tuple[str, ...]:
        """Each `floor`, `building` or `site` that may want holders of its own.

        Floors are those of a building, or of all where none is named or it is not known. Nothing
        where the site's file names no buildings.
        """
        if per == "site":
            return (self.name,)
        if per == "building":
            return tuple(self.buildings)
        known = (building,) if building in self.buildings else tuple(self.buildings)
        return tuple(part for one in known for part in self.floors_of(str(one)))

    def part(self, part: str) -> Text:
        """What people call a building (`a`), a floor of it (`a/2`), or a site."""
        name, _, floor = part.partition("/")
        known = self.buildings.get(name)
        if known is None and name == self.name:
            return self.title
        said = known.title if known is not None and known.title is not None else {}
        titles = dict(said) or dict.fromkeys(("fr", "en"), name)
        if floor:
            titles = {
                one: f"{title}, {'étage' if one == 'fr' else 'floor'} {floor}"
                for one, title in titles.items()
            }
        return Text(titles)

    def hours_at(self, instant: datetime) -> Literal["office", "off"]:
        """Whether people are there at that instant."""
        local = instant.astimezone(self._zone)
        since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
        opening = any(span.opens <= since < span.closes for span in self._opening_on(local.date()))
        return "office" if opening else "off"

    def hours_change_after(self, instant: datetime) -> datetime | None:
        """The next instant at which the hours change; None if they never do."""
        now = self.hours_at(instant)
        for change in self._changes_after(instant):
            if self.hours_at(change) != now:
                return change
        return None

    def add(self, instant: datetime, span: Span | Clock) -> datetime:
        """The instant a span later; or, for a time of day, the next time that it strikes.

        Working days are reckoned in the site's zone and keep the local time; from a day off, the
        first one counted is the next working day.
        """
        if isinstance(span, Clock):
            return span.next_after(instant, self._zone)
        if not span.workdays:
            return instant + span.delta
        local = instant.astimezone(self._zone)
        day = local.date()
        for _ in range(span.workdays):
            day = self._workday_after(day)
        return datetime.combine(day, local.time(), self._zone).astimezone(UTC) + span.delta

    def next_workday(self, instant: datetime) -> date:
        """The first working day after the site's today."""
        return self._workday_after(instant.astimezone(self._zone).date())

    @field_validator("workdays", mode="after")
    @classmethod
    def _some_workday(cls, workdays: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not workdays:
            raise wrong("too-short", "a site has working days; write workdays: [monday, tuesday]")
        return workdays

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _opening_on(self, day: date) -> tuple[OpenFrom, ...]:
        if day in self.holidays:
            return ()
        return self.hours.get(WEEKDAYS[day.weekday()], ())

    def _workday_after(self, day: date) -> date:
        day += _DAY
        while day in self.holidays or WEEKDAYS[day.weekday()] not in self.workdays:
            day += _DAY
        return day

    def _changes_after(self, instant: datetime) -> Iterator[datetime]:
        """Every boundary of the hours after an instant, in order: a week, and each holiday."""
        today = instant.astimezone(self._zone).date()
        days = {today + timedelta(days=ahead) for ahead in range(8)}
        for holiday in self.holidays:
            days |= {holiday + timedelta(days=beside) for beside in range(9)}
        for day in sorted(day for day in days if day >= today):
            marks = {timedelta()}
            for span in self._opening_on(day):
                marks |= {span.opens, span.closes}
            for mark in sorted(marks):
                midnight = datetime.combine(day + mark // _DAY * _DAY, time(), self._zone)
                change = (midnight + mark % _DAY).astimezone(UTC)
                if change > instant:
                    yield change
