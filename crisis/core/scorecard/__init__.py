"""The scorecard: the five errors of a crisis, measured on the journal of every incident.

A pure function of what happened; nobody fills it in and nobody can polish it. Each figure names the
events that show it. The errors are those of the doctrine (§1): E1 standing back, E2 feverishness,
E3 the wrong medium, E4 too little on the follow-up, E5 no consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crisis.core.events import Event
from crisis.core.pinned import Pinned
from crisis.core.scorecard.consequences import consequences
from crisis.core.scorecard.contractors import ContractorScore, contractors
from crisis.core.scorecard.feverish import feverish
from crisis.core.scorecard.figure import ErrorScore, Figure, Verdict
from crisis.core.scorecard.follow_up import follow_up
from crisis.core.scorecard.media import Reach, media
from crisis.core.scorecard.reading import read
from crisis.core.scorecard.standing_back import standing_back

__all__ = [
    "ERRORS", "ContractorScore", "ErrorScore", "Figure", "Reach", "Scorecard", "Verdict",
    "scorecard",
]  # fmt: skip

ERRORS = ("E1", "E2", "E3", "E4", "E5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """The five errors of one incident, and its contractors."""

    errors: tuple[ErrorScore, ...]
    contractors: tuple[ContractorScore, ...] = ()

    def __getitem__(self, error: str) -> ErrorScore:
        """The score of one error, by its name (``E1`` … ``E5``)."""
        return self.errors[ERRORS.index(error)]

    def unmanned(self, pinned: Pinned) -> tuple[str, ...]:
        """The audiences that may be in danger and of whom nobody was ever there to be told."""
        return tuple(
            one.about for one in self["E3"].figures
            if one.name == "nobody" and pinned.plan.audiences[one.about].at_risk
        )  # fmt: skip


def scorecard(
    events: Iterable[Event],
    pinned: Pinned,
    *,
    now: datetime,
    reaches: Sequence[Reach] | None = None,
    playbook_now: str | None = None,
) -> Scorecard:
    """Score one incident or exercise, as far as it has come by ``now``.

    ``reaches`` are the ledger's tallies by message and medium; without them the tallies that the
    journal keeps are used. ``playbook_now``: the digest of the playbook today. A journal that does
    not say how the incident began, or of one that is not open yet, has no figures.
    """
    seen = read(events, pinned, now)
    if seen is None:
        return Scorecard(errors=tuple(ErrorScore(error=name, figures=()) for name in ERRORS))
    figures = (
        standing_back(seen),
        feverish(seen),
        media(seen, reaches),
        follow_up(seen),
        consequences(seen, playbook_now),
    )
    return Scorecard(
        errors=tuple(
            ErrorScore(error=name, figures=tuple(found))
            for name, found in zip(ERRORS, figures, strict=True)
        ),
        contractors=tuple(contractors(seen)),
    )
