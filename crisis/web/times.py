"""Times as people write them: by the clock on the site's wall, or exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crisis.intake.faults import BadPayload, fault

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)?")
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_HALF = timedelta(hours=12)
_LAST_MINUTE = time(23, 59)
_YEARS = range(2000, 2100)
_CLOCKS_DIFFER = timedelta(minutes=2)
"""How far another clock may run ahead of ours before what it says is in the future."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The clock on the wall of a site."""

    zone: str
    now: datetime

    def read(self, pointer: str, written: str, *, past: bool = False) -> datetime:
        """The instant: ``14:05`` or ``14h05`` is the nearest such time, or the last; else ISO 8601.

        A date without a zone is one of the site's, and without a time the end of that day: what is
        due "by Friday" may still be done on Friday. :class:`BadPayload` when it is no time at all,
        lies outside this century, or in the future where it is to be past.
        """
        zone = ZoneInfo(self.zone)
        if clock := _CLOCK.fullmatch(written.strip()):
            return self._nearest(time(int(clock[1]), int(clock[2] or 0)), zone, past=past)
        try:
            at = datetime.fromisoformat(written.strip())
        except ValueError:
            raise BadPayload("wrong-shape", fault(pointer, what=_NO_TIME, fix=_TIME)) from None
        if at.year not in _YEARS:
            raise BadPayload("wrong-shape", fault(pointer, what=_NO_YEAR, fix=_TIME))
        if _DATE.fullmatch(written.strip()) and not past:
            at = datetime.combine(at.date(), _LAST_MINUTE)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        if past and at > self.now + _CLOCKS_DIFFER:
            raise BadPayload("wrong-shape", fault(pointer, what=_NOT_YET, fix=_TIME))
        return min(at, self.now) if past else at

    def _nearest(self, clock: time, zone: ZoneInfo, *, past: bool) -> datetime:
        local = self.now.astimezone(zone)
        at = datetime.combine(local.date(), clock, zone)
        if at - local > (timedelta() if past else _HALF):
            at -= timedelta(days=1)
        elif local - at > _HALF and not past:
            at += timedelta(days=1)
        return at


_NO_TIME = ("ce n'est pas une heure", "this is not a time")
_TIME = ("écrivez 14:05, ou 2026-11-22T14:05", "write 14:05, or 2026-11-22T14:05")
_NO_YEAR = ("cette année ne peut pas être la bonne", "this year cannot be right")
_NOT_YET = ("cette heure n'est pas encore passée", "this time has not come yet")
