"""The repetitions (RRULE, RFC 5545 §3.3.10) that a rota may have: those of calendar programs.

A rule that never strikes, or strikes every second, would keep whoever asks who is on duty waiting
for minutes. Such rules are refused where the rota is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = frozenset({
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS",
})  # fmt: skip
_WITHIN = {"INTERVAL": (1, 1000), "COUNT": (1, 10_000), "BYMONTH": (1, 12)}
_FROM_EITHER_END = 31
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def repetition_problem(rule: Mapping[str, Sequence[Any]]) -> str | None:
    """What is wrong with a repetition, as it would stand in an error; None for a usable one."""
    frequency = str(next(iter(rule.get("FREQ", ())), "at no time"))
    if frequency not in _FREQUENCIES:
        return f"a turn of duty never repeats {frequency}; write one of {', '.join(_FREQUENCIES)}"
    for part in rule:
        if part.upper() not in _PARTS:
            return f"{part} is not used in a rota; write the days with BYDAY or BYMONTHDAY"
    for part, (least, most) in _WITHIN.items():
        for value in rule.get(part, ()):
            if not least <= int(value) <= most:
                return f"{part}={value} cannot be; write a number from {least} to {most}"
    for part in ("BYMONTHDAY", "BYSETPOS"):
        for value in rule.get(part, ()):
            if not 1 <= abs(int(value)) <= _FROM_EITHER_END:
                return f"{part}={value} cannot be; write a number from 1 to {_FROM_EITHER_END}"
    return _never(rule)


def _never(rule: Mapping[str, Sequence[Any]]) -> str | None:
    """The 30th of February: no month of the rule has any day of it."""
    months, days = rule.get("BYMONTH", ()), rule.get("BYMONTHDAY", ())
    longest = max((_DAYS[int(month) - 1] for month in months), default=_FROM_EITHER_END)
    if days and all(abs(int(day)) > longest for day in days):
        return "no month of this rule has such a day; mend BYMONTH or BYMONTHDAY"
    return None
