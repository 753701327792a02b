"""Times as people write them: by the clock on the site's wall, or exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crisis.intake.faults import BadPayload, fault

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)?")
_HALF = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Wall:
    """The clock on the wall of a site."""

    zone: str
    now: datetime

    def read(self, pointer: str, written: str, *, past: bool = False) -> datetime:
        """The instant: ``14:05`` or ``14h05`` is the nearest such time, or the last; else ISO 8601.

        A date without a zone is one of the site's; :class:`BadPayload` when it is no time at all.
        """
        zone = ZoneInfo(self.zone)
        if clock := _CLOCK.fullmatch(written.strip()):
            return self._nearest(time(int(clock[1]), int(clock[2] or 0)), zone, past=past)
        try:
            at = datetime.fromisoformat(written.strip())
        except ValueError:
            raise BadPayload("wrong-shape", fault(pointer, what=_NO_TIME, fix=_TIME)) from None
        return at if at.tzinfo else at.replace(tzinfo=zone)

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
