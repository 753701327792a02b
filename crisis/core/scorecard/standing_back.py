"""E1, "rester en retrait": somebody is there, by name, and speaks.

The times are those that the organisation has promised itself: the cadence of its communication
plan, which a playbook may make quicker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crisis.core import events as e
from crisis.core.course import Quiet
from crisis.core.decide.messages import concerned
from crisis.core.events import Event
from crisis.core.incident import Incident
from crisis.core.scorecard.figure import Figure, Verdict, numbers, span
from crisis.core.scorecard.reading import DIRECTORATE, Reading, Word, happened
from crisis.core.spoken import zone_of

AUTOMATIC_AT_MOST = 0.5
"""The largest share of a crisis that automatic words may hold: from there on the machine leads.

Ours: a crisis that is held by them alone has a share of 1 (doctrine, E1).
"""
SILENT_AT = 1.2
"""Share of a promised span after which it counts as silence, as for a promise (design §5)."""


def standing_back(read: Reading) -> Iterator[Figure]:
    """Give the figures of E1."""
    declared, opened = (read.declared.seq,), read.states[0].incident
    add = read.pinned.site.add
    led = read.first(e.RolesAccepted, lambda body: "lead" in body.roles)
    within = add(read.opened_at, read.pinned.lead_within(opened.severity)) - read.opened_at
    yield span(
        "lead", happened(led[0]) - read.opened_at if led else None, within, read.so_far,
        evidence=(led[0].seq,) if led else declared,
    )  # fmt: skip
    yield from _visible(read, within, led[0] if led else None)
    yield from first_words(read)
    yield _directorate(read, opened, declared)
    yield from _silences(read)
    yield from _automatic(read, visible_within(read, within))


def visible_within(read: Reading, lead_within: timedelta) -> timedelta:
    """By when those concerned know who leads: in time to lead, then by the next word to any.

    Source: ``cadence.lead_within`` and ``cadence.update_every`` of the plan.
    """
    opened = read.states[0].incident
    playbook = read.pinned.in_force(opened.situation)
    rhythms = [
        read.pinned.update_every(playbook, name, opened.severity, long=False)
        for name in playbook.tell
    ]
    every = [read.pinned.site.add(read.opened_at, one) for one in rhythms if one is not None]
    return lead_within + (min(every, default=read.opened_at) - read.opened_at)


def _visible(read: Reading, lead_within: timedelta, led: Event | None) -> Iterator[Figure]:
    """For each audience that is promised a next word, when it first heard who leads.

    In time to lead, and then by the next word that they were promised. Whoever has one word, and
    is promised no other, is not told who leads.
    """
    since = _concerned(read)
    for audience, said in read.words.items():
        spans = [one.body.next_update_at - one.sent_at for one in said if one.body.next_update_at]
        if not spans:
            continue
        began_at = since[audience][0] if audience in since else read.opened_at
        if _came_later(read, audience):
            began_at = said[0].sent_at
        named = next((one for one in said if led is not None and one.seq > led.seq), None)
        yield span(
            "lead-visible", max(named.sent_at - began_at, timedelta()) if named else None,
            lead_within + max(spans[0], timedelta()), read.until - began_at, about=audience,
            evidence=(led.seq, *named.evidence) if led and named else (read.declared.seq,),
        )  # fmt: skip


def first_words(read: Reading) -> Iterator[Figure]:
    """For each audience, from when it was first concerned to its first word.

    An audience to which nobody belonged then was owed nothing, and when the first of them came is
    on no record: it is told apart, and not judged.
    """
    for audience, (since, incident) in _concerned(read).items():
        if _came_later(read, audience):
            continue
        playbook = read.pinned.in_force(incident.situation)
        owed = read.pinned.first_within(playbook, audience, incident.severity)
        said = read.words.get(audience, ())
        owed_at = _awake(read, audience, incident, read.pinned.site.add(since, owed))
        yield span(
            "first-word", said[0].sent_at - since if said else None, owed_at - since,
            read.until - since, about=audience,
            evidence=_first(said) or (read.declared.seq,),
        )  # fmt: skip


def _first(said: Sequence[Word]) -> tuple[int, ...]:
    """What shows the first word: all that was sent at that instant."""
    return tuple(seq for word in said if word.sent_at == said[0].sent_at for seq in word.evidence)


def _concerned(read: Reading) -> dict[str, tuple[datetime, Incident]]:
    """Since when each audience is concerned, and what then held."""
    found: dict[str, tuple[datetime, Incident]] = {}
    for number, stand in enumerate(read.states):
        incident, since = stand.incident, stand.since if number else read.opened_at
        playbook = read.pinned.in_force(incident.situation)
        for audience in playbook.tell:
            if audience != DIRECTORATE and concerned(incident, playbook, audience):
                found.setdefault(audience, (since, incident))
    return found


def _came_later(read: Reading, audience: str) -> bool:
    """Whether the first word to an audience was said to nobody."""
    empty, said = read.unheard.get(audience, ()), read.words.get(audience, ())
    return bool(empty) and (not said or empty[0].seq < said[0].seq) and audience not in read.failed


def _awake(read: Reading, audience: str, incident: Incident, at: datetime) -> datetime:
    """When an audience may be told what is owed to it: not in the quiet hours that protect it."""
    hours, told = read.pinned.plan.quiet_hours, read.pinned.plan.audiences[audience]
    playbook = read.pinned.in_force(incident.situation)
    urgency = read.pinned.urgency(playbook, incident.severity)
    if hours is None or told.on_duty or (told.at_risk and urgency == "immediate"):
        return at
    quiet = Quiet(begins=hours.from_.at, ends=hours.to.at, zone=zone_of(read.pinned.site.zone))
    return quiet.until(at) or at


def _directorate(read: Reading, opened: Incident, declared: tuple[int, ...]) -> Figure:
    """From the report to the first brief that was sent."""
    playbook = read.pinned.in_force(opened.situation)
    owed = read.pinned.directorate_within(playbook, opened.severity)
    briefs = {body.message_id: event.seq for event, body in read.of(e.BriefReleased)}
    sent = [(event, body) for event, body in read.of(e.MessageSent) if body.message_id in briefs]
    took, evidence = None, declared
    if sent:
        first_at = sent[0][1].sent_at
        took = first_at - read.opened_at
        evidence = tuple(
            seq for event, body in sent if body.sent_at == first_at
            for seq in (briefs[body.message_id], event.seq)
        )  # fmt: skip
    within = read.pinned.site.add(read.opened_at, owed) - read.opened_at
    return span("directorate", took, within, read.so_far, evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """From a word to the next one, or to now."""

    waited: float
    """Seconds."""
    promised: float
    """Seconds until the next one, as the word said; 0 where it promised none."""
    over: bool
    evidence: tuple[int, ...]

    @property
    def share(self) -> float:
        """1: exactly what was promised; 0 where nothing was."""
        return self.waited / self.promised if self.promised else 0


def _silences(read: Reading) -> Iterator[Figure]:
    """For each audience the longest wait beside what it was promised, as told at that time.

    Where they waited longer after a word that promised no other, that silence is told; it is held
    against nothing, since nobody was waiting for an end of it that had been said.
    """
    for audience in read.words:
        waits = list(_waits(read, audience))
        worst = max((one for one in waits if one.promised), key=_share, default=None)
        failed = worst is not None and worst.share > SILENT_AT
        longest = max(waits, key=lambda one: one.waited, default=None)
        if longest is not None and not failed and not longest.promised:
            alike = [one for one in waits if one.waited == longest.waited]
            yield Figure(
                name="silence", about=audience, value=longest.waited, unit="span",
                evidence=numbers(seq for wait in alike for seq in wait.evidence),
            )  # fmt: skip
        elif worst is not None:
            alike = [one for one in waits if one.share == worst.share]
            passed: Verdict = "passed" if worst.over else "unknown"
            yield Figure(
                name="silence", about=audience, value=worst.waited, unit="span",
                limit=worst.promised * SILENT_AT, verdict="failed" if failed else passed,
                evidence=numbers(seq for wait in alike for seq in wait.evidence),
            )  # fmt: skip


def _share(wait: _Wait) -> float:
    return wait.share


def _waits(read: Reading, audience: str) -> Iterator[_Wait]:
    """After each word that somebody heard, until the next one; words to nobody end a wait too."""
    said = read.words[audience]
    heard = {word.seq for word in said}
    everything = sorted((*said, *read.unheard.get(audience, ())), key=lambda one: one.sent_at)
    for number, word in enumerate(everything):
        after = everything[number + 1 : number + 2]
        ended_at = after[0].sent_at if after else read.until
        next_at = word.body.next_update_at
        if word.seq not in heard or ended_at <= word.sent_at:
            continue
        yield _Wait(
            waited=(ended_at - word.sent_at).total_seconds(),
            promised=max((next_at - word.sent_at).total_seconds(), 0) if next_at else 0,
            over=bool(after) or read.over is not None,
            evidence=(*word.evidence, *(seq for one in after for seq in one.evidence)),
        )


def _automatic(read: Reading, visible: timedelta) -> Iterator[Figure]:
    """The share of the time in which the last word to anyone was a machine's.

    Until the lead is to be visible, nobody expects otherwise.
    """
    words = [one for one in read.all_words() if one.sent_at < read.until]
    if not words:
        return
    ends = [*(one.sent_at for one in words[1:]), read.until]
    alone = timedelta()
    for word, end in zip(words, ends, strict=True):
        at_once = (one for one in words if one.sent_at == word.sent_at)
        if not any(one.persons for one in at_once):
            alone += max(end - word.sent_at, timedelta())
    total = read.until - words[0].sent_at
    share = alone / total
    verdict: Verdict = "failed" if share > AUTOMATIC_AT_MOST else "passed"
    if total <= visible:
        verdict = "unknown" if read.over is None else "passed"
    yield Figure(
        name="automatic", value=round(share, 4), unit="share", limit=AUTOMATIC_AT_MOST,
        verdict=verdict, evidence=numbers(seq for word in words for seq in word.evidence),
    )  # fmt: skip
