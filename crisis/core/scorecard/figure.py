"""A figure of the scorecard: what was measured, against what, and the events that show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Verdict = Literal["passed", "failed", "unknown"]
Unit = Literal["span", "count", "share", "answer"]
"""Seconds; so many (of so many); 0 to 1; 1 for yes and 0 for no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``evidence`` are the sequence numbers of the events that it is made of.

    Without these events the figure is another one, or none: a figure that nothing shows is not
    given. ``limit`` is what it is held against, and ``verdict`` is None where it is only told.
    """

    name: str
    about: str = ""
    """The audience or the step that it is about."""
    medium: str = ""
    value: float | None
    """None: what is measured has not happened."""
    of: int | None = None
    """Of how many, where it counts."""
    unit: Unit
    limit: float | None = None
    verdict: Verdict | None = None
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorScore:
    """One of the five errors of a crisis, and whether it was made."""

    error: str
    """E1 … E5."""
    figures: tuple[Figure, ...]

    @property
    def verdict(self) -> Verdict:
        """Failed where one figure failed; not yet known where one is not; else passed."""
        found = [one.verdict for one in self.figures if one.verdict is not None]
        if "failed" in found:
            return "failed"
        return "unknown" if "unknown" in found or not found else "passed"

    @property
    def held(self) -> tuple[int, int]:
        """How many of the figures that could be judged have passed, and of how many."""
        judged = [one.verdict for one in self.figures if one.verdict in {"passed", "failed"}]
        return judged.count("passed"), len(judged)


def span(
    name: str,
    took: timedelta | None,
    within: timedelta,
    so_far: timedelta,
    *,
    evidence: Iterable[int],
    about: str = "",
) -> Figure:
    """How long something took; while it has not come, it has failed once ``so_far`` is too long."""
    value = None if took is None else took.total_seconds()
    verdict: Verdict = "passed"
    if took is None:
        verdict = "failed" if so_far > within else "unknown"
    elif took > within:
        verdict = "failed"
    return Figure(
        name=name, about=about, value=value, unit="span", limit=within.total_seconds(),
        verdict=verdict, evidence=numbers(evidence),
    )  # fmt: skip


def count(
    name: str,
    value: int,
    of: int,
    *,
    evidence: Iterable[int],
    share: float | None = None,
    about: str = "",
    known: bool = True,
) -> Figure:
    """So many of so many; ``share`` is the largest share of them that passes (None: only told)."""
    verdict: Verdict | None = None
    if share is not None:
        failed = value > share * of
        verdict = "failed" if failed else "passed" if known else "unknown"
    return Figure(
        name=name, about=about, value=value, of=of, unit="count",
        limit=None if share is None else share * of, verdict=verdict, evidence=numbers(evidence),
    )  # fmt: skip


def numbers(evidence: Iterable[int]) -> tuple[int, ...]:
    """Each event once, in order."""
    return tuple(sorted(set(evidence)))
