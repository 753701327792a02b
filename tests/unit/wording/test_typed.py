"""The fields of a message: exact rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crisis.core.message import MeasureTold
from crisis.core.wording.typed import typed
from tests.unit.compose.house import NOON, minutes, ref, text
from tests.unit.compose.world import KINDS, message

COMPLETE = KINDS["alert"]
UPDATE = KINDS["update"]
LOOKING = MeasureTold(
    id="step:look", words=text("Nous suivons cela.", "We monitor it."), since=NOON,
    expected_result=text("x", "x"),
)  # fmt: skip


def marks(**changes: Any) -> list[str]:
    """What is found in a complete first message once these fields are changed."""
    return [one.mark for one in typed(replace(COMPLETE, **changes))]


def test_a_complete_message_has_no_finding() -> None:
    """ID1 to FU8: who, what, where, when, impact, measure, result, instruction, contact, next."""
    assert marks() == []
    assert list(typed(KINDS["role-offer"])) == [], "what goes to one person is judged otherwise"
    assert [one.rule for one in typed(KINDS["normal"])] == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"speaker_function": ""}, ["ID1 block /speaker"]),
        ({"event": text("Incident", "Flood")}, ["CT1 block /event/fr"]),
        ({"impact": None}, ["CT4 block /impact"]),
        ({"measures": ()}, ["CT5 warn /measures"]),
        ({"measures": (LOOKING,)},
         ["CT5 warn /measures/0/words/fr", "CT5 warn /measures/0/words/en"]),
        ({"measures": (MeasureTold(id="seq:1", words=ref("pump"), since=NOON),)},
         ["CT6 warn /measures/0/expected_result"]),
        ({"known": ()}, ["CT9 warn /known"]),
        ({"next_update_at": None}, ["FU1 block /next_update_at"]),
        ({"next_update_at": NOON}, ["FU2 block /next_update_at"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_its_place(changes: dict[str, Any], found: list[str]) -> None:
    """E1, E4: each finding has its rule and its pointer."""
    assert marks(**changes) == found


def test_an_end_says_since_when() -> None:
    """FU8: and promises no next word."""
    ended = replace(KINDS["normal"], over_at=None)
    assert [one.mark for one in typed(ended)] == ["FU8 block /over_at"]
    assert [one.rule for one in typed(message(kind="end", phase="safe", impact=text("x", "x"),
                                              next_update_at=minutes(20)))] == []  # fmt: skip
    assert [one.rule for one in typed(replace(COMPLETE, last_before_end=True,
                                              next_update_at=None))] == []  # fmt: skip
