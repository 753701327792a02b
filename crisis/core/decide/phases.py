"""Three different ends: safe, worked around, back to normal; then closed. People declare them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crisis.core.commands import CancelIncident, CloseIncident, DeclarePhase
from crisis.core.decide.commitments import promise_broken
from crisis.core.decide.messages import tell
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import UNDO, reached, settled
from crisis.core.decide.rights import require
from crisis.core.deciding import Deciding
from crisis.core.events import (
    CommitmentKept,
    IncidentCancelled,
    IncidentClosed,
    PhaseDeclared,
    PhaseOverdue,
    PhaseProposed,
)
from crisis.core.incident import PHASES, Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

CLOSE_AFTER = timedelta(days=1)
"""How long after normal the lead is asked to close, and again each day."""


def missing_before(d: Deciding, phase: str) -> tuple[str, ...]:
    """Give the steps that the playbook wants before this phase and that are not settled."""
    incident, playbook = d.incident, d.playbook
    ending = playbook.phases.get(phase)  # type: ignore[call-overload]  # any phase may be asked
    after = ending.after if ending else ()
    missing = tuple(name for name in after if not settled(incident, playbook, name))
    if phase == "normal":
        undone = (
            name for name, state in incident.steps.items()
            if name.endswith(UNDO) and state.state == "ready"
        )  # fmt: skip
        missing = (*missing, *undone)
    return missing


def propose_phases(d: Deciding) -> None:
    """Ask a person to declare a phase as soon as everything before it is done."""
    for phase, ending in d.playbook.phases.items():
        if phase not in PHASES or phase in d.incident.proposed or reached(d.incident, phase):
            continue
        holds = ending.when is None or ending.when.holds(d.incident.situation)
        after_last = phase != "normal" or d.incident.phase != "open"
        if not holds or not ending.after or not after_last or missing_before(d, phase):
            continue
        d.record(PhaseProposed(phase=phase), rule="phase-proposed", pointer=f"/phases/{phase}")
        people = holders(d, ending.declared_by) or lead_or_above(d)
        notify(
            d, people, "phase-proposed", rule="phase-proposed", subject=phase, words=ending.means
        )


def declare_phase(d: Deciding, body: DeclarePhase) -> None:
    """A person declares that a phase is reached; those who were told are told."""
    phase = body.phase
    ending = d.playbook.phases.get(phase)  # type: ignore[call-overload]  # any word may be asked
    if ending is None or phase not in PHASES or phase == "open":
        d.refuse(
            "phase",
            "Phases : safe (en sécurité), worked_around (contourné), normal (retour à la normale).",
            "Phases: safe, worked_around, normal.",
        )
    if reached(d.incident, phase):
        d.refuse("phase", "C'est déjà déclaré. Merci.", "That is declared already. Thank you.")
    require(d, "phase", authority="close", roles=ending.declared_by)
    missing = missing_before(d, phase)
    if missing:
        d.object(
            "phase",
            f"Le plan attend encore : {', '.join(missing)}.",
            f"The playbook still waits for: {', '.join(missing)}.",
        )
    d.record(PhaseDeclared(phase=phase), rule="phase", pointer=f"/phases/{phase}")


def tell_phase(d: Deciding) -> None:
    """Tell all who were told that the phase has changed; the last end ends their thread (G7)."""
    for audience, heard in tuple(d.incident.audiences.items()):
        if d.incident.phase in {heard.phase, "closed"}:
            continue
        if audience in d.incident.held:
            continue
        told = d.playbook.tell.get(audience)
        silent = told is None or told.said_in(d.incident.phase) is None
        if silent and not d.incident.over:
            continue
        ends = (heard.first_message_id,) if d.incident.over else ()
        tell(d, audience, "end", rule="phase", ends=ends)
    if d.incident.over:
        _answer_what_is_over(d)


def _answer_what_is_over(d: Deciding) -> None:
    """No next word is owed after the end: promises of one that nothing answered are kept by it."""
    for name, commitment in tuple(d.incident.commitments.items()):
        waiting = commitment.kind == "update" and commitment.message_id is None
        if waiting and commitment.audience not in d.incident.held:
            d.record(CommitmentKept(commitment_id=name, how="update"), rule="phase")


def cancel(d: Deciding, body: CancelIncident) -> None:
    """A false alarm: everyone who was told is told so, with thanks to whoever raised it."""
    require(d, "cancel", authority="close", roles=("lead",))
    if d.incident.over:
        d.refuse("cancel", "La crise est déjà terminée.", "The crisis is over already.")
    d.record(IncidentCancelled(reason=body.reason), rule="cancel")


def close(d: Deciding, _body: CloseIncident) -> None:
    """Nothing more is owed but the review; what is still promised is kept or visibly broken."""
    require(d, "close", authority="close", roles=("lead",))
    if d.incident.phase != "normal":
        d.refuse(
            "close",
            "On ferme une crise revenue à la normale. Déclarez d'abord « normal ».",
            'A crisis is closed once it is back to normal. Declare "normal" first.',
        )
    promised = [
        name for name, commitment in d.incident.commitments.items() if commitment.kind != "update"
    ]
    if promised:
        d.object(
            "close",
            f"Des promesses sont encore ouvertes : {', '.join(promised)}. Tenez-les d'abord.",
            f"Promises are still open: {', '.join(promised)}. Keep them first.",
        )
        for name in promised:
            promise_broken(d, name)
    d.record(IncidentClosed(), rule="close")


def owed_phases(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """A phase that the playbook expected by now, and the closing after normal."""
    if incident.phase == "normal":
        count = incident.overdue.get("closed", 0)
        yield Owed(incident.phases["normal"] + CLOSE_AFTER * (count + 1), "close-owed")
    if incident.over:
        return
    for phase, ending in playbook.phases.items():
        span = ending.within.at(incident.severity) if ending.within else None
        if span is None or reached(incident, phase):
            continue
        first = pinned.site.add(incident.opened_at, span) - incident.opened_at
        count = incident.overdue.get(phase, 0)
        yield Owed(incident.opened_at + first * 2**count, "phase-late", phase)


def phase_late(d: Deciding, phase: str) -> None:
    """Ask the one who declares it where it stands; then again after twice the time."""
    ending = d.playbook.phases[phase]  # type: ignore[index]  # a phase of the playbook
    span = ending.within.at(d.incident.severity) if ending.within else None
    first = d.pinned.site.add(d.incident.opened_at, span) - d.incident.opened_at if span else None
    count = d.incident.overdue.get(phase, 0) + 1
    while first and d.incident.opened_at + first * 2**count <= d.now:
        count += 1
    d.record(PhaseOverdue(phase=phase, count=count), rule="phase-late", pointer=f"/phases/{phase}")
    people = holders(d, ending.declared_by) or lead_or_above(d)
    notify(
        d, people, "phase-late", rule="phase-late", subject=phase, words=ending.means, count=count
    )


def close_owed(d: Deciding, _subject: str) -> None:
    """Ask the lead to close what has been normal for a day."""
    passed = int((d.now - d.incident.phases["normal"]) // CLOSE_AFTER)
    count = max(d.incident.overdue.get("closed", 0) + 1, passed)
    d.record(PhaseOverdue(phase="closed", count=count), rule="close-owed")
    notify(d, lead_or_above(d), "close-owed", rule="close-owed", count=count)
