"""Legal clocks: what the law wants told to whom, by when; dated, with its source.

The product ships them as documents (:mod:`crisis.library.legal`), and the rules are given them
compiled. They remind, prepare and insist; whether one applies, and the filing itself, are a
person's: nothing is ever filed by a machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from crisis.core.place import Site
from crisis.core.values import Text

AWARE = "aware"
"""What a delay counts from, unless it counts from the filing of another."""
_HOUR, _DAY, _SUNDAY = timedelta(hours=1), timedelta(days=1), 6


@dataclass(frozen=True, kw_only=True)
class Delay:
    """One thing that the law wants told, to whom, and by when."""

    name: str
    title: Text
    to: Text
    law: Text
    """What the law says of the time, in everyday words."""
    hours: int = 0
    months: int = 0
    rest_days_apart: bool = False
    """Whether Sundays and the site's public holidays do not count."""
    after: str = AWARE
    """Counts from becoming aware, or from the filing of the delay of this name."""

    def due_at(self, since: datetime, site: Site) -> datetime:
        """The last instant at which it is in time; months are those of the calendar there."""
        zone = ZoneInfo(site.zone)
        if self.months:
            return _months_later(since.astimezone(zone), self.months)
        if not self.rest_days_apart:
            return since + _HOUR * self.hours
        return _without_rest_days(since.astimezone(zone), _HOUR * self.hours, site)


@dataclass(frozen=True, kw_only=True)
class LegalClock:
    """A duty to tell authorities or people, with its source, as it has stood since a day."""

    name: str
    title: Text
    source: str
    source_on: date
    """The date of the source."""
    in_force_from: date
    url: str
    counts_from: Text
    says: tuple[Text, ...]
    """What the notification must say."""
    delays: Mapping[str, Delay]


Clocks = Mapping[str, Sequence[LegalClock]]
"""Every clock by name, each with its versions, the newest last."""


def in_force(clocks: Clocks, name: str, on: datetime) -> LegalClock | None:
    """The version of a clock that counted on that day; the first one, for a day before it."""
    versions = clocks.get(name, ())
    counted = [one for one in versions if one.in_force_from <= on.date()]
    return counted[-1] if counted else next(iter(versions), None)


def legal_title(clocks: Clocks, name: str) -> Text:
    """What a clock, or one of its delays, is called; nothing, where there is none of that name."""
    for version in (one for versions in clocks.values() for one in reversed(versions)):
        found = version if version.name == name else version.delays.get(name)
        if found is not None:
            return found.title
    return Text({})


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """A clock that runs in an incident."""

    clock: str
    aware_at: datetime
    filed: Mapping[str, datetime] = field(default_factory=dict)
    """Delay -> when a person says that it was filed."""
    reminded: Mapping[str, int] = field(default_factory=dict)
    missed: Mapping[str, int] = field(default_factory=dict)
    missed_at: Mapping[str, datetime] = field(default_factory=dict)
    waived: bool = False
    """A person has said, with a reason, that the law does not ask for it here."""


def _months_later(local: datetime, months: int) -> datetime:
    """The same day and time so many months later; the last day of a shorter month."""
    years, month = divmod(local.month - 1 + months, 12)
    first = local.replace(year=local.year + years, month=month + 1, day=1)
    following = (first + _DAY * 31).replace(day=1)
    day = min(local.day, (following - _DAY).day)
    return first.replace(day=day).astimezone(UTC)


def _without_rest_days(local: datetime, span: timedelta, site: Site) -> datetime:
    """So much later, Sundays and public holidays apart: midnight to midnight on the site's wall."""
    while True:
        midnight = datetime.combine(local.date() + _DAY, datetime.min.time(), local.tzinfo)
        left = midnight.astimezone(UTC) - local.astimezone(UTC)
        if local.weekday() != _SUNDAY and local.date() not in site.holidays:
            if left >= span:
                return local.astimezone(UTC) + span
            span -= left
        local = midnight
