"""People are in danger, newly reported: told each time, whatever the phase, until somebody answers.

Where it was thought to be safe, or over, nobody may be at work any more: those who could lead are
called until one of them says whether it is so. G12: this waits for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.commands import SubmitReport
from crisis.core.decide.notices import chain_of_lead, lead_or_above, notify
from crisis.core.decide.readiness import reached
from crisis.core.decide.roll_call import seekers
from crisis.core.decide.severity import danger_raises, raise_for_danger
from crisis.core.deciding import Deciding
from crisis.core.events import DangerReported, PhaseOverdue
from crisis.core.incident import Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.prose import TextRef

DANGER_AGAIN = timedelta(minutes=5)
"""How long danger after an end waits for an answer before all are called again; then twice that."""


def danger_reported(d: Deciding, report_id: str, report: SubmitReport) -> None:
    """Raise the severity, and tell those who lead and those who look for people, in its words.

    What people say of it is told each time, in their words: it may be another person who is caught.
    While all are at work on it, forty bare alarms of the same danger are told once.
    """
    incident, words = d.incident, None if report.by_machine else report.what
    again = reached(incident, "safe")
    news = incident.danger_again_at is None if again else incident.danger != "yes"
    if news or (not incident.over and danger_raises(d)):
        d.record(DangerReported(report_id=report_id), rule="danger")
        if not incident.over:
            raise_for_danger(d)
    if again:
        _call_all(d, words)
    elif news or words is not None:
        notify(
            d, (*lead_or_above(d), *seekers(d)), "danger-reported", rule="danger", words=words,
            life_safety=True,
        )  # fmt: skip


def owed_danger(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """Somebody says whether people are in danger though it was thought to be safe."""
    if incident.danger_again_at is not None:
        yield Owed(_asked_at(incident), "danger-again")


def _asked_at(incident: Incident) -> datetime:
    since = incident.danger_again_at or incident.last_at
    return since + DANGER_AGAIN * (1 << incident.overdue.get("open", 0))


def _call_all(d: Deciding, words: TextRef | None = None) -> None:
    """Call everyone who could lead: people are in danger and nobody may be at work any more."""
    topic = "danger-after-normal" if d.incident.over else "danger-after-safe"
    notify(
        d, (*lead_or_above(d), *chain_of_lead(d), *seekers(d)), topic, rule="danger",
        subject=d.incident.phase, words=words, count=d.incident.overdue.get("open", 0) + 1,
        life_safety=True,
    )  # fmt: skip


def danger_again(d: Deciding, _subject: str) -> None:
    """Nobody has said whether it has begun again: they are called again, after twice the time."""
    while _asked_at(d.incident) <= d.now:  # after a long absence they are called once
        count = d.incident.overdue.get("open", 0) + 1
        d.record(PhaseOverdue(phase="open", count=count), rule="danger-again")
    _call_all(d)
