"""The title of a function inside a sentence."""

from __future__ import annotations

import pytest

from crisis.compose.titles import capitalised, in_sentence


@pytest.mark.parametrize(
    ("title", "language", "said"),
    [
        ("Astreinte des services généraux", "fr", "l'astreinte des services généraux"),
        ("Équipe de maintenance", "fr", "l'équipe de maintenance"),
        ("Direction", "fr", "la direction"),
        ("Logistique", "fr", "la logistique"),
        ("Propreté", "fr", "la propreté"),
        ("Poste de garde", "fr", "le poste de garde"),
        ("PC des services généraux", "fr", "le PC des services généraux"),
        ("Guides d'étage", "fr", "les guides d'étage"),
        ("Hall nord", "fr", "le hall nord"),
        ("Facilities duty officer", "en", "the facilities duty officer"),
        ("IT duty", "en", "the IT duty"),
    ],
)
def test_a_function_has_its_article(title: str, language: str, said: str) -> None:
    """As people would say it, for the functions of a house."""
    assert in_sentence(title, language) == said


def test_sentences_begin_with_a_capital() -> None:
    """A value at the head of a sentence does not show that it was filled in."""
    assert capitalised("l'astreinte dirige. elle parle. 12h : ok.") == (
        "L'astreinte dirige. Elle parle. 12h : ok."
    )
