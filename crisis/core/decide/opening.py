"""How it begins: a report is taken in, opens an incident, or joins the one that covers it (G1)."""

from __future__ import annotations

from datetime import datetime

from crisis.core.commands import Command, Declare, LinkReport, SubmitReport
from crisis.core.decide.notices import lead_or_above, notify
from crisis.core.decide.phases import tell_danger_again
from crisis.core.decide.severity import danger_raises, raise_for_danger
from crisis.core.deciding import Deciding, Decision, Facts, Refusal
from crisis.core.events import (
    DangerReported,
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
    Openings,
    Report,
    choose_playbook,
    correlation_key,
    incident_id,
)
from crisis.core.values import Text

NOTHING_OPEN = "resolved-nothing-open"
"""A signal that trouble has gone, where none was open: kept, and seen."""


def playbook_for(body: SubmitReport, openings: Openings) -> str:
    """Give the playbook that this report opens."""
    return choose_playbook(body.kind, "machine" if body.by_machine else "person", openings)


def key_of(body: SubmitReport, openings: Openings, *, exercise: bool) -> str:
    """Give the correlation key of a report: what the store is asked about before deciding."""
    return correlation_key(
        exercise=exercise,
        site=body.site,
        building=body.building,
        playbook=playbook_for(body, openings),
        group=body.group,
        kind=body.kind,
    )


def decide_report(report: Report | None, command: Command, facts: Facts, now: datetime) -> Decision:
    """Take a report in, and say where it goes. A repeat is answered by the decision log."""
    body = command.body
    if not isinstance(body, SubmitReport) or report is not None:
        words = Text({
            "fr": "Ce signalement est déjà reçu.", "en": "This report has been received already.",
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
    )
    openings = facts.openings
    routed: EventBody
    follow: tuple[Command, ...] = ()
    if facts.open_incident is not None:
        routed = ReportRouted(incident_id=facts.open_incident, opened=False)
        link = LinkReport(report_id=command.stream_id, report=body)
        follow = (_follow(command, facts.open_incident, link),)
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
            playbook=body.playbook,
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
        ),
        rule="declare",
        pointer="/opens_on",
    )


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
    if report.signal == "resolved":
        _propose_end(d, body)
    elif not d.incident.over:
        if report.danger == "yes" and (d.incident.danger != "yes" or danger_raises(d)):
            d.record(DangerReported(report_id=body.report_id), rule="danger")
            raise_for_danger(d)
    elif d.incident.phase == "normal" and report.danger == "yes":
        if d.incident.danger_again_at is None:
            d.record(DangerReported(report_id=body.report_id), rule="danger")
        tell_danger_again(d, None if report.by_machine else report.what)
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
