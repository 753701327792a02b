"""Lists of plain words, one file a language; found whole, whatever the capitals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("fr", "en")
"""The languages that have a lexicon."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


@cache
def words_of(language: str) -> Mapping[str, tuple[str, ...]]:
    """Every list of a language; none, for one that has no lexicon."""
    if language not in LANGUAGES:
        return {}
    text = files(__package__).joinpath("lexicons", f"{language}.toml").read_text("utf-8")
    return {name: tuple(words) for name, words in tomllib.loads(text).items()}


@cache
def pattern(language: str, name: str) -> re.Pattern[str] | None:
    """What finds any word of a list; None where the language has none."""
    words = words_of(language).get(name)
    return one_of(words) if words else None


def one_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these words, whole; ``*`` at the end of one stands for any ending."""
    parts = (
        re.escape(word.removesuffix("*")).replace(r"\ ", r"\s+") + (r"\w*" if "*" in word else "")
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(parts)})(?![\w-])", re.IGNORECASE)


def found(words: str, language: str, name: str) -> Iterator[str]:
    """Every word of a list that stands in these words, as it is written there."""
    looked_for = pattern(language, name)
    if looked_for is not None:
        yield from (match[0] for match in looked_for.finditer(straight(words)))


def holds(words: str, language: str, name: str) -> bool:
    """Whether any word of a list stands in these words."""
    return next(found(words, language, name), None) is not None


def straight(words: str) -> str:
    """The words with plain apostrophes and spaces, as the lexicons are written."""
    return words.replace("\u2019", "'").replace("\u00a0", " ").replace("\u202f", " ")


def sentences(words: str) -> list[str]:
    """The sentences of a text; a line ends one too."""
    return [part for part in _SENTENCE.split(words.strip()) if part]
