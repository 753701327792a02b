"""Names that lead nowhere, values that can never be, names that mean two things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault
from crisis.core.place import Site

Broken = Callable[..., list[Fault]]
TEXT = {"fr": "Eau", "en": "Water"}
SPEECH = {"impact": TEXT, "instruction": "none"}
OWED = {"by": "lead", "within": "5m"}


def test_the_sound_playbook_has_no_fault(broken: Broken, tower: Site, annex: Site) -> None:
    """What every test below breaks is whole to begin with, also at its site."""
    assert broken({}) == []
    assert broken({}, sites=[tower, annex]) == []


def test_a_roll_call_of_people_who_are_told_nothing_is_found(broken: Broken) -> None:
    """Nobody of an audience that the playbook does not tell would be asked."""
    (fault,) = broken({("steps", "people", "roll_call"): "people-onsite"}, rule="unknown-name")

    assert fault.at == ("steps", "people", "roll_call")
    assert fault.says == (
        "steps.people: this playbook tells people-onsite nothing, so nobody of it would be asked "
        'whether they are safe; did you mean "people-on-site"?'
    )


@pytest.mark.parametrize(
    ("edits", "at", "says"),
    [
        (
            {("steps", "assist", "by"): "wardns"},
            ("steps", "assist", "by", 0),
            'there is no role "wardns"; did you mean "wardens"?',
        ),
        (
            {("steps", "assist", "by"): "xyz"},
            ("steps", "assist", "by", 0),
            'there is no role "xyz"; known here: directorate, it, lead, liaison, ',
        ),
        (
            {("steps", "close-area", "with"): ["lead", "us"]},
            ("steps", "close-area", "with", 1),
            "us",
        ),
        ({("steps", "leave", "then_by"): "us"}, ("steps", "leave", "then_by", 0), "us"),
        ({("phases", "safe", "declared_by"): "us"}, ("phases", "safe", "declared_by", 0), "us"),
        ({("tell", "front-line", "speaker"): "us"}, ("tell", "front-line", "speaker", 0), "us"),
        ({("directorate", "informed_by"): "us"}, ("directorate", "informed_by", 0), "us"),
        ({("review", "owner"): "us"}, ("review", "owner", 0), "us"),
        (
            {("down",): ["mobil"]},
            ("down", 0),
            'the plan has no "mobil" among what can_fail; did you mean "mobile"?',
        ),
        ({("review", "invite"): ["us"]}, ("review", "invite", 0), "us"),
        ({("severity", "lowered_by"): "us"}, ("severity", "lowered_by", 0), "us"),
        (
            {("steps", "photos", "after"): "sfe"},
            ("steps", "photos", "after", 0),
            'there is no step or phase "sfe"; did you mean "safe"?',
        ),
        ({("phases", "safe", "after"): "peple"}, ("phases", "safe", "after", 0), '"people"?'),
        (
            {
                ("tell", "visitors"): {
                    "open": SPEECH,
                    "safe": "none",
                    "worked_around": "none",
                    "normal": SPEECH,
                }
            },
            ("tell", "visitors", 0),
            'there is no audience "visitors"',
        ),
        ({("steps", "belongings", "to"): "all"}, ("steps", "belongings", "to", 0), "audience"),
        ({("severity", "start"): "S7"}, ("severity", "start", 0), 'there is no severity "S7"'),
        (
            {("severity", "raise", "people", "to"): "high"},
            ("severity", "raise", "people", "to", 0),
            'there is no severity "high"',
        ),
        ({("urgency", "S8"): "future"}, ("urgency", "S8", 0), 'there is no severity "S8"'),
        (
            {("roles", "lead", "accept_within", "S8"): "1m"},
            ("roles", "lead", "accept_within", "S8", 0),
            'there is no severity "S8"',
        ),
        (
            {("steps", "assist", "when"): {"leeve": "stay"}},
            ("steps", "assist", "when", 0, "leeve"),
            'nothing is called "leeve" here that a condition can look at; did you mean "leave"?',
        ),
        (
            {("layers", "stay", "when"): {"photos": "yes"}},
            ("layers", "stay", "when", 0, "photos"),
            "a condition sees answers and choices, and photos is neither; ask it first",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], at: tuple[Any, ...], says: str
) -> None:
    """Roles, steps, phases, audiences, severities and what conditions look at."""
    faults = broken(edits, rule="unknown-name")

    assert [fault.at for fault in faults] == [at]
    assert says in faults[0].says


@pytest.mark.parametrize(
    ("edits", "at", "says"),
    [
        (
            {("steps", "shut-water", "when"): {"source": {"not": "rouf"}}},
            ("steps", "shut-water", "when", 0, "source"),
            'source is never "rouf"; did you mean "roof',
        ),
        (
            {("layers", "stay", "when"): {"leave": "sty"}},
            ("layers", "stay", "when", 0, "leave"),
            'leave is never "sty"; did you mean "stay"?',
        ),
        ({("review", "when"): {"severity": "S9"}}, ("review", "when", 0, "severity"), "never"),
        (
            {("roles", "it", "when"): {"hours": "night"}},
            ("roles", "it", "when", 0, "hours"),
            'hours is never "night"; known here: off, office',
        ),
        (
            {("roles", "it", "when"): {"danger": "maybe"}},
            ("roles", "it", "when", 0, "danger"),
            "no",
        ),
        (
            {("steps", "people", "unanswered"): "yess"},
            ("steps", "people", "unanswered"),
            'steps.people never ends in "yess"; did you mean "yes"?',
        ),
        ({("steps", "leave", "otherwise"): "stray"}, ("steps", "leave", "otherwise"), '"stay"?'),
        (
            {("steps", "source", "known", "drain"): TEXT},
            ("steps", "source", "known", "drain"),
            'steps.source is never answered "drain"',
        ),
    ],
)
def test_a_value_that_can_never_be_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], at: tuple[Any, ...], says: str
) -> None:
    """A condition or a default that asks for what no answer, option or severity is called."""
    faults = broken(edits, rule="unknown-value")

    assert [fault.at for fault in faults] == [at]
    assert says in faults[0].says


def test_a_site_is_known_only_with_its_organisation(broken: Broken, tower: Site) -> None:
    """Without sites any site may be meant; with them a wrong one is found."""
    edits = {("layers", "annex", "when"): {"site": "towr"}}

    assert broken(edits) == []
    (fault,) = broken(edits, sites=[tower], rule="unknown-value")
    assert fault.says == 'site is never "towr"; did you mean "tower"?'


@pytest.mark.parametrize(
    ("edits", "at"),
    [
        ({("steps", "danger"): {"do": TEXT, **OWED}}, ("steps", "danger")),
        ({("steps", "safe"): {"do": TEXT, **OWED}}, ("steps", "safe")),
        (
            {("roles", "directorate"): {"title": TEXT, "mission": TEXT, "holder": "x"}},
            ("roles", "directorate"),
        ),
    ],
)
def test_a_name_must_not_mean_two_things(
    broken: Broken, edits: dict[tuple[str, ...], Any], at: tuple[str, ...]
) -> None:
    """Phases, `danger` and the directorate have a meaning of their own."""
    assert [fault.at for fault in broken(edits, rule="name")] == [at]


def test_something_opens_a_playbook_or_it_is_the_generic_one(broken: Broken) -> None:
    """Only the generic playbook may open on nothing: it opens when nothing else fits (G1)."""
    nothing: dict[tuple[str, ...], Any] = {("opens_on",): []}

    assert broken(nothing, rule="too-short")[0].at == ("opens_on",)
    assert broken({**nothing, ("playbook",): "generic"}) == []
