"""The journey of an audience: the crisis as these people lived it, message by message.

Its moments of truth are those by which they judge us (lexicon of service marketing): the plan names
them for each audience; where it names none they are the first word, a broken promise, and the
return to normal. Beside it stands what they say of it themselves, in the survey after the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from crisis.core import events as e
from crisis.core.events import Event
from crisis.core.incident import OVER
from crisis.core.pinned import Pinned
from crisis.core.prose import TextRef
from crisis.core.scorecard.reading import Reading, Word, read
from crisis.core.scorecard.standing_back import first_words

MOMENTS = ("first_word", "broken_promise", "normal")
"""The moments of truth of an audience for which the plan names none (doctrine §3)."""

Sort = Literal["word", "late", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One thing that these people lived: a message, or a promise to them that was not kept."""

    seq: int
    at: datetime
    sort: Sort
    kind: str = ""
    """The kind of message."""
    phase: str = ""
    automatic: bool = False
    """Whether nobody's word or deed was in it."""
    next_at: datetime | None = None
    """When they were promised the next word."""
    truth: str = ""
    """The moment of truth that it is; empty where it is none."""
    good: bool | None = None
    """Whether that moment went as promised; None where nothing was promised for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """How one of them lived it, in their own words; whose they are is not said."""

    rating: str
    words: TextRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One audience, and all that it lived, in order."""

    audience: str
    lived: tuple[Lived, ...]
    reactions: tuple[Reaction, ...] = ()
    """What they say of it, in order."""

    @property
    def truths(self) -> tuple[Lived, ...]:
        """The moments of truth alone."""
        return tuple(one for one in self.lived if one.truth)


def journeys(events: Iterable[Event], pinned: Pinned, *, now: datetime) -> tuple[Journey, ...]:
    """Give the journey of each audience that was told something, or promised something."""
    seen = read(events, pinned, now)
    if seen is None:
        return ()
    told = {audience: [*map(_word, said)] for audience, said in seen.words.items()}
    for audience, one in _unkept(seen):
        told.setdefault(audience, []).append(one)
    first = {one.about: one for one in first_words(seen) if one.value is not None}
    return tuple(
        Journey(
            audience=audience,
            lived=tuple(_marked(
                seen, audience, sorted(lived, key=lambda one: (one.at, one.seq)),
                in_time=first[audience].verdict == "passed" if audience in first else None,
            )),
            reactions=tuple(reactions(seen, audience)),
        )
        for audience, lived in told.items()
    )  # fmt: skip


def _word(word: Word) -> Lived:
    body = word.body
    return Lived(
        seq=word.seq, at=word.sent_at, sort="word", kind=body.kind, phase=body.phase,
        automatic=not word.persons, next_at=body.next_update_at,
    )  # fmt: skip


def _unkept(seen: Reading) -> Iterator[tuple[str, Lived]]:
    """Promises to audiences whose time passed, and those that broke."""
    promised = {body.commitment_id: body.audience for _, body in seen.of(e.UpdatePromised)}
    promised |= {body.commitment_id: body.audience for _, body in seen.of(e.PromiseMade)}
    for event, late in seen.of(e.CommitmentLate):
        if late.commitment_id in promised:
            yield promised[late.commitment_id], Lived(seq=event.seq, at=event.at, sort="late")
    for event, broken in seen.of(e.CommitmentBroken):
        if broken.commitment_id in promised:
            yield promised[broken.commitment_id], Lived(seq=event.seq, at=event.at, sort="broken")


def reactions(seen: Reading, audience: str) -> Iterator[Reaction]:
    """Give what they wrote beside their answer, all of it."""
    for _, answer in seen.of(e.SurveyAnswered):
        if answer.audience == audience and answer.comment is not None:
            yield Reaction(rating=answer.rating, words=answer.comment)


def _marked(
    seen: Reading, audience: str, lived: list[Lived], *, in_time: bool | None
) -> Iterator[Lived]:
    """What they lived, with its moments of truth."""
    known = seen.pinned.plan.audiences.get(audience)
    wanted = (known.moments_of_truth if known else ()) or MOMENTS
    first = next((one.seq for one in lived if one.sort == "word"), 0)
    for one in lived:
        truth = next((name for name in _truths(one, first=one.seq == first) if name in wanted), "")
        good = {"first_word": in_time, "broken_promise": False}.get(
            truth, True if one.kind == "end" and truth else None
        )
        yield replace(one, truth=truth, good=good)


def _truths(one: Lived, *, first: bool) -> Iterator[str]:
    """What a plan may call this as a moment of truth, the nearest name first."""
    if one.sort == "broken":
        yield "broken_promise"
    if one.sort == "word":
        if first:
            yield "first_word"
        if one.kind == "end":
            yield one.phase
            if one.phase in OVER:
                yield "normal"
        yield one.kind
