"""The small forms in which people and settings are written: addresses, lists, days and hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator

from crisis.core.written import Written, wrong

_LONGEST_ADDRESS = 254
"""RFC 3696, erratum 1690: what fits in a forward-path of SMTP."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{{2,63}}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_FLOOR = re.compile(r"-?[A-Za-z0-9]+")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

_MINUTES_A_DAY = 1440


def _as_text(value: object) -> object:
    """A number that names something (floor 2) is its digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _floor(value: str) -> str:
    if not _FLOOR.fullmatch(value):
        raise wrong(
            "name", f'"{value}" is not a floor; write a number or letters, as in 2, -1, rdc'
        )
    return value


Floor = Annotated[str, BeforeValidator(_as_text), AfterValidator(_floor)]
"""A floor of a building, as its site names it."""


def email_problem(address: str) -> str | None:
    """What is wrong with an e-mail address, as it would stand in an error; None where it is right.

    Only addresses that every relay takes: a dot-atom (RFC 5322 §3.2.3) at a full domain name.
    """
    if len(address) <= _LONGEST_ADDRESS and _EMAIL.fullmatch(address):
        return None
    return f'"{address}" is not an e-mail address; write name@example.org'


def phone_problem(address: str) -> str | None:
    """What is wrong with a telephone number; None where it is one in international form (E.164)."""
    if _PHONE.fullmatch(address):
        return None
    digits = re.sub(r"[^\d+]", "", address)
    if _PHONE.fullmatch(digits):
        return f'"{address}" is written for the eye; write "{digits}", without blanks or points'
    return (
        f'"{address}" is not an international number; '
        'write "+", the country and the number, as in "+33639980101"'
    )


@dataclass(frozen=True, slots=True)
class Shift(Written):
    """Hours of a day, local time: `08:00-19:00`, over midnight `19:00-07:00`, `00:00-24:00`."""

    begins: int
    """Minutes after midnight."""
    ends: int
    """Minutes after midnight; not after `begins` where the shift goes over midnight."""

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read `08:00-19:00`; anything else breaks the rule `hours`."""
        if isinstance(raw, str) and (parts := _HOURS.fullmatch(raw)):
            begins = int(parts[1]) * 60 + int(parts[2])
            ends = int(parts[3]) * 60 + int(parts[4]) if parts[3] else _MINUTES_A_DAY
            if begins != ends:
                return cls(begins, ends)
        raise wrong(
            "hours",
            f'"{raw}" are not hours of a day; write "08:00-19:00", or "00:00-24:00" for all',
        )

    def covers(self, minute: int) -> bool:
        """Whether a minute after midnight lies in the shift (its end is not part of it)."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    @property
    def over_midnight(self) -> bool:
        """Whether the shift ends on the day after the one on which it began."""
        return self.ends < self.begins

    def written(self) -> str:
        """The form `08:00-19:00`."""
        return "-".join(f"{at // 60:02}:{at % 60:02}" for at in (self.begins, self.ends))

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A string such as `08:00-19:00`."""
        return {"type": "string", "pattern": rf"^{_HOURS.pattern}$"}
