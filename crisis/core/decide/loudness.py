"""Recorded, and not yet loud: what waits before it opens, what is worked before it is told.

A machine may have to last, or be confirmed by another one (the playbook says so): until then
nothing is asked of anybody. A person may ask that it be looked at first: the team works, audiences
and directorate are not told yet. Neither holds where people are in danger (G12), and each has a
bound after which silence is no answer any more (G1, G4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import cast

from crisis.core.commands import LinkReport, SubmitReport
from crisis.core.decide.crossing import ask_of
from crisis.core.decide.messages import concerned
from crisis.core.decide.notices import chain_of_lead, notify
from crisis.core.decide.promises import ASKED_AT
from crisis.core.decide.rights import person, require
from crisis.core.deciding import Deciding
from crisis.core.events import (
    DutyAsked,
    IncidentHushed,
    IncidentsRelated,
    MadeLoud,
    SignalCounted,
    SignalPassed,
)
from crisis.core.events.loudness import Hush, Loud
from crisis.core.incident import Incident
from crisis.core.life import Hushed
from crisis.core.life_commands import MakeLoud, NoteRelated
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Opening, Playbook
from crisis.core.report import site_prefix

BRAKE_AT = 5
"""So many incidents, opened by one source within the time below, and the next one waits for a
person before it is told beyond the team: more than this is a fault of the source, or a day on which
people want to speak once."""
BRAKE_WITHIN = timedelta(minutes=10)


def begin_quietly(d: Deciding, report: SubmitReport) -> None:
    """See whether what has just been declared waits: for time, a second sensor, or a person."""
    if report.danger == "yes":
        return
    opening = opening_of(d.playbook, report)
    if opening is not None and report.by_machine:
        _explained(d, opening, sensor_of(report))
        if d.incident.hushed is None:
            _wait_for_more(d, opening, sensor_of(report), d.incident.observed_at)
    if d.incident.hushed is not None or endangers(d):
        return
    why: Hush | None = "triage" if report.quiet else "brake" if _too_many(d) else None
    if why is not None:
        d.record(IncidentHushed(why=why, until=None), rule=why)
        tell_duty(d, why, loud_at(d.incident, d.playbook, d.pinned))


def _same(d: Deciding) -> str:
    """Give how the keys of other incidents begin: real or exercise."""
    return "exercise|" if d.incident.exercise else "real|"


def _explained(d: Deciding, opening: Opening, sensor: str) -> None:
    """An open incident at the site is the cause of this signal: it is kept with it, and muted.

    Only one that people hear of already, and never where this one is a matter of life (G4, G12).
    """
    if not opening.quiet_while or endangers(d):
        return
    prefix = site_prefix(exercise=d.incident.exercise, site=d.incident.site)
    for other in d.facts.others.holding(prefix):
        under_way = not other.over and other.phase != "expected" and other.hushed is None
        if under_way and other.playbook in opening.quiet_while:
            until = d.now + opening.quiet_within.delta
            d.record(
                IncidentHushed(why="muted", until=until, sensors=(sensor,)),
                rule="explained",
                pointer="/opens_on",
            )
            d.record(IncidentsRelated(other=other.id, how="cause"), rule="explained")
            ask_of(d, other.id, NoteRelated(other=d.incident.id, how="symptom"))
            return


def _too_many(d: Deciding) -> bool:
    """Whether the same source has opened many incidents just now: a person looks first."""
    since = d.now - BRAKE_WITHIN
    lately = [
        one for one in d.facts.others.holding(_same(d))
        if one.opened_by == d.incident.opened_by and one.opened_at >= since
        and one.id != d.incident.id
    ]  # fmt: skip
    return len(lately) >= BRAKE_AT


def opening_of(playbook: Playbook, report: SubmitReport) -> Opening | None:
    """Give what of the playbook opens on this report: what names its source goes first."""
    source = "machine" if report.by_machine else "person"
    return playbook.opened_by(report.kind, source, report.site)


def sensor_of(report: SubmitReport) -> str:
    """Give what tells one sensor from another that speaks through the same source."""
    return f"{report.source}/{report.group}" if report.group else report.source


def _wait_for_more(d: Deciding, opening: Opening, sensor: str, since: datetime) -> None:
    lasts_at = since + opening.lasting.delta if opening.lasting else d.now
    if lasts_at > d.now:
        d.record(
            IncidentHushed(
                why="lasting", until=lasts_at, needs=opening.confirmed_by, sensors=(sensor,)
            ),
            rule="lasting",
            pointer="/opens_on",
        )
    elif opening.confirmed_by > 1:
        _wait_for_another(d, opening.confirmed_by, (sensor,), opening)


def _wait_for_another(
    d: Deciding, needs: int, sensors: tuple[str, ...], opening: Opening | None
) -> None:
    within = (opening or Opening(kind=d.incident.kind)).confirmed_within
    until = d.incident.opened_at + within.delta
    d.record(
        IncidentHushed(why="unconfirmed", until=until, needs=needs, sensors=sensors),
        rule="confirmed-by",
        pointer="/opens_on",
    )


def endangers(d: Deciding) -> bool:
    """Whether a word that is owed now is a matter of life: then nothing waits (G12)."""
    incident, playbook = d.incident, d.playbook
    urgency = d.pinned.urgency(playbook, incident.severity)
    return incident.danger == "yes" or any(
        d.pinned.life_safety("alert", audience, urgency)
        for audience in playbook.tell if concerned(incident, playbook, audience)
    )  # fmt: skip


def loud_at(incident: Incident, playbook: Playbook, pinned: Pinned) -> datetime:
    """Give when it is told without anybody's word: at 80 % of the first time owed to anybody.

    So no quiet ever costs an audience its first word in time (G4), and the graver it is the sooner.
    """
    severity = incident.severity
    first = (
        pinned.first_within(playbook, audience, severity)
        for audience in playbook.tell if concerned(incident, playbook, audience)
    )  # fmt: skip
    spans = chain(first, (pinned.directorate_within(playbook, severity),))
    owed_at = min(pinned.site.add(incident.opened_at, span) for span in spans)
    return incident.opened_at + (owed_at - incident.opened_at) * ASKED_AT


def tell_duty(d: Deciding, topic: str, until: datetime) -> None:
    """Tell those who are on duty for the lead that it is not loud yet, and until when."""
    ranks = d.facts.candidates.get("lead", ())
    people = next((rank.people for rank in ranks if rank.people), ())
    notify(d, people, topic, rule=topic, due_at=until)


def signal_again(d: Deciding, body: LinkReport) -> None:
    """One more report while nothing has opened yet: it confirms, it takes back, or it is real."""
    report, hushed = body.report, d.incident.hushed
    if hushed is None or not d.incident.watched or d.incident.over:
        return
    if report.danger == "yes" or not report.by_machine:
        resolved = report.signal == "resolved" and report.danger != "yes"
        if not resolved:
            make_loud(d, "danger" if report.danger == "yes" else "person")
        return
    firing = report.signal == "firing"
    sensor = sensor_of(report)
    if firing is not (sensor in hushed.sensors):
        d.record(SignalCounted(sensor=sensor, firing=firing), rule="corroboration")
    sensors = (d.incident.hushed or hushed).sensors
    if not sensors:
        d.record(SignalPassed(), rule="passed")
    elif hushed.why == "unconfirmed" and len(sensors) >= hushed.needs:
        make_loud(d, "confirmed")


def make_loud(d: Deciding, why: Loud) -> None:
    """From now on it is told as any other."""
    d.record(MadeLoud(why=why, began=d.incident.watched), rule="loud")


def loud_by_person(d: Deciding, _body: MakeLoud) -> None:
    """A person lets go of it: whoever is on duty for the lead, or may send."""
    who = person(d, "loud")
    if d.incident.hushed is None:
        d.refuse(
            "loud",
            "L'incident est déjà annoncé.",
            "The incident is told already.",
        )
    if who not in chain_of_lead(d):
        require(d, "loud", authority="send", roles=("lead",))
    if d.incident.hushed.why == "brake" and d.command.authority != "rule":
        _let_go(d)  # whoever is let go with it need not ask all the others again
    make_loud(d, "person")


def _let_go(d: Deciding) -> None:
    """One gesture lets go of all that the same source has opened and that the brake holds."""
    for one in d.facts.others.holding(_same(d)):
        held = one.hushed is not None and one.hushed.why == "brake"
        if held and one.opened_by == d.incident.opened_by and one.id != d.incident.id:
            ask_of(d, one.id, MakeLoud())


def loud_follows(d: Deciding) -> None:
    """It has become a matter of life: nothing waits any more."""
    if d.incident.hushed is not None and endangers(d):
        make_loud(d, "danger")


def owed_loudness(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """Nothing that waits to be loud waits for ever."""
    hushed = incident.hushed
    if hushed is None or incident.over:
        return
    yield Owed(hushed.until or loud_at(incident, playbook, pinned), "loud", hushed.why)


def wait_is_over(d: Deciding, _subject: str) -> None:
    """The signal has lasted; nobody has confirmed it; nobody has looked; the first word is due."""
    hushed = d.incident.hushed
    if hushed is None:
        return
    if hushed.why == "lasting" and len(hushed.sensors) < hushed.needs:
        opening = next((o for o in d.playbook.opens_on if o.kind == d.incident.kind), None)
        _wait_for_another(d, hushed.needs, hushed.sensors, opening)
        hushed = d.incident.hushed or hushed
        if hushed.until is not None and hushed.until > d.now:
            return
    if hushed.why == "unconfirmed" and not hushed.asked:
        _ask_duty(d)
    else:
        make_loud(d, _by_itself(hushed))


def _ask_duty(d: Deciding) -> None:
    """Ask those on duty to look, for as long as somebody has to lead: then it opens by itself."""
    until = d.pinned.site.add(d.now, d.pinned.lead_within(d.incident.severity))
    d.record(DutyAsked(until=until), rule="unconfirmed", pointer="/opens_on")
    tell_duty(d, "unconfirmed", until)


def _by_itself(hushed: Hushed) -> Loud:
    if hushed.why == "lasting":
        return "lasted"
    by = {"unconfirmed": "unlooked", "muted": "unexplained"}
    return cast("Loud", by.get(hushed.why, "bound"))
