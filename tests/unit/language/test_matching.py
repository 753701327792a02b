"""Matches, conditions and people picked by fields."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from crisis.core.matching import Match, When, Who


@pytest.mark.parametrize(
    ("raw", "fits", "does_not"),
    [
        ("S1", "S1", "S2"),
        (["S1", "S2"], "S2", "S3"),
        ({"not": "roof"}, "unknown", "roof"),
        ({"not": ["roof", "sewer"]}, "pipe", "sewer"),
        (2, "2", "3"),
        (True, "yes", "no"),
        (False, "no", "yes"),
        ("mail", "internet mail", "mailing list"),
        (["power", "mail"], "mail mobile", "internet mobile"),
        ({"not": "mail"}, "internet mobile", "internet mail"),
    ],
)
def test_a_match_fits_values(raw: object, fits: str, does_not: str) -> None:
    """One value, any of several, none of them; `true` is yes and a number is its digits.

    Of several things that have failed at once, one is enough.
    """
    match = Match.parse(raw)

    assert match.fits(fits)
    assert not match.fits(does_not)
    assert Match.parse(match.written()) == match


@pytest.mark.parametrize(
    "raw", [[], {"not": []}, {"is": "x"}, {"not": "x", "any": "y"}, [None], 1.5]
)
def test_what_is_no_match_is_refused(raw: object) -> None:
    """Nothing to match, other operators and nested values are refused."""
    with pytest.raises(ValueError, match=r"matches nothing|may stand here|is not a value"):
        Match.parse(raw)


WET = {"severity": ["S1", "S2"], "source": {"not": "roof"}}


@pytest.mark.parametrize(
    ("raw", "situation", "holds"),
    [
        (WET, {"severity": "S1"}, True),
        (WET, {"severity": "S1", "source": "pipe"}, True),
        (WET, {"severity": "S1", "source": "roof"}, False),
        (WET, {"severity": "S3"}, False),
        ([{"danger": "yes"}, {"people": "yes"}], {"people": "yes"}, True),
        ([{"danger": "yes"}, {"people": "yes"}], {}, False),
        ({"leave": "unknown"}, {}, True),
    ],
)
def test_a_condition_holds_when_one_block_fits(
    raw: Any, situation: dict[str, str], holds: bool
) -> None:
    """All fields of one block must fit; what nobody has answered is unknown."""
    when = When.parse(raw)

    assert when.holds(situation) is holds
    assert When.parse(when.written()) == when


def test_a_condition_says_what_it_looks_at_and_what_it_cannot_do_without() -> None:
    """A `not` holds before the answer comes; a plain value waits for it, in every block."""
    assert When.parse(WET).names() == {"severity", "source"}
    assert not When.parse(WET).needs("source")
    assert When.parse({"people": "yes"}).needs("people")
    assert not When.parse([{"people": "yes"}, {"danger": "yes"}]).needs("people")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("severity >= S2 and people == yes", "is an expression; write field: value"),
        ("people", "is not a condition"),
        ({}, "is not a condition"),
        ([], "never holds"),
        ([{"severity": "S1"}, {"people": {"is": "yes"}}], "only {not: VALUE} may stand here"),
        ({"people": {"is": "yes"}}, "only {not: VALUE} may stand here"),
    ],
)
def test_what_is_no_condition_is_refused(raw: object, says: str) -> None:
    """Expressions, bare words and empty blocks say what to write instead."""
    with pytest.raises(ValueError, match=says):
        When.parse(raw)


def test_people_are_named_by_function_or_by_fields() -> None:
    """A function stands by itself; fields must all fit."""
    duty = Who.parse("facilities-duty")
    guards = Who.parse({"function": ["reception", "guard-post"], "site": "same", "floor": 2})

    assert duty.functions == ("facilities-duty",)
    assert guards.functions == ()
    assert guards.fields["floor"].fits("2")
    for who in (duty, guards):
        assert Who.parse(who.written()) == who


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("Mr Smith", "names nobody"),
        ({}, "names nobody"),
        (["lead"], "names nobody"),
        ({"functio": "x"}, 'people have no "functio"; did you mean "function"?'),
        ({"floor": {"is": 2}}, "may stand here"),
    ],
)
def test_who_is_nobody_is_refused(raw: object, says: str) -> None:
    """Names of people and unknown fields are refused."""
    with pytest.raises(ValueError, match=says):
        Who.parse(raw)


@pytest.mark.parametrize(("kind", "raw"), [(When, WET), (Who, "lead"), (Who, {"role": "any"})])
def test_conditions_and_people_have_a_schema(kind: type[Any], raw: Any) -> None:
    """An editor can complete them; a model writes them back as they stood."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    assert adapter.json_schema()["anyOf"]
    assert adapter.dump_python(adapter.validate_python(raw), mode="json") == raw
