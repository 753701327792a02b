"""Words that are kept apart, and what an event carries of them."""

from __future__ import annotations

import pytest

from crisis.core.prose import Prose, TextRef, given


def test_an_event_carries_a_proof_of_the_words_and_none_of_them() -> None:
    """G11: the digest of salt and words, as anybody can work it out: of ``s``, NUL, ``c``."""
    proof = "9fd330ab872e9c2671f8d2e24d694405e7d3417af58eaadc0316fe77fc02524e"
    assert Prose(id="t", salt="s", content="c").ref == TextRef("t", proof)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"fr": "Fermé.", "en": "Closed."}', {"fr": "Fermé.", "en": "Closed."}),
        ('"Fermé."', {"": "Fermé."}),
        ("Fermé.", {"": "Fermé."}),
        ("{Fermé}", {"": "{Fermé}"}),
        ('{"fr": 3}', {"": '{"fr": 3}'}),
    ],
)
def test_words_are_taken_as_they_were_given(content: str, said: dict[str, str]) -> None:
    """By language, or one text whose language nobody said; whatever was typed is kept."""
    assert given(content) == said
