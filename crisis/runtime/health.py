"""When a service is said to make progress, and when somebody has to look. Rules only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from crisis.config.settings import BreakGlass
from crisis.core.break_glass import Line
from crisis.ports import Check, Grade, Health
from crisis.runtime.progress import NONE, Owed, Progress
from crisis.runtime.topics import REPORTS

LATE = timedelta(minutes=1)
"""What waits longer while the store is there stands still: the clock looks each second, and the
partitions of a worker that was killed go to another within 12 s (a session of 6 s, and joining)."""
BROKERS_GONE_AFTER = timedelta(seconds=10)
"""A broker that has died is replaced by another within less."""
UNSEEN_AFTER = timedelta(seconds=30)
"""Looks come each second, a hindered one within ten: who has not looked for longer is stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What has been seen over time, in real time."""

    there_since: datetime
    """Since when the store is there, or was looked for: what waited before it was not our doing."""
    away_since: datetime | None = None
    """Since when the store is away; None while it is there."""
    brokers_away_since: datetime | None = None
    reports: str = REPORTS.name
    """The topic in which reports wait."""
    moved_at: Mapping[tuple[str, int], datetime] = field(default_factory=dict)
    """Topic and partition -> when it was handled further."""

    def after(self, before: Progress, now: Progress) -> Outlook:
        """What has been seen after one look more."""
        handled = {(one.topic, one.partition): one.following for one in before.partitions}
        moved = {
            (one.topic, one.partition): now.at for one in now.partitions
            if handled.get((one.topic, one.partition)) != one.following
        }  # fmt: skip
        no_brokers = now.brokers_away is not None
        return replace(
            self.of_store(now.at, away=now.store_away is not None),
            brokers_away_since=(self.brokers_away_since or now.at) if no_brokers else None,
            moved_at={**self.moved_at, **moved},
        )

    def of_store(self, at: datetime, *, away: bool) -> Outlook:
        """What has been seen once it is known whether the store is away."""
        if away:
            return replace(self, away_since=self.away_since or at)
        back = self.away_since is not None
        return replace(self, there_since=at if back else self.there_since, away_since=None)


def health_of(
    progress: Progress, outlook: Outlook, *, now: datetime, told: Line | None, rules: BreakGlass
) -> Health:
    """How the service does at ``now`` (real time), by the last look."""
    checks = {"look": _look(progress, now), "store": _store(outlook, now, told, rules)}
    if progress.owed is not None:
        checks |= _owed(progress.owed, progress.at, now - outlook.there_since)
    if progress.partitions or progress.brokers_away is not None:
        checks["brokers"] = _brokers(progress, outlook, now)
        checks |= _topics(progress, outlook, now)
    if outlook.away_since is None:
        return Health(checks=checks)
    return Health(
        checks=checks,
        waiting=progress.waiting(outlook.reports),
        at_least=progress.at_least(outlook.reports),
        waits_since=progress.waits_since(outlook.reports),
        told_at=told.at if told is not None else None,
    )


def _look(progress: Progress, now: datetime) -> Check:
    fails = now - progress.at > UNSEEN_AFTER
    return Check(status="fail" if fails else "pass", observed={"at": progress.at})


def _store(outlook: Outlook, now: datetime, told: Line | None, rules: BreakGlass) -> Check:
    """Away is a fault once it lasts, unless people know that they have to lead by telephone."""
    if outlook.away_since is None:
        return Check(status="pass")
    lasts = now - outlook.away_since >= rules.after
    return Check(
        status="fail" if lasts and told is None else "warn",
        observed={"away_since": outlook.away_since},
    )


def _owed(owed: Owed, at: datetime, there: timedelta) -> Iterator[tuple[str, Check]]:
    due = Check(status=_late(min(owed.due_lag, there)), observed=_waits("due", owed.due_lag, at))
    yield "due", due
    # A long list is under way while rows of it are in hand; what was lost nobody has in hand.
    late = {
        name: lag for name, lag in owed.ledger_lags.items()
        if min(lag, there) > LATE and (name == "lost" or not owed.sending)
    }  # fmt: skip
    oldest, lag = max((late or owed.ledger_lags).items(), key=lambda one: one[1])
    counted = {
        "sending": owed.sending, "lost": owed.lost, "unfinished": owed.unfinished,
        "untold": owed.untold,
    }  # fmt: skip
    yield (
        "ledger",
        Check(status="fail" if late else "pass", observed=_waits(oldest, lag, at) | counted),
    )


def _waits(what: str, lag: timedelta, at: datetime) -> dict[str, Any]:
    """What waits, for how long, and since when in real time."""
    if not lag:
        return {"lag_s": 0.0}
    return {"waits": what, "lag_s": _seconds(lag), "since": at - lag}


def _brokers(progress: Progress, outlook: Outlook, now: datetime) -> Check:
    since = outlook.brokers_away_since
    if since is None:
        return Check(status="pass")
    lasts = now - since >= BROKERS_GONE_AFTER
    return Check(
        status="fail" if lasts else "warn",
        observed={"away_since": since, "why": progress.brokers_away},
    )


def _topics(progress: Progress, outlook: Outlook, now: datetime) -> Iterator[tuple[str, Check]]:
    for topic in sorted({one.topic for one in progress.partitions}):
        stands = NONE
        for one in progress.partitions:
            if one.topic == topic and one.waits_since is not None:
                moved_at = outlook.moved_at.get((topic, one.partition), outlook.there_since)
                stands = max(stands, now - max(one.waits_since, moved_at, outlook.there_since))
        status: Grade = "warn" if outlook.away_since is not None and stands else _late(stands)
        since = progress.waits_since(topic)
        yield topic, Check(
            status=status,
            observed={
                "waiting": progress.waiting(topic), "at_least": progress.at_least(topic),
                "stands_still_s": _seconds(stands),
                "oldest_s": _seconds(now - since) if since is not None else 0,
            },
        )  # fmt: skip
    letters = progress.dead_letters
    yield "dead_letters", Check(status="warn" if letters else "pass", observed={"kept": letters})


def _late(lag: timedelta) -> Grade:
    return "fail" if lag > LATE else "pass"


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 1)
