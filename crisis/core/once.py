"""Working something out once for as long as it is asked of the same objects.

One decision asks the same of the same state many times: what was done so far is told to each
audience. States never change, they are replaced; so the same objects have the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

A = TypeVar("A")


def once(work_out: Callable[..., A]) -> Callable[..., A]:
    """Keep the last answer, and give it again where every argument is the same object as then.

    The arguments are held until the next question, so that no other object takes their place.
    Only for functions of positional arguments that look at nothing else.
    """
    last: list[tuple[tuple[Any, ...], A]] = []

    def answer(*asked: Any) -> A:
        for before, found in last:
            if len(before) == len(asked) and all(map(_same, before, asked)):
                return found
        found = work_out(*asked)
        last[:] = [(asked, found)]
        return found

    answer.__doc__, answer.__name__ = work_out.__doc__, work_out.__name__
    return answer


def _same(one: object, other: object) -> bool:
    return one is other
