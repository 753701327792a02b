"""Spans, clock times, money, timings and texts are read in one form and written back in it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from crisis.core.values import Clock, Money, Span, Text, Timing
from crisis.core.written import Written, instead, nearest


@pytest.mark.parametrize(
    ("raw", "minutes", "workdays", "shown"),
    [
        ("15m", 15, 0, "15m"),
        ("2h", 120, 0, "2h"),
        ("1h30m", 90, 0, "1h30m"),
        ("90m", 90, 0, "1h30m"),
        ("3d", 4320, 0, "3d"),
        ("1w", 10080, 0, "7d"),
        ("1w2d3h4m", 13144, 0, "9d3h4m"),
        ("5wd", 0, 5, "5wd"),
        ("0m", 0, 0, "0m"),
    ],
)
def test_a_span_is_read_and_shown(raw: str, minutes: int, workdays: int, shown: str) -> None:
    """Every unit of the language is read; the shortest form with days, hours, minutes is shown."""
    span = Span.parse(raw)

    assert span == Span(timedelta(minutes=minutes), workdays)
    assert str(span) == span.written() == shown


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("45 minutes", "45m"),
        ("2 heures", "2h"),
        ("3 jours", "3d"),
        ("2 semaines", "2w"),
        ("30 sec", "1m"),
        ("10 x", "45m"),
        ("soon", "45m"),
        ("", "45m"),
        (15, "15m"),
        (None, "45m"),
        ("m15", "45m"),
        ("1wd2h", "45m"),
        ("1.5h", "1h30m"),
        ("1,5h", "1h30m"),
        ("1h30", "1h30m"),
        ("12:30", "12h30m"),
        ("00:05", "5m"),
        ("PT5M", "5m"),
        ("0", "1m"),
        ("1y", "365d"),
        ("90 secondes", "2m"),
        ("3 mois", "90d"),
    ],
)
def test_what_is_no_span_is_refused_with_what_was_meant(raw: object, meant: str) -> None:
    """A wrong duration is answered by the one that was probably meant."""
    with pytest.raises(ValueError, match=f"is not a duration; write {meant} "):
        Span.parse(raw)


@given(st.integers(0, 10**6), st.integers(0, 400))
def test_a_span_reads_back_what_it_writes(minutes: int, workdays: int) -> None:
    """Reading the written form gives the same span, of either sort."""
    for span in (Span(timedelta(minutes=minutes)), Span(workdays=workdays or 1)):
        assert Span.parse(str(span)) == span


def test_spans_are_ordered_with_a_working_day_counting_as_a_day() -> None:
    """The quicker of two promises can be taken, working days or not."""
    assert Span.parse("23h") < Span.parse("1wd") < Span.parse("25h")
    assert Span.parse("5wd") >= Span.parse("5d")


@pytest.mark.parametrize(
    ("raw", "at", "zone"),
    [
        ("08:30", time(8, 30), None),
        ("23:59", time(23, 59), None),
        ("08:30 Europe/Paris", time(8, 30), "Europe/Paris"),
    ],
)
def test_a_clock_time_is_read_and_written_back(raw: str, at: time, zone: str | None) -> None:
    """A time of day keeps the zone that it names."""
    assert Clock.parse(raw) == Clock(at, zone)
    assert Clock.parse(raw).written() == raw


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("8:30", "not a time of day"),
        ("24:00", "not a time of day"),
        (830, "not a time of day"),
        ("08:30 Mars/Olympus", "not a time zone"),
        ("08:30 ../etc", "not a time zone"),
    ],
)
def test_what_is_no_clock_time_is_refused(raw: object, says: str) -> None:
    """A wrong time of day or an unknown zone says so."""
    with pytest.raises(ValueError, match=says):
        Clock.parse(raw)


def test_a_clock_time_strikes_next_in_its_own_zone_or_the_site_s() -> None:
    """The next stroke is strictly later, and may be tomorrow."""
    paris = ZoneInfo("Europe/Paris")
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    assert Clock.parse("18:00").next_after(noon, paris) == datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert Clock.parse("13:00").next_after(noon, paris) == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert Clock.parse("13:00 UTC").next_after(noon, paris) == datetime(
        2026, 11, 20, 13, tzinfo=UTC
    )


def test_money_is_read_and_written_back() -> None:
    """An amount has a currency; anything else is refused."""
    assert Money.parse("5000 EUR") == Money(5000, "EUR")
    assert Money.parse("5000 EUR").written() == "5000 EUR"
    for raw in ("5000", "5000 euros", 5000, "EUR 5000"):
        with pytest.raises(ValueError, match="write 5000 EUR"):
            Money.parse(raw)


def test_a_timing_is_one_span_or_one_for_each_severity() -> None:
    """A severity that is not named has no span."""
    same, each = Timing.parse("30m"), Timing.parse({"S1": "5m", "S2": "15m"})

    assert same.at("S1") == same.at("S9") == Span.parse("30m")
    assert each.at("S2") == Span.parse("15m")
    assert each.at("S3") is None
    assert (same.written(), each.written()) == ("30m", {"S1": "5m", "S2": "15m"})


@pytest.mark.parametrize("raw", [{"S1": "soon"}, {}, "soon", None])
def test_a_timing_without_spans_is_refused(raw: object) -> None:
    """Neither an empty block nor words are a timing."""
    with pytest.raises(ValueError, match="30m"):
        Timing.parse(raw)


def test_a_text_is_a_map_of_languages_that_compares_by_content() -> None:
    """Equal words make equal texts, in any order, with equal hashes."""
    text = Text.parse({"fr": "Eau", "en": "Water"})

    assert text["en"] == "Water"
    assert text.languages == ("fr", "en")
    assert list(text) == ["fr", "en"]
    assert len(text) == 2
    assert hash(text) == hash(Text({"en": "Water", "fr": "Eau"}))
    assert text == Text({"en": "Water", "fr": "Eau"})
    assert text.written() == {"fr": "Eau", "en": "Water"}
    assert repr(text) == "Text({'fr': 'Eau', 'en': 'Water'})"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("Water", '"Water" is in no language; write {fr:'),
        ("W" * 60, 'W…" is in no language'),
        ({}, "is empty"),
        ({"fr": "Accueil", "poste de garde": None}, '"poste de garde" is not a language'),
        ({"fr": 3}, "between double quotes"),
        ({"fr": "  "}, "is empty"),
    ],
)
def test_what_is_no_text_is_refused(raw: object, says: str) -> None:
    """Words without a language, empty words and stray commas are found."""
    with pytest.raises(ValueError, match=says):
        Text.parse(raw)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Span, "1h30m"), (Clock, "08:30"), (Money, "5000 EUR"), (Timing, {"S1": "5m"}),
        (Text, {"fr": "Eau", "en": "Water"}),
    ],
)  # fmt: skip
def test_a_value_stands_in_a_model_in_its_written_form(kind: type[Written], raw: Any) -> None:
    """Pydantic reads a value, keeps one that is read already, and writes it back as it stood."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    value = adapter.validate_python(raw)

    assert value == kind.parse(raw)
    assert adapter.validate_python(value) is value
    assert adapter.dump_python(value, mode="json") == raw
    assert adapter.json_schema()


def test_a_kind_of_value_says_how_it_is_written() -> None:
    """The base of all values has no form of its own, and no value is made of it."""
    with pytest.raises(TypeError, match="parse, written, written_schema"):
        Written()  # type: ignore[abstract]  # what is tried


def test_a_wrong_name_is_answered_by_the_nearest_or_by_all() -> None:
    """Who mistypes is told what was probably meant; else what there is."""
    assert nearest("technicl", ["technical", "lead"]) == "technical"
    assert nearest("wardens", ["technical", "lead"]) is None
    assert instead("technicl", ["technical", "lead"]) == 'did you mean "technical"?'
    assert instead("wardens", ["technical", "lead"]) == "known here: lead, technical"
    assert instead("wardens", []) == "there is none here"
