"""Whether two runs of the demo tell the same story: the same seed, on whatever runtime.

Between two runs on one machine differ: the instants, by what machines take; so the order of what
many dispatchers say within one moment; the milliseconds that were measured. Nothing else may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

MEASURED = frozenset({"first_notification_ms", "taken_over_in_s"})
"""Figures of one run."""
APART, MINUTE = timedelta(seconds=20), timedelta(minutes=1)
"""How far the same instant may lie apart: a worker that is killed costs seconds. What is promised
to the minute may then be promised for the next one, and be kept as much later or earlier."""

_CLOCK = re.compile(r"\b\d\d[:h]\d\d\b")


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What differs between two final objects, a line each."""
    return list(_walk("", _told(one), _told(other)))


def _told(result: Mapping[str, Any]) -> dict[str, Any]:
    """Without the figures, and with what happens within one moment in one order."""
    told = {name: value for name, value in result.items() if name not in MEASURED}
    told["deliveries"] = sorted(
        told["deliveries"], key=lambda one: (one["message"], one["recipient"], one["medium"])
    )
    told["promises"] = {
        name: sorted(ends, key=lambda one: one["id"]) for name, ends in told["promises"].items()
    }
    entries = [{**entry, "seq": 0} for entry in told["timeline_entries"]]
    told["timeline_entries"] = sorted(entries, key=lambda e: (e["type"], e["actor"], e["at"]))
    return told


def _walk(path: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            yield from _walk(f"{path}/{name}", one.get(name), other.get(name))
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{path}: {len(one)} and {len(other)} of them"
        for number, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from _walk(f"{path}/{number}", left, right)
    elif not _same(one, other):
        yield f"{path}: {one!r} and {other!r}"


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, str) or not isinstance(other, str):
        return bool(one == other)
    at, other_at = _instant(one), _instant(other)
    if at is not None and other_at is not None:
        apart = abs(at - other_at)
        return min(apart, abs(apart - MINUTE)) <= APART
    return _CLOCK.sub("00:00", one) == _CLOCK.sub("00:00", other)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
