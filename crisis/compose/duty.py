"""The words by which the doors call the duty team themselves: nothing of an incident is known.

They stand apart from a playbook's: no store is there to read one from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crisis.core.wording import gsm


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWords:
    """One call in one language."""

    subject: str
    text: str
    short: str
    """For a text message or a voice."""


def duty_words(
    call: str, language: str, *, waiting: int, at_least: bool = False, **told: str
) -> DutyWords:
    """The words of a call (``tell`` or ``clear``), in English where we have none in a language.

    With ``at_least`` more reports may wait than are counted. ``told`` are ``organisation``,
    ``url``, and the spoken times ``since`` and ``away``.
    """
    known = language if language in {"fr", "en"} else "en"
    filled = told | {"reports": reports(waiting, known, at_least=at_least)}
    written = {name: text[known].strip().format(**filled) for name, text in _words()[call].items()}
    return DutyWords(
        subject=written["subject"], text=written["text"], short=gsm.fold(written["short"])
    )


def reports(count: int, language: str, *, at_least: bool = False) -> str:
    """So many reports, in words: "1 report", "12 reports", "at least 12 reports"."""
    words = _words()["reports"]
    counted = words["one" if count == 1 else "many"][language].format(count=count)
    return words["least"][language].format(reports=counted) if at_least else counted


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    source = files("crisis.compose").joinpath("words", "duty.toml")
    return tomllib.loads(source.read_text("utf-8"))
