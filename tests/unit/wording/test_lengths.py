"""Each medium has its room: text messages, subjects, screens, voices."""

from __future__ import annotations

import pytest

from crisis.core.wording.lengths import instruction, of_rendered, parts


@pytest.mark.parametrize(
    ("short", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("ê" * 70, 1), ("ê" * 71, 2)],
)
def test_a_short_form_takes_so_many_text_messages(short: str, count: int) -> None:
    """GSM 03.38: 160 or 153 each; one letter outside of it and they are 70 or 67."""
    assert parts(short) == count


@pytest.mark.parametrize(
    ("name", "words", "marks"),
    [
        ("short", "a" * 160, []),
        ("short", "a" * 200, ["CH1 warn /short/fr"]),
        ("short", "cut...", ["CH1 warn /short/fr"]),
        ("short", "a" * 500, ["CH1 block /short/fr"]),
        ("short", "fenêtre", ["CH2 warn /short/fr"]),
        ("subject", "a" * 78, []),
        ("subject", "a" * 79, ["CH6 warn /subject/fr"]),
        ("screen", "a\nb\nc\nd", []),
        ("screen", "a\nb\nc\nd\ne", ["CH4 warn /screen/fr"]),
        ("say", "a " * 75, []),
        ("say", "a " * 76, ["CH7 warn /say/fr"]),
    ],
)
def test_words_too_long_for_their_medium_are_found(name: str, words: str, marks: list[str]) -> None:
    """E3: what is cut, or read in passing, does not arrive."""
    assert [one.mark for one in of_rendered({name: words}, "fr")] == marks


def test_an_instruction_leaves_room_for_who_and_when() -> None:
    """One that fills three text messages is cut; a placeholder counts as it will be."""
    assert list(instruction("", "a" * 300)) == []
    assert [one.rule for one in instruction("", "a" * 300 + "{place}")] == ["CH1"]
