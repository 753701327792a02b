"""What the organisation promises to each audience, and how far it has kept it: figures, no names.

The promises are those of the communication plan in force, which a playbook may only make quicker;
the results are those of the scorecards. Nothing is written twice, and nobody fills it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crisis.core import promised
from crisis.core.plan import CommunicationPlan
from crisis.core.scorecard import Scorecard
from crisis.core.scorecard.reading import DIRECTORATE
from crisis.core.values import Span

KEPT_BY = {
    "lead": "lead", "directorate": "directorate", "first-word": "first", "silence": "rhythm",
}  # fmt: skip
"""The figure of a scorecard that shows whether an objective was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What one audience is promised at one severity."""

    severity: str
    first_within: Span | None
    """By when it has its first word; None where the plan says nothing."""
    every: Span | None
    """How often it hears more; None where no rhythm is promised."""
    reply_within: Span
    """By when a question has its reply."""
    media: tuple[str, ...]
    """The media of an alert, or of a brief, in the order in which they are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How often an objective was kept, of the times that could be judged."""

    kept: int = 0
    of: int = 0

    def __add__(self, other: Result) -> Result:
        """Both together."""
        return Result(kept=self.kept + other.kept, of=self.of + other.of)


NONE = Result()
"""Of what has never been judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What the scorecards of some crises and exercises show together."""

    by: Mapping[tuple[str, str], Result] = field(default_factory=dict)
    """(objective, audience; ``""`` where it is nobody's in particular) -> how often it was kept."""
    promises: Result = NONE
    """Commitments that have come to their end, and how many of them were not broken."""


def objectives(plan: CommunicationPlan) -> dict[str, tuple[Objective, ...]]:
    """Give what each audience is promised, gravest severity first."""
    return {name: tuple(_promised(plan, name)) for name in plan.audiences}


def _promised(plan: CommunicationPlan, audience: str) -> Iterator[Objective]:
    """The directorate is promised its briefs, whatever else it may be told."""
    briefed, cadence = audience == DIRECTORATE, plan.cadence
    for severity in plan.severities:
        kind = "brief" if briefed else "alert"
        rungs = plan.rungs(kind, audience, plan.urgency[severity])
        yield Objective(
            severity=severity,
            first_within=(
                cadence.directorate_within.at(severity)
                if briefed
                else promised.planned_first(plan, audience, severity)
            ),
            every=(
                cadence.brief_every.at(severity)
                if briefed
                else promised.planned_update(plan, audience, severity)
            ),
            reply_within=promised.reply_within(plan, severity),
            media=tuple(dict.fromkeys(medium for rung in rungs for medium in rung.by)),
        )


def results(cards: Iterable[Scorecard]) -> Results:
    """Add up what the scorecards show of each objective; what is not known yet counts nowhere."""
    by: dict[tuple[str, str], Result] = {}
    promises = NONE
    for card in cards:
        for one in card["E1"].figures:
            if one.name in KEPT_BY and one.verdict in {"passed", "failed"}:
                key = (KEPT_BY[one.name], one.about)
                by[key] = by.get(key, NONE) + Result(kept=int(one.verdict == "passed"), of=1)
        counted = {one.name: int(one.value or 0) for one in card["E4"].figures if one.of}
        ended = counted.get("made", 0) - counted.get("open", 0)
        promises += Result(kept=ended - counted.get("broken", 0), of=ended)
    return Results(by=by, promises=promises)
