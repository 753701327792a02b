"""A site's hours and working days, through nights, holidays and changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crisis.core.place import OpenFrom, Site
from crisis.core.values import Clock, Span


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def site(**fields: Any) -> Site:
    """A site in Paris."""
    title = {"fr": "Tour", "en": "Tower"}
    return Site.model_validate({"name": "tower", "title": title, "zone": "Europe/Paris", **fields})


@pytest.mark.parametrize(
    ("instant", "hours"),
    [
        ("2026-11-20T06:59:59", "off"),
        ("2026-11-20T07:00:00", "office"),
        ("2026-11-20T11:30:00", "off"),  # the friday noon break
        ("2026-11-20T16:00:00", "off"),
        ("2026-11-19T17:59:59", "office"),
        ("2026-11-21T10:00:00", "off"),
        ("2026-12-25T10:00:00", "off"),
    ],
)
def test_hours_are_the_site_s_own(tower: Site, instant: str, hours: str) -> None:
    """Opening hours count in the site's zone, with breaks and holidays."""
    assert tower.hours_at(utc(instant)) == hours


@pytest.mark.parametrize(
    ("instant", "change"),
    [
        ("2026-11-20T07:00", "2026-11-20T11:00"),
        ("2026-11-20T16:00", "2026-11-23T07:00"),
        ("2026-10-23T16:00", "2026-10-26T07:00"),  # the clocks go back in between
        ("2026-03-27T16:30", "2026-03-30T06:00"),  # and forward
        ("2026-12-24T18:00", "2026-12-28T07:00"),
    ],
)
def test_the_next_change_of_hours_is_known(tower: Site, instant: str, change: str) -> None:
    """The next boundary at which people come or go, over nights and holidays."""
    assert tower.hours_change_after(utc(instant)) == utc(change)


def test_hours_that_never_change_have_no_next_change() -> None:
    """A site that is always open, or never, has no boundary to look at; midnight is none."""
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    always = site(hours=dict.fromkeys(days, "00:00-24:00"))
    holiday = site(hours=dict.fromkeys(days, "00:00-24:00"), holidays=["2027-07-14"])

    assert always.hours_change_after(utc("2026-11-20T10:00")) is None
    assert site().hours_change_after(utc("2026-11-20T10:00")) is None
    assert holiday.hours_change_after(utc("2026-11-20T10:00")) == utc("2027-07-13T22:00")
    assert holiday.hours_change_after(utc("2027-07-14T10:00")) == utc("2027-07-14T22:00")


@given(st.integers(0, 60 * 24 * 400))
def test_between_two_changes_the_hours_stay_the_same(minutes: int) -> None:
    """Just before the next change the hours are what they are now; at the change, the other."""
    tower = site(
        hours={
            "monday": "08:00-19:00",
            "saturday": ["00:00-02:00", "22:00-24:00"],
            "sunday": "00:00-03:00",
        },
        holidays=["2026-12-21", "2027-01-02"],
    )  # fmt: skip
    now = utc("2026-11-20T00:00") + timedelta(minutes=minutes)
    change = tower.hours_change_after(now)

    assert change is not None
    assert change > now
    assert tower.hours_at(change) != tower.hours_at(now)
    assert tower.hours_at(change - timedelta(seconds=1)) == tower.hours_at(now)


@pytest.mark.parametrize(
    ("instant", "span", "then"),
    [
        ("2026-11-20T15:00", "1h30m", "2026-11-20T16:30"),
        ("2026-11-20T15:00", "1wd", "2026-11-23T15:00"),
        ("2026-11-21T15:00", "1wd", "2026-11-23T15:00"),
        ("2026-12-24T15:00", "2wd", "2026-12-29T15:00"),
        ("2026-10-23T15:00", "1wd", "2026-10-26T16:00"),  # same local time, winter time
        ("2026-11-20T15:00", "0wd", "2026-11-20T15:00"),
    ],
)
def test_a_span_is_added_in_the_site_s_calendar(
    tower: Site, instant: str, span: str, then: str
) -> None:
    """Hours are hours; working days skip week-ends and holidays and keep the local time."""
    assert tower.add(utc(instant), Span.parse(span)) == utc(then)


def test_a_time_of_day_is_added_as_its_next_stroke(tower: Site) -> None:
    """Waiting for 08:00 ends at the site's next 08:00."""
    assert tower.add(utc("2026-11-20T15:00"), Clock.parse("08:00")) == utc("2026-11-21T07:00")


def test_the_next_working_day_is_after_today(tower: Site) -> None:
    """Today is the site's own: past midnight in Paris it is tomorrow already."""
    assert tower.next_workday(utc("2026-11-20T12:00")) == date(2026, 11, 23)
    assert tower.next_workday(utc("2026-11-22T23:30")) == date(2026, 11, 24)
    assert site(workdays="sunday").next_workday(utc("2026-11-20T12:00")) == date(2026, 11, 22)


def test_facts_are_said_in_each_language_or_in_all(tower: Site) -> None:
    """A fact is a text, or plain words and numbers for every language."""
    assert tower.fact("water-cutoff", "en") == "basement, door 3"
    assert tower.fact("water-cutoff", "de") is None
    assert tower.fact("assembly-point", "de") == "P1"
    assert tower.fact("seats", "fr") == "60"
    assert tower.fact("nowhere", "fr") is None


def test_a_site_is_written_back_as_it_was_read(tower: Site) -> None:
    """A site can be kept in a store and read again."""
    again = Site.model_validate(tower.model_dump(mode="json", by_alias=True))

    assert again == tower
    assert again.hours["friday"][1] == OpenFrom.parse("13:00-17:00")
    assert Site.model_validate(again.model_copy().model_dump()) == tower


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"zone": "Europe/Atlantis"}, "not a time zone"),
        ({"hours": {"monday": "22:00-06:00"}}, "split a night over its two days"),
        ({"hours": {"monday": "08:00-08:70"}}, "are not opening hours"),
        ({"hours": {"monday": "08:00-25:00"}}, "are not opening hours"),
        ({"hours": {"monday": 8}}, "are not opening hours"),
        ({"workdays": []}, "a site has working days"),
        ({"facts": {"exit": ["A"]}}, "is in no language"),
        ({"buildings": {"main": {"floors": [1], "lifts": 2}}}, "lifts"),
    ],
)
def test_what_a_site_cannot_be_is_refused(fields: dict[str, Any], says: str) -> None:
    """Wrong zones, nights, times and facts say what to write."""
    with pytest.raises(ValidationError, match=says):
        site(**fields)


def test_each_floor_and_building_has_its_name() -> None:
    """As people call it; where nobody wrote a title, by its short name."""
    title = {"fr": "Bâtiment A", "en": "Building A"}
    one = site(buildings={"a": {"title": title, "floors": [0, 1]}, "b": {}})
    assert one.parts("floor") == ("a/0", "a/1", "b")
    assert one.parts("floor", "a") == ("a/0", "a/1")
    assert one.parts("building") == ("a", "b")
    assert one.parts("site") == ("tower",)
    named = [one.part(part) for part in ("a/1", "b", "tower", "annex")]
    assert [dict(text) for text in named] == [
        {"fr": "Bâtiment A, étage 1", "en": "Building A, floor 1"},
        {"fr": "b", "en": "b"},
        {"fr": "Tour", "en": "Tower"},
        {"fr": "annex", "en": "annex"},
    ]


def test_opening_hours_and_floors_are_kept_as_written() -> None:
    """Floors are names, numbers too; one opening may stand for a list."""
    building = site(buildings={"main": {"floors": [0, 1, "2b"]}}).buildings["main"]

    assert building.floors == ("0", "1", "2b")
    assert OpenFrom.parse("08:05-19:00").written() == "08:05-19:00"
    assert "hours" in Site.model_json_schema()["properties"]
