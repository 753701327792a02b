"""The alphabet of text messages."""

from __future__ import annotations

import pytest

from crisis.core.wording import gsm


@pytest.mark.parametrize(
    ("said", "places"), [("", 0), ("été à Noël", 10), ("[€]", 6), ("a" * 160, 160)]
)
def test_extended_characters_take_two_places(said: str, places: int) -> None:
    """GSM 03.38: the euro, brackets and a few more are written with an escape."""
    assert gsm.length(said) == places


@pytest.mark.parametrize(
    ("said", "fits"),
    [("été, où, Ç, É, à", True), ("fenêtre", False), ("l’eau", False), ("ç", False)],
)
def test_some_french_letters_are_outside(said: str, fits: bool) -> None:
    """One of them would cut a message from 160 to 70 characters."""
    assert gsm.fits_alphabet(said) is fits


def test_what_has_a_like_is_folded() -> None:
    """Circumflex and cedilla go, typographic marks become plain ones; é è à ù stay."""
    assert (
        gsm.fold("Fenêtre « façade » – où l’été…\u00a0À") == 'Fenetre " facade " - où l\'été... A'
    )


@pytest.mark.parametrize(
    ("room", "kept"),
    [
        (100, "Sortez par l'escalier nord."),
        (27, "Sortez par l'escalier nord."),
        (20, "Sortez par..."),
        (3, ""),
        (10, "Sortez..."),
    ],
)
def test_a_text_is_cut_at_a_word(room: int, kept: str) -> None:
    """Never inside a word; three points show that something follows elsewhere."""
    assert gsm.cut("Sortez par l'escalier nord.", room) == kept
