"""E3, "ne pas utiliser les bons supports": words reach those for whom they are meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crisis.core import events as e
from crisis.core.errand import PEOPLE
from crisis.core.message import TO_AUDIENCES
from crisis.core.plan import Medium
from crisis.core.scorecard.figure import Figure, count, numbers
from crisis.core.scorecard.reading import Reading

REACHED_AT_LEAST = 0.9
"""The share of the people of an audience that its media must reach (standards, rule CH10)."""

_REACHED = ("sent", "delivered", "acknowledged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What became of one message on one medium, as its ledger says; ``medium`` "": on any."""

    message_id: str
    medium: str = ""
    tried: int
    reached: int
    acknowledged: int = 0
    failed: int = 0
    fallback: int = 0
    """How many of the tried were on a later rung: the first had not reached them."""


Left = Mapping[str, Sequence[int]]
"""Message -> the events that say that it was released, and what became of it."""

BRIEFED = frozenset({"brief", "decision_request"})
"""What the directorate is told, beside what audiences are."""


def media(read: Reading, reaches: Sequence[Reach] | None) -> Iterator[Figure]:
    """Give the figures of E3; without the ledger, from the tallies that the journal keeps."""
    known = list(_from_tallies(read) if reaches is None else reaches)
    untold = _untold(read)
    for audience, left in _left(read).items():
        mine = [one for one in known if one.message_id in left]
        yield from _coverage(audience, [one for one in mine if not one.medium], left, untold)
        mine = [one for one in mine if one.tried]
        for medium in sorted({one.medium for one in mine if one.medium}):
            yield from _medium(audience, [one for one in mine if one.medium == medium], left)
    yield from _people(read, untold)
    yield from _nobody(read)
    yield from _dependent(read, known)


def _nobody(read: Reading) -> Iterator[Figure]:
    """Audiences to which nobody belonged: told, so that somebody asks whether that is so."""
    for audience, said in read.nobody.items():
        yield Figure(
            name="nobody", about=audience, value=0, of=len(said), unit="count",
            evidence=numbers(seq for word in said for seq in word.evidence),
        )  # fmt: skip


def _left(read: Reading) -> dict[str, dict[str, list[int]]]:
    """Audience -> its messages that are no longer on their way; the directorate's too."""
    released = {body.message_id: (event.seq, body) for event, body in read.of(e.MessageReleased)}
    left: dict[str, dict[str, list[int]]] = {}
    for event, body in read.either(e.MessageSent, e.MessageFailed):
        if body.message_id not in released:
            continue
        seq, message = released[body.message_id]
        if message.audience is not None and message.kind in TO_AUDIENCES | BRIEFED:
            mine = left.setdefault(message.audience, {}).setdefault(body.message_id, [seq])
            mine.append(event.seq)
    return left


@dataclass(slots=True)
class _Untold:
    """People of one message whom no medium had reached: somebody was asked to tell them."""

    audience: str | None
    asks: bool
    """Whether it asks for a decision: that is brought beside any other word."""
    count: int
    due_at: datetime
    evidence: list[int]


def _untold(read: Reading) -> dict[str, _Untold]:
    """Message -> those who were never told in person; whoever is told later knows all of it."""
    found: dict[str, _Untold] = {}
    for event, body in read.either(e.LeftToCarry, e.CarriedByHand):
        if isinstance(body, e.LeftToCarry):
            asks = body.kind == "decision_request"
            found[body.message_id] = _Untold(
                body.audience, asks, body.count, body.due_at, [event.seq]
            )
            continue
        brought = found.get(body.message_id)
        for one in found.values():
            if brought and (one.audience, one.asks) == (brought.audience, brought.asks):
                one.count = min(one.count, body.left)
                one.evidence.append(event.seq)
    return {name: one for name, one in found.items() if one.due_at <= read.now or not one.count}


def _people(read: Reading, untold: Mapping[str, _Untold]) -> Iterator[Figure]:
    """Those who hold a role and whom no medium reached: whether somebody told them."""
    asked = {
        body.message_id: (event.seq, len(body.to))
        for event, body in read.of(e.MessageReleased) if body.audience is None
    }  # fmt: skip
    rows = [
        (one.count / max(len_, one.count, 1), len_, one, seq)
        for name, one in untold.items() if one.audience is None and name in asked
        for seq, len_ in [asked[name]]
    ]  # fmt: skip
    if not rows:
        return
    worst = max(share for share, *_ in rows)
    alike = [row for row in rows if row[0] == worst]
    _, to, one, _ = alike[0]
    yield _reached(
        PEOPLE, max(to, one.count) - one.count, max(to, one.count),
        (seq for _, _, some, said in alike for seq in (said, *some.evidence)),
    )  # fmt: skip


def _from_tallies(read: Reading) -> Iterator[Reach]:
    """What the journal says by itself: so many of each state, over all media."""
    for _, body in read.either(e.MessageSent, e.MessageFailed):
        reached = sum(body.tally.get(name, 0) for name in _REACHED)
        failed = body.tally.get("failed", 0)
        yield Reach(
            message_id=body.message_id,
            tried=reached + failed + body.tally.get("unknown", 0),
            reached=reached,
            acknowledged=body.tally.get("acknowledged", 0),
            failed=failed,
        )


def _evidence(rows: Sequence[Reach], left: Left) -> tuple[int, ...]:
    return numbers(seq for row in rows for seq in left[row.message_id])


def _coverage(
    audience: str, rows: Sequence[Reach], left: Left, untold: Mapping[str, _Untold]
) -> Iterator[Figure]:
    """How many people the message reached that reached the fewest: by a medium, or in person."""
    counted = [(row, *_people_of(row, untold.get(row.message_id))) for row in rows]
    counted = [one for one in counted if one[2]]
    if not counted:
        return
    worst = min(reached / of for _, reached, of in counted)
    alike = [(row, reached, of) for row, reached, of in counted if reached / of == worst]
    evidence = [*_evidence([row for row, _, _ in alike], left)]
    for row, _, _ in alike:
        evidence += untold[row.message_id].evidence if row.message_id in untold else ()
    _, reached, of = alike[0]
    yield _reached(audience, reached, of, evidence)


def _people_of(row: Reach, untold: _Untold | None) -> tuple[int, int]:
    """Of whom a message was for, how many have it: all but those whom somebody was to tell."""
    left = untold.count if untold is not None else 0
    of = max(row.tried, left)
    if untold is not None:
        return of - left, of
    return row.reached, of


def _reached(about: str, reached: int, of: int, evidence: Iterable[int]) -> Figure:
    return Figure(
        name="reached", about=about, value=reached, of=of, unit="count",
        limit=round(REACHED_AT_LEAST * of, 1),
        verdict="passed" if reached >= REACHED_AT_LEAST * of else "failed",
        evidence=numbers(evidence),
    )  # fmt: skip


def _medium(audience: str, rows: Sequence[Reach], left: Left) -> Iterator[Figure]:
    """One medium to one audience: told, not judged; what counts is that one of them reached."""
    tried = sum(one.tried for one in rows)
    for name, value in (
        ("by-medium", sum(one.reached for one in rows)),
        ("acknowledged", sum(one.acknowledged for one in rows)),
        ("not-delivered", sum(one.failed for one in rows)),
        ("fallback", sum(one.fallback for one in rows)),
    ):
        if value or name == "by-medium":
            yield Figure(
                name=name, about=audience, medium=rows[0].medium, value=value, of=tried,
                unit="count", evidence=_evidence(rows, left),
            )  # fmt: skip


def _dependent(read: Reading, known: Sequence[Reach]) -> Iterator[Figure]:
    """Messages on a medium that depends on what was down when they were sent."""
    plan = read.pinned.plan
    used: dict[str, set[str]] = {}
    for one in known:
        if one.tried and one.medium in plan.media:
            used.setdefault(one.message_id, set()).add(one.medium)
    words = [word for word in read.all_words() if word.body.message_id in used]
    wrong = [
        word for word in words
        if any(_dead(read, plan.media[medium], word.sent_at)
               for medium in used[word.body.message_id])
    ]  # fmt: skip
    if words:
        yield count(
            "dependent", len(wrong), len(words), share=0.0,
            evidence=[seq for word in wrong or words for seq in word.evidence],
        )  # fmt: skip


def _dead(read: Reading, medium: Medium, at: datetime) -> bool:
    """Whether something that a medium needs had failed for longer than its reserve lasts."""
    since = {what: _down_since(read, what, at) for what in medium.needs}
    return any(
        began is not None and read.pinned.site.add(began, medium.needs[what]) <= at
        for what, began in since.items()
    )


def _down_since(read: Reading, what: str, at: datetime) -> datetime | None:
    """Since when something was known to be down at an instant; None where it was not."""
    since: datetime | None = None
    for stand in read.states:
        if stand.since <= at:
            down = what in stand.incident.situation["down"].split()
            since = (since or stand.since) if down else None
    return since
