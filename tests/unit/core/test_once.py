"""What is worked out once for the same objects."""

from __future__ import annotations

from crisis.core.once import once


def test_the_same_objects_have_the_same_answer_and_others_have_their_own() -> None:
    """The answer is kept while it is asked of the same objects; an equal object is another one."""
    asked: list[tuple[object, ...]] = []

    @once
    def how_many(one: list[int], *more: list[int]) -> int:
        """Count them all."""
        asked.append((one, *more))
        return len(one) + sum(map(len, more))

    first, alike = [1, 2], [1, 2]
    assert how_many(first) == how_many(first) == 2
    assert asked == [(first,)]
    assert how_many(alike) == 2
    assert len(asked) == 2
    assert how_many(alike, first) == 4
    assert how_many(alike, alike) == 4
    assert len(asked) == 4
    assert how_many.__doc__ == "Count them all."
