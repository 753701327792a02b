"""Who is on duty at an instant, and when nobody is: the turns of one version of the rota."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

TURN = "X-CRISIS-TURN"
"""The property by which an occurrence is known to come from the event of that number."""

_DAY = timedelta(days=1)
_MARGIN = timedelta(hours=26)
"""Zones are at most 14 hours off UTC: beyond this, no floating time or whole day can reach."""
_WINDOWS_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What one event of the calendar says."""

    function: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """People are on duty for a function from ``begins`` until before ``ends`` (UTC)."""

    function: str
    people: tuple[str, ...]
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Nobody is on duty for a function from ``begins`` until before ``ends`` (UTC)."""

    function: str
    begins: datetime
    ends: datetime


class Rota:
    """The turns of duty of one calendar. Safe to ask from any thread.

    The first question about a day of the calendar works out its turns; every other one looks at
    the handful of turns of that day (microseconds).
    """

    def __init__(self, calendar: Calendar, duties: Sequence[Duty], zone: ZoneInfo) -> None:
        """``duties`` answers to the number in the TURN property of each event of the calendar.

        ``zone`` is that of whole days and of times that name none.
        """
        self._occurrences = recurring_ical_events.of(calendar)
        self._duties = tuple(duties)
        self._zone = zone
        self._windows: dict[date, Mapping[str, tuple[Turn, ...]]] = {}
        self.functions = frozenset(duty.function for duty in duties)
        """The functions that the rota speaks of at all."""

    def on_duty(self, function: str, at: datetime) -> tuple[str, ...]:
        """Ids of those on duty at that instant, in the order in which their turns began."""
        if function not in self.functions:
            return ()
        at = at.astimezone(UTC)
        turns = self._window(at.date()).get(function, ())
        found = (one for turn in turns if turn.begins <= at < turn.ends for one in turn.people)
        return tuple(dict.fromkeys(found))

    def people(self, function: str) -> frozenset[str]:
        """Everybody who is ever on duty for a function."""
        named = (duty.people for duty in self._duties if duty.function == function)
        return frozenset(one for people in named for one in people)

    def turns(self, begins: datetime, ends: datetime) -> list[Turn]:
        """Every turn that overlaps the span, the earliest first."""
        found = []
        for event in self._occurrences.between(begins - _MARGIN, ends + _MARGIN):
            duty = self._duties[int(event[TURN])]
            turn = Turn(
                function=duty.function,
                people=duty.people,
                begins=self._instant(event.start),
                ends=self._instant(event.end),
            )
            if turn.begins < ends and turn.ends > begins:
                found.append(turn)
        return sorted(found, key=lambda turn: (turn.begins, turn.ends, turn.people))

    def gaps(self, functions: Iterable[str], begins: datetime, ends: datetime) -> list[Gap]:
        """Every stretch of the span in which one of these functions has nobody on duty."""
        turns = self.turns(begins, ends)
        found = []
        for function in functions:
            covered = begins
            for turn in (turn for turn in turns if turn.function == function):
                if turn.begins > covered:
                    found.append(Gap(function=function, begins=covered, ends=turn.begins))
                covered = max(covered, turn.ends)
            if covered < ends:
                found.append(Gap(function=function, begins=covered, ends=ends))
        return found

    def _window(self, day: date) -> Mapping[str, tuple[Turn, ...]]:
        window = self._windows.get(day)
        if window is None:
            midnight = datetime.combine(day, time(), UTC)
            by_function: dict[str, tuple[Turn, ...]] = {}
            for turn in self.turns(midnight, midnight + _DAY):
                by_function[turn.function] = (*by_function.get(turn.function, ()), turn)
            window = by_function
            if len(self._windows) >= _WINDOWS_KEPT:
                self._windows = {}
            self._windows[day] = window
        return window

    def _instant(self, value: date) -> datetime:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if value.tzinfo is None:
            value = value.replace(tzinfo=self._zone)
        return value.astimezone(UTC)


def no_rota() -> Rota:
    """A rota on which nobody ever is."""
    return Rota(Calendar(), (), ZoneInfo("UTC"))
