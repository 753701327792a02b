"""Texts: every language of the plan, the same figures in each, placeholders somebody can fill."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.view import View
from crisis.core.checks.walk import leaves
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.values import Text
from crisis.core.wording import agreement
from crisis.core.wording.lexicon import LANGUAGES, words_of
from crisis.core.words import OF_A_MESSAGE, OF_WORKS, PLACEHOLDERS, is_known, placeholders
from crisis.core.written import instead

_NAMES = {"fr": "French", "en": "English", "de": "German", "es": "Spanish", "it": "Italian"}
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_TOLD_PARTS = frozenset(
    {"measure", "expected_result", "unknown", "known", "promise", "counterpart"}
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CAPITALISED = r"[^\W\d_a-zà-öø-ÿ][\w'’-]*"
_NAME = re.compile(rf"{_CAPITALISED}(?:\s+(?:\w{{1,3}}\s+)*{_CAPITALISED})+")
"""A run of capitalised words with little ones between: a name, in whatever language it is."""
_A_SENTENCE = 3
"""Words from which on two languages do not say the same by chance."""
_LITTLE = 2
"""Little words of one language, and none of its own, that give a text away."""
_SENTENCES = re.compile(r"(?<=[.?])\s+")
_WAITS = frozenset({"answer", "eta"})
"""Placeholders that a step fills in, and so never in the first words."""
_FIRST_WORDS = frozenset(
    (phase, part) for phase in ("expected", "open") for part in ("impact", "instruction", "say")
)
_TOLD_SECTIONS = frozenset({"tell", "words"})


def faults(view: View) -> Iterator[Fault]:
    """What is wrong with the texts of a playbook in force."""
    for at, text in view.texts:
        yield from _languages(at, text, view.plan.languages)
        yield from _parity(at, text)
        yield from _untranslated(at, text)
        yield from _in_another_language(at, text)
        yield from _braces(at, text)
        yield from _placeholders(view, at, text)
        yield from _nothing_left(view, at, text)


def plan_faults(plan: CommunicationPlan) -> Iterator[Fault]:
    """What is wrong with the texts of the plan."""
    for at, text in leaves(plan):
        if isinstance(text, Text):
            yield from _languages(at, text, plan.languages)
            yield from _parity(at, text)
            yield from _untranslated(at, text)
            yield from _in_another_language(at, text)


def half_faults(
    changes: Mapping[str, Any], languages: Collection[str], at: Pointer
) -> Iterator[Fault]:
    """The texts that a layer changes in one language only: the other would keep its old sense."""
    for name, value in changes.items():
        if not isinstance(value, Mapping):
            continue
        if value and set(value) <= set(languages):
            yield from _missing((*at, name), set(value), languages)
        else:
            yield from half_faults(value, languages, (*at, name))


def _languages(at: Pointer, text: Text, languages: Collection[str]) -> Iterator[Fault]:
    yield from _missing(at, set(text), languages)
    for language in text:
        if language not in languages:
            says = (
                f"{path(at)}: the plan has no language {language}; {instead(language, languages)}"
            )
            yield Fault(at=(*at, language), rule="unknown-field", says=says)


def _missing(at: Pointer, has: set[str], languages: Collection[str]) -> Iterator[Fault]:
    for language in languages:
        if language not in has:
            beside = ", ".join(sorted(has))
            says = (
                f"{path(at)} has no {_NAMES.get(language, language)} text; "
                f"add {language}: beside {beside}"
            )
            yield Fault(at=at, rule="missing-language", says=says)


def _parity(at: Pointer, text: Text) -> Iterator[Fault]:
    """Figures and placeholders that stand in one language and not in another."""
    first, *others = text
    for other in others:
        for what, found in (("placeholder", placeholders), ("figure", figures)):
            differ = found(text[first]) ^ found(text[other])
            if differ:
                listed = ", ".join(sorted(differ))
                says = (
                    f"{path(at)}: {first} and {other} do not hold the same {what}s ({listed}); "
                    "write them in both"
                )
                yield Fault(at=at, rule="language-parity", says=says)


def _untranslated(at: Pointer, text: Text) -> Iterator[Fault]:
    """One sentence in two languages: a name may be the same in both, a sentence never is."""
    first, *others = text
    for other in others:
        if text[first] == text[other] and _a_sentence(text[first]):
            says = (
                f"{path(at)}: {first} and {other} are the same words; write one of them in "
                "its own language"
            )
            yield Fault(at=(*at, other), rule="same-language", says=says, severity="warning")


def _in_another_language(at: Pointer, text: Text) -> Iterator[Fault]:
    """Words that stand beside the wrong language, as where two were swapped."""
    for language, words in text.items():
        if list(text.values()).count(words) > 1:
            continue  # said of the one that was not translated
        other = _other_language(language, words)
        if other is not None:
            says = (
                f"{path(at)}: {language} reads as {_NAMES[other]}; write {_NAMES[language]} here, "
                "or swap the two"
            )
            yield Fault(at=(*at, language), rule="other-language", says=says, severity="warning")


@lru_cache(maxsize=4096)  # the same texts come back with every combination of layers
def _other_language(language: str, words: str) -> str | None:
    """The language that words are written in, names apart, where it is surely not this one."""
    plain = _NAME.sub("", _PLACEHOLDER.sub("", words))
    found = {word.lower() for word in _WORD.findall(plain)}
    if language not in LANGUAGES or found.intersection(words_of(language)["little"]):
        return None
    others = (
        name for name in LANGUAGES
        if len(found.intersection(words_of(name)["little"])) >= _LITTLE
    )  # fmt: skip
    return next(others, None)


def _a_sentence(words: str) -> bool:
    """Whether words say more than a name does, placeholders apart."""
    return len(_WORD.findall(_PLACEHOLDER.sub("", words))) >= _A_SENTENCE


def _braces(at: Pointer, text: Text) -> Iterator[Fault]:
    """Braces that hold no placeholder: people would read them as they stand."""
    for language, words in text.items():
        if set("{}") & set(_PLACEHOLDER.sub("", words)):
            says = (
                f"{path(at)}: a brace stands alone in the text; write {{place}} with one before "
                "and one after the name, or take it out"
            )
            yield Fault(at=(*at, language), rule="unknown-placeholder", says=says)


@lru_cache(maxsize=4096)  # the same texts come back with every combination of layers
def figures(words: str) -> frozenset[str]:
    """The different figures of a text."""
    return frozenset(agreement.figures(words))


def _placeholders(view: View, at: Pointer, text: Text) -> Iterator[Fault]:
    for name in sorted({name for words in text.values() for name in placeholders(words)}):
        family, _, member = name.partition(".")
        if not is_known(name):
            known = [*PLACEHOLDERS, "site.FACT", "answer.STEP", "eta.STEP"]
            says = f"{path(at)}: nobody can fill in {{{name}}}; {instead(name, known)}"
            yield view.fault("unknown-placeholder", at, says)
        elif family == "site":
            yield from _site_fact(view, at, text, member)
        elif family in ("answer", "eta"):
            yield from _of_a_step(view, at, family, member)
        elif name in OF_WORKS and not view.playbook.planned:
            says = (
                f"{path(at)}: {{{name}}} is a time of announced works, and this playbook is for "
                "none; write planned: true, or the words without it"
            )
            yield view.fault("not-planned", at, says)
        elif name in OF_A_MESSAGE and not is_told(at):
            says = (
                f"{path(at)}: {{{name}}} is known only in words told to an audience; "
                "write the words without it"
            )
            yield view.fault("unknown-placeholder", at, says)


def _nothing_left(view: View, at: Pointer, text: Text) -> Iterator[Fault]:
    """First words of which nothing would be left: at that hour nobody has answered anything.

    A sentence is left out while nobody gave what it names. In a layer the answer may be there.
    """
    if view.layers or at[0] != "tell" or at[2:] not in _FIRST_WORDS:
        return
    for language, words in text.items():
        if all(_WAITS & {name.partition(".")[0] for name in placeholders(one)}
               for one in _SENTENCES.split(words)):  # fmt: skip
            says = (
                f"{path(at)}: nothing of it is left when the first message leaves, because every "
                "sentence waits for an answer; begin with one that holds without any"
            )
            yield view.fault("empty-at-first", (*at, language), says)


def is_told(at: Pointer) -> bool:
    """Whether an audience hears the words that stand there."""
    return at[0] in _TOLD_SECTIONS or bool(_TOLD_PARTS.intersection(map(str, at[2:])))


def _sites(view: View, at: Pointer) -> Iterator[Site]:
    """The sites where these words can be said: those that the step's, or the audience's, allows."""
    playbook = view.playbook
    parts: Mapping[str, Mapping[Any, Any]] = {
        "steps": playbook.steps, "tell": playbook.tell, "roles": playbook.roles,
        "phases": playbook.phases,
    }  # fmt: skip
    held = parts.get(str(at[0]), {})
    owner = held.get(str(at[1])) if len(at) > 1 else None
    when = getattr(owner, "when", None)
    return (site for site in view.sites if when is None or when.allows("site", site.name))


def _site_fact(view: View, at: Pointer, text: Text, fact: str) -> Iterator[Fault]:
    elsewhere = any(fact in site.facts for site in view.all_sites)
    for site in _sites(view, at):
        missing = [language for language in text if site.fact(fact, language) is None]
        if missing:
            says = (
                f"{path(at)}: the site {site.name} does not say {fact}"
                + (f" in {' and '.join(missing)}" if fact in site.facts else "")
                + ("; " if elsewhere else f" (other facts: {', '.join(sorted(site.facts))}); ")
                + f"add {fact} to the facts of sites/{site.name}.yaml, or tell it only where it "
                "is known (when: {site: NAME}, or a layer)"
            )
            yield view.fault("missing-site-fact", at, says)


def _of_a_step(view: View, at: Pointer, family: str, step: str) -> Iterator[Fault]:
    if family == "answer":
        known, what = set(view.answers), "asks or decides"
    else:
        known = {name for name, each in view.playbook.steps.items() if each.verb == "call"}
        what = "calls"
    if step not in known:
        says = f"{path(at)}: no step that {what} is named {step}; {instead(step, known)}"
        yield view.fault("unknown-placeholder", at, says)
        return
    source = view.playbook.steps[step]
    untold = [answer for answer in source.answers if answer not in source.known]
    if source.verb == "ask" and untold:
        says = (
            f"{path(at)}: no words stand for {{answer.{step}}} when it is {' or '.join(untold)}; "
            f"add known: to steps.{step}, with a text for each answer"
        )
        yield view.fault("answer-untold", at, says)
    if source.inside_only and is_told(at) and not _inside(view, at):
        says = (
            f"{path(at)}: {step} is inside_only, and these words are told to everyone; "
            f"write them without {{{family}.{step}}}"
        )
        yield view.fault("inside-only", at, says)


def _inside(view: View, at: Pointer) -> bool:
    """Whether these words belong to a step that is never told either."""
    return at[0] == "steps" and view.playbook.steps[str(at[1])].inside_only
