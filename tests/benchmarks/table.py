"""What a benchmark says: figures, each with the limit and the goal beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
    """Whether it meets its goal; None where there is none, or nothing to hold it against."""
    note: str = ""


def at_most(name: str, value: float, unit: str, goal: float, note: str = "") -> Figure:
    """A figure that shall not be greater than its goal."""
    met = value <= goal
    return Figure(name=name, value=value, unit=unit, goal=f"≤ {goal:g}", met=met, note=note)


def at_least(name: str, value: float, unit: str, goal: float, note: str = "") -> Figure:
    """A figure that shall not be smaller than its goal."""
    met = value >= goal
    return Figure(name=name, value=value, unit=unit, goal=f"≥ {goal:g}", met=met, note=note)


def percentiles(samples: Sequence[float]) -> tuple[float, float]:
    """The middle one and the one that 99 of 100 do not exceed."""
    cuts = quantiles(samples, n=100)
    return cuts[49], cuts[98]


def as_table(sections: Mapping[str, Iterable[Figure]]) -> str:
    """All figures, a line each."""
    lines = []
    for title, figures in sections.items():
        lines += ["", title]
        for one in figures:
            met = {True: "met", False: "MISSED", None: ""}[one.met]
            value = f"{one.value:,.4g}" if abs(one.value) < 1000 else f"{one.value:,.0f}"
            line = f"  {one.name:56}{value:>10} {one.unit:8}{one.goal:>10} {met:7} {one.note}"
            lines.append(line.rstrip())
    return "\n".join(lines)


def as_json(sections: Mapping[str, Iterable[Figure]]) -> dict[str, list[dict[str, object]]]:
    """The same for programs."""
    return {title: [asdict(one) for one in figures] for title, figures in sections.items()}
