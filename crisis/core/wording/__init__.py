"""The rules of wording: calm, exact, kept promises, one voice; French and English.

Each rule is a small function with a name (:mod:`words`, :mod:`typed`, :mod:`agreement`,
:mod:`lengths`); what it says stands in ``rules.toml``, what it looks for in ``lexicons/``. What
needs a corpus to be judged is not here. A finding never delays a message that keeps people safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crisis.core.plan import Voice
from crisis.core.wording.agreement import (
    contradicted,
    marked_as_drill,
    parity,
    repeated,
    untranslated,
)
from crisis.core.wording.finding import Finding
from crisis.core.wording.lexicon import LANGUAGES
from crisis.core.wording.voice import own_words
from crisis.core.wording.words import looked_at, measure_only_follows

__all__ = ["Finding", "of_words"]

Said = Mapping[str, str]
"""Language -> words; ``""`` where a person did not say which language it is."""


def of_words(
    at: str,
    said: Said,
    *,
    before: Said | None = None,
    exercise: bool = False,
    measure: bool = False,
    voice: Voice | None = None,
) -> tuple[Finding, ...]:
    """Everything that is wrong with somebody's words, each once, the graver first.

    ``before`` is what these readers had before, by language: it is held against it, unless the
    words are a correction. ``measure``: these words tell what was done.
    ``voice``: the organisation's own words.
    """
    found = dict.fromkeys(
        one for language, words in said.items()
        for one in _in_one(
            at, words, language, before or {}, voice, exercise=exercise, measure=measure
        )
    )  # fmt: skip
    known = {name: words for name, words in said.items() if name}
    found |= dict.fromkeys((*parity(at, known), *untranslated(at, known)))
    return tuple(sorted(found, key=lambda one: one.severity))


def _in_one(
    at: str,
    words: str,
    language: str,
    before: Said,
    voice: Voice | None,
    *,
    exercise: bool,
    measure: bool,
) -> Iterator[Finding]:
    """What one version says; read by every lexicon, where its language is not known."""
    here = f"{at}/{language}" if language else at
    for name in (language,) if language else LANGUAGES:
        for hit in (*looked_at(words, name), *own_words(words, name, voice)):
            yield Finding(
                rule=hit.rule, severity=hit.severity, at=here, found=hit.found, instead=hit.instead
            )
        if not exercise:
            yield from marked_as_drill(here, words, name)
        if measure and measure_only_follows(words, name):
            yield Finding(rule="CT5", severity="warn", at=here)
        if name in before:
            yield from contradicted(here, before[name], words, name)
            yield from repeated(here, before[name], words)
