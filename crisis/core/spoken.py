"""Times as people read them, in the zone of the site: 14h05 in French, 14:05 in English.

A promise is a clock time; another day is named. Languages other than French read as English.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name."""
    return ZoneInfo(name)


def clock(at: datetime, *, zone: str, language: str, today: datetime | None = None) -> str:
    """The time of day, with its day where that is not the day of ``today``.

    "14h05", "08h00 le lundi 23 novembre"; "14:05", "08:00 on Monday 23 November".
    """
    there = zone_of(zone)
    local = at.astimezone(there)
    mark = "h" if language == "fr" else ":"
    spoken = f"{local.hour:02}{mark}{local.minute:02}"
    if today is None or today.astimezone(there).date() == local.date():
        return spoken
    joined = "le" if language == "fr" else "on"
    return f"{spoken} {joined} {day(local.date(), language)}"


def day(on: date, language: str) -> str:
    """A day without its year: "lundi 23 novembre", "Monday 23 November"."""
    words = "fr" if language == "fr" else "en"
    number = "1er" if words == "fr" and on.day == 1 else str(on.day)
    return f"{_DAYS[words][on.weekday()]} {number} {_MONTHS[words][on.month - 1]}"


def month_name(number: int, language: str) -> str:
    """A month, 1 to 12: "novembre", "November"."""
    return _MONTHS["fr" if language == "fr" else "en"][number - 1]


def moment(at: datetime, *, zone: str, language: str) -> str:
    """Day, year, time and zone: nothing is left to guess.

    "dimanche 22 novembre 2026 à 14h05 (heure de Paris)".
    """
    local = at.astimezone(zone_of(zone))
    joined = "à" if language == "fr" else "at"
    spoken = clock(at, zone=zone, language=language)
    there = zone_name(zone, language)
    return f"{day(local.date(), language)} {local.year} {joined} {spoken} ({there})"


def zone_name(zone: str, language: str) -> str:
    """The zone as a reader knows it, by its city: "heure de Paris", "Paris time"."""
    city = zone.rpartition("/")[2].replace("_", " ")
    if city in {"UTC", "GMT"}:
        return city
    return f"heure de {city}" if language == "fr" else f"{city} time"
