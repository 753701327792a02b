"""Two incidents that are one, and one that is two: a person says so, and the rest follows.

Merged, the other's audiences are told once, by this one, and hear its end from here, exactly those
who were told (G7); its promises are taken over; its people are released, with thanks.
"""

from __future__ import annotations

from crisis.core.commands import Declare, SubmitReport
from crisis.core.decide.covering import of_person
from crisis.core.decide.crossing import ENDED, ask_of, other_named
from crisis.core.decide.notices import notify, unsaid
from crisis.core.decide.readiness import reached
from crisis.core.decide.rights import require
from crisis.core.decide.severity import graver, raise_for_danger
from crisis.core.decide.works import begin_expected
from crisis.core.deciding import Deciding
from crisis.core.events import (
    DangerReported,
    IncidentMerged,
    IncidentsRelated,
    IncidentTakenOver,
    PromiseMade,
    RolesAccepted,
    SeverityChanged,
    StepDone,
)
from crisis.core.incident import OVER, Incident
from crisis.core.life_commands import EndMerged, MergeIncident, NoteOther, Relation, SplitIncident
from crisis.core.report import correlation_key, incident_id, report_id


def merge(d: Deciding, body: MergeIncident) -> None:
    """Follow another incident in this one from now on."""
    require(d, "merge", authority="close", roles=("lead",))
    other = other_named(d, body.other, "merge")
    known = d.incident.related.get(other.id)
    _one_trouble(d, other)
    _nothing_left_behind(d, other)
    d.record(
        IncidentTakenOver(
            other=other.id,
            building=d.incident.building if d.incident.building == other.building else None,
            reports=other.reports,
            told={
                name: (heard.first_message_id, *other.taken.get(name, ()))
                for name, heard in other.audiences.items() if heard.phase not in OVER
            },
        ),
        rule="merge",
    )  # fmt: skip
    if d.incident.phase == "expected" and other.phase != "expected":
        begin_expected(d, rule="merge")
    _as_grave(d, other)
    _take_promises(d, other)
    if known is not None and known.step is not None and known.how == "child":
        d.record(StepDone(step=known.step), rule="merge", pointer=f"/steps/{known.step}")
    ask_of(d, other.id, EndMerged(into=d.incident.id))


def _one_trouble(d: Deciding, other: Incident) -> None:
    """Only what is under way, at one site, can be one trouble."""
    if d.incident.over or d.incident.hushed is not None or other.hushed is not None:
        d.refuse(
            "merge",
            "On ne réunit que des incidents annoncés et en cours. Annoncez d'abord : crisis loud",
            "Only incidents that are told and under way are merged. Tell it first: crisis loud",
        )
    if other.over:
        d.refuse(
            "merge",
            f"L'incident {other.id} est déjà terminé. Liez-les : crisis relate {other.id}",
            f"The incident {other.id} is over already. Link them: crisis relate {other.id}",
        )
    worse = not reached(other, d.incident.phase) or other.danger_again_at is not None
    if reached(d.incident, "safe") and worse:  # its people would hear that they are safe (G12)
        d.refuse(
            "merge",
            f"Ici c'est déjà plus sûr que dans {other.id}. Réunissez-les dans l'autre sens :"
            f" crisis merge {other.id} {d.incident.id}",
            f"It is safer here already than in {other.id}. Merge them the other way round:"
            f" crisis merge {other.id} {d.incident.id}",
        )
    if other.site != d.incident.site:
        d.refuse(
            "merge",
            f"Ils sont sur deux sites. Liez-les plutôt : crisis relate {other.id}",
            f"They are at two sites. Link them instead: crisis relate {other.id}",
        )


def _nothing_left_behind(d: Deciding, other: Incident) -> None:
    """What only the other can keep, or say, is settled there first."""
    if any(not roll.closed for roll in other.roll_calls.values()):
        d.refuse(
            "merge",
            f"Un appel est encore ouvert dans {other.id} : on y cherche des personnes. Terminez-le"
            " d'abord, puis réunissez.",
            f"A roll-call is still open in {other.id}: people are looked for there. Close it first,"
            " then merge.",
        )
    steps = [
        one.step for one in other.commitments.values()
        if one.kind != "update" and one.words is None and one.step is not None
        and one.step not in d.playbook.steps
    ]  # fmt: skip
    unknown = [name for name in other.audiences if name not in d.pinned.plan.audiences]
    if steps or unknown:
        listed = ", ".join((*steps, *unknown))
        d.refuse(
            "merge",
            f"Le plan d'ici ne connaît pas : {listed}. Réglez cela d'abord dans {other.id}.",
            f"The playbook here does not know: {listed}. Settle it in {other.id} first.",
        )


def _as_grave(d: Deciding, other: Incident) -> None:
    """It is as grave as the graver of the two, and in danger when one of them is."""
    in_danger = other.danger == "yes" and not reached(other, "safe")
    if in_danger and d.incident.danger != "yes":
        d.record(DangerReported(report_id=other.id), rule="merge")
        raise_for_danger(d)
    was = d.incident.severity
    if graver(d.pinned, other.severity, was):
        d.record(SeverityChanged(severity=other.severity, was=was), rule="merge")


def _take_promises(d: Deciding, other: Incident) -> None:
    """What was promised there is owed here: by the same time, to the same people, by whoever it is.

    What both playbooks have promised is owed once.
    """
    promised = {one.step for one in d.incident.commitments.values()}
    for one in other.commitments.values():
        kept_here = one.words is None and one.step is not None and one.step in promised
        if one.kind == "update" or kept_here:
            continue
        d.record(
            PromiseMade(
                commitment_id=f"{d.incident.id}-p{d.incident.seq + 1}",
                audience=one.audience,
                due_at=one.due_at,
                step=one.step if one.words is None else None,
                words=one.words,
                engagement=one.kind == "engagement",
                counterpart=one.counterpart,
                end=one.kind == "end",
                by=one.by,
                person=one.person,
            ),
            rule="merge",
        )


def end_merged(d: Deciding, body: EndMerged) -> None:
    """Nothing more is owed here: those who held a role are told where it goes on.

    What a person wanted to say and was not said is theirs to say there.
    """
    people = tuple(who for state in d.incident.roles.values() for who in state.holders)
    held = tuple(d.incident.held.items())
    d.record(IncidentMerged(into=body.into), rule="merge")
    for audience, one in held:
        if one.words is not None:
            unsaid(d, people, audience, one.words)
    notify(d, people, "merged", rule="merge", subject=body.into)


def split(d: Deciding, body: SplitIncident) -> None:
    """Open another incident for what is a second trouble: its own lead, its own words."""
    require(d, "split", authority="close", roles=("lead",))
    incident = d.incident
    if incident.over:
        d.refuse(
            "split",
            "La crise est finie : un fait nouveau se signale.",
            "The crisis is over: report a new fact.",
        )
    playbook = body.playbook or incident.playbook
    if body.playbook is not None and playbook not in d.facts.openings:
        known = ", ".join(d.facts.openings)
        d.refuse(
            "split",
            f"Il n'y a pas de plan « {playbook} ». Plans : {known}.",
            f'There is no playbook "{playbook}". Playbooks: {known}.',
        )
    building = body.building or incident.building
    key = _free_key(d, playbook, building)
    report = report_id("split", d.command.id)
    opened = incident_id(report)
    d.record(IncidentsRelated(other=opened, how="split"), rule="split")
    ask_of(
        d,
        opened,
        Declare(
            key=key,
            report_id=report,
            playbook=playbook,
            report=SubmitReport(
                source="split",
                native_id=d.command.id,
                kind=incident.kind,
                site=incident.site,
                building=building,
                place=incident.place if building == incident.building else None,
                severity=incident.severity,
                danger="yes" if incident.danger == "yes" else "unknown",
                observed_at=incident.observed_at,
            ),
            accepted_at=d.now,
            of=incident.id,
        ),
    )


def _free_key(d: Deciding, playbook: str, building: str | None) -> str:
    """Give a key of its own: what was merged before gives its key back."""
    incident = d.incident
    key = correlation_key(
        exercise=incident.exercise, site=incident.site, building=building, playbook=playbook,
        group="", kind=incident.kind,
    )  # fmt: skip
    for holder in d.facts.others.holding(key):
        if holder.key != key:
            continue
        if holder.id == incident.id:
            return f"{key}|{d.command.id}"
        if holder.phase not in ENDED:
            d.refuse(
                "split",
                f"L'incident {holder.id} est déjà ouvert pour cela. Liez-les : crisis relate"
                f" {holder.id}",
                f"The incident {holder.id} is open for that already. Link them: crisis relate"
                f" {holder.id}",
            )
        ask_of(d, holder.id, NoteOther(other=incident.id, phase="closed"))
    return key


def come_of(d: Deciding, body: Declare) -> None:
    """Note where it comes of, and let those who held a role there hold it here."""
    if body.of is None:
        return
    how: Relation = "parent" if body.step is not None else "split"
    d.record(IncidentsRelated(other=body.of, how=how, step=body.step), rule="come-of")
    kept: dict[str, list[str]] = {}
    for role, people in body.keep.items():
        for who in people if role in d.playbook.roles else ():
            kept.setdefault(who, []).append(role)
    for who, roles in kept.items():
        held = tuple(roles)
        beside = tuple(role for role in held if d.playbook.roles[role].several)
        parts = {role: part for role in beside if (part := of_person(d, role, who))}
        d.record(
            RolesAccepted(offer_id=None, person=who, roles=held, beside=beside, parts=parts),
            rule="keep",
        )
        notify(d, (who,), "kept-roles", rule="keep", subject=",".join(held))
