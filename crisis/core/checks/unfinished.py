"""What was left to be filled in, and what looks like a name and is a number: warnings.

A template that was copied holds such words, and they would be sent to everybody as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crisis.core.checks.fault import Fault, path
from crisis.core.checks.view import View
from crisis.core.matching import Who

_LEFT_OPEN = (
    "TODO", "TBD", "TBC", "FIXME", "à compléter", "à remplir", "à préciser", "to be completed",
    "to be filled", "to be defined", "lorem ipsum",
)  # fmt: skip
_LEFT = re.compile(
    rf"\b(?:X{{3,}}|{'|'.join(_LEFT_OPEN)})\b"
    r"|[?_]{3,}|%\(|%s\b|<[^<>]+>|\[[^\[\]]+\]",
    re.IGNORECASE,
)
"""What templates hold where somebody is to write."""

_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’"))
_NUMBER = re.compile(r"\d{3,}\Z")


def faults(view: View) -> Iterator[Fault]:
    """The words that nobody filled in, quotes that are part of a text, numbers that are names."""
    for at, text in view.texts:
        for language, words in text.items():
            yield from _of(view, (*at, language), words)
    for at, value in view.leaves:
        names = value.functions if isinstance(value, Who) else (value,)
        for name in names:
            if isinstance(name, str) and _NUMBER.match(name):
                says = (
                    f'{path(at)}: "{name}" is a number and nobody\'s name; write a function, and '
                    "its number into people.yaml or the site's contractors"
                )
                yield view.warning("number-as-name", at, says)


def _of(view: View, at: tuple[str | int, ...], words: str) -> Iterator[Fault]:
    left = _LEFT.search(words)
    if left is not None:
        says = (
            f'{path(at[:-1])}: "{left[0]}" was left to be filled in, and would be said so; write '
            "the words, or a placeholder such as {place}"
        )
        yield view.warning("unfinished", at, says)
    bare = words.strip()
    if any(bare.startswith(one) and bare.endswith(other) for one, other in _QUOTES):
        says = (
            f"{path(at[:-1])}: these quotes ({bare[0]}{bare[-1]}) would be printed with the text; "
            'write straight ones: "…"'
        )
        yield view.warning("unfinished", at, says)
