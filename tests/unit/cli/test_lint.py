"""``crisis lint``: words are read before anybody is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crisis.cli.app import app
from crisis.cli.speech import language
from crisis.config import write_template


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever sits at the machine reads English."""
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    yield
    language.cache_clear()


def lint(*arguments: str) -> Result:
    """Run the command to its end."""
    return CliRunner().invoke(app, ["lint", *arguments])


def test_what_would_be_held_is_said_with_what_to_write() -> None:
    """It ends with 1, as the service would refuse the words."""
    result = lint("We are scrambling!!")

    assert result.exit_code == 1
    assert 'holds: "scrambling" lets feverishness show → say a fact' in result.output


def test_what_only_warns_ends_well_and_no_words_are_praised() -> None:
    """0: the service would tell them."""
    warned, calm = lint("We will speak soon."), lint("--en", "Next update at 15:30.")

    assert (warned.exit_code, calm.exit_code) == (0, 0)
    assert warned.output.startswith("warns: ")
    assert warned.output.endswith("[FU3]\n")
    assert calm.output.startswith("No rule has found anything. ")


def test_the_same_words_in_both_languages_were_not_translated() -> None:
    """CO2: a forgotten language is seen before its readers see it; the language is named."""
    words = "The doors stay closed until further news."
    assert lint("--fr", words, "--en", words).output.startswith("en: warns: both languages")


def test_both_languages_and_the_message_before() -> None:
    """CO1, CO3: one voice; as JSON for a program."""
    result = lint(
        "--fr", "Le niveau 2 est ouvert à 15h.", "--en", "Level 2 is open at 16:00.",
        "--before", "Level 2 is closed.", "--json",
    )  # fmt: skip

    found = json.loads(result.stdout)["findings"]
    assert [(one["rule"], one["at"]) for one in found] == [
        ("CO1", "/words/en"), ("CO3", "/words/en"),
    ]  # fmt: skip


def test_no_words_no_answer() -> None:
    """Somebody forgot the words: they are told how it is asked."""
    assert lint().exit_code != 0


def test_the_words_of_the_house_are_read_too(tmp_path: Path) -> None:
    """Its own plan says how it speaks: in a folder, or in force; without one only the rules do."""
    write_template(tmp_path / "house")
    said = lint("--en", "The elevator has stopped.", "--org", str(tmp_path / "house"))
    assert 'say "lift": the same word for the same thing [VO2]' in said.output
    nowhere = lint("--en", "The elevator has stopped.", "--home", str(tmp_path / "none"))
    assert nowhere.output.startswith("No rule has found anything. ")
