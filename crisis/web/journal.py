"""A paragraph for the newsletter: what happened, what was done, how it was lived, who is thanked.

By role, as what is public is: « bravo » is said to a part that somebody took. A person reads it,
changes it, and prints it where the house reads its news.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from crisis.core.decide.aftermath import contributions
from crisis.core.decide.so_far import told_measures
from crisis.core.digest import informed
from crisis.core.incident import Incident
from crisis.core.pinned import Pinned
from crisis.core.prose import TextRef
from crisis.core.spoken import clock, day, zone_of
from crisis.web.access import Session
from crisis.web.language import SPOKEN, spoken, word
from crisis.web.pages import render, trouble
from crisis.web.prose import text_of
from crisis.web.record import Reader
from crisis.web.service import Service

MOST = 4
"""Measures that a paragraph names."""


async def journal_page(request: Request, service: Service, session: Session) -> Response:
    """``/incidents/ID/journal``: the paragraph in both languages, once it is over."""
    del session
    incident = service.incident(request.path_params["incident_id"])
    pinned = service.pinned(incident.id) if incident is not None else None
    if incident is None or pinned is None or not incident.over:
        return trouble(request, "unknown-incident", 404)
    return render(
        request,
        "journal.html",
        zone=pinned.site.zone,
        exercise=incident.exercise,
        incident_id=incident.id,
        event=pinned.in_force(incident.situation).words.event,
        site=pinned.site.title,
        paragraph={known: paragraph(service, incident, pinned, known) for known in SPOKEN},
    )


def paragraph(
    service: Reader, incident: Incident, pinned: Pinned, language: str, *, own: bool = True
) -> str:
    """What the newsletter can print as it stands.

    ``own``: with measures in the words of people, which somebody reads again before they are
    printed; without them it holds the playbook's words and figures only.
    """
    playbook = pinned.in_force(incident.situation)
    known = "fr" if language == "fr" else "en"
    zone = pinned.site.zone
    ended = incident.phases.get("normal") or incident.last_at
    parts = [
        word(
            "survey",
            "paragraph",
            known,
            day=day(incident.opened_at.astimezone(zone_of(zone)).date(), known),
            at=clock(incident.opened_at, zone=zone, language=known),
            event=spoken(playbook.words.event, known),
            site=spoken(pinned.site.title, known),
            end=clock(ended, zone=zone, language=known, today=incident.opened_at),
        )
    ]
    told = [
        one for one in told_measures(incident, playbook, since=0, inside=False)
        if own or not isinstance(one.words, TextRef)
    ][:MOST]  # fmt: skip
    said = (
        text_of(service, one.words, known) if isinstance(one.words, TextRef)
        else spoken(one.words, known) for one in told
    )  # fmt: skip
    parts += [one for one in said if one and "{" not in one]
    agreed = [one.state for one in incident.actions.values() if one.state != "proposed"]
    if agreed:
        done = sum(state in {"finished", "verified"} for state in agreed)
        parts.append(word("survey", "changes", known, agreed=len(agreed), done=done))
    parted = contributions(incident, playbook, pinned.site, named=False)
    thanked = [spoken(one.role, known) for one in parted]
    if thanked:
        names = ", ".join(dict.fromkeys(one.rstrip(". ") for one in thanked if "{" not in one))
        parts.append(word("survey", "bravo", known, names=names))
    answers = informed(incident)
    if answers.of:
        parts.append(word("survey", "informed", known, well=answers.kept, answered=answers.of))
    return " ".join(parts)
