"""How the sheet of a playbook says what is written short: times, conditions, answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from crisis.core.playbook import Playbook
from crisis.core.values import Span, Text, When
from crisis.core.window import Mark

SITUATION = frozenset({"severity", "site", "hours", "danger", "down"})
"""What a condition may look at beside the steps of its playbook."""


_FILES = ("words.toml", "published.toml")


def say(name: str, language: str, /, **values: object) -> str:
    """Words of ours, in a language."""
    return words()[name][language].format(**values)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """All of them: name -> language -> words."""
    folder = files(__package__)
    texts = (folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)
    return {name: both for text in texts for name, both in tomllib.loads(text).items()}


def span_said(span: Span, language: str) -> str:
    """A length of time as people say it: ``5 min``, ``1 h 30``, ``3 days``, ``5 working days``."""
    minutes = int(span.delta.total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    said = []
    if span.workdays:
        name = "workday" if span.workdays == 1 else "workdays"
        said.append(say(name, language, count=span.workdays))
    if days == 1:
        hours, days = hours + 24, 0
    if days:
        said.append(say("days", language, count=days))
    if hours:
        said.append(f"{hours} h {minutes:02}" if minutes else f"{hours} h")
    elif minutes:
        said.append(f"{minutes} min")
    return " ".join(said)


def mark_said(mark: Mark, language: str) -> str:
    """A moment of announced works: ``24 h before the beginning``, ``at the end``."""
    span = span_said(Span(abs(mark.comes_after)), language)
    when = "before" if mark.comes_after < timedelta() else "after" if span else "at"
    return say(f"{when}_{mark.of}", language, span=span)


def condition(when: When, playbook: Playbook, language: str) -> str:
    """A condition as people read it: what was asked or decided, and the answers that fit."""
    written = when.written()
    blocks = written if isinstance(written, list) else [written]
    return say("or", language).join(
        say("and", language).join(
            f"{_asked(name, playbook, language)} {_value(name, value, playbook, language)}"
            for name, value in one.items()
        )
        for one in blocks
    )


def _asked(name: str, playbook: Playbook, language: str) -> str:
    if name in SITUATION:
        return say(f"{name}_field", language)
    step = playbook.steps.get(name)
    text = (step.ask or step.decide) if step is not None else None
    said = in_language(text, language) if text is not None else name
    return say("asked_field", language, words=said, name=name)


def _value(name: str, value: Any, playbook: Playbook, language: str) -> str:
    if isinstance(value, Mapping):
        return say("not", language) + _value(name, value["not"], playbook, language)
    several = value if isinstance(value, list) else [value]
    return say("either", language).join(_one(name, str(one), playbook, language) for one in several)


def _one(name: str, value: str, playbook: Playbook, language: str) -> str:
    step = playbook.steps.get(name)
    if step is not None and value in step.options:
        return f"{value} ({in_language(step.options[value], language).rstrip('.')})"
    known = words().get(f"{value}_value")
    return known[language] if known is not None else value


def in_language(text: Text, language: str) -> str:
    """Its words in that language; in the first one that it has, where it has not that one."""
    return text.get(language) or next(iter(text.values()))
