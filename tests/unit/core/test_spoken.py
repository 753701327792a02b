"""Times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crisis.core.spoken import clock, day, moment, month_name, zone_name

AT = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "today", "said"),
    [
        ("fr", AT, "08h05"),
        ("en", AT, "08:05"),
        ("fr", None, "08h05"),
        ("fr", datetime(2026, 11, 19, 22, 59, tzinfo=UTC), "08h05 le vendredi 20 novembre"),
        ("en", datetime(2026, 11, 19, 22, 59, tzinfo=UTC), "08:05 on Friday 20 November"),
        ("en", datetime(2026, 11, 19, 23, 0, tzinfo=UTC), "08:05"),
    ],
)
def test_a_time_names_its_day_when_it_is_another(
    language: str, today: datetime | None, said: str
) -> None:
    """The day is that of the site, not that of UTC."""
    assert clock(AT, zone="Europe/Paris", language=language, today=today) == said


def test_the_first_of_a_month_is_said_in_french() -> None:
    """1er janvier; in any other language the frame is English."""
    assert day(date(2027, 1, 1), "fr") == "vendredi 1er janvier"
    assert day(date(2027, 1, 1), "de") == "Friday 1 January"


def test_a_moment_leaves_nothing_to_guess() -> None:
    """Day, year, time and zone."""
    french = moment(AT, zone="Europe/Paris", language="fr")

    assert french == "vendredi 20 novembre 2026 à 08h05 (heure de Paris)"
    assert moment(AT, zone="UTC", language="en") == "Friday 20 November 2026 at 07:05 (UTC)"


def test_a_zone_is_known_by_its_city() -> None:
    """People know the city, not the abbreviation."""
    assert zone_name("America/New_York", "en") == "New York time"
    assert zone_name("UTC", "fr") == "UTC"


def test_a_month_has_its_name_in_both_languages() -> None:
    """As a report is headed: without a day."""
    assert [month_name(11, one) for one in ("fr", "en")] == ["novembre", "November"]
    assert month_name(1, "en") == "January"
