"""The rota ahead: a night on which nobody is on duty is found before it comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crisis.config.documents import PEOPLE, Configuration
from crisis.yamlfile import Finding

AHEAD = timedelta(days=30)
"""How far the rota is looked at."""


def findings(configuration: Configuration, now: datetime) -> Iterator[Finding]:
    """The first stretch without anybody, for each function that is always to be on duty."""
    rota = configuration.rota
    site = configuration.sites.get(configuration.settings.default_site)
    zone = ZoneInfo(site.zone if site else "UTC")
    for name, function in configuration.people.functions.items():
        due = function.rota or ("always" if name in rota.functions else "sometimes")
        if due != "always":
            continue
        gaps = rota.gaps([name], now, now + AHEAD)
        if not gaps:
            continue
        begins, ends = (at.astimezone(zone) for at in (gaps[0].begins, gaps[0].ends))
        more = f", and {len(gaps) - 1} more in {AHEAD.days} days" if gaps[1:] else ""
        says = (
            f"nobody is on duty for {name} from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} "
            f"({zone.key}){more}: everybody with this function would be called; "
            "add a turn to rota.ics, or write rota: sometimes"
        )
        at = ("functions", name)
        yield configuration.finding(PEOPLE, at, "rota-gap", says, warning=True)
