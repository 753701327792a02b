"""The product's own words, read once from the tables that are shipped beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

SPOKEN = ("fr", "en")
"""The languages of the frames; in any other language the frame is English."""

Phrases = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The words of one topic of a notice, in one language."""

    title: str
    says: str
    asks: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All words of one language."""

    language: str
    states: Phrases
    ends: Phrases
    phases: Phrases
    frame: Phrases
    short: Phrases
    authority: Phrases
    reasons: Phrases
    topics: Mapping[str, Topic]
    """By topic of a notice; ``any`` for one that has no words of its own."""


def lexicon(language: str) -> Lexicon:
    """The words of a language; English, where the frames do not speak it."""
    return _LEXICONS.get(language, _LEXICONS["en"])


def _table(name: str) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("crisis.compose").joinpath("words", name).read_text("utf-8"))


def _read(language: str) -> Lexicon:
    frame, notices = _table("frame.toml"), _table("notices.toml")
    tables = {
        name: {key: pair[language] for key, pair in table.items()} for name, table in frame.items()
    }
    tables["phases"] |= tables["ends"]
    topics = {
        name: Topic(
            title=topic["title"][language],
            says=topic["says"][language],
            asks=topic["asks"][language],
            command=str(topic["command"]),
        )
        for name, topic in notices.items()
    }
    return Lexicon(language=language, topics=topics, **tables)


_LEXICONS = {language: _read(language) for language in SPOKEN}
