"""What the timeline says of how it begins: reports, not loud yet, then loud.

As in :mod:`crisis.core.timeline_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.timeline_values import Pair

FORMS: Mapping[type, Callable[[Any], str]] = {
    e.ReportRouted: lambda body: "opened" if body.opened else "",
    e.IncidentHushed: lambda body: body.why,
    e.SignalCounted: lambda body: "" if body.firing else "gone",
    e.MadeLoud: lambda body: body.why,
}
"""Which form of its sentence an event takes."""

SAYS: Mapping[type, Mapping[str, Pair]] = {
    e.ReportAccepted: {
        "": (
            "Un signalement est reçu : {kind}, site {site} (source {source}).",
            "A report is received: {kind}, site {site} (source {source}).",
        ),
    },
    e.ReportRouted: {
        "opened": (
            "Le signalement ouvre l'incident {incident_id}.",
            "The report opens the incident {incident_id}.",
        ),
        "": (
            "Le signalement rejoint l'incident {incident_id}.",
            "The report joins the incident {incident_id}.",
        ),
    },
    e.ReportSetAside: {
        "": ("Le signalement est mis de côté : {reason}.", "The report is set aside: {reason}."),
    },
    e.IncidentDeclared: {
        "": (
            "L'incident est ouvert : {kind}, site {site}, gravité {severity}, plan {playbook}.",
            "The incident is open: {kind}, site {site}, severity {severity}, playbook {playbook}.",
        ),
    },
    e.ReportLinked: {
        "": (
            "Un autre signalement du même événement arrive (source {source}).",
            "One more report of the same event comes in (source {source}).",
        ),
    },
    e.EndProposed: {
        "": (
            "La source {source} indique que l'anomalie a cessé ; une personne décide.",
            "The source {source} says that the trouble has gone; a person decides.",
        ),
    },
    e.DangerReported: {
        "": ("Des personnes sont signalées en danger.", "People are reported to be in danger."),
    },
    e.IncidentsRelated: {
        "": ("Lié à l'incident {other} ({how}).", "Linked to the incident {other} ({how})."),
    },
    e.PlaybookRepinned: {
        "": (
            "Le plan suivi change : {playbook} (avant : {was}).",
            "The playbook that is followed changes: {playbook} (before: {was}).",
        ),
    },
    e.OtherTurned: {
        "": ("L'incident lié {other} : {phase}.", "The linked incident {other}: {phase}."),
    },
    e.IncidentTakenOver: {
        "": (
            "L'incident {other} est suivi ici désormais : publics, promesses, signalements.",
            "The incident {other} is followed here now: audiences, promises, reports.",
        ),
    },
    e.IncidentMerged: {
        "": (
            "Cet incident est suivi désormais dans {into} ; il est clos.",
            "This incident is followed in {into} from now on; it is closed.",
        ),
    },
    e.IncidentHushed: {
        "lasting": (
            "Inscrit, pas encore ouvert : le signal doit durer jusqu'à {until}.",
            "Recorded, not open yet: the signal must last until {until}.",
        ),
        "unconfirmed": (
            "Inscrit, pas encore ouvert : à confirmer avant {until} ({needs} capteurs en tout).",
            "Recorded, not open yet: another sensor ({needs} in all) must confirm it by {until}.",
        ),
        "muted": (
            "Inscrit, pas ouvert : un incident en cours l'explique. Revu à {until} au plus tard.",
            "Recorded, not open: an incident under way explains it. Looked at by {until}.",
        ),
        "brake": (
            "La même source en ouvre beaucoup : une personne regarde avant toute annonce.",
            "The same source opens many: a person looks before it is told.",
        ),
        "triage": (
            "L'équipe y travaille ; les publics ne sont pas encore prévenus.",
            "The team is at work; the audiences are not told yet.",
        ),
    },
    e.SignalCounted: {
        "": ("Un capteur dit la même chose : {sensor}.", "A sensor says the same: {sensor}."),
        "gone": (
            "Un capteur ne le dit plus : {sensor}.",
            "A sensor does not say so any more: {sensor}.",
        ),
    },
    e.DutyAsked: {
        "": (
            "Rien ne le confirme : l'astreinte va voir. Sans réponse, il s'ouvre à {until}.",
            "Nothing confirms it: those on duty look. Unanswered, it opens at {until}.",
        ),
    },
    e.MadeLoud: {
        "person": (
            "Une personne l'a vu : l'incident est annoncé.",
            "A person has looked at it: the incident is told.",
        ),
        "lasted": ("Le signal a duré : l'incident s'ouvre.", "It has lasted: the incident opens."),
        "confirmed": (
            "Un autre capteur le confirme : l'incident s'ouvre.",
            "Another sensor confirms it: the incident opens.",
        ),
        "danger": (
            "Des personnes peuvent être en danger : l'incident est annoncé sans attendre.",
            "People may be in danger: the incident is told without waiting.",
        ),
        "unexplained": (
            "Plus rien ne l'explique et le signal dure : l'incident s'ouvre.",
            "Nothing explains it any more, and the signal is still there: the incident opens.",
        ),
        "unlooked": (
            "Personne n'a répondu : l'incident s'ouvre.",
            "Nobody has answered: the incident opens.",
        ),
        "bound": (
            "L'heure du premier message approche : l'incident est annoncé.",
            "The time of the first word draws near: the incident is told.",
        ),
    },
    e.SignalPassed: {
        "": (
            "Le signal a cessé de lui-même : rien n'a été ouvert.",
            "The signal has gone by itself: nothing was opened.",
        ),
    },
}
