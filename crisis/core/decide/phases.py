"""Three different ends: safe, worked around, back to normal; then closed. People declare them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from crisis.core.commands import CancelIncident, CloseIncident, DeclarePhase
from crisis.core.decide.lateness import DAY, MINUTE
from crisis.core.decide.left import object_to_left
from crisis.core.decide.media import looked_at_anew
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.promises import break_promise
from crisis.core.decide.readiness import reached, settled, to_undo, unowed
from crisis.core.decide.review import propose_left, propose_unanswered
from crisis.core.decide.rights import person, require
from crisis.core.decide.roll_call import end_roll_calls
from crisis.core.decide.severity import raise_for_danger
from crisis.core.decide.works import begin_expected
from crisis.core.deciding import Deciding
from crisis.core.events import (
    IncidentCancelled,
    IncidentClosed,
    PhaseDeclared,
    PhaseOverdue,
    PhaseProposed,
)
from crisis.core.incident import PHASES, Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Ending, Playbook
from crisis.core.section import Phase

AFTER_SAFE = frozenset({"worked_around", "normal"})
"""The phases that are declared only once people are safe."""
NEEDED = frozenset({"safe", "normal"})
"""The ends that every crisis has."""
CLOSE_AFTER = timedelta(days=1)
"""How long after normal the lead is asked to close, and again each day."""


def missing_before(d: Deciding, phase: str) -> tuple[str, ...]:
    """Give what must come before this phase and has not: steps of the playbook, and ``safe``.

    People are safe before a workaround or the end is declared: who works around a danger that goes
    on, or goes back into it, is not. A person may set that aside by name.
    """
    incident, playbook = d.incident, d.playbook
    ending = playbook.phases.get(phase)  # type: ignore[call-overload]  # any phase may be asked
    after = ending.after if ending else ()
    jumped = ("safe",) if phase in AFTER_SAFE and not reached(incident, "safe") else ()
    missing = (*jumped, *(name for name in after if not settled(incident, playbook, name)))
    return (*missing, *to_undo(incident, playbook)) if phase == "normal" else missing


def propose_phases(d: Deciding) -> None:
    """Ask a person to declare a phase as soon as everything before it is done.

    What comes up after that (something to be put back, an answer that changes) withdraws the
    proposal; once it is settled too, the phase is proposed again: nothing is asked only once.
    """
    asked: dict[tuple[str, ...], list[Phase]] = {}
    for phase, ending in d.playbook.phases.items():
        proposed = phase in d.incident.proposed
        if reached(d.incident, phase) or proposed is _can_be_declared(d, phase, ending):
            continue
        d.record(
            PhaseProposed(phase=phase, withdrawn=proposed),
            rule="phase-proposed",
            pointer=f"/phases/{phase}",
        )
        if proposed:
            continue
        people = holders(d, ending.declared_by) or lead_or_above(d)
        asked.setdefault(people, []).append(phase)
    for people, phases in asked.items():
        means = tuple(d.playbook.phases[phase].means for phase in phases)
        notify(
            d, people, "phase-proposed", rule="phase-proposed", subject=",".join(phases),
            words=means[0], items=means[1:],
        )  # fmt: skip


def _can_be_declared(d: Deciding, phase: Phase, ending: Ending) -> bool:
    """Whether the playbook and the state leave nothing to wait for before this phase."""
    if phase not in PHASES or not ending.after:
        return False
    if d.incident.phase == "expected" and phase != "open":
        return False
    holds = ending.when is None or ending.when.holds(d.incident.situation)
    return holds and not missing_before(d, phase)


def declare_phase(d: Deciding, body: DeclarePhase) -> None:
    """A person declares that a phase is reached; those who were told are told."""
    phase = body.phase
    if phase == "open" and d.incident.phase not in {"expected", "open"}:
        _begin_again(d)
        return
    if d.incident.phase == "expected":
        _begin_by_person(d, phase)
        return
    ending = d.playbook.phases.get(phase)  # type: ignore[call-overload]  # any word may be asked
    if ending is None or phase not in PHASES or phase == "open":
        d.refuse(
            "phase",
            "Phases : safe (en sécurité), worked_around (contourné), normal (retour à la normale).",
            "Phases: safe, worked_around, normal.",
        )
    if phase == d.incident.phase and d.incident.danger_again_at is not None:
        require(d, "phase", authority="close", roles=ending.declared_by)
        d.record(PhaseDeclared(phase=phase), rule="danger-denied")
        return
    if reached(d.incident, phase):
        d.refuse("phase", "C'est déjà déclaré. Merci.", "That is declared already. Thank you.")
    require(d, "phase", authority="close", roles=ending.declared_by)
    _nobody_in_danger(d, "phase")
    missing = missing_before(d, phase)
    if missing:
        d.object(
            "phase",
            f"Le plan attend encore : {', '.join(missing)}.",
            f"The playbook still waits for: {', '.join(missing)}.",
        )
    if ending.when is not None and not ending.when.holds(d.incident.situation):
        wanted = json.dumps(ending.when.written(), ensure_ascii=False)
        d.object(
            "phase",
            f"Le plan ne prévoit cette phase que si {wanted} ; ce n'est pas le cas.",
            f"The playbook foresees this phase only if {wanted}, which does not hold.",
        )
    d.record(PhaseDeclared(phase=phase), rule="phase", pointer=f"/phases/{phase}")


def _nobody_in_danger(d: Deciding, rule: str) -> None:
    """No further end while nobody has said if people are in danger, as was reported after one."""
    if d.incident.danger_again_at is not None:
        typed = f"crisis declare {d.incident.phase} -i {d.incident.id}"
        d.object(
            rule,
            "Des personnes sont signalées en danger depuis. Vérifiez, puis tapez :"
            f" {typed} (ou open, si c'est vrai).",
            f"People are reported in danger since. Check, then type: {typed}"
            " (or open, if it is true).",
        )


def _begin_by_person(d: Deciding, phase: str) -> None:
    """What was expected begins when a person says so, or it is cancelled: there is no other way."""
    if phase != "open":
        d.refuse(
            "phase",
            "Rien n'a encore commencé : déclarez « open », ou annulez (crisis cancel).",
            'Nothing has begun yet: declare "open", or cancel (crisis cancel).',
        )
    ending = d.playbook.phases.get("open")
    require(d, "phase", authority="close", roles=(*(ending.declared_by if ending else ()), "lead"))
    begin_expected(d, rule="phase")


def _begin_again(d: Deciding) -> None:
    """It was thought to be safe, or over, and is not: all who were told so are alerted.

    What had ended with that comes again; after normal, every step does.
    """
    ending = d.playbook.phases["normal"]
    require(d, "phase", authority="close", roles=(*ending.declared_by, "lead"))
    danger = d.incident.danger_again_at is not None
    d.record(PhaseDeclared(phase="open"), rule="begun-again")
    looked_at_anew(d)
    if danger:
        raise_for_danger(d)


def cancel(d: Deciding, body: CancelIncident) -> None:
    """A false alarm: everyone who was told is told so, with thanks to whoever raised it."""
    if not (d.incident.watched and person(d, "cancel") in chain_of_lead(d)):
        require(d, "cancel", authority="close", roles=("lead",))
    if d.incident.over:
        d.refuse(
            "cancel",
            "La crise est déjà terminée : les publics en ont eu la fin.",
            "The crisis is over already: the audiences have had its end.",
        )
    end_roll_calls(d, "cancel")
    d.record(IncidentCancelled(reason=body.reason), rule="cancel")


def close(d: Deciding, _body: CloseIncident) -> None:
    """Nothing more is owed but the review; what is still promised is kept or visibly broken.

    What is left undone is not dropped: it becomes an action of the plan, chased until verified.
    """
    require(d, "close", authority="close", roles=("lead",))
    if d.incident.phase != "normal":
        d.refuse(
            "close",
            "On ferme une crise revenue à la normale. Déclarez d'abord « normal ».",
            'A crisis is closed once it is back to normal. Declare "normal" first.',
        )
    _nobody_in_danger(d, "close")
    end_roll_calls(d, "close", silent=True)
    if d.incident.drafts:
        names = ", ".join(d.incident.drafts)
        d.object(
            "close",
            f"Des messages attendent encore un accord : {names}. Approuvez-les, ou passez outre"
            " avec un motif : ils ne partiront pas.",
            f"Messages still wait for an approval: {names}. Approve them, or override with a"
            " reason: they will not leave.",
        )
    promised = [
        name for name, commitment in d.incident.commitments.items() if commitment.kind != "update"
    ]
    if promised:
        typed = " ; ".join(keeping(d.incident, name) for name in promised)
        d.object(
            "close",
            f"Des promesses sont encore ouvertes. Pour chacune qui est tenue, tapez : {typed}."
            " Sinon, passez outre avec un motif : elle sera dite rompue.",
            f"Promises are still open. For each one that is kept, type: {typed}."
            " Otherwise override with a reason: it will be told as broken.",
        )
        for name in promised:
            break_promise(d, name)
    waiting = d.incident.questions.waiting
    if waiting:
        d.object(
            "close",
            f"{waiting} personnes attendent encore une réponse. Répondez, ou passez outre avec un"
            " motif : cela devient une action du retour d'expérience.",
            f"{waiting} people still wait for a reply. Reply, or override with a reason: it becomes"
            " an action of the review.",
        )
        propose_unanswered(d)
    object_to_left(d)
    left = tuple(
        name for name, state in d.incident.steps.items()
        if state.state == "ready" and not unowed(d.playbook, name)
    )  # fmt: skip
    propose_left(d, left)
    d.record(IncidentClosed(), rule="close")


def keeping(incident: Incident, name: str) -> str:
    """What is typed to say that a promise is kept: its step is done, or it is kept by name."""
    step = incident.commitments[name].step
    return (
        f"crisis done {step} -i {incident.id}" if step else f"crisis kept {name} -i {incident.id}"
    )


def owed_phases(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A phase that the playbook expected by now, and the closing after normal."""
    if incident.phase == "normal":
        count = incident.overdue.get("closed", 0)
        yield Owed(incident.phases["normal"] + CLOSE_AFTER * (count + 1), "close-owed")
    if incident.over or incident.phase == "expected":
        return
    for phase in playbook.phases:
        at = _overdue_at(incident, playbook, pinned, phase, incident.overdue.get(phase, 0))
        if at is not None and not reached(incident, phase):
            yield Owed(at, "phase-late", phase)


def _overdue_at(
    incident: Incident, playbook: Playbook, pinned: Pinned, phase: Phase, count: int
) -> datetime | None:
    """When a phase is asked about for the next time: at its aim, at twice that, and so on.

    An end that every crisis has, and for which the playbook gives no time, is asked about daily.
    """
    ending = playbook.phases[phase]
    span = ending.within.at(incident.severity) if ending.within else None
    if span is None:
        return incident.opened_at + DAY * (count + 1) if phase in NEEDED else None
    aim = max(pinned.site.add(incident.opened_at, span) - incident.opened_at, MINUTE)
    return incident.opened_at + aim * (1 << count)


def phase_late(d: Deciding, _phase: str) -> None:
    """Ask those who declare the phases that are late where it is; again after twice the time."""
    asked: dict[tuple[str, ...], list[Phase]] = {}
    for phase, ending in d.playbook.phases.items():
        count = d.incident.overdue.get(phase, 0)
        if reached(d.incident, phase) or not _due(d, phase, count):
            continue
        while _due(d, phase, count):  # after a long absence it is asked about once
            count += 1
        d.record(
            PhaseOverdue(phase=phase, count=count), rule="phase-late", pointer=f"/phases/{phase}"
        )
        people = holders(d, ending.declared_by) or lead_or_above(d)
        asked.setdefault(people, []).append(phase)
    for people, phases in asked.items():
        means = tuple(d.playbook.phases[phase].means for phase in phases)
        count = max(d.incident.overdue[phase] for phase in phases)
        notify(
            d, people, "phase-late", rule="phase-late", subject=",".join(phases), words=means[0],
            items=means[1:], count=count,
        )  # fmt: skip


def _due(d: Deciding, phase: Phase, count: int) -> bool:
    at = _overdue_at(d.incident, d.playbook, d.pinned, phase, count)
    return at is not None and at <= d.now


def close_owed(d: Deciding, _subject: str) -> None:
    """Ask the lead to close what has been normal for a day."""
    passed = int((d.now - d.incident.phases["normal"]) // CLOSE_AFTER)
    count = max(d.incident.overdue.get("closed", 0) + 1, passed)
    d.record(PhaseOverdue(phase="closed", count=count), rule="close-owed")
    notify(d, lead_or_above(d), "close-owed", rule="close-owed", count=count)
