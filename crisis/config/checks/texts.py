"""Every text that people read exists in each language of the organisation."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.config.documents import PEOPLE, PLAN, SETTINGS, SITES, Configuration
from crisis.core.checks.fault import Pointer, path
from crisis.core.values import Text
from crisis.yamlfile import Finding

_NAMES = {"fr": "French", "en": "English"}


def findings(configuration: Configuration) -> Iterator[Finding]:
    """Every text that lacks a language, and languages on which settings and plan disagree."""
    languages = configuration.settings.languages
    planned = configuration.plan.languages
    if set(languages) != set(planned):
        says = (
            f"settings.yaml says {', '.join(languages)} and the plan says {', '.join(planned)}; "
            "write the same languages in both"
        )
        yield configuration.finding(PLAN, ("languages",), "languages-disagree", says)
    for file, at, text in _texts(configuration):
        for language in languages:
            if language not in text:
                name = _NAMES.get(language, language)
                beside = text.languages[0]
                says = f"{path(at)} has no {name} text; add {language}: beside {beside}"
                yield configuration.finding(file, at, "missing-language", says)


def _texts(configuration: Configuration) -> Iterator[tuple[str, Pointer, Text]]:
    yield SETTINGS, ("organisation",), configuration.settings.organisation
    people = configuration.people
    for name, function in people.functions.items():
        yield PEOPLE, ("functions", name, "title"), function.title
        if function.contact is not None:
            yield PEOPLE, ("functions", name, "contact"), function.contact
    for name, place in people.places.items():
        yield PEOPLE, ("places", name, "title"), place.title
    for site in configuration.sites.values():
        file = f"{SITES}{site.name}.yaml"
        yield file, ("title",), site.title
        for name, fact in site.facts.items():
            if isinstance(fact, Text):
                yield file, ("facts", name), fact
        for name, building in site.buildings.items():
            if building.title is not None:
                yield file, ("buildings", name, "title"), building.title
