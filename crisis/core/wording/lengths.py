"""How much room each medium has: text messages, screens, subjects, voices (E3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil

from crisis.core.wording import gsm
from crisis.core.wording.finding import Finding, Severity

PARTS = 3
"""Text messages that one short form may take: more arrive in pieces, or not at all."""
SUBJECT = 78
"""Characters of a subject that every mail client shows."""
SCREEN_LINES = 4
"""Lines that are read from a screen in passing."""
FILLED_IN = 20
"""Characters that a placeholder is reckoned to become."""
SPOKEN = 75
"""Words that are said in thirty seconds."""


_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def parts(short: str) -> int:
    """How many text messages these words take."""
    if not gsm.fits_alphabet(short):
        return 1 if len(short) <= gsm.ONE_WIDE else ceil(len(short) / gsm.JOINED_WIDE)
    length = gsm.length(short)
    return 1 if length <= gsm.ONE else ceil(length / gsm.JOINED)


def short_form(at: str, short: str) -> Iterator[Finding]:
    """CH1, CH2: one text message is aimed at, three are the most."""
    count = parts(short)
    if count > 1 or "..." in short:
        severity: Severity = "block" if count > PARTS else "warn"
        yield Finding(rule="CH1", severity=severity, at=at, found=str(count))
    wide = "".join(dict.fromkeys(one for one in short if not gsm.fits_alphabet(one)))
    if wide:
        yield Finding(rule="CH2", severity="warn", at=at, found=wide[:8])


def cut(at: str, short: str) -> Iterator[Finding]:
    """CH1: words that do not fit three text messages are cut, and their readers miss the end."""
    if "..." in short:
        yield Finding(rule="CH1", severity="warn", at=at, found=str(PARTS))


def subject(at: str, words: str) -> Iterator[Finding]:
    """CH6: a subject is read whole."""
    if len(words) > SUBJECT:
        yield Finding(rule="CH6", severity="warn", at=at, found=str(len(words)))


def screen(at: str, words: str) -> Iterator[Finding]:
    """CH4: a screen in a hall is read in passing."""
    lines = words.count("\n") + 1
    if lines > SCREEN_LINES:
        yield Finding(rule="CH4", severity="warn", at=at, found=str(lines))


def voice(at: str, words: str) -> Iterator[Finding]:
    """CH7: what is said aloud lasts half a minute at most."""
    count = len(words.split())
    if count > SPOKEN:
        yield Finding(rule="CH7", severity="warn", at=at, found=str(count))


def of_rendered(content: Mapping[str, str], language: str) -> Iterator[Finding]:
    """What the words of one language are too long for."""
    for name, rule in (("short", short_form), ("subject", subject), ("screen", screen),
                       ("say", voice)):  # fmt: skip
        if name in content:
            yield from rule(f"/{name}/{language}", content[name])


def instruction(at: str, words: str) -> Iterator[Finding]:
    """CH1: an instruction that leaves no room for who, where and when is cut in a text message."""
    count = parts(gsm.fold(_PLACEHOLDER.sub("x" * FILLED_IN, words)))
    if count >= PARTS:
        yield Finding(rule="CH1", severity="warn", at=at, found=str(count))
