"""The organisation's own words: what it never says, and the same word for the same thing."""

from __future__ import annotations

from crisis.core.plan import Voice
from crisis.core.wording import of_words

VOICE = Voice.model_validate({
    "never": {"fr": "usager*", "en": ["end user", "end users"]},
    "say": {"fr": {"ascenseur": ["monte-charge"]}, "en": {"service lift": ["lift", "elevator"]}},
})  # fmt: skip


def marks(words: str, language: str, voice: Voice | None = VOICE) -> list[tuple[str, str, str]]:
    """Rule, severity and what was found."""
    found = of_words("/words", {language: words}, voice=voice)
    return [(one.rule, one.severity, one.found) for one in found]


def test_a_word_that_is_not_said_here_is_held_and_another_is_proposed() -> None:
    """Whole words, whatever the capitals; the proposal names the word for the thing."""
    assert marks("Les Usagers sortent.", "fr") == [("VO1", "block", "Usagers")]
    assert marks("The elevator has stopped.", "en") == [("VO2", "warn", "elevator")]
    [found] = of_words("/words", {"en": "The elevator has stopped."}, voice=VOICE)
    assert found.says["en"] == '"elevator" is called something else here'
    assert found.proposal["en"] == 'say "service lift": the same word for the same thing'
    assert "« service lift »" in found.proposal["fr"]


def test_the_right_word_is_none_of_those_that_stand_in_it() -> None:
    """A service lift is no lift; another language, and another house, has other words."""
    assert marks("The service lift has stopped.", "en") == []
    assert marks("The lift has stopped.", "fr") == []
    assert marks("The elevator has stopped.", "en", None) == []
    assert marks("The usager and the elevator.", "") == [
        ("VO1", "block", "usager"), ("VO2", "warn", "elevator"),
    ]  # fmt: skip
