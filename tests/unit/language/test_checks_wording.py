"""The rules of wording on a playbook's texts: warnings with the words to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

Broken = Callable[..., list[Fault]]
OPEN = ("tell", "people-on-site", "open")


def both(fr: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"fr": fr, "en": en}


@pytest.mark.parametrize(
    ("at", "text", "rule", "says"),
    [
        (
            (*OPEN, "impact"), both("C'est la catastrophe.", "It is flooded."), "tone",
            ('tell.people-on-site.open.impact: "catastrophe" lets feverishness show; '
            'say a fact and a measure: "three teams are on site"'),
        ),
        (
            (*OPEN, "impact"), both("L'eau monte.", "Water rises. Updates to follow."),
            "vague-promise",
            ('tell.people-on-site.open.impact: "Updates to follow" promises without a time; '
            'give a time: "at 15:30"'),
        ),
        (
            (*OPEN, "impact"), both("L'eau monte.", "It will be repaired by 16:00."),
            "vague-promise",
            ('tell.people-on-site.open.impact: "repaired" promises a time of recovery; promise '
            "the time of the next update, and say that the time of recovery is not known"),
        ),
        (
            (*OPEN, "impact"), both("L'eau monte.", "The water rose earlier."), "vague-time",
            ('tell.people-on-site.open.impact: "earlier" does not say when; '
            'give the time: "since 14:05"'),
        ),
        (
            (*OPEN, "instruction"), both("Sortez.", "Leave " + "now " * 20), "long-sentence",
            ("tell.people-on-site.open.instruction: a sentence of 21 words; "
            "cut it: one idea a sentence, at most twenty words"),
        ),
        (
            (*OPEN, "instruction"), both("Sortez.", "Leave now. " * 30), "too-long",
            ("tell.people-on-site.open.instruction: the short form takes 3 text messages; "
            "shorten the instruction and your words"),
        ),
        (
            ("words", "event"), both("Incident", "Leak"), "event-named",
            ('words.event: "Incident" does not say what is happening; '
            "name it: power failure, water leak, fire"),
        ),
        (
            ("words", "measure"), both("Nous suivons cela.", "A team is there."), "measure-taken",
            ("words.measure: no measure taken is told; say what is done, by whom and since when: "
            '"the water was shut off at 14:12"'),
        ),
    ],
)  # fmt: skip
def test_what_a_reader_would_stumble_over_is_found_before_anything_happens(
    broken: Broken, at: tuple[Any, ...], text: dict[str, str], rule: str, says: str
) -> None:
    """E2, E4: with the place and the words to write instead; a warning stops no playbook."""
    found = broken({at: text}, rule=rule)

    assert [(one.says, one.severity) for one in found] == [(says, "warning")]
    assert found[0].at[: len(at)] == at


def test_an_unforeseen_event_has_no_name_yet(broken: Broken) -> None:
    """The playbook for everything unforeseen may call it an event."""
    edits = {("words", "event"): both("Incident", "Incident"), ("playbook",): "generic"}
    assert broken(edits, rule="event-named") == []


def test_what_nobody_hears_is_not_read(broken: Broken) -> None:
    """A title or a mission is for those who act."""
    edits = {("roles", "lead", "mission"): both("Vite, c'est la panique.", "Quick, no panic.")}
    assert broken(edits, rule="tone") == []
