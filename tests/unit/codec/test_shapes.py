"""Snapshots: nested frozen dataclasses to JSON and back, strictly."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

from crisis.codec import CannotRead, NotThisShape, shape_of
from crisis.core.prose import TextRef

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A role on offer."""

    person: str
    accept_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that somebody holds; its fields could be those of another class."""

    person: str
    accept_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state with everything that a state may have."""

    severity: Literal["S1", "S2"]
    opened_at: datetime
    day: date | None = None
    span: timedelta = timedelta(minutes=5)
    place: TextRef | None = None
    roles: dict[str, Offered | Held | None] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    pair: tuple[int, str] = (0, "")
    tally: dict[str, int] = field(default_factory=dict)
    down: frozenset[str] = frozenset()
    share: float = 0.0
    number_or_word: int | str = 0


FULL = State(
    severity="S1",
    opened_at=AT,
    day=date(2026, 11, 23),
    place=TextRef("t1", "ab" * 32),
    roles={"lead": Held(person="p1", accept_by=AT), "it": Offered(person="p2", accept_by=AT)},
    told=("users", "reception"),
    pair=(3, "c"),
    tally={"sent": 12},
    down=frozenset({"power", "mail", "network"}),
    share=0.5,
    number_or_word="x",
)


def test_a_full_state_comes_back_equal() -> None:
    """What is written is read back the same, in the same classes."""
    shape = shape_of(State)

    again = shape.load(shape.dump(FULL))

    assert again == FULL
    assert isinstance(again.roles["lead"], Held)
    assert again.opened_at.tzinfo is UTC


def test_equal_states_give_equal_text_with_sets_in_order() -> None:
    """The text does not depend on the order that a set happens to have."""
    text = json.loads(shape_of(State).dump(FULL))

    assert text["down"] == ["mail", "network", "power"]
    assert text["roles"]["lead"] == [
        "Held",
        {"person": "p1", "accept_by": "2026-11-22T14:05:00Z"},
    ]


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    """RFC 3339, UTC, whatever the zone of the value."""
    local = datetime(2026, 11, 22, 15, 5, tzinfo=ZoneInfo("Europe/Paris"))

    text = shape_of(Offered).dump(Offered(person="p", accept_by=local))

    assert json.loads(text)["accept_by"] == "2026-11-22T14:05:00Z"


@pytest.mark.parametrize(
    "value",
    [
        Offered(person="p", accept_by=datetime(2026, 11, 22, 14, 5)),  # noqa: DTZ001 - it is refused
        Offered(person=3, accept_by=AT),  # type: ignore[arg-type]  # it is refused
        Offered(person="\ud800", accept_by=AT),
        Held(person="p", accept_by=AT),
    ],
)
def test_a_value_that_is_not_of_its_type_is_not_written(value: Any) -> None:
    """A naive time, a wrong type, half a character, another class: refused before it is stored."""
    with pytest.raises(NotThisShape):
        shape_of(Offered).dump(value)


def test_a_word_outside_its_list_is_not_written() -> None:
    """What could not be read again is not stored."""
    wrong = State(severity="S9", opened_at=AT)  # type: ignore[arg-type]  # it is refused

    with pytest.raises(NotThisShape, match="S9"):
        shape_of(State).dump(wrong)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "the whole"),
        ('{"person": "p"}', "accept_by"),
        ('{"person": "p", "accept_by": "2026-11-22T14:05:00"}', "accept_by"),
        ('{"person": 3, "accept_by": "2026-11-22T14:05:00Z"}', "person"),
        ('{"person": "p", "accept_by": "2026-11-22T14:05:00Z", "rank": 1}', "rank"),
    ],
)
def test_a_text_that_is_not_of_its_type_is_refused_by_field(text: str, says: str) -> None:
    """Nothing is mended on the way in: the error names the field."""
    with pytest.raises(NotThisShape, match=says) as caught:
        shape_of(Offered).load(text)

    assert isinstance(caught.value, CannotRead)


@pytest.mark.parametrize(
    "role", ['["Gone", {}]', "{}", "[]", "3", '["Held"]', '["Held", {"person": "p"}]', '"Held"']
)
def test_a_class_that_the_union_does_not_have_is_refused(role: str) -> None:
    """The tag decides, and only a known one."""
    text = f'{{"severity":"S1","opened_at":"2026-11-22T14:05:00Z","roles":{{"lead":{role}}}}}'

    with pytest.raises(NotThisShape):
        shape_of(State).load(text)


@dataclass(frozen=True, slots=True)
class Anything:
    """A class with a hint that cannot be written in one way."""

    value: Any


@dataclass(frozen=True, slots=True)
class Keyed:
    """A class whose keys cannot be those of an object."""

    value: dict[int, str]


@dataclass(frozen=True, slots=True)
class Endless:
    """A class that stands inside itself."""

    inner: Endless | None = None


def _twin() -> type:
    """A class that shares its name with another."""

    @dataclass(frozen=True)
    class Held:
        """Another class of the same name."""

    return Held


@dataclass(frozen=True, slots=True)
class Twins:
    """Two classes of one name in one union."""

    value: Any


Twins.__annotations__["value"] = Held | _twin()


@pytest.mark.parametrize("kind", [Anything, Keyed, Endless, Twins])
def test_a_type_without_one_way_to_be_written_is_refused_at_once(kind: type) -> None:
    """The mistake is the programmer's, and shows at the first use, not in a crisis."""
    with pytest.raises(TypeError):
        shape_of(kind)
