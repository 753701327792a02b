"""The published objectives and the service catalogue: what is promised, done, and kept.

For everybody, without a name of anybody: the plan, the playbooks and the scorecards say all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crisis.core.objectives import Objective, Result, Results, objectives
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import Playbook
from crisis.core.values import Span, Text
from crisis.documents.sheet_steps import Names
from crisis.documents.sheet_words import in_language, say, span_said, words

LANGUAGES = ("fr", "en")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")

Both = dict[str, str]
"""Words in both languages."""


def published(
    plan: CommunicationPlan, playbooks: Mapping[str, Playbook], names: Names, found: Results
) -> dict[str, Any]:
    """All of it, every line in both languages.

    ``playbooks`` are those in force, by name; ``found`` is what the last scorecards show.
    """
    return {
        "severities": {name: dict(text) for name, text in plan.severities.items()},
        "spoken": _both(lambda one: say("spoken_in", one, languages=_languages(plan, one))),
        "audiences": [
            {
                "audience": name,
                "title": dict(plan.audiences[name].title),
                "contact": _both(
                    lambda one, at=plan.audiences[name].contact: names.contact(at, one)
                ),
                "promises": [_promise(plan, one) for one in promises],
                "results": list(_results(found, name)),
            }
            for name, promises in objectives(plan).items()
        ],
        "services": [_service(plan, name, one) for name, one in playbooks.items()],
        "results": list(_results(found, "")),
    }


def markdown(found: Mapping[str, Any], language: str) -> Iterator[str]:
    """The same, to read or to print."""
    yield f"# {say('objectives', language)}"
    yield from ("", say("objectives_hint", language))
    yield from (f"- {one[language]}" for one in (found["counted"], *found["results"]))
    yield f"- {found['spoken'][language]}"
    for name, means in found["severities"].items():
        yield f"- {name}: {in_language(Text(means), language)}"
    for one in found["audiences"]:
        yield from ("", f"## {in_language(Text(one['title']), language)}", "")
        yield from (f"- {promise[language]}" for promise in one["promises"])
        yield f"- {say('asks_whom', language, contact=one['contact'][language])}"
        yield from (f"- {result[language]}" for result in one["results"])
    yield from ("", f"# {say('catalogue', language)}")
    for one in found["services"]:
        yield from ("", f"## {in_language(Text(one['title']), language)}", "")
        yield from (f"- {line[language]}" for line in one["lines"])


def _languages(plan: CommunicationPlan, language: str) -> str:
    """The languages of the plan by name; one that we have no name for by its letters."""
    known = words()
    return ", ".join(
        known[f"in_{one}"][language] if f"in_{one}" in known else one for one in plan.languages
    )


def _promise(plan: CommunicationPlan, one: Objective) -> Both:
    def line(language: str) -> str:
        def said(name: str, within: Span | None) -> Iterator[str]:
            if within is not None:
                yield say(name, language, span=span_said(within, language))

        parts = [*said("first_promised", one.first_within), *said("every_promised", one.every),
                 *said("reply_promised", one.reply_within)]  # fmt: skip
        media = ", ".join(in_language(plan.media[name].title, language) for name in one.media)
        return say("promised_at", language, severity=one.severity, promises=", ".join(parts)) + (
            f" ({media})" if media else ""
        )

    return _both(line)


def _service(plan: CommunicationPlan, name: str, playbook: Playbook) -> dict[str, Any]:
    """One kind of crisis: what is done at once, what ends it, who is told, when it is looked at."""
    told = [plan.audiences[one].title for one in playbook.tell]

    def lines(language: str) -> Iterator[str]:
        yield say("done_at_once", language, words=_plain(playbook.words.measure, language))
        yield _plain(playbook.words.expected_result, language)
        for phase, ending in playbook.phases.items():
            known = words().get(f"{phase}_phase")
            titled = known[language] if known else phase
            yield say("ends_in", language, phase=titled, words=_plain(ending.means, language))
        audiences = ", ".join(in_language(one, language) for one in told)
        yield say("told_in_it", language, audiences=audiences)

    by_language = {language: list(lines(language)) for language in LANGUAGES}
    return {
        "playbook": name,
        "title": dict(playbook.title),
        "lines": [
            dict(zip(LANGUAGES, one, strict=True))
            for one in zip(*by_language.values(), strict=True)
        ],
    }


def _results(found: Results, audience: str) -> Iterator[Both]:
    """The lines of results that belong to one audience; to all, where it is empty."""
    for (objective, about), result in found.by.items():
        if about == audience:
            yield _result(objective, result)
    if not audience:
        yield _result("promises", found.promises)


def _result(objective: str, result: Result) -> Both:
    return _both(lambda one: say(f"{objective}_kept", one, kept=result.kept, of=result.of))


def _plain(text: Text, language: str) -> str:
    """The playbook's words; what only an incident can fill in is left out."""
    return _PLACEHOLDER.sub("…", in_language(text, language))


def _both(line: Any) -> Both:
    return {language: line(language) for language in LANGUAGES}
