"""The rules of wording on every text that people hear: warnings, before anything happens."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.texts import is_told
from crisis.core.checks.view import View
from crisis.core.playbook import GENERIC
from crisis.core.values import Text
from crisis.core.wording.finding import RULES, Finding
from crisis.core.wording.lengths import instruction, voice
from crisis.core.wording.voice import own_words
from crisis.core.wording.words import looked_at, measure_only_follows, names_nothing

_LENGTHS = {"instruction": instruction, "say": voice}
"""Fields of what an audience hears that must fit a medium."""


def faults(view: View) -> Iterator[Fault]:
    """What a reader would stumble over, each with the words to write instead."""
    for at, text in view.texts:
        if is_told(at):
            for language, words in text.items():
                for finding in _of(view, at, words, language):
                    yield view.warning(*_said(at, language, finding))


def _of(view: View, at: Pointer, words: str, language: str) -> Iterator[Finding]:
    for hit in (*looked_at(words, language), *own_words(words, language, view.plan.voice)):
        yield Finding(
            rule=hit.rule, severity=hit.severity, at="", found=hit.found, instead=hit.instead
        )
    foreseen = view.playbook.playbook != GENERIC
    if at == ("words", "event") and foreseen and names_nothing(words, language):
        yield Finding(rule="CT1", severity="block", at="", found=words)
    if at[-1] == "measure" and measure_only_follows(words, language):
        yield Finding(rule="CT5", severity="warn", at="")
    fits = _LENGTHS.get(str(at[-1])) if at[0] == "tell" else None
    if fits is not None:
        yield from fits("", words)


def _said(at: Pointer, language: str, finding: Finding) -> tuple[str, Pointer, str]:
    says, proposal = _english(finding.says), _english(finding.proposal)
    return RULES[finding.rule].check, (*at, language), f"{path(at)}: {says}; {proposal}"


def _english(text: Text) -> str:
    return text["en"]
