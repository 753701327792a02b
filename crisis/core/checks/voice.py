"""The voice of the organisation by itself: languages that there are, one word for one thing."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.checks.fault import Fault, Pointer
from crisis.core.plan import CommunicationPlan, Voice
from crisis.core.wording.finding import RULES, Finding
from crisis.core.wording.voice import own_words
from crisis.core.wording.words import looked_at
from crisis.core.words import placeholders
from crisis.core.written import instead


def faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """What is wrong with the voice of a plan; nothing where it has none."""
    if plan.voice is not None:
        yield from _languages(plan, plan.voice)
        yield from _contradictions(plan.voice)
        yield from _own(plan.voice)


def _languages(plan: CommunicationPlan, voice: Voice) -> Iterator[Fault]:
    for field, said in (("never", voice.never), ("say", voice.say)):
        for language in plan.languages if said else ():
            if language not in said:
                says = (
                    f"voice.{field} says nothing of {language}; add {language}: beside the others, "
                    "empty if it has none"
                )
                yield Fault(at=("voice", field), rule="missing-language", says=says)
        for language in said:
            if language not in plan.languages:
                says = (
                    f"voice.{field}: the plan has no language {language}; "
                    f"{instead(language, plan.languages)}"
                )
                yield Fault(at=("voice", field, language), rule="unknown-field", says=says)


def _contradictions(voice: Voice) -> Iterator[Fault]:
    """A word that is to be said, and not to be said."""
    for language, terms in voice.say.items():
        for term in terms:
            own = (hit for hit in terms[term] if hit.casefold() == term.casefold())
            others = {one: words for one, words in terms.items() if one != term}
            held = own_words(term, language, Voice(never=voice.never, say={language: others}))
            for hit in dict.fromkeys((*own, *(one.found for one in held))):
                says = (
                    f'voice.say.{language}: "{hit}" is to be said and not to be said; '
                    f'take it out of one of the two, or write another word than "{term}"'
                )
                yield Fault(at=("voice", "say", language, term), rule="voice", says=says)


def _own(voice: Voice) -> Iterator[Fault]:
    """Its own lines are read as all others are; nothing fills in a placeholder in them."""
    for field in ("opens", "signs", "thanks"):
        for language, words in (getattr(voice, field) or {}).items():
            at: Pointer = ("voice", field, language)
            for name in sorted(placeholders(words)):
                says = (
                    f"voice.{field}: nobody fills in {{{name}}} there; write the words without it"
                )
                yield Fault(at=at, rule="unknown-placeholder", says=says)
            for hit in (*looked_at(words, language), *own_words(words, language, voice)):
                found = Finding(
                    rule=hit.rule, severity=hit.severity, at="", found=hit.found,
                    instead=hit.instead,
                )  # fmt: skip
                says = f"voice.{field}: {found.says['en']}; {found.proposal['en']}"
                check = RULES[hit.rule].check
                yield Fault(at=at, rule=check, says=says, severity="warning")
