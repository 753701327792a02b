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


def say(fr: str, en: str) -> str:
    """One of two sentences that say the same."""
    return fr if language() == "fr" else en
