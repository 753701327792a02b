"""Where a report stands: for whoever raised it, without any name but the lead's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from crisis.core.events import ReportAccepted, ReportRouted, ReportSetAside
from crisis.core.incident import Incident
from crisis.web.language import language_of, spoken
from crisis.web.pages import render
from crisis.web.pending import answer_to, kept_page, sent_before
from crisis.web.service import Service


async def tracking(request: Request) -> Response:
    """``/t/REPORT``: accepted, whose it is now, and when the next word comes."""
    service: Service = request.app.state.service
    report_id = request.path_params["report_id"]
    bodies = [event.body for event in service.events("report", report_id)]
    accepted = next((one for one in bodies if isinstance(one, ReportAccepted)), None)
    if accepted is None:
        return _unseen(request, service, report_id)
    routed = next((one for one in reversed(bodies) if isinstance(one, ReportRouted)), None)
    aside = next((one for one in reversed(bodies) if isinstance(one, ReportSetAside)), None)
    incident = service.incident(routed.incident_id) if routed else None
    organisation = service.organisation()
    site = organisation.sites.get(accepted.site)
    pinned = service.pinned(incident.id) if incident else None
    return render(
        request,
        "tracking.html",
        zone=site.zone if site else None,
        exercise=incident.exercise if incident else False,
        report_id=report_id,
        site=site.title if site else {},
        accepted_at=service.events("report", report_id)[0].at,
        routed=routed,
        aside=aside,
        incident=incident,
        title=pinned.in_force(incident.situation).title if pinned and incident else {},
        next_at=next_word_at(incident) if incident else None,
        asking=service.links.asking(incident.id) if incident else "",
    )


def _unseen(request: Request, service: Service, report_id: str) -> Response:
    """A report that is not in the journal: kept a moment ago, refused, or none that we ever had.

    Whoever was told "kept" comes with the mark of it; without one we cannot know, and say so.
    """
    sent = sent_before(request, service)
    if sent is not None and sent.command_id == f"submit-{report_id}" and sent.waits:
        return kept_page(request, sent)
    _, refused = answer_to(service, f"submit-{report_id}")
    organisation = service.organisation()
    language = language_of(request, organisation.settings.languages)
    return render(
        request,
        "unseen.html",
        status=200 if refused else 404,
        refused=spoken(refused["words"], language) if refused else "",
        contact=organisation.directory.contact(organisation.settings.contact, language),
    )


def next_word_at(incident: Incident) -> object:
    """The earliest time by which an audience was promised the next word."""
    promised = (
        one.due_at
        for one in incident.commitments.values()
        if one.kind == "update" and one.state != "late"
    )
    return min(promised, default=None)
