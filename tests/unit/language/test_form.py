"""The form of a document: every error of a type is said by its rule, with what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, ValidationError

from crisis.core.checks.fault import Fault, path
from crisis.core.checks.form import faults_of
from crisis.core.section import Section

Broken = Callable[..., list[Fault]]

TEXT = {"fr": "Eau", "en": "Water"}


@pytest.mark.parametrize(
    ("edits", "rule", "at", "says"),
    [
        ({("owner",): ...}, "missing-field", (), "this document has no owner; add owner: NAME"),
        (
            {("words", "event"): ...},
            "missing-field",
            ("words",),
            'words has no event; add event: {fr: "…", en: "…"}',
        ),
        (
            {("roles", "it", "holder"): ...},
            "missing-field",
            ("roles", "it"),
            "add holder: FUNCTION",
        ),
        (
            {("steps", "pump", "arrive_within"): ...},
            "missing-field",
            ("steps", "pump"),
            "steps.pump has no arrive_within; add arrive_within: 30m",
        ),
        ({("steps", "pump", "for"): ...}, "missing-field", ("steps", "pump"), "add for: {fr:"),
        (
            {("steps", "leave", "options"): ...},
            "missing-field",
            ("steps", "leave"),
            "add options: {…}",
        ),
        (
            {("layers", "stay", "when"): ...},
            "missing-field",
            ("layers", "stay"),
            "add when: {severity: [S1, S2]}",
        ),
        ({("exercise", "every"): ...}, "missing-field", ("exercise",), "add every: 30m"),
        (
            {("steps", "assist", "withn"): "5m"},
            "unknown-field",
            ("steps", "assist", "withn"),
            '"withn" is not a field of steps.assist; did you mean "within"?',
        ),
        (
            {("stepz",): {}},
            "unknown-field",
            ("stepz",),
            '"stepz" is not a field of this document; did you mean "steps"?',
        ),
        (
            {("steps", "assist", "then_by"): "it"},
            "unknown-field",
            ("steps", "assist", "then_by"),
            "is not a field of a step that says do; known here: evidence, expected_result,",
        ),
        (
            {("steps", "round", "until"): "save"},
            "unknown-value",
            ("steps", "round", "until"),
            'steps.round.until is never "save"; did you mean "safe"?',
        ),
        (
            {("steps", "round", "evidence"): ["foto"]},
            "unknown-value",
            ("steps", "round", "evidence", 0),
            'steps.round.evidence[1] is never "foto"; did you mean',
        ),
        (
            {("phases", "saef"): {}},
            "unknown-field",
            ("phases", "saef"),
            '"saef" is not a field of phases; did you mean "safe"?',
        ),
        (
            {("roles", "it", "authority"): ["sned"]},
            "unknown-value",
            ("roles", "it", "authority", 0),
            'roles.it.authority[1] is never "sned"; did you mean "send"?',
        ),
        (
            {("roles", "it", "need"): "two"},
            "unknown-value",
            ("roles", "it", "need"),
            'roles.it.need: "two" cannot stand here; write a whole number',
        ),
        (
            {("roles", "it", "need"): 0},
            "unknown-value",
            ("roles", "it", "need"),
            "write 1 or more",
        ),
        ({("planned",): "perhaps"}, "unknown-value", ("planned",), "write true or false"),
        (
            {("reviewed_on",): "last week"},
            "unknown-value",
            ("reviewed_on",),
            "is not a day; write one as 2026-11-20",
        ),
        (
            {("steps",): ["a"]},
            "unknown-value",
            ("steps",),
            "steps: this cannot stand here; write a",
        ),
        (
            {("words",): "x"},
            "unknown-value",
            ("words",),
            'words: "x" cannot stand here; write a bl',
        ),
        ({("title",): "x"}, "text", ("title",), 'title: "x" is in no language; write {fr: "…"'),
        ({("title", "en"): 3}, "text", ("title", "en"), "between double quotes"),
        (
            {("steps", "pump", "spend_up_to"): "5000"},
            "money",
            ("steps", "pump", "spend_up_to"),
            "is not an amount of money; write 5000 EUR",
        ),
        (
            {("steps", "assist", "within"): {"S1": "soon"}},
            "duration",
            ("steps", "assist", "within", "S1"),
            "is not a duration",
        ),
        (
            {("tell", "front-line", "update_at"): ["9:00"]},
            "clock",
            ("tell", "front-line", "update_at", 0),
            "is not a time of day",
        ),
        (
            {("steps", "assist", "when"): "leave == stay"},
            "match",
            ("steps", "assist", "when"),
            'steps.assist.when: "leave == stay" is an expression; write field: value',
        ),
        (
            {("steps", "assist", "when"): [{"leave": {"is": "x"}}]},
            "match",
            ("steps", "assist", "when", 0, "leave"),
            "only {not: VALUE} may stand here",
        ),
        (
            {("roles", "it", "holder"): {"functio": "x"}},
            "unknown-field",
            ("roles", "it", "holder", 0, "functio"),
            'people have no "functio"; did you mean',
        ),
        ({("roles", "it", "holder"): []}, "too-short", ("roles", "it", "holder"), "at least one"),
        (
            {("roles", "IT"): {}},
            "name",
            ("roles", "IT"),
            '"IT" is not a name; write it (small letters',
        ),
        ({("steps", "assist", "ask"): TEXT}, "verb", ("steps", "assist"), "has do and ask"),
        (
            {("steps", "assist", "by"): {"role": "it", "need": 2}},
            "match",
            ("steps", "assist", "by"),
            "a step that says do needs one of them; write ROLE",
        ),
        (
            {("steps", "it"): 5},
            "unknown-value",
            ("steps", "it"),
            '"5" cannot stand here; write a b',
        ),
    ],
)
def test_a_wrong_form_is_said_in_words(
    broken: Broken, edits: dict[tuple[str, ...], Any], rule: str, at: tuple[Any, ...], says: str
) -> None:
    """One mistake, one fault: the rule, the place, and what to write instead."""
    fault = next(fault for fault in broken(edits) if fault.rule == rule)

    assert fault.at == at
    assert says in fault.says
    assert fault.severity == "error"


def test_several_mistakes_are_all_said_at_once(broken: Broken) -> None:
    """Nobody mends a file one error at a time."""
    found = broken({("owner",): ..., ("words", "event"): ..., ("review", "owner"): "No One"})

    assert [fault.rule for fault in found] == ["missing-field", "missing-field", "name"]


def test_a_pointer_is_shown_as_people_read_it() -> None:
    """Places in lists are counted from 1."""
    assert path(("opens_on", 1, "kind")) == "opens_on[2].kind"
    assert path(()) == ""


def test_what_checks_itself_says_so_in_its_own_words() -> None:
    """A rule that a document has of its own needs no other words than those it is written with."""

    class Lift(Section):
        floors: Annotated[int, AfterValidator(even)]

    with pytest.raises(ValidationError) as refused:
        Lift.model_validate({"floors": 3})
    [fault] = faults_of(refused.value, Lift)
    assert (fault.rule, fault.at) == ("unknown-value", ("floors",))
    assert "this lift stops at every second floor" in fault.says


def even(floors: int) -> int:
    """A rule of somebody's own."""
    if floors % 2:
        raise ValueError("this lift stops at every second floor")
    return floors
