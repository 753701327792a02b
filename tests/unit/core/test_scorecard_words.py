"""The scorecard as people read it, in French and in English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from crisis.core.scorecard import ERRORS, ContractorScore, ErrorScore, Figure
from crisis.core.scorecard.figure import Unit
from crisis.core.scorecard.words import (
    ERROR_NAMES,
    FIGURES,
    contractor_line,
    error_line,
    figure_line,
    spoken_span,
)
from tests.unit.core.scored import prompt, scored
from tests.unit.core.story import Story

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def title(name: str) -> dict[str, str]:
    """A title in both languages."""
    return {"fr": f"« {name} »", "en": f"the {name}"}


def test_every_error_and_every_figure_has_its_words() -> None:
    """Nothing of a scorecard is shown by a name of the code."""
    assert set(ERROR_NAMES) == set(ERRORS)
    silent = Story("flood")
    silent.report()
    silent.passes("6h")
    for story in (prompt(), silent):
        for error in scored(story).errors:
            assert set(error_line(error)) == {"fr", "en"}
            for figure in error.figures:
                assert figure.name in FIGURES
                assert set(figure_line(figure, title)) == {"fr", "en"}


def test_an_error_says_whether_it_was_made() -> None:
    """The five errors are errors: they are avoided, or made, or it is not yet known."""
    good = Figure(name="broken", value=0, of=3, unit="count", limit=0, verdict="passed")
    bad = Figure(name="late", value=2, of=3, unit="count", limit=0.3, verdict="failed")
    line = error_line(ErrorScore(error="E4", figures=(good, bad)))
    assert line["en"] == 'E4 "saying too little on the follow-up of actions": made (1 of 2)'
    assert line["fr"].endswith("actions » : commise (1 sur 2)")
    assert "not yet known (0 of 0)" in error_line(ErrorScore(error="E5", figures=()))["en"]


@pytest.mark.parametrize(
    ("unit", "value", "limit", "en"),
    [
        ("span", 180, 900, "3 min (at most 15 min)"),
        ("span", None, 900, "not yet (at most 15 min)"),
        ("span", 21_600, None, "6 h (no further word was promised)"),
        ("share", 0.35, 0.5, "35% (at most 50%)"),
        ("count", 2, 0, "2 of 7"),
        ("answer", 1, None, "yes"),
        ("answer", None, None, "no"),
    ],
)
def test_a_figure_says_its_value_and_its_limit(
    unit: Unit, value: float | None, limit: float | None, en: str
) -> None:
    """In the unit that it has, and what it is held against."""
    figure = Figure(
        name="silence", about="staff", medium="mail", value=value, of=7, unit=unit, limit=limit,
        verdict="failed",
    )  # fmt: skip
    line = figure_line(figure, title)
    assert line["en"] == f"longest silence (the staff, the mail): {en} – to mend"
    assert line["fr"].startswith("plus long silence (« staff », « mail ») : ")
    assert unit in get_args(Unit)


def test_what_is_only_told_is_not_judged() -> None:
    """The number of commitments made is neither good nor bad; nor words that nobody heard."""
    empty = Figure(name="nobody", about="staff", value=0, of=3, unit="count")
    assert figure_line(empty, title) == {
        "fr": "personne à prévenir (« staff ») : 3 messages à personne",
        "en": "nobody to tell (the staff): 3 messages to nobody",
    }
    figure = Figure(name="made", value=5, of=5, unit="count")
    assert figure_line(figure, title) == {"fr": "engagements pris : 5", "en": "commitments made: 5"}


@pytest.mark.parametrize(
    ("seconds", "fr", "en"),
    [
        (0, "0 min", "0 min"),
        (20, "20 s", "20 s"),
        (2700, "45 min", "45 min"),
        (3600, "1 h", "1 h"),
        (3900, "1 h 05", "1 h 05"),
        (86_400, "1 j", "1 d"),
        (100_800, "1 j 4 h", "1 d 4 h"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: float, fr: str, en: str) -> None:
    """To the minute; days by their letter in each language."""
    assert spoken_span(seconds, "fr") == fr
    assert spoken_span(seconds, "en") == en


def test_a_contractor_is_told_with_its_contract() -> None:
    """There in time, not there yet, never there."""
    hour = timedelta(hours=1)
    there = ContractorScore(
        step="pump", trade="pumping", called_at=NOW, due_at=NOW + 2 * hour, arrived_at=NOW + hour,
        verdict="passed",
    )  # fmt: skip
    assert contractor_line(there, title)["en"] == ("the pump: there after 1 h, contract 2 h – good")
    coming = ContractorScore(step="pump", trade="pumping", called_at=NOW, due_at=None)
    assert contractor_line(coming, title)["fr"] == "« pump » : pas encore arrivée"
    absent = ContractorScore(
        step="pump", trade="pumping", called_at=NOW, due_at=None, shown=False, verdict="failed"
    )
    assert contractor_line(absent, title)["en"] == "the pump: did not come – to mend"
