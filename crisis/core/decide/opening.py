"""How it begins: a report is taken in, opens an incident, or joins the one that covers it (G1)."""

from __future__ import annotations

from datetime import datetime

from crisis.core.commands import Command, Declare, LinkReport, SubmitReport
from crisis.core.decide.crossing import ENDED, forward, link_to
from crisis.core.decide.danger import danger_reported
from crisis.core.decide.loudness import begin_quietly, signal_again
from crisis.core.decide.media import known_beside, not_to_be_used
from crisis.core.decide.merging import come_of
from crisis.core.decide.notices import lead_or_above, notify
from crisis.core.decide.severity import raise_for_report
from crisis.core.decide.works import begin_expected, begins_in
from crisis.core.deciding import Deciding, Decision, Facts, Refusal
from crisis.core.events import (
    EndProposed,
    Event,
    EventBody,
    IncidentDeclared,
    ReportAccepted,
    ReportLinked,
    ReportRouted,
    ReportSetAside,
)
from crisis.core.report import (
    ALIKE_WITHIN,
    Openings,
    Report,
    choose_playbook,
    correlation_key,
    incident_id,
    site_prefix,
)
from crisis.core.values import Text

NOTHING_OPEN = "resolved-nothing-open"
"""A signal that trouble has gone, where none was open: kept, and seen."""


def playbook_for(body: SubmitReport, openings: Openings) -> str:
    """Give the playbook that this report opens."""
    source = "machine" if body.by_machine else "person"
    return choose_playbook(body.kind, source, body.site, openings)


def key_of(body: SubmitReport, openings: Openings, *, exercise: bool) -> str:
    """Give the correlation key of a report: what the store is asked about before deciding."""
    return correlation_key(
        exercise=exercise,
        site=body.site,
        building=body.building,
        playbook=playbook_for(body, openings),
        group=body.group,
        kind=body.kind,
        starts_at=body.starts_at,
    )


def decide_report(report: Report | None, command: Command, facts: Facts, now: datetime) -> Decision:
    """Take a report in, and say where it goes. A repeat is answered by the decision log."""
    body = command.body
    if not isinstance(body, SubmitReport) or report is not None:
        words = Text({
            "fr": "Ce signalement est déjà reçu.", "en": "This report has been received already.",
        })  # fmt: skip
        return Decision(accepted=False, refusal=Refusal(rule="report", words=words))
    if (body.starts_at is None) is not (body.ends_at is None) or (
        body.starts_at is not None and body.ends_at is not None and body.ends_at <= body.starts_at
    ):
        words = Text({
            "fr": "Des travaux ont un début et une fin, la fin après le début. Donnez les deux.",
            "en": "Works have a beginning and an end, the end after the beginning. Give both.",
        })  # fmt: skip
        return Decision(accepted=False, refusal=Refusal(rule="report", words=words))
    accepted = ReportAccepted(
        source=body.source,
        native_id=body.native_id,
        kind=body.kind,
        site=body.site,
        building=body.building,
        place=body.place,
        what=body.what,
        by_machine=body.by_machine,
        severity=body.severity,
        danger=body.danger,
        observed_at=body.observed_at,
        group=body.group,
        signal=body.signal,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
    )
    openings = facts.openings
    routed: EventBody
    follow: tuple[Command, ...] = ()
    known = facts.open_incident or _alike(command, body, facts, now)
    if known is not None:
        routed = ReportRouted(incident_id=known, opened=False)
        link = LinkReport(report_id=command.stream_id, report=body)
        follow = (_follow(command, known, link),)
    elif body.signal == "resolved":
        routed = ReportSetAside(reason=NOTHING_OPEN)
    else:
        opened = incident_id(command.stream_id)
        routed = ReportRouted(incident_id=opened, opened=True)
        declare = Declare(
            key=key_of(body, openings, exercise=command.exercise),
            report_id=command.stream_id,
            playbook=playbook_for(body, openings),
            report=body,
            accepted_at=now,
        )
        follow = (_follow(command, opened, declare),)
    actor = f"{command.actor.kind}:{command.actor.id}"
    events = tuple(
        Event(seq=seq, at=now, body=one, actor=actor, happened_at=command.happened_at, rule=rule)
        for seq, (one, rule) in enumerate(((accepted, "accept-report"), (routed, "route")), 1)
    )
    return Decision(accepted=True, events=events, follow=follow)


def _alike(command: Command, body: SubmitReport, facts: Facts, now: datetime) -> str | None:
    """Give the one open incident that a report without a building can only be about.

    The same playbook at the same site, opened a short time ago: whoever says "there is water" and
    not where, speaks of the flood that everybody speaks of. Where there are two, nobody can say.
    """
    if body.building is not None:
        return None
    prefix = site_prefix(exercise=command.exercise, site=body.site)
    found = [
        one.id for one in facts.others.holding(prefix)
        if one.kind == body.kind and not one.over and now - one.opened_at <= ALIKE_WITHIN
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _follow(command: Command, incident: str, body: Declare | LinkReport) -> Command:
    return Command(
        id=f"{command.id}/{incident}",
        stream="incident",
        stream_id=incident,
        body=body,
        actor=command.actor,
        authority=command.authority,
        door=command.door,
        exercise=command.exercise,
        happened_at=command.happened_at,
        prose=command.prose,
    )


def declare(d: Deciding, body: Declare) -> None:
    """Open the incident. Everything else that is owed at once follows from its state."""
    report, site = body.report, d.pinned.site
    severities = d.pinned.plan.severities
    hours = site.hours_at(d.now)
    begins = {"site": report.site, "danger": report.danger, "hours": hours}
    base = d.pinned.in_force(begins)
    given = report.severity if report.severity in severities else None
    d.record(
        IncidentDeclared(
            incident_id=d.command.stream_id,
            key=body.key,
            report_id=body.report_id,
            kind=report.kind,
            playbook=d.pinned.name,
            playbook_digest=d.pinned.digest,
            site=report.site,
            building=report.building,
            place=report.place,
            what=report.what,
            by_machine=report.by_machine,
            severity=given or base.severity.start,
            danger=report.danger,
            hours=hours,
            hours_until=site.hours_change_after(d.now),
            observed_at=report.observed_at or body.accepted_at,
            opened_at=body.accepted_at,
            exercise=d.command.exercise,
            phase=begins_in(report, base),
            starts_at=report.starts_at if base.planned else None,
            ends_at=report.ends_at if base.planned else None,
        ),
        rule="declare",
        pointer="/opens_on",
    )
    not_to_be_used(d)
    known_beside(d)
    come_of(d, body)
    _link_alike(d, body)
    begin_quietly(d, report)


def _link_alike(d: Deciding, body: Declare) -> None:
    """Link it to one of its kind that has opened at the site a short time ago, in another building.

    A person looks whether the two are one, and merges them.
    """
    incident = d.incident
    prefix = site_prefix(exercise=incident.exercise, site=incident.site)
    for one in d.facts.others.holding(prefix) if body.of is None else ():
        lately = not one.over and d.now - one.opened_at <= ALIKE_WITHIN
        if one.id != incident.id and one.kind == incident.kind and lately:
            link_to(d, one.id)
            return


def link(d: Deciding, body: LinkReport) -> None:
    """One more report of the same trouble; a signal that it has gone proposes the end."""
    report = body.report
    d.record(
        ReportLinked(
            report_id=body.report_id,
            source=report.source,
            what=report.what,
            by_machine=report.by_machine,
            signal=report.signal,
        ),
        rule="link",
    )
    if forward(d, body):
        return
    raise_for_report(d, body.report_id, report)
    signal_again(d, body)
    if d.incident.watched:
        return
    if report.signal == "resolved":
        _propose_end(d, body)
        return
    if d.incident.phase == "expected" and begins_in(report, d.playbook) == "open":
        begin_expected(d, rule="begun-by-report")
    if report.danger == "yes" and d.incident.phase not in ENDED:
        danger_reported(d, body.report_id, report)
    elif d.incident.phase == "normal":
        notify(
            d, lead_or_above(d), "report-after-normal", rule="link", subject=report.source,
            words=None if report.by_machine else report.what,
        )  # fmt: skip


def _propose_end(d: Deciding, body: LinkReport) -> None:
    """A dry sensor is not a dry floor: the signal proposes the end once, a person decides."""
    if d.incident.over or d.incident.end_proposed is not None:
        return
    source = body.report.source
    d.record(EndProposed(report_id=body.report_id, source=source), rule="end-proposed")
    notify(d, lead_or_above(d), "end-proposed", rule="end-proposed", subject=source)
