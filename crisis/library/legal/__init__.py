"""Reads the legal clocks that the product ships: one dated document each, with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from crisis.core.legal import AWARE, Clocks, Delay, LegalClock
from crisis.core.values import Text


@cache
def legal_clocks() -> Clocks:
    """Every clock by name, its versions in the order of the days from which they count."""
    found: dict[str, list[LegalClock]] = {}
    for one in files(__name__).iterdir():
        if one.name.endswith(".toml"):
            clock = _clock(tomllib.loads(one.read_text("utf-8")))
            found.setdefault(clock.name, []).append(clock)
    return {
        name: tuple(sorted(versions, key=lambda version: version.in_force_from))
        for name, versions in sorted(found.items())
    }


def _clock(raw: Mapping[str, Any]) -> LegalClock:
    return LegalClock(
        name=raw["clock"],
        title=Text(raw["title"]),
        source=raw["source"],
        source_on=raw["source_on"],
        in_force_from=raw["in_force_from"],
        url=raw["url"],
        counts_from=Text(raw["counts_from"]),
        says=tuple(map(Text, raw["says"])),
        delays={one["delay"]: _delay(one) for one in raw["delays"]},
    )


def _delay(raw: Mapping[str, Any]) -> Delay:
    return Delay(
        name=raw["delay"],
        title=Text(raw["title"]),
        to=Text(raw["to"]),
        law=Text(raw["law"]),
        hours=raw.get("hours", 0),
        months=raw.get("months", 0),
        rest_days_apart=raw.get("rest_days_apart", False),
        after=raw.get("after", AWARE),
    )
