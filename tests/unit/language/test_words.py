"""Placeholders: a closed list, found and filled in once."""

from __future__ import annotations

import pytest

from crisis.core.words import UnfilledPlaceholder, fill, is_known, placeholders


def test_placeholders_are_found_known_or_not() -> None:
    """Whatever stands between braces counts."""
    assert placeholders("{place}: {site.exit}, {oops}") == {"place", "site.exit", "oops"}
    assert placeholders("nothing") == frozenset()


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("place", True), ("next_update_at", True), ("site.water-cutoff", True),
        ("answer.source", True), ("eta.pump", True), ("sites.x", False), ("site.", False),
        ("site", False), ("place.x", False), ("", False),
    ],
)  # fmt: skip
def test_the_list_of_placeholders_is_closed(name: str, known: bool) -> None:
    """Bare names, and facts, answers and times of arrival by family."""
    assert is_known(name) is known


def test_a_text_is_filled_in_once() -> None:
    """A value that holds braces is not read again."""
    assert (
        fill("Zone {place}, {site.exit}", {"place": "{lead}", "site.exit": "B"}) == "Zone {lead}, B"
    )


def test_a_missing_value_stops_the_words() -> None:
    """Nobody is ever sent a hole: the name of what is missing comes with the error."""
    with pytest.raises(UnfilledPlaceholder, match=r"nothing fills in \{lead\}") as caught:
        fill("{place} {lead}", {"place": "B2"})

    assert caught.value.name == "lead"
