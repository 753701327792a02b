"""Announced works: when they begin and end, and times counted from there, as ``start-1d``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from crisis.core.values import Span
from crisis.core.written import Written, shown, wrong

_MARK = re.compile(r"(start|end)(?:([+-])(\S+))?\Z")


@dataclass(frozen=True, kw_only=True)
class Works:
    """Announced works: when they begin and end, as people were told."""

    starts_at: datetime
    ends_at: datetime
    seq: int
    """The event that said so: whoever was told after that knows."""
    postponed: bool = False
    """Whether these times hold no more and others are still to be set."""


@dataclass(frozen=True, slots=True)
class Mark(Written):
    """A moment of announced works, and how long before (negative) or after it."""

    of: Literal["start", "end"]
    comes_after: timedelta = timedelta()

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read ``start-1d``; working days are none, because works do not wait for them."""
        found = _MARK.match(raw) if isinstance(raw, str) else None
        if found is None:
            raise wrong(
                "match",
                f'"{shown(raw)}" is no time of works; write start-1d, start+2h, end-1h or end',
            )
        of: Literal["start", "end"] = "start" if found[1] == "start" else "end"
        if found[2] is None:
            return cls(of)
        span = Span.parse(found[3])
        if span.workdays:
            raise wrong("duration", f'"{raw}" counts working days; write days (d), hours (h), …')
        return cls(of, span.delta if found[2] == "+" else -span.delta)

    def written(self) -> str:
        """The form ``start-1d``."""
        if not self.comes_after:
            return self.of
        sign = "+" if self.comes_after > timedelta() else "-"
        return f"{self.of}{sign}{Span(abs(self.comes_after)).written()}"

    @classmethod
    def written_schema(cls) -> dict[str, Any]:
        """A string such as ``start-1d``."""
        return {"type": "string", "pattern": r"^(start|end)([+-]\S+)?$"}
