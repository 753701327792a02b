"""Words that are kept apart, and what an event carries of them."""

from __future__ import annotations

from crisis.core.prose import Prose, TextRef


def test_an_event_carries_a_proof_of_the_words_and_none_of_them() -> None:
    """G11: the digest of salt and words, as anybody can work it out: of ``s``, NUL, ``c``."""
    proof = "9fd330ab872e9c2671f8d2e24d694405e7d3417af58eaadc0316fe77fc02524e"
    assert Prose(id="t", salt="s", content="c").ref == TextRef("t", proof)
