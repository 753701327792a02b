"""By what somebody would be reached now: known before it is needed, and with something down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crisis.core.plan import CommunicationPlan, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The first rung of a ladder that reaches somebody, and by what."""

    rung: int
    """0 is the first; what comes later comes after the waits of those before."""
    media: tuple[str, ...]
    by_person: bool
    """Whether only a person who goes there, or carries a list, would reach them."""


def dead_media(plan: CommunicationPlan, down: Collection[str]) -> frozenset[str]:
    """Give the media that die at once without these; what has a reserve still works for a while."""
    return frozenset(
        name for name, medium in plan.media.items()
        if any(what in down and not span.delta for what, span in medium.needs.items())
    )  # fmt: skip


def reached(
    plan: CommunicationPlan,
    rungs: Sequence[Rung],
    addresses: Mapping[str, str],
    down: Collection[str],
) -> Reached | None:
    """Give by what somebody with these addresses is reached first; None: by nothing at all."""
    dead = dead_media(plan, down)
    for number, rung in enumerate(rungs):
        media = tuple(
            name for name in rung.by
            if name not in dead and plan.media[name].channel in addresses
        )  # fmt: skip
        if media:
            by_person = all(plan.media[name].person for name in media)
            return Reached(rung=number, media=media, by_person=by_person)
    return None
