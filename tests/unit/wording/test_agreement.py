"""One voice: languages and successive messages say the same, or say that it has changed."""

from __future__ import annotations

import pytest

from crisis.core.wording import of_words
from tests.unit.only import only

CLOSED = {"fr": "Le niveau 2 est fermé.", "en": "Level 2 is closed."}


@pytest.mark.parametrize(
    ("language", "now"),
    [
        ("fr", "Le niveau 2 est ouvert."),
        ("en", "Level 2 is open."),
        ("en", "Level 2 is not closed."),
    ],
)
def test_a_silent_contradiction_is_found(language: str, now: str) -> None:
    """E4: the same place in another state, and no word marks it."""
    (found,) = of_words("/words", {language: now}, before=CLOSED)

    assert (found.rule, found.severity) == ("CO1", "block")
    assert found.found in {"niveau 2", "level 2"}


@pytest.mark.parametrize(
    ("language", "now"),
    [
        ("fr", "Contrairement à notre message de 14h20, le niveau 2 est ouvert."),
        ("fr", "Le niveau 3 est ouvert."),
        ("fr", "Le niveau 2 est fermé, le hall B ouvert ou fermé."),
        ("en", "Level 2 stays closed."),
        ("en", "Level 2 is being dried."),
        ("en", "Correction to our 14:20 message: level 2 is open."),
    ],
)
def test_what_is_marked_or_is_no_contradiction_passes(language: str, now: str) -> None:
    """An honest correction costs nothing."""
    assert of_words("/words", {language: now}, before=CLOSED) == ()


def test_a_repetition_says_nothing() -> None:
    """FU6: the same words again are no news; few words are alike by chance."""
    before = {"en": "Two pumps are running in the basement of building B."}

    assert [one.rule for one in of_words("/words", before, before=before)] == ["FU6"]
    assert of_words("/words", {"en": "Two pumps."}, before={"en": "Two pumps."}) == ()


def test_languages_say_the_same_figures() -> None:
    """CO3: two times for one promise are two promises."""
    found = only(of_words("/words", {"fr": "À 15h30.", "en": "At 15:45."}))

    assert (found.rule, found.severity, found.at) == ("CO3", "block", "/words/en")
    assert found.found == "30, 45"
    assert of_words("/words", {"fr": "À 16h, 10 000 litres.", "en": "At 16:00, 10,000 l."}) == ()


def test_what_was_not_translated_is_named_by_its_language() -> None:
    """CO2: word for word the same in both; a few words may well be the same in any language."""
    words = "The doors stay closed until further news."
    (found,) = of_words("/words", {"fr": words, "en": words})
    assert (found.rule, found.severity, found.at) == ("CO2", "warn", "/words/en")
    assert not of_words("/words", {"fr": "Restaurant.", "en": "Restaurant."})
