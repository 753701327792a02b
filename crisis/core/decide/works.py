"""What is expected before it begins, and announced works: begun, moved, put off, finished in time.

The announced end is promised to each audience that was told (G8): it is kept, or another end is
announced before it passes; whoever works it is asked at 80 % of the span, while there is time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from crisis.core.commands import RescheduleWorks, SubmitReport
from crisis.core.decide.notices import chain_of_lead, holders, lead_or_above, notify
from crisis.core.decide.promises import BROKEN_AT, mark, settle
from crisis.core.decide.rights import person, require
from crisis.core.deciding import Deciding
from crisis.core.events import (
    ChoiceMade,
    CommitmentBroken,
    CommitmentRenewed,
    IncidentCancelled,
    PhaseDeclared,
    PromiseMade,
    StepsMoot,
    UpdateAsked,
    WorksPostponed,
    WorksRescheduled,
)
from crisis.core.incident import PHASES, Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

NO_GO, POSTPONE = "no-go", "postpone"
"""What a decision of announced works may end in: they do not take place, or at another time."""
BEFORE = timedelta(seconds=60)
"""How long before its time the word leaves that the works begin, so that it is sent by then."""


def begins_in(report: SubmitReport, playbook: Playbook) -> Literal["open", "expected"]:
    """Give the phase in which a report opens an incident: announced works are expected first.

    People in danger are so now, whatever was announced for later.
    """
    if report.danger == "yes":
        return "open"
    return foreseen(playbook, report.kind, report.site, by_machine=report.by_machine)


def foreseen(
    playbook: Playbook, kind: str, site: str, *, by_machine: bool
) -> Literal["open", "expected"]:
    """Give the phase in which this playbook takes up trouble of this kind at a site."""
    if playbook.planned:
        return "expected"
    source = "machine" if by_machine else "person"
    opening = playbook.opened_by(kind, source, site)
    return opening.begins if opening is not None else "open"


def begin_expected(d: Deciding, *, rule: str) -> None:
    """What was expected has begun; the end that was announced is now promised."""
    d.record(PhaseDeclared(phase="open"), rule=rule, pointer="/phases/open")


def owed_works(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """Works begin at the time that was announced."""
    works = incident.works
    if incident.phase == "expected" and works is not None and not works.postponed:
        yield Owed(works.starts_at - BEFORE, "works-begin")


def works_begin(d: Deciding, _subject: str) -> None:
    """Works begin, unless somebody decides otherwise: a decision that is still open is taken now.

    Silence has the answer of the playbook; it may be that they do not take place.
    """
    for name, step in d.playbook.steps.items():
        state = d.incident.steps.get(name)
        if state is None or state.state != "ready" or not {NO_GO, POSTPONE} & set(step.options):
            continue
        chosen = ChoiceMade(step=name, option=str(step.otherwise), assumed=True)
        d.record(chosen, rule="undecided", pointer=f"/steps/{name}/otherwise")
    go_or_not(d)
    if d.incident.phase == "expected" and not _postponed(d.incident):
        begin_expected(d, rule="works-begin")


def _postponed(incident: Incident) -> bool:
    return incident.works is not None and incident.works.postponed


def go_or_not(d: Deciding) -> None:
    """The works were called off, or put off: all who were told are told.

    Put off, they have another date since: what was chosen of the old one does not count for it.
    """
    works = d.incident.works
    if d.incident.phase != "expected" or not d.playbook.planned:
        return
    for name, step in d.playbook.steps.items():
        state = d.incident.steps.get(name)
        if step.decide is None or state is None or state.state != "done":
            continue
        if state.value == NO_GO:
            d.record(
                IncidentCancelled(reason=None),
                rule="no-go",
                pointer=f"/steps/{name}/options/{NO_GO}",
            )
            return
        if state.value == POSTPONE and works is not None and state.said_seq > works.seq:
            d.record(
                WorksPostponed(step=name), rule="postpone",
                pointer=f"/steps/{name}/options/{POSTPONE}",
            )  # fmt: skip
            notify(d, lead_or_above(d), "works-postponed", rule="postpone")
            return


def promise_ends(d: Deciding) -> None:
    """While works go on, their announced end is promised to each audience that was told (G8).

    Finished, or called off, nobody waits for it any more.
    """
    works = d.incident.works
    if d.incident.over:
        for name in _ends(d.incident):
            settle(d, name, d.command.happened_at or d.now, "deed")
    if works is None or not d.playbook.planned or d.incident.phase not in PHASES[1:-1]:
        return
    promised = {one.audience for one in d.incident.commitments.values() if one.kind == "end"}
    broken = {one.audience for one in d.incident.broken.values() if one.end and one.seq > works.seq}
    for audience in d.incident.audiences:
        if audience in promised | broken or works.ends_at <= d.now:
            continue
        made = PromiseMade(
            commitment_id=f"{d.incident.id}-e{d.incident.seq + 1}-{audience}",
            audience=audience,
            due_at=works.ends_at,
            end=True,
        )
        d.record(made, rule="announced-end")


def _ends(incident: Incident) -> tuple[str, ...]:
    return tuple(name for name, one in incident.commitments.items() if one.kind == "end")


def ask_in_time(d: Deciding) -> None:
    """At 80 % of the span, ask whoever works it and the lead whether it ends in time."""
    for name in _ends(d.incident):
        d.record(UpdateAsked(commitment_id=name), rule="ask-in-time")
    works = d.incident.works
    if works is None or works.ends_at <= d.now:
        return
    working = [
        role for name, step in d.playbook.steps.items()
        if (state := d.incident.steps.get(name)) is not None and state.state == "ready"
        for role in step.by
    ]  # fmt: skip
    people = (*lead_or_above(d), *holders(d, tuple(dict.fromkeys(working))))
    notify(d, people, "finish-in-time", rule="ask-in-time", due_at=works.ends_at)


def break_ends(d: Deciding) -> None:
    """The announced end has passed without another one: told of once, however many were told."""
    broken = {
        name: one for name in _ends(d.incident)
        if mark(one := d.incident.commitments[name], BROKEN_AT) <= d.now
    }  # fmt: skip
    for name in broken:
        d.record(CommitmentBroken(commitment_id=name), rule="promise-broken")
    notify(
        d, (*lead_or_above(d), *chain_of_lead(d)), "promise-broken", rule="promise-broken",
        subject=",".join(one.audience for one in broken.values()),
        due_at=min((one.due_at for one in broken.values()), default=None),
    )  # fmt: skip


def reschedule(d: Deciding, body: RescheduleWorks) -> None:
    """Works begin or end at another time. Anyone may say that they last longer, in one tap.

    Before they begin it is a promise to people, and takes the authority to make one.
    """
    who = person(d, "reschedule")
    works = d.incident.works
    if not d.playbook.planned or d.incident.over:
        d.refuse(
            "reschedule",
            "Ce ne sont pas des travaux annoncés, ou ils sont terminés.",
            "These are no announced works, or they are over.",
        )
    starts_at = body.starts_at or (works.starts_at if works is not None else None)
    if d.incident.phase == "expected":
        require(d, "reschedule", authority="commit")
    elif works is not None:
        starts_at = works.starts_at
    starts_at = _possible(d, starts_at, body.ends_at)
    if (
        works is not None
        and not works.postponed
        and ((works.starts_at, works.ends_at) == (starts_at, body.ends_at))
    ):
        d.refuse("reschedule", "C'est déjà annoncé. Merci.", "That is announced already. Thanks.")
    for name in _ends(d.incident):  # a time that has passed is not mended by another
        if d.incident.commitments[name].due_at <= d.now:
            d.record(CommitmentBroken(commitment_id=name), rule="reschedule")
    d.record(WorksRescheduled(starts_at=starts_at, ends_at=body.ends_at), rule="reschedule")
    _steps_again(d)
    for name in _ends(d.incident):
        d.record(CommitmentRenewed(commitment_id=name, due_at=body.ends_at), rule="reschedule")
    people = tuple(one for one in lead_or_above(d) if one != who)
    notify(d, people, "works-moved", rule="reschedule", due_at=body.ends_at)


def _possible(d: Deciding, starts_at: datetime | None, ends_at: datetime) -> datetime:
    """Give the beginning, where both times are possible."""
    expected = d.incident.phase == "expected"
    if starts_at is None or starts_at >= ends_at or ends_at <= d.now:
        d.refuse(
            "reschedule",
            "La fin doit être à venir, et après le début. Donnez les deux heures.",
            "The end must be to come, and after the beginning. Give both times.",
        )
    if expected and starts_at <= d.now:
        d.refuse(
            "reschedule",
            "Ce début est passé. Si les travaux ont commencé, déclarez-le :"
            f" crisis declare open -i {d.incident.id}",
            "That beginning has passed. If the works have begun, say so:"
            f" crisis declare open -i {d.incident.id}",
        )
    return starts_at


def _steps_again(d: Deciding) -> None:
    """What was to be done or decided at a time of these works comes again at the new one."""
    again = tuple(
        name for name, step in d.playbook.steps.items()
        if step.at is not None and step.at.of == "start" and name in d.incident.steps
    ) if d.incident.phase == "expected" else ()  # fmt: skip
    if again:
        d.record(StepsMoot(steps=again), rule="reschedule")
