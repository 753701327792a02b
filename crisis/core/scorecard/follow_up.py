"""E4, "communiquer insuffisamment sur le suivi": what was promised is told, and in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crisis.core import events as e
from crisis.core.scorecard.figure import Figure, count, numbers
from crisis.core.scorecard.reading import Reading, Word

HOLDINGS_IN_A_ROW = 2
"""Holding statements in a row, at most (doctrine, E4; design §5)."""
HOLDING_AT_MOST = 0.5
"""The largest share of promises that holding statements may keep: a follow-up is told, not held.

Ours; beyond it most of what people heard was that there is nothing to hear.
"""
LATE_AT_MOST = 0.1
"""The largest share of promises that may be late, as every tenth of a fan-out may (rule CH10)."""
EMPTY_AT_MOST = 0.5
"""The largest share of updates that may name nothing new: the others repeat. Ours."""


STEPS_LATE_AT_MOST = 0.2
"""The largest share of the steps that may be late: nobody follows up what is left lying. Ours."""


def follow_up(read: Reading) -> Iterator[Figure]:
    """Give the figures of E4."""
    yield from _commitments(read)
    yield from _steps(read)
    yield from _empty(read)
    for audience, said in read.words.items():
        row = _longest_row(said)
        held = [word for word in said if word.body.kind == "holding"]
        yield Figure(
            name="holding-row", about=audience, value=row, of=len(said), unit="count",
            limit=HOLDINGS_IN_A_ROW, verdict="failed" if row > HOLDINGS_IN_A_ROW else "passed",
            evidence=numbers(seq for word in held or said for seq in word.evidence),
        )  # fmt: skip


ENDS = ("update", "repeat", "holding", "deed", "late", "broken", "open")
"""How a commitment stands, once: kept by something new, by words that only repeat, by a holding
statement or by the deed; kept late, or late still; broken; or not at its end yet."""


def _commitments(read: Reading) -> Iterator[Figure]:
    """Every commitment ends kept or visibly broken; how it was kept counts too.

    The ways in which they stand add up to those that were made. What was promised to nobody is
    none of them.
    """
    made = _made(read)
    if not made:
        return
    stands: dict[str, dict[str, list[int]]] = {how: {} for how in ENDS}
    for commitment, (how, seqs) in _stands(read).items():
        if commitment in made:
            stands[how][commitment] = seqs
    for commitment, seq in made.items():
        if not any(commitment in some for some in stands.values()):
            stands["open"][commitment] = [seq]
    ended, everything = len(made) - len(stands["open"]), list(made.values())
    yield count("made", len(made), len(made), evidence=everything)
    shares = {
        "repeat": HOLDING_AT_MOST * ended / len(made), "late": LATE_AT_MOST, "broken": 0.0,
        "holding": HOLDING_AT_MOST * ended / len(made),
    }  # fmt: skip
    for how, found in stands.items():
        yield count(
            how if how in {"late", "broken", "open"} else f"kept-by-{how}",
            len(found), len(made), share=shares.get(how), known=not stands["open"],
            evidence=[seq for seqs in found.values() for seq in seqs] or everything,
        )  # fmt: skip


def _made(read: Reading) -> dict[str, int]:
    """What was promised to somebody, and the event that says so."""
    to_nobody = [(word.seq, word.body.audience) for said in read.unheard.values() for word in said]
    to_somebody = [(word.seq, word.body.audience) for word in read.all_words()]
    made: dict[str, int] = {}
    for event, body in read.either(e.UpdatePromised, e.PromiseMade):
        last = max((seq for seq, name in to_somebody if name == body.audience and seq < event.seq),
                   default=0)  # fmt: skip
        empty = any(name == body.audience and last < seq < event.seq for seq, name in to_nobody)
        if not empty:
            made[body.commitment_id] = event.seq
    return made


def _stands(read: Reading) -> dict[str, tuple[str, list[int]]]:
    """How each commitment that is no longer open ended, and the events that say so.

    Kept in time, even where that was noted after its time, it was not late.
    """
    repeats = {word.body.message_id for word in _repeated(read)}
    answered = {
        body.commitment_id: (event.seq, body.message_id in repeats)
        for event, body in read.of(e.PromiseAnswered)
    }
    found: dict[str, tuple[str, list[int]]] = {}
    for event, late in read.either(e.CommitmentLate, e.CommitmentKeptLate):
        _, before = found.get(late.commitment_id, ("", []))
        found[late.commitment_id] = ("late", [*before, event.seq])
    for event, kept in read.of(e.CommitmentKept):
        seq, empty = answered.get(kept.commitment_id, (event.seq, False))
        how = "repeat" if empty and kept.how == "update" else kept.how
        found[kept.commitment_id] = (how, [seq, event.seq])
    for event, broken in read.of(e.CommitmentBroken):
        found[broken.commitment_id] = ("broken", [event.seq])
    return found


def _steps(read: Reading) -> Iterator[Figure]:
    """Of the steps that were asked for, those that were not done, called or decided in time."""
    ready = [(event.seq, name) for event, body in read.of(e.StepsReady) for name in body.steps]
    late = [(event.seq, body.step) for event, body in read.of(e.StepEscalated)]
    late += [(event.seq, body.step) for event, body in read.of(e.ChoicePassedOn)]
    asked = {name for _, name in ready}
    if asked:
        yield count(
            "steps-late", len({name for _, name in late} & asked), len(asked),
            share=STEPS_LATE_AT_MOST, evidence=[seq for seq, _ in late or ready],
        )  # fmt: skip


def _empty(read: Reading) -> Iterator[Figure]:
    """Updates that name no measure or result that these people had not heard."""
    updates = [word for word in read.all_words() if word.body.kind == "update"]
    empty = _repeated(read)
    if updates:
        yield count(
            "empty", len(empty), len(updates), share=EMPTY_AT_MOST,
            evidence=[seq for word in empty or updates for seq in word.evidence],
        )  # fmt: skip


def _repeated(read: Reading) -> list[Word]:
    """The updates that told their readers nothing new."""
    empty: list[Word] = []
    for said in read.words.values():
        told: set[str] = set()
        for number, word in enumerate(said):
            before = said[number - 1] if number else None
            if word.body.kind == "update" and _repeats(before, word, told):
                empty.append(word)
            told |= set(word.body.measures)
    return empty


def _repeats(before: Word | None, word: Word, told: set[str]) -> bool:
    """Whether there is no new measure, no words of a person, and nothing else that has changed."""
    changed = before is not None and before.body.speech != word.body.speech
    return not (set(word.body.measures) - told or word.body.words or word.persons or changed)


def _longest_row(said: Sequence[Word]) -> int:
    longest = row = 0
    for word in said:
        row = row + 1 if word.body.kind == "holding" else 0
        longest = max(longest, row)
    return longest
