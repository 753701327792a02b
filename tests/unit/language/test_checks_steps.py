"""Steps that never become ready or never end, and those that are told by half."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

Broken = Callable[..., list[Fault]]
TEXT = {"fr": "Eau", "en": "Water"}
OWED = {"by": "lead", "within": "5m"}
SEVERITIES = ("S1", "S2", "S3")


@pytest.mark.parametrize(
    ("edits", "at", "says"),
    [
        (
            {("steps", "photos", "after"): "insurer"},
            ("steps", "photos"),
            'photos waits for itself: photos → insurer → photos; take one "after" or "when" out',
        ),
        ({("steps", "people", "after"): "people"}, ("steps", "people"), "people → people"),
        ({("phases", "safe", "after"): "photos"}, ("steps", "photos"), "photos → safe → photos"),
        (
            {("phases", "safe", "after"): "normal", ("phases", "normal", "after"): []},
            ("phases", "safe"),
            "safe → normal → safe",
        ),
        (
            {("steps", "server-room", "when"): {"stop-it": "stop"}},
            ("steps", "server-room"),
            "server-room → stop-it → server-room",
        ),
        (
            {("steps", "photos", "until"): "safe"},
            ("steps", "photos", "until"),
            "photos begins after its end: it waits for safe and is moot from safe",
        ),
        ({("steps", "insurer", "until"): "safe"}, ("steps", "insurer", "until"), "waits for safe"),
        (
            {
                ("steps", "assist", "when"): [
                    {"severity": "S1", "stop-it": "stop", "server-room": "no"}
                ]
            },
            ("steps", "assist", "when"),
            (
                "assist never applies: no situation fits its whole condition; "
                "compare it with the when of stop-it"
            ),
        ),
        (
            {("steps", "assist", "when"): {"severity": {"not": list(SEVERITIES)}}},
            ("steps", "assist", "when"),
            "change its values, or take the step out",
        ),
    ],
)
def test_a_step_that_never_becomes_ready_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], at: tuple[str, ...], says: str
) -> None:
    """It waits for itself, begins after its end, or contradicts what it looks at."""
    faults = broken(edits, rule="unreachable-step")

    assert [fault.at for fault in faults] == [at]
    assert says in faults[0].says


def test_a_condition_that_holds_before_the_answer_makes_no_ring(broken: Broken) -> None:
    """`not roof` holds while nobody has answered: the question may come after the step."""
    assert broken({("steps", "source", "after"): "shut-water"}) == []


def test_a_later_end_or_a_possible_case_is_no_fault(broken: Broken) -> None:
    """Waiting for safe until normal is fine; so is one block of a condition that fits."""
    edits = {
        ("steps", "photos", "until"): "normal",
        ("steps", "assist", "when"): [
            {"stop-it": "stop", "server-room": "no"},
            {"stop-it": "stop", "server-room": "yes", "site": {"not": "annex"}},
        ],
        ("layers", "annex", "steps", "assist"): None,
    }

    assert broken(edits) == []


def test_a_layer_that_never_holds_is_found(broken: Broken) -> None:
    """Its condition contradicts when the question is asked."""
    edits = {("layers", "stay", "when"): {"stop-it": "stop", "server-room": "no"}}
    (fault,) = broken(edits, rule="unreachable-layer")

    assert fault.at == ("layers", "stay", "when")
    assert "layers.stay is never in force" in fault.says


def test_what_comes_again_has_an_end(broken: Broken) -> None:
    """`every` without `until` would go on for ever."""
    (fault,) = broken({("steps", "round", "until"): ...}, rule="endless-step")

    assert fault.at == ("steps", "round", "every")
    assert fault.says == "round comes again every 30m and never ends; add until: safe"


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        (
            {("steps", "pump", "expected_result"): ...},
            "measure-without-result",
            ("steps", "pump", "measure"),
            "tells a measure without its expected result; add expected_",
        ),
        (
            {("steps", "pump", "measure"): ...},
            "missing-field",
            ("steps", "pump", "expected_result"),
            "steps.pump has an expected result and no measure; add measure: {fr: …, en: …}",
        ),
        (
            {("steps", "source", "known", "roof"): ...},
            "answer-untold",
            ("steps", "source", "unknown"),
            "steps.source tells that the answer is unknown, and not what roof means",
        ),
        (
            {("steps", "source", "within", "S2"): ...},
            "missing-field",
            ("steps", "source", "within"),
            "steps.source.within says nothing at S2; add S2: with a duration",
        ),
        ({("review", "within", "S2"): ...}, "missing-field", ("review", "within"), "nothing at S2"),
    ],
)
def test_a_step_that_is_told_by_half_is_found(
    broken: Broken, edits: dict[tuple[str, ...], Any], rule: str, at: tuple[str, ...], says: str
) -> None:
    """Measures come with results, answers with words, deadlines with every severity."""
    (fault,) = broken(edits, rule=rule)

    assert fault.at == at
    assert says in fault.says


def test_a_deadline_may_leave_out_severities_at_which_nothing_is_owed(broken: Broken) -> None:
    """A step that stands only at S1 needs no deadline at S2."""
    edits = {
        ("steps", "round", "when"): {"severity": "S1"},
        ("steps", "round", "within"): {"S1": "15m"},
    }

    assert broken(edits) == []


def test_an_answer_that_nobody_uses_is_a_warning(broken: Broken) -> None:
    """A question costs time: its answer changes something, or is told to somebody."""
    ask = {"ask": TEXT, "unanswered": "yes", **OWED}
    (fault,) = broken({("steps", "why"): ask}, rule="answer-unused")

    assert (fault.at, fault.severity) == (("steps", "why"), "warning")
    told = ask | {"known": {"yes": TEXT, "no": TEXT}}
    words = {"fr": "{answer.why}", "en": "{answer.why}"}
    assert broken({("steps", "why"): told, ("words", "measure"): words}) == []


def test_an_answer_without_words_is_not_put_into_a_text(broken: Broken) -> None:
    """Where nothing stands for an answer the sentence would be left out, and nobody would know."""
    words = {"fr": "{answer.people}", "en": "{answer.people}"}
    (fault,) = broken({("words", "measure"): words})

    assert (fault.rule, fault.at) == ("answer-untold", ("words", "measure"))
    assert "no words stand for {answer.people} when it is yes or no; add known:" in fault.says


def test_a_role_of_some_sites_is_not_judged_where_nobody_knows_the_sites(broken: Broken) -> None:
    """Files that are read alone: whether somebody is offered it is said with the sites."""
    assert broken({("roles", "security", "when"): {"site": "annex"}}, rule="nobody-owes") == []
