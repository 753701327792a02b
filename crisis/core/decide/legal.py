"""Legal clocks: started by facts, reminded, drafted from the record, insisted on; never filed.

A `clock` step starts one when it becomes ready. The delays count from when the organisation became
aware: from when what made the step ready happened, or from the time that a person corrects it to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from crisis.core.decide.lateness import DIRECTORATE, doubled
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import owners
from crisis.core.decide.rights import require
from crisis.core.deciding import Deciding
from crisis.core.events import (
    ClockStarted,
    ClockWaived,
    DelayMissed,
    DelayReminded,
    NotificationFiled,
    StepDone,
)
from crisis.core.incident import Incident
from crisis.core.legal import AWARE, ClockState, Delay, LegalClock, in_force
from crisis.core.legal_commands import BecomeAware, FileNotification, WaiveClock
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.told import LegalDelayTold

REMINDED_AT = (0.5, 0.8, 0.95)
"""Shares of a delay at which those who file are reminded, with the draft as it stands then."""
AGAIN = timedelta(hours=4)
"""How long after a delay was missed that is said again; then twice as long each time."""


class Deadline(NamedTuple):
    """One delay that runs: nobody has said that it was filed."""

    step: str
    state: ClockState
    clock: LegalClock
    delay: Delay
    since: datetime
    due_at: datetime

    @property
    def subject(self) -> str:
        """Its name among what is owed."""
        return f"{self.step},{self.delay.name}"


def start_clocks(d: Deciding) -> None:
    """A clock step that has just become ready starts its clock, once; those who file are told."""
    for name, step in d.playbook.steps.items():
        state = d.incident.steps.get(name)
        if step.clock is None or state is None or state.state != "ready":
            continue
        if name not in d.incident.clocks:
            aware_at = d.command.happened_at or d.now
            _start(d, name, step.clock, min(aware_at, d.now))


def _start(d: Deciding, step: str, clock: str, aware_at: datetime) -> None:
    d.record(
        ClockStarted(step=step, clock=clock, aware_at=aware_at),
        rule="clock",
        pointer=f"/steps/{step}/clock",
    )
    running = [one for one in deadlines(d.incident, d.pinned) if one.step == step]
    if running:
        _tell(d, min(running, key=lambda one: one.due_at), "clock-started")


def deadlines(incident: Incident, pinned: Pinned) -> Iterator[Deadline]:
    """Give every delay that runs; one that follows another, once that one is filed."""
    for step, state in incident.clocks.items():
        clock = in_force(pinned.legal, state.clock, state.aware_at)
        if state.waived or clock is None or _stands_still(incident, pinned, step):
            continue
        for name, delay in clock.delays.items():
            since = state.aware_at if delay.after == AWARE else state.filed.get(delay.after)
            if name not in state.filed and since is not None:
                due_at = delay.due_at(since, pinned.site)
                yield Deadline(step, state, clock, delay, since, due_at)


def _stands_still(incident: Incident, pinned: Pinned, step: str) -> bool:
    """Whether nothing runs: all is filed, or the answer on which the step depends was corrected.

    Another text of the playbook, a false alarm, a merge and a new beginning stop no law: somebody
    files, or waives it by name.
    """
    stands = incident.steps.get(step)
    if stands is None or stands.state == "ready":
        return False
    if stands.state == "done":
        return True
    known = pinned.in_force(incident.situation).steps.get(step)
    return known is not None and known.when is not None and not known.when.holds(incident.situation)


def owed_clocks(incident: Incident, _playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A delay is reminded of at its marks; missed, that is said until somebody files or waives."""
    for one in deadlines(incident, pinned):
        missed = one.state.missed.get(one.delay.name, 0)
        reminded = one.state.reminded.get(one.delay.name, 0)
        if missed:
            again = doubled(one.state.missed_at[one.delay.name], AGAIN, missed)
            yield Owed(again, "delay-missed", one.subject)
            continue
        if reminded < len(REMINDED_AT):
            span = one.due_at - one.since
            yield Owed(one.since + span * REMINDED_AT[reminded], "delay-near", one.subject)
        yield Owed(one.due_at + timedelta(microseconds=1), "delay-missed", one.subject)


def _running(d: Deciding, subject: str) -> Deadline:
    found = deadlines(d.incident, d.pinned)
    return next(one for one in found if one.subject == subject)


def delay_near(d: Deciding, subject: str) -> None:
    """Remind those who file, with the draft as the record has it; after an absence once."""
    one = _running(d, subject)
    span = one.due_at - one.since
    count = sum(one.since + span * share <= d.now for share in REMINDED_AT)
    d.record(
        DelayReminded(step=one.step, delay=one.delay.name, count=count, due_at=one.due_at),
        rule="delay-near",
        pointer=f"/steps/{one.step}/clock",
    )
    if d.now <= one.due_at:
        _tell(d, one, "clock-reminder")


def delay_missed(d: Deciding, subject: str) -> None:
    """The delay has ended: those who file, the lead and the directorate are told, on the record."""
    one = _running(d, subject)
    count = one.state.missed.get(one.delay.name, 0) + 1
    d.record(
        DelayMissed(step=one.step, delay=one.delay.name, count=count, due_at=one.due_at),
        rule="delay-missed",
        pointer=f"/steps/{one.step}/clock",
    )
    _tell(d, one, "clock-missed", count=count)
    notify(
        d, (), "clock-missed", rule="delay-missed", subject=subject, words=one.delay.title,
        items=(one.delay.to, one.delay.law), due_at=one.due_at, count=count, audience=DIRECTORATE,
    )  # fmt: skip


def _tell(d: Deciding, one: Deadline, topic: str, *, count: int = 1) -> None:
    """Write to those who file: what, to whom, by when, what it must say, and what we know."""
    clock, filing = one.clock, holders(d, owners(d.playbook, one.step))
    people = (*filing, *lead_or_above(d)) if topic == "clock-missed" else filing
    notify(
        d, people or lead_or_above(d), topic, rule=topic, subject=one.subject,
        words=one.delay.title, due_at=one.due_at, count=count, with_situation=True,
        items=(one.delay.to, one.delay.law, clock.counts_from, *clock.says),
    )  # fmt: skip


def open_delays(incident: Incident, pinned: Pinned) -> Iterator[LegalDelayTold]:
    """Give the delays that run, as a brief tells them; the first to end comes first."""
    for one in sorted(deadlines(incident, pinned), key=lambda one: one.due_at):
        missed = one.delay.name in one.state.missed
        yield LegalDelayTold(title=one.delay.title, due_at=one.due_at, missed=missed)


# --- what a person says ---


def _state(d: Deciding, step: str, rule: str) -> ClockState:
    state = d.incident.clocks.get(step)
    if state is None:
        known = ", ".join(d.incident.clocks) or "-"
        d.refuse(
            rule,
            f"Aucun délai légal ne court sous le nom « {step} ». En cours : {known}.",
            f'No legal clock runs under the name "{step}". Running: {known}.',
        )
    return state


def _may(d: Deciding, step: str, rule: str) -> None:
    require(d, rule, authority="decide", roles=("lead", *owners(d.playbook, step)))


def become_aware(d: Deciding, body: BecomeAware) -> None:
    """A person corrects since when the organisation knew: every delay is counted anew."""
    state = _state(d, body.step, "aware")
    _may(d, body.step, "aware")
    if body.aware_at > d.now:
        d.refuse(
            "aware",
            "On ne peut pas avoir connaissance de demain.",
            "Nobody can have become aware later than now.",
        )
    _start(d, body.step, state.clock, body.aware_at)


def file_notification(d: Deciding, body: FileNotification) -> None:
    """A person says: filed at this time, under this reference. The last one ends the step."""
    state = _state(d, body.step, "file")
    _may(d, body.step, "file")
    clock = in_force(d.pinned.legal, state.clock, state.aware_at)
    delays = clock.delays if clock is not None else {}
    if body.delay not in delays:
        known = ", ".join(delays)
        d.refuse(
            "file",
            f"Il n'y a pas de délai « {body.delay} » ici. Délais : {known}.",
            f'There is no delay "{body.delay}" here. Delays: {known}.',
        )
    if body.delay in state.filed:
        d.refuse("file", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    filed_at = d.command.happened_at or d.now
    d.record(
        NotificationFiled(
            step=body.step, delay=body.delay, reference=body.reference, filed_at=filed_at
        ),
        rule="file",
        pointer=f"/steps/{body.step}/clock",
    )
    if set(delays) <= d.incident.clocks[body.step].filed.keys():
        d.record(StepDone(step=body.step, evidence=body.reference), rule="file")


def waive(d: Deciding, body: WaiveClock) -> None:
    """A person says, by name and with the reason, that the law does not ask for it here."""
    _state(d, body.step, "waive")
    _may(d, body.step, "waive")
    d.record(ClockWaived(step=body.step, reason=body.reason), rule="waive")
    stands = d.incident.steps.get(body.step)
    if stands is not None and stands.state == "ready":
        d.record(StepDone(step=body.step, evidence=body.reason), rule="waive")
