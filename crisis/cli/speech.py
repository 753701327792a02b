"""The language of whoever sits at the machine."""

from __future__ import annotations

import os
from functools import cache


@cache
def language() -> str:
    """``CRISIS_LANG``, else the locale of the machine; English where that is neither."""
    for name in ("CRISIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "").lower()
        if said:
            return "fr" if said.startswith("fr") else "en"
    return "en"


def speaks(chosen: str) -> None:
    """Speak this language from here on, whatever the machine speaks."""
    os.environ["CRISIS_LANG"] = chosen
    language.cache_clear()


def say(fr: str, en: str) -> str:
    """One of two sentences that say the same."""
    return fr if language() == "fr" else en
