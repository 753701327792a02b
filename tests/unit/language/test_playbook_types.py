"""The documents as types: one verb a step, `none` on purpose, one value for a list."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from crisis.core.playbook import Playbook
from crisis.core.step import VERBS, Step
from crisis.core.tell import Tell
from crisis.core.values import Clock, Span, Text

TEXT = {"fr": "Eau", "en": "Water"}
OWED = {"by": "lead", "within": "5m"}


@pytest.mark.parametrize(
    ("verb", "fields", "text"),
    [
        ("do", {"do": TEXT, **OWED}, True),
        ("ask", {"ask": TEXT, "unanswered": "yes", **OWED}, True),
        ("call", {"call": "pumping", "for": TEXT, "arrive_within": "2h", **OWED}, True),
        ("decide", {"decide": TEXT, "options": {"a": TEXT}, "otherwise": "a", **OWED}, True),
        ("promise", {"promise": TEXT, "to": "crowd", **OWED}, True),
        ("open", {"open": "outage"}, False),
        ("clock", {"clock": "gdpr"}, False),
        ("do", {"do": TEXT, "optional": True}, True),
    ],
)
def test_a_step_has_one_verb_and_its_text(verb: str, fields: dict[str, Any], text: bool) -> None:
    """Every verb of the language is read, with the words that people see."""
    step = Step.model_validate(fields)

    assert step.verb == verb
    assert step.text == (Text(TEXT) if text else None)
    assert step.trade == ("pumping" if verb == "call" else None)
    assert verb in VERBS


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (OWED, "one verb of do, ask, call, .* this one has no verb"),
        ({"do": TEXT, "ask": TEXT, **OWED}, "this one has do and ask"),
        ({"do": TEXT, "answers": ["a"], **OWED}, '"answers" is not a field of a step that says do'),
        ({"do": TEXT, "for": TEXT, **OWED}, '"for" is not a field of a step that says do'),
        ({"do": TEXT, "by": "lead"}, "within"),
        ({"do": TEXT, "within": "5m"}, "by"),
        ({"ask": TEXT, **OWED}, "unanswered"),
        ({"do": TEXT, "wait": "soon", **OWED}, "is not a duration"),
        (
            {"do": TEXT, "by": {"role": "lead", "need": 2}, "within": "5m"},
            "that says do needs one of them",
        ),
        ({"do": TEXT, "by": {"role": "lead", "need": "2"}, "within": "5m"}, "write a role, or"),
        ({"do": TEXT, "by": {"need": 1}, "within": "5m"}, "write a role, or"),
        ({"do": TEXT, "by": {"role": "lead", "all": 1}, "within": "5m"}, "write a role, or"),
    ],
)
def test_a_step_that_is_not_whole_is_refused(fields: dict[str, Any], says: str) -> None:
    """No verb, two verbs, the field of another verb, nobody who owes it, no time."""
    with pytest.raises(ValidationError, match=says):
        Step.model_validate(fields)


def test_one_value_may_stand_for_a_list() -> None:
    """Models always hold tuples; one role of a quorum of one is that role."""
    step = Step.model_validate({"do": TEXT, "by": {"role": "lead"}, "within": "5m", "after": "a"})
    several = Step.model_validate({"do": TEXT, "by": ["a", {"role": "b"}], "within": "5m"})

    assert step.by == ("lead",)
    assert step.after == ("a",)
    assert step.evidence == ()
    assert several.by == ("a", "b")


def test_a_wait_is_a_span_or_a_time_of_day() -> None:
    """What holds a colon is a time of day; a value that is read already is kept."""
    span = Step.model_validate({"do": TEXT, "wait": "30m", **OWED}).wait
    clock = Step.model_validate({"do": TEXT, "wait": "08:00", **OWED}).wait

    assert span == Span.parse("30m")
    assert clock == Clock.parse("08:00")
    for wait in (span, clock, None):
        assert Step.model_validate({"do": TEXT, "wait": wait, **OWED}).wait == wait


def test_none_is_said_on_purpose() -> None:
    """`safe: none` tells silence from a phase that was forgotten; so does `instruction: none`."""
    speech = {"impact": TEXT, "instruction": "none"}
    tell = Tell.model_validate({"open": speech, "safe": "none"})

    assert tell.open is not None
    assert tell.open.instruction is None
    assert list(tell.phases) == ["open"]
    assert tell.said_in("safe") is None
    assert tell.silent_in("safe")
    assert not tell.silent_in("normal")
    with pytest.raises(ValidationError, match="instruction"):
        Tell.model_validate({"open": {"impact": TEXT}})
    with pytest.raises(ValidationError, match="write the words, or none"):
        Tell.model_validate({"open": {"impact": TEXT, "instruction": None}})
    with pytest.raises(ValidationError, match="is in no language"):
        Tell.model_validate({"open": {"impact": TEXT, "instruction": "nothing"}})


@pytest.mark.parametrize("name", ["Lead", "-lead", "le ad", "", "é"])
def test_names_are_small_letters(leak: dict[str, Any], name: str) -> None:
    """Anything else breaks the rule `name`."""
    with pytest.raises(ValidationError, match="is not a name"):
        Playbook.model_validate(leak | {"roles": {name: leak["roles"]["lead"]}})


def test_a_playbook_is_immutable_and_closed(leak: dict[str, Any]) -> None:
    """What is pinned cannot change; what is not in the language is refused."""
    playbook = Playbook.model_validate(leak)

    assert playbook.name == "leak"
    assert playbook.severity.raise_["lasting"].wait == Span.parse("2h")
    assert set(playbook.layers["annex"].changes) == {"roles", "steps"}
    with pytest.raises(ValidationError, match="frozen"):
        playbook.owner = "me"  # type: ignore[misc]  # that is the point
    with pytest.raises(ValidationError, match="extra"):
        Playbook.model_validate(leak | {"extra": 1})


def test_a_playbook_is_written_back_as_it_was_read(leak: dict[str, Any]) -> None:
    """A model can be kept as JSON and read again to an equal one."""
    playbook = Playbook.model_validate(leak)
    again = playbook.model_dump(mode="json", by_alias=True, exclude_unset=True)

    assert again["tell"]["front-line"]["safe"] == "none"
    assert Playbook.model_validate(again) == playbook
