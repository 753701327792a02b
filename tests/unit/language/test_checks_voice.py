"""The voice of the organisation: checked by itself, and held against what people hear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault
from crisis.library.schema import schema

BrokenPlan = Callable[[dict[tuple[str | int, ...], Any]], list[Fault]]
Broken = Callable[..., list[Fault]]
SOUND = {
    "signs": {"fr": "La maison reste joignable.", "en": "The house stays within reach."},
    "never": {"fr": [], "en": ["end user"]},
    "say": {"fr": {}, "en": {"lift": ["elevator"]}},
}


@pytest.mark.parametrize(
    ("changes", "rule", "at", "says"),
    [
        ({}, None, (), ""),
        (
            {"signs": {"fr": "La maison."}}, "missing-language", ("voice", "signs"),
            "voice.signs has no English text; add en: beside fr",
        ),
        (
            {"say": {"en": {"lift": ["elevator"]}}}, "missing-language", ("voice", "say"),
            "voice.say says nothing of fr; add fr: beside the others, empty if it has none",
        ),
        (
            {"say": {"fr": {}, "en": {"lift": ["Lift"]}}}, "voice", ("voice", "say", "en", "lift"),
            'voice.say.en: "Lift" is to be said and not to be said',
        ),
        (
            {"never": {"fr": [], "en": [], "de": ["Nutzer"]}}, "unknown-field",
            ("voice", "never", "de"),
            "voice.never: the plan has no language de",
        ),
        (
            {"say": {"fr": {}, "en": {"lift": ["elevator"], "elevator": ["hoist"]}}}, "voice",
            ("voice", "say", "en", "elevator"),
            ('voice.say.en: "elevator" is to be said and not to be said; take it out of one of the'
             ' two, or write another word than "elevator"'),
        ),
        (
            {"opens": {"fr": "Bonjour à {place}.", "en": "Hello to {place}."}},
            "unknown-placeholder", ("voice", "opens", "fr"),
            "voice.opens: nobody fills in {place} there; write the words without it",
        ),
        (
            {"thanks": {"fr": "Merci à tous.", "en": "Thank you, end user."}}, "voice",
            ("voice", "thanks", "en"),
            'voice.thanks: "end user" is no word of this house; say it in other words',
        ),
        (
            {"thanks": {"fr": "Merci à tous !", "en": "Thank you."}}, "tone",
            ("voice", "thanks", "fr"), "voice.thanks: exclamation mark; end with a full stop",
        ),
    ],
)  # fmt: skip
def test_a_voice_that_contradicts_itself_is_said(
    broken_plan: BrokenPlan, changes: dict[str, Any], rule: str | None, at: tuple[str, ...],
    says: str,
) -> None:  # fmt: skip
    """Every text in each language, one word for one thing, and its own lines in its own words."""
    found = broken_plan({("voice",): SOUND | changes})
    if rule is None:
        assert found == []
    else:
        assert [(one.rule, one.at, one.says[: len(says)]) for one in found][:1] == [
            (rule, at, says)
        ]


def test_what_a_playbook_says_is_held_against_it(broken: Broken) -> None:
    """A warning at its place, with the word to write; a title that nobody hears is not read."""
    at = ("tell", "people-on-site", "open", "impact")
    edits = {at: {"fr": "L'ascenseur est arrêté.", "en": "The elevator has stopped."}}
    found = broken(edits, rule="voice", plan_edits={("voice",): SOUND})
    assert [(one.says, one.severity) for one in found] == [(
        ('tell.people-on-site.open.impact: "elevator" is called something else here; '
         'say "lift": the same word for the same thing'), "warning",
    )]  # fmt: skip


def test_an_editor_knows_the_voice() -> None:
    """The JSON Schema has every field of it, with what it is for."""
    known = schema()["communication_plan"]["$defs"]["Voice"]["properties"]
    assert set(known) == {"opens", "signs", "thanks", "never", "say"}
    assert all(one["description"] for one in known.values())
