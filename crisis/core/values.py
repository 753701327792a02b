"""The small values a playbook is written in: spans, clock times, money, timings, texts.

`Match`, `When` and `Who`, which compare, stand in `crisis.core.matching` and are offered here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import total_ordering
from math import ceil
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crisis.core.matching import Match, When, Who
from crisis.core.written import Written, shown, wrong

__all__ = ["Clock", "Match", "Money", "Span", "Text", "Timing", "When", "Who"]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
"""A name: roles, steps, audiences, media and sites are called so."""

_SPAN = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?\Z")
_WORKDAYS = re.compile(r"(\d+)wd\Z")
_LOOSE_SPAN = re.compile(r"(?:pt)?(\d{1,6}(?:\.\d{1,2})?)\s*([a-z]*)\.?\Z")
_HOURS_AND_MINUTES = re.compile(r"(\d{1,3})\s*(?:h|:)\s*(\d{1,2})\s*(?:mn|min)?\Z")
_UNITS = {
    "": "m", "m": "m", "mn": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "heure": "h", "heures": "h",
    "d": "d", "day": "d", "days": "d", "j": "d", "jour": "d", "jours": "d",
    "w": "w", "week": "w", "weeks": "w", "semaine": "w", "semaines": "w",
}  # fmt: skip
_MINUTES = {
    **{
        word: {"m": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}[unit]
        for word, unit in _UNITS.items()
    },
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), 1 / 60),
    **dict.fromkeys(("mo", "mois", "month", "months"), 30 * 1440.0),
    **dict.fromkeys(("y", "year", "years", "an", "ans"), 365 * 1440.0),
}
"""The minutes that people mean by a word for a span."""
_LONGEST_DAYS = 3660
"""No crisis, review or promise is reckoned over more than ten years."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?: (\S+))?\Z")
_HIDDEN = frozenset("\x7f\x85\u200b\u2028\u2029\u202a\u202b\u202c\u202d\u202e\ufeff\ufffd")
"""Characters that show nothing, or turn the words round them about."""

LONGEST_TEXT = 2000
"""Characters of one text in one language: more is no message."""

_MONEY = re.compile(r"(\d{1,12}) ([A-Z]{3})\Z")


@total_ordering
@dataclass(frozen=True, slots=True)
class Span(Written):
    """A length of time: `15m`, `2h`, `1h30m`, `3d`, `1w`; or `5wd`, working days of the site.

    Spans are ordered; a working day counts as one day there, its least length.
    """

    delta: timedelta = timedelta()
    workdays: int = 0

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read `1h30m` or `5wd`; anything else breaks the rule `duration`."""
        if isinstance(raw, str):
            if days := _WORKDAYS.match(raw):
                return cls(workdays=_short(raw, int(days[1]), 1))
            if raw and (parts := _SPAN.match(raw)):
                weeks, days_, hours, minutes = (int(part or 0) for part in parts.groups())
                total = ((weeks * 7 + days_) * 24 + hours) * 60 + minutes
                return cls(timedelta(minutes=_short(raw, total, 24 * 60)))
        raise wrong(
            "duration",
            f'"{shown(raw)}" is not a duration; write {_span_meant(raw)} '
            "(units: m, h, d, w, wd for working days; 1h30m)",
        )

    def __str__(self) -> str:
        if self.workdays:
            return f"{self.workdays}wd"
        minutes = self.delta // timedelta(minutes=1)
        parts = []
        for unit, size in (("d", 1440), ("h", 60), ("m", 1)):
            count, minutes = divmod(minutes, size)
            if count:
                parts.append(f"{count}{unit}")
        return "".join(parts) or "0m"

    def __lt__(self, other: Span) -> bool:
        return self._least() < other._least()

    def _least(self) -> timedelta:
        return self.delta + timedelta(days=self.workdays)

    def written(self) -> str:
        """The short form, as in `1h30m`."""
        return str(self)

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A string such as `1h30m`, or `5wd`."""
        return {"type": "string", "pattern": r"^(\d+wd|(\d+w)?(\d+d)?(\d+h)?(\d+m)?)$"}


def _short(raw: str, count: int, a_day: int) -> int:
    """The count back, if it is no more than ten years of such units."""
    if count > _LONGEST_DAYS * a_day:
        raise wrong("duration", f'"{shown(raw)}" is longer than ten years; write a shorter one')
    return count


def _span_meant(raw: object) -> str:
    """The duration that somebody who wrote `45 minutes` surely meant, or an example."""
    words = shown(raw).strip().lower().replace(",", ".")
    if parts := _HOURS_AND_MINUTES.match(words):
        meant = timedelta(hours=int(parts[1]), minutes=int(parts[2]))
    elif (loose := _LOOSE_SPAN.match(words)) and loose[2] in _MINUTES:
        minutes = float(loose[1]) * _MINUTES[loose[2]]
        if minutes.is_integer() and minutes and loose[2] in _UNITS and "." not in loose[1]:
            return f"{int(loose[1])}{_UNITS[loose[2]]}"
        meant = timedelta(minutes=ceil(minutes))
    else:
        return "45m"
    return str(Span(max(meant, timedelta(minutes=1))))


@dataclass(frozen=True, slots=True)
class Clock(Written):
    """A time of day: `"08:30"` in the site's zone, or `"08:30 Europe/Paris"`."""

    at: time
    zone: str | None = None

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read `08:30`; anything else, and an unknown zone, breaks the rule `clock`."""
        if isinstance(raw, str) and (parts := _CLOCK.match(raw)):
            zone = parts[3]
            if zone is not None:
                known_zone(zone)
            return cls(time(int(parts[1]), int(parts[2])), zone)
        raise wrong("clock", f'"{shown(raw)}" is not a time of day; write "08:30", between quotes')

    def written(self) -> str:
        """The form `08:30` or `08:30 Europe/Paris`."""
        return f"{self.at:%H:%M}" + (f" {self.zone}" if self.zone else "")

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The first instant strictly after `instant` at which this time strikes.

        `zone` counts when the value names none. The answer is in UTC.
        """
        zone = ZoneInfo(self.zone) if self.zone else zone
        day = instant.astimezone(zone).date()
        strikes = datetime.combine(day, self.at, zone)
        while strikes.timestamp() <= instant.timestamp():
            day += timedelta(days=1)
            strikes = datetime.combine(day, self.at, zone)
        return strikes.astimezone(ZoneInfo("UTC"))

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A string such as `08:30`."""
        return {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d( \S+)?$"}


def known_zone(zone: str) -> str:
    """The name of a time zone back; what is none breaks the rule `clock`."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong("clock", f'"{zone}" is not a time zone; write one as Europe/Paris') from None


@dataclass(frozen=True, slots=True)
class Money(Written):
    """An amount in whole units of a currency (ISO 4217): `5000 EUR`."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read `5000 EUR`; anything else breaks the rule `money`."""
        if isinstance(raw, str) and (parts := _MONEY.match(raw)):
            return cls(int(parts[1]), parts[2])
        raise wrong("money", f'"{shown(raw)}" is not an amount of money; write {_meant(raw)}')

    def written(self) -> str:
        """The form `5000 EUR`."""
        return f"{self.amount} {self.currency}"

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A string such as `5000 EUR`."""
        return {"type": "string", "pattern": r"^\d+ [A-Z]{3}$"}


def _meant(raw: object) -> str:
    """The amount that somebody who wrote `10 000 €` meant, or an example."""
    plain = re.sub(r"[\s.,'_]", "", str(raw)).upper().replace("€", "EUR")
    amount = re.match(r"(\d{1,12})(EUR)?\Z", plain)
    return f"{amount[1]} EUR" if amount else "5000 EUR"


@dataclass(frozen=True, slots=True)
class Timing(Written):
    """A span for all severities (`30m`), or one for each (`{S1: 5m, S2: 15m}`)."""

    always: Span | None = None
    by_severity: Mapping[str, Span] = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read either form; a wrong span breaks the rule `duration`, at its severity."""
        if not isinstance(raw, Mapping):
            return cls(Span.parse(raw))
        spans: dict[str, Span] = {}
        for severity, span in raw.items():
            try:
                spans[str(severity)] = Span.parse(span)
            except ValueError as error:
                raise wrong("duration", str(error), at=severity) from None
        if not spans:
            raise wrong("too-short", "no severity has a duration; write 30m or {S1: 5m, S2: 15m}")
        return cls(by_severity=spans)

    def at(self, severity: str) -> Span | None:
        """The span at that severity; None where nothing is said of it."""
        return self.always if self.always is not None else self.by_severity.get(severity)

    def written(self) -> str | dict[str, str]:
        """One span, or one for each severity."""
        if self.always is not None:
            return str(self.always)
        return {severity: str(span) for severity, span in self.by_severity.items()}

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A span, or spans by severity."""
        span = Span.written_schema()
        return {"anyOf": [span, {"type": "object", "additionalProperties": span}]}


def _readable(words: str, language: str) -> None:
    """Refuse what a reader does not see, or would never read to the end."""
    hidden = next((one for one in words if one in _HIDDEN or (one < " " and one != "\n")), None)
    if hidden is not None:
        says = f"an invisible character (U+{ord(hidden):04X}) stands in the text; type it again"
        raise wrong("text", says, at=language)
    if len(words) > LONGEST_TEXT:
        says = f"the text has {len(words)} characters; say it in {LONGEST_TEXT} at most"
        raise wrong("text", says, at=language)


class Text(Written, Mapping[str, str]):
    """Words in each language: `{fr: "…", en: "…"}`. Immutable, equal and hashable by content."""

    __slots__ = ("_hash", "_words")

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        self._hash = hash(frozenset(self._words.items()))

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read a map of language to words; what is not one breaks the rule `text`."""
        example = '{fr: "…", en: "…"}'
        if not isinstance(raw, Mapping):
            raise wrong("text", f'"{shown(raw)}" is in no language; write {example}')
        if not raw:
            raise wrong("too-short", f"this text is empty; write {example}")
        for language, words in raw.items():
            if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", str(language)):
                raise wrong(
                    "unknown-field", f'"{language}" is not a language; write {example}', at=language
                )
            if not isinstance(words, str):
                raise wrong(
                    "text",
                    f'"{shown(words)}" is not a sentence; put the text between double quotes',
                    at=language,
                )
            if not words.strip():
                raise wrong("too-short", f"the text is empty; write {example}", at=language)
            _readable(words, str(language))
        return cls({str(language): words for language, words in raw.items()})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have words, as written."""
        return tuple(self._words)

    def __getitem__(self, language: str) -> str:
        return self._words[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self._words == (other._words if isinstance(other, Text) else other)

    def __repr__(self) -> str:
        return f"Text({self._words!r})"

    def written(self) -> dict[str, str]:
        """The words by language."""
        return dict(self._words)

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A object of language to words."""
        words = {"type": "string", "minLength": 1}
        return {"type": "object", "minProperties": 1, "additionalProperties": words}
