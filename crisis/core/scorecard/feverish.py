"""E2, "laisser paraître une certaine fébrilité": calm words, of one voice, to the point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from crisis.core import events as e
from crisis.core.scorecard.figure import Figure, count
from crisis.core.scorecard.reading import Reading, Word

BURST_WITHIN = timedelta(minutes=5)
"""Two words to the same people so near each other are one burst, unless the second says more.

Ours: below the quickest rhythm that the shipped plan promises, of 20 minutes.
"""


def feverish(read: Reading) -> Iterator[Figure]:
    """Give the figures of E2."""
    words = read.all_words()
    everything = [seq for word in words for seq in word.evidence]
    for name, rules, severity in _FOUND:
        found = [
            event.seq for event, body in read.of(e.WordingFound)
            if any(_is(mark, rules, severity) for mark in body.findings)
        ]  # fmt: skip
        share = None if severity == "warn" else 0.0
        yield count(name, len(found), len(words), share=share, evidence=found or everything)
    yield from _unmarked(read)
    bursts = [pair for said in read.words.values() for pair in _bursts(said)]
    evidence = [seq for pair in bursts for word in pair for seq in word.evidence]
    yield count("bursts", len(bursts), len(words), share=0.0, evidence=evidence or everything)


_FOUND = (("tone", "TN", "block"), ("tone-warned", "TN", "warn"), ("contradictions", "CO", ""))
"""Figure, rules of wording by the first letters of their names, severity (any where none is said).

What was refused and mended was never said; what was let through by name, or could not wait, was.
"""


def _is(mark: str, rules: str, severity: str) -> bool:
    """Whether a finding, as the record keeps it (``TN3 block /words/fr``), is one of these."""
    rule, grave, _ = mark.split(" ", 2)
    return rule.startswith(rules) and severity in {"", grave}


def _unmarked(read: Reading) -> Iterator[Figure]:
    """Changed answers that were told as if nothing had been said before.

    A marked correction is honest and costs nothing.
    """
    unmarked: list[tuple[int, ...]] = []
    changed: list[int] = []
    given: dict[str, tuple[int, str]] = {}
    for event, body in read.of(e.StepAnswered):
        since, was = given.get(body.step, (event.seq, ""))
        if not body.assumed:
            given[body.step] = (event.seq, body.answer)
        step = read.pinned.in_force({}).steps.get(body.step)
        if step is None or was == body.answer or was not in step.known:
            continue
        changed += [since, event.seq]
        for said in read.words.values():
            told = any(since < word.seq < event.seq for word in said)
            after = [word for word in said if word.seq > event.seq]
            if told and after and after[0].body.kind in {"update", "holding"}:
                unmarked.append((event.seq, *after[0].evidence))
    if changed:
        yield count(
            "unmarked",
            len(unmarked),
            len(changed) // 2,
            share=0.0,
            evidence=[seq for seqs in unmarked for seq in seqs] or changed,
        )


def _bursts(said: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    told: set[str] = set()
    for before, word in pairwise(said):
        told |= set(before.body.measures)
        near = word.sent_at - before.sent_at < BURST_WITHIN
        if near and not _says_more(before, word, told):
            yield before, word


def _says_more(before: Word, word: Word, told: set[str]) -> bool:
    """Whether a word holds more than the one before; a holding statement keeps its promise."""
    was, body = before.body, word.body
    return (
        body.kind in {"holding", "correction", "end"}
        or body.words is not None
        or not set(body.measures) <= told
        or word.persons
        or (before.severity, was.phase, was.urgency, was.speech)
        != (word.severity, body.phase, body.urgency, body.speech)
    )
