"""How the organisation opens, signs and thanks: its own lines around what must be said."""

from __future__ import annotations

import json
from dataclasses import replace

from crisis.compose import Composer
from crisis.core.message import Message
from tests.unit.compose.approve import messages
from tests.unit.compose.house import TEXTS, People, pinned, text
from tests.unit.compose.world import message

HOUSE = pinned(voice={
    "opens": text("Bonjour,", "Hello,"),
    "signs": text("La maison reste joignable.", "The house stays within reach."),
    "thanks": text("Merci à chacun.", "Thank you, each of you."),
})  # fmt: skip
ALL = messages()


def told(given: Message, language: str = "en") -> dict[str, str]:
    """One language of a message."""
    rendered = Composer().render(given, pinned=HOUSE, names=People(), texts=TEXTS)
    return dict(json.loads(rendered.texts[language]))


def test_what_is_written_to_an_audience_opens_and_signs_as_the_house_does() -> None:
    """After what it is about, and under who speaks; where characters count, nothing of it."""
    calm = told(message(kind="update", life_safety=False))
    lines = calm["text"].splitlines()
    assert lines[2] == "Hello,"
    assert lines[-1] == "The house stays within reach."
    assert "Bonjour," in told(message(kind="update", life_safety=False), "fr")["text"]
    assert "Hello" not in calm["short"] + calm["screen"]


def test_where_people_are_in_danger_the_first_line_is_what_to_do() -> None:
    """G12: nobody reads a greeting before an instruction."""
    grave = told(message(life_safety=True))["text"]
    assert "Hello," not in grave
    assert grave.endswith("The house stays within reach.")
    exercise = told(message(life_safety=True, exercise=True))["text"]
    assert exercise.splitlines()[-1].startswith("EXERCISE"), "G9: it says so to its last line"


def test_the_house_thanks_in_its_own_words() -> None:
    """At the end to all, and to each who had a part; what a playbook says itself stays."""
    plain = told(replace(ALL["normal"], regret=None))["text"]
    assert "It has been over since 19:04. Thank you, each of you." in plain
    assert "Thank you, each" not in told(ALL["normal"])["text"]
    assert "made that possible. Thank you, each of you." in told(ALL["thanks"])["text"]
