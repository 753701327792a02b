"""Who counts as present: hours, days, holidays, nights, and what nobody knows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crisis.config.people import Person
from crisis.core.place import WEEKDAYS, Site
from crisis.directory.presence import Presence

SITE = Site.model_validate({
    "name": "hq",
    "title": {"en": "Headquarters"},
    "zone": "Europe/Paris",
    "hours": dict.fromkeys(WEEKDAYS[:5], "08:00-19:00"),
    "holidays": ["2026-11-11"],
})  # fmt: skip
ALWAYS_OPEN = SITE.model_copy(update={"hours": {}})


def person(**fields: object) -> Person:
    """Somebody at the site."""
    return Person.model_validate({"name": "A", "language": "en", "site": "hq", **fields})


def present(one: Person, local: str, site: Site = SITE) -> bool:
    """Whether they count as present at that local time."""
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Paris"))
    return Presence({"hq": site}, at).of(one)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-09T10:00", True),
        ("2026-11-09T07:59", False),
        ("2026-11-09T19:00", False),
        ("2026-11-08T10:00", False),
        ("2026-11-11T10:00", False),
    ],
    ids=["at work", "before", "after", "Sunday", "public holiday"],
)
def test_unknown_days_count_as_present_in_site_hours(local: str, expected: bool) -> None:
    """Of somebody whose days nobody knows, it is assumed that they are there when it is open."""
    assert present(person(), local) is expected


def test_own_days_hold() -> None:
    """Somebody who comes on Mondays is not there on a Tuesday."""
    monday = person(days=["monday"])
    assert present(monday, "2026-11-09T10:00")
    assert not present(monday, "2026-11-10T10:00")


def test_guard_is_there_at_night_and_on_holidays() -> None:
    """Hours of one's own hold whatever the site's hours and holidays say."""
    guard = person(hours="19:00-07:00")
    assert present(guard, "2026-11-11T23:00")
    assert present(guard, "2026-11-12T06:59")
    assert not present(guard, "2026-11-12T07:00")


def test_small_hours_belong_to_the_night_before() -> None:
    """Who works the night of Friday is there on Saturday at three, and not on Friday at three."""
    friday = person(hours="19:00-07:00", days=["friday"])
    assert present(friday, "2026-11-14T03:00")
    assert not present(friday, "2026-11-13T03:00")


def test_site_without_hours_is_open_but_on_its_holidays() -> None:
    """A site that does not say when people are there counts as full; a holiday is known."""
    assert present(person(), "2026-11-08T03:00", ALWAYS_OPEN)
    assert not present(person(), "2026-11-11T10:00", ALWAYS_OPEN)
