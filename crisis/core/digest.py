"""The month in figures: what happened, how fast people were told, what was promised and learned.

Each incident belongs to the month in which it began. Nothing here holds anybody's words or name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from crisis.core.incident import OVER, Incident
from crisis.core.objectives import NONE, Result, results
from crisis.core.scorecard import Scorecard

Sort = Literal["crisis", "false-alarm", "works", "exercise"]
SORTS: tuple[Sort, ...] = ("crisis", "false-alarm", "works", "exercise")
_DONE = frozenset({"finished", "verified"})
_MONTHS = 12
Month = tuple[int, int]
"""Year and month, 1 to 12."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One incident of the month."""

    sort: Sort
    began_at: datetime
    over_at: datetime | None
    """None while it goes on."""
    severity: str
    """The gravest that it had."""
    first: Result
    """First words in time, of those that were owed."""
    slowest: float | None
    """Seconds until the last audience had its first word; None where nobody was told."""
    promises: Result
    """Promises kept, of those that have come to their end."""
    avoidable: str | None
    """What the review answered; None where it was not held, or not yet."""
    actions: Result
    """Actions done, of those that were agreed."""
    changed: int
    """Playbooks that an action changes."""
    informed: Result = NONE
    """People who say that they were kept well informed, of those who answered."""


def month_of(incident: Incident, zone: ZoneInfo) -> Month:
    """Give the month in which it began, by the clock there."""
    began_at = began(incident).astimezone(zone)
    return began_at.year, began_at.month


def began(incident: Incident) -> datetime:
    """Works begin when they were announced for; all else when it was reported."""
    return incident.works.starts_at if incident.works is not None else incident.opened_at


def over_the_year(found: Iterable[tuple[Month, Incident]], last: Month) -> dict[Month, Result]:
    """Give what people say of how they were informed, month by month, of the year that ends there.

    Each incident comes with its month. An exercise counts for itself, and not here.
    """
    year, number = last
    first = (year, 1) if number == _MONTHS else (year - 1, number + 1)
    said: dict[Month, Result] = {}
    for month, incident in found:
        if first <= month <= last and not incident.exercise:
            said[month] = said.get(month, NONE) + informed(incident)
    return said


def informed(incident: Incident) -> Result:
    """Give how many of those who answered the survey say that they were kept well informed."""
    said = incident.after.survey.values()
    well = sum(counts.get("well", 0) for counts in said)
    return Result(kept=well, of=sum(sum(counts.values()) for counts in said))


def sort_of(incident: Incident) -> Sort:
    """Whether it was an exercise, announced works, a false alarm, or a crisis."""
    if incident.exercise:
        return "exercise"
    if incident.phase == "cancelled" and incident.works is None:
        return "false-alarm"
    return "works" if incident.works is not None else "crisis"


def digest_of(incident: Incident, card: Scorecard, severities: Iterable[str]) -> Digest:
    """Say in figures what came of one incident; ``severities`` are the plan's, gravest first."""
    kept = results([card])
    firsts = (one for (name, _), one in kept.by.items() if name == "first")
    agreed = [one for one in incident.actions.values() if one.state != "proposed"]
    return Digest(
        sort=sort_of(incident),
        began_at=began(incident),
        over_at=ended_at(incident),
        severity=next((one for one in severities if one in incident.severities), incident.severity),
        first=sum(firsts, NONE),
        slowest=max(
            (
                one.value
                for one in card["E1"].figures
                if one.name == "first-word" and one.value is not None
            ),
            default=None,
        ),
        promises=kept.promises,
        avoidable=incident.review.avoidable if incident.review is not None else None,
        actions=Result(kept=sum(one.state in _DONE for one in agreed), of=len(agreed)),
        changed=len({one.playbook for one in agreed if one.playbook}),
        informed=informed(incident),
    )


def ended_at(incident: Incident) -> datetime | None:
    """Since when it is over; None while it goes on."""
    if incident.phase not in OVER:
        return None
    return min(
        (incident.phases[one] for one in OVER if one in incident.phases), default=incident.last_at
    )
