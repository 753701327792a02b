"""A message in the words of CAP 1.2: which of theirs stand for what ours says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crisis.core.cap import Earlier, Source, Told, alert, category, one_word

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TOLD = Told(
    language="en", event="Flood", headline="ALERT no. 1", description="Water is spreading.",
    instruction="Leave now.", sender="The house", contact="Desk, 4000", audience="Neighbours",
    area="Head office",
)  # fmt: skip
SOURCE = Source(
    identifier="i-1-m1", sender="crisis@example.org", incident="i-1", names=("water-leak", "flood"),
    kind="alert", phase="open", urgency="immediate", rank=0, exercise=False, public=True,
    sent_at=AT, next_at=AT + timedelta(minutes=20), earlier=(), told=(TOLD,),
)  # fmt: skip
FIRST = Earlier(identifier="m1", sent_at=AT - timedelta(hours=1), expires_at=AT)
SECOND = Earlier(identifier="m2", sent_at=AT - timedelta(minutes=5), expires_at=None)


def test_the_first_word_is_an_alert_and_each_later_one_says_what_it_replaces() -> None:
    """Alert, then updates that name the earlier words that still hold; a false alarm cancels."""
    first = alert(SOURCE)
    assert (first.message_type, first.references, first.scope) == ("Alert", (), "Public")
    later = alert(replace(SOURCE, kind="update", earlier=(FIRST, SECOND)))
    assert (later.message_type, later.references) == ("Update", (SECOND,))
    assert alert(replace(SOURCE, earlier=(FIRST,))).references == (FIRST,), "never without one"
    false = alert(replace(SOURCE, kind="end", phase="cancelled", earlier=(SECOND,)))
    assert (false.message_type, false.certainty) == ("Cancel", "Unlikely")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("Execute", "Immediate", "Extreme", "Observed")),
        ({"told": ()}, ("Monitor", "Immediate", "Extreme", "Observed")),
        ({"told": (), "next_at": None}, ("None", "Immediate", "Extreme", "Observed")),
        ({"phase": "expected", "urgency": "future"}, ("Execute", "Future", "Extreme", "Likely")),
        ({"phase": "normal", "rank": 9}, ("AllClear", "Past", "Minor", "Observed")),
        ({"urgency": "?", "rank": 2}, ("Execute", "Unknown", "Moderate", "Observed")),
    ],
)
def test_how_grave_and_how_soon_are_said_in_their_words(
    changes: dict[str, object], expected: tuple[str, ...]
) -> None:
    """Severity by its rank in the plan; at the end all is clear, and urgency is past."""
    made = alert(replace(SOURCE, **changes))  # type: ignore[arg-type]  # fields by name
    assert (made.response, made.urgency, made.severity, made.certainty) == expected


def test_an_exercise_says_so_in_its_status_and_in_every_text() -> None:
    """G9: a system that passes on only one of its elements still says that it is an exercise."""
    german = replace(TOLD, language="de", headline="EXERCISE – ALERT no. 1", instruction="")
    made = alert(replace(SOURCE, exercise=True, public=False, told=(TOLD, german)))
    assert (made.status, made.scope) == ("Exercise", "Restricted")
    assert made.note == "EXERCICE / EXERCISE"
    english, other = made.told
    for words in (english.event, english.headline, english.description, english.instruction):
        assert words.startswith("EXERCISE – ")
    assert (other.headline, other.instruction) == ("EXERCISE – ALERT no. 1", "")


def test_the_kind_of_event_has_a_category_of_theirs() -> None:
    """By a word in its name, in either language; what nobody foresaw is Other."""
    assert [category((one,)) for one in ("fire", "inondation", "cyber-attack", "generic")] == [
        "Fire", "Infra", "Security", "Other",
    ]  # fmt: skip
    assert one_word(" a b,c<d&e ") == "a-b-c-d-e"
