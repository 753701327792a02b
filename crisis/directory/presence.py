"""Who is on site at an instant; what the directory does not know counts as present."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crisis.config.people import Person
from crisis.core.place import WEEKDAYS, Site

_DAY = timedelta(days=1)


class Presence:
    """Presence at one instant: a person's days, and their hours or else the site's.

    People with hours of their own work on the site's holidays too (a guard does). A site that does
    not say its hours is open at all of them.
    """

    def __init__(self, sites: Mapping[str, Site], at: datetime) -> None:
        self._sites = sites
        self._at = at
        self._known: dict[object, bool] = {}

    def of(self, person: Person) -> bool:
        """Whether this person counts as present."""
        same = (person.site, person.days, person.hours)
        present = self._known.get(same)
        if present is None:
            present = self._known[same] = self._reckon(person)
        return present

    def _reckon(self, person: Person) -> bool:
        site = self._sites[person.site]
        local = self._at.astimezone(ZoneInfo(site.zone))
        day = local.date()
        if person.hours is None:
            here = self._open(site)
        else:
            minute = local.hour * 60 + local.minute
            here = person.hours.covers(minute)
            if person.hours.over_midnight and minute < person.hours.ends:
                day -= _DAY  # the small hours belong to the night that began the day before
        return here and (person.days is None or WEEKDAYS[day.weekday()] in person.days)

    def _open(self, site: Site) -> bool:
        if site.hours:
            return site.hours_at(self._at) == "office"
        return self._at.astimezone(ZoneInfo(site.zone)).date() not in site.holidays
