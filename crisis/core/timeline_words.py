"""What each event says in the timeline, in French and in English.

One line a class, or one for each of its forms (:data:`FORMS`). ``{names}`` are the fields of the
event as :mod:`crisis.core.timeline` shows them: titles and names, never ids where a title is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.timeline_values import Pair, reached

FORMS: Mapping[type, Callable[[Any], str]] = {
    e.ReportRouted: lambda body: "opened" if body.opened else "",
    e.SeverityChanged: lambda body: "rule" if body.by_rule else "",
    e.RolesAccepted: lambda body: "" if body.offer_id else "unasked",
    e.StepAnswered: lambda body: "assumed" if body.assumed else "again" if body.was else "",
    e.ChoiceMade: lambda body: "assumed" if body.assumed else "",
    e.ContractorReported: lambda body: body.stage,
    e.MessageReleased: lambda body: "audience" if body.audience else "",
    e.MessageSent: lambda body: reached(body.tally),
    e.BriefReleased: lambda body: "" if body.next_brief_at else "last",
    e.PromiseMade: lambda body: "engagement" if body.engagement else "",
    e.PromiseAnswered: lambda body: body.how,
    e.CommitmentKept: lambda body: body.how,
    e.CommitmentBroken: lambda body: "owed" if body.counterpart_owed else "",
    e.PhaseOverdue: lambda body: body.phase if body.phase in {"closed", "open"} else "",
    e.ReviewOpened: lambda body: "" if body.owner else "nobody",
}
"""Which form of its sentence an event takes; the plain one where it is not named here."""

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
    e.HoursChanged: {
        "": ("Les horaires du site changent : {hours}.", "The hours of the site change: {hours}."),
    },
    e.SeverityChanged: {
        "": (
            "La gravité passe de {was} à {severity}.",
            "The severity goes from {was} to {severity}.",
        ),
        "rule": (
            "La gravité passe de {was} à {severity}, par la règle {by_rule}.",
            "The severity goes from {was} to {severity}, by the rule {by_rule}.",
        ),
    },
    e.RolesOffered: {
        "": (
            "Proposé à {person} : {roles}. Réponse avant {accept_by}.",
            "Offered to {person}: {roles}. Answer by {accept_by}.",
        ),
    },
    e.RolesAccepted: {
        "": ("{person} accepte : {roles}.", "{person} accepts: {roles}."),
        "unasked": (
            "{person} prend sans attendre : {roles}.",
            "{person} steps in and takes: {roles}.",
        ),
    },
    e.RolesDeclined: {
        "": ("{person} ne peut pas.", "{person} cannot."),
    },
    e.OfferLapsed: {
        "": ("{person} n'a pas répondu à temps.", "{person} has not answered in time."),
    },
    e.OfferWithdrawn: {
        "": (
            "La réponse de {person} n'est plus attendue.",
            "The answer of {person} is not awaited any more.",
        ),
    },
    e.RoleUnfilled: {
        "": (
            "Toutes les personnes prévues ont été sollicitées ; rôle sans titulaire : {role}.",
            "Everyone foreseen has been asked; role without a holder: {role}.",
        ),
    },
    e.LeadMissing: {
        "": (
            "Personne ne pilote dans le délai ; la direction est prévenue (n° {count}).",
            "Nobody leads within the bound; the directorate is told (no. {count}).",
        ),
    },
    e.StepsReady: {
        "": ("Étapes prêtes : {steps}.", "Steps ready: {steps}."),
    },
    e.StepsMoot: {
        "": ("Étapes devenues sans objet : {steps}.", "Steps not needed any more: {steps}."),
    },
    e.StepDone: {
        "": ("Étape faite : {step}.", "Step done: {step}."),
    },
    e.StepAnswered: {
        "": ("Réponse à « {step} » : {answer}.", "Answer to “{step}”: {answer}."),
        "again": (
            "Correction de la réponse à « {step} » : {answer} (avant : {was}).",
            "Correction of the answer to “{step}”: {answer} (before: {was}).",
        ),
        "assumed": (
            "Sans réponse à « {step} », la plus prudente est retenue : {answer}.",
            "Without an answer to “{step}”, the prudent one is assumed: {answer}.",
        ),
    },
    e.ChoiceMade: {
        "": ("Choix pour « {step} » : {option}.", "Choice for “{step}”: {option}."),
        "assumed": (
            "Sans choix à temps pour « {step} », le choix prévu vaut : {option}.",
            "Without a choice in time for “{step}”, the foreseen one holds: {option}.",
        ),
    },
    e.ChoicePassedOn: {
        "": (
            "Le choix « {step} » passe à : {role}.",
            "The choice “{step}” passes on to: {role}.",
        ),
    },
    e.StepEscalated: {
        "": (
            "Étape en retard, rappel n° {count} : {step}.",
            "Step late, reminder no. {count}: {step}.",
        ),
    },
    e.ContractorReported: {
        "called": ("Le prestataire est appelé : {step}.", "The contractor is called: {step}."),
        "eta": (
            "Le prestataire annonce son arrivée pour {eta_at} : {step}.",
            "The contractor announces its arrival for {eta_at}: {step}.",
        ),
        "arrived": ("Le prestataire est sur place : {step}.", "The contractor is on site: {step}."),
        "left": (
            "Le prestataire a terminé et est reparti : {step}.",
            "The contractor has finished and left: {step}.",
        ),
        "no-show": (
            "Le prestataire n'est pas venu : {step}.",
            "The contractor did not come: {step}.",
        ),
    },
    e.MeasureRecorded: {
        "": ("Une mesure prise est notée.", "A measure taken is recorded."),
    },
    e.WorkaroundRecorded: {
        "": ("Une solution de remplacement est notée.", "A workaround is recorded."),
    },
    e.MessageReleased: {
        "audience": (
            "Message n° {number} ({kind}) pour : {audience}.",
            "Message no. {number} ({kind}) to: {audience}.",
        ),
        "": (
            "Message n° {number} ({kind}) pour : {to}.",
            "Message no. {number} ({kind}) to: {to}.",
        ),
    },
    e.MessageHeld: {
        "": (
            "Le message à ce public attend la direction, au plus tard {until} : {audience}.",
            "The message to this audience waits for the directorate, until {until}: {audience}.",
        ),
    },
    e.DirectorateUnreached: {
        "": (
            "La direction n'a pu être jointe à temps. Prévenus avant elle : {audiences}.",
            "The directorate could not be reached in time. Told before it: {audiences}.",
        ),
    },
    e.MessageSent: {
        "": (
            "Message {message_id} envoyé à {sent_at} : {tally}.",
            "Message {message_id} sent at {sent_at}: {tally}.",
        ),
        "yet": (
            "Message {message_id} : n'a encore atteint personne parmi : {to} ({tally}).",
            "Message {message_id}: has reached nobody yet of: {to} ({tally}).",
        ),
        "nobody": (
            "Message {message_id} : personne à prévenir pour le moment dans ce public : {to}.",
            "Message {message_id}: nobody to tell at this moment in this audience: {to}.",
        ),
    },
    e.MessageFailed: {
        "": (
            "Message {message_id} : aucun destinataire n'a pu être joint parmi : {to} ({tally}).",
            "Message {message_id}: nobody could be reached of: {to} ({tally}).",
        ),
    },
    e.BriefReleased: {
        "": (
            "Point de situation n° {number} à la direction. Prochain point : {next_brief_at}.",
            "Situation brief no. {number} to the directorate. Next brief: {next_brief_at}.",
        ),
        "last": (
            "Point de situation n° {number} à la direction, le dernier.",
            "Situation brief no. {number} to the directorate, the last one.",
        ),
    },
    e.UpdatePromised: {
        "": (
            "Prochain point promis pour {due_at} : {audience}.",
            "Next update promised for {due_at}: {audience}.",
        ),
    },
    e.PromiseMade: {
        "": (
            "Promesse à tenir avant {due_at}, envers : {audience}.",
            "Promise to keep by {due_at}, to: {audience}.",
        ),
        "engagement": (
            "Engagement à tenir avant {due_at}, avec contrepartie, envers : {audience}.",
            "Engagement to keep by {due_at}, with a counterpart, to: {audience}.",
        ),
    },
    e.UpdateAsked: {
        "": (
            "Le prochain point est demandé au pilote, pour : {audience}.",
            "The lead is asked for the next update, for: {audience}.",
        ),
    },
    e.PromiseAnswered: {
        "update": (
            "Un point part pour tenir l'heure promise à : {audience}.",
            "An update leaves to keep the time promised to: {audience}.",
        ),
        "holding": (
            "Un message d'attente part à l'heure promise à : {audience}.",
            "A holding statement leaves at the time promised to: {audience}.",
        ),
    },
    e.LeftToPeople: {
        "": (
            "Deux messages d'attente de suite : une personne doit parler à : {audience}.",
            "Two holding statements in a row: a person must speak to: {audience}.",
        ),
    },
    e.CommitmentKept: {
        "update": (
            "Heure promise tenue par un point : {audience}.",
            "Promised time kept by an update: {audience}.",
        ),
        "holding": (
            "Heure promise tenue par un message d'attente : {audience}.",
            "Promised time kept by a holding statement: {audience}.",
        ),
        "deed": ("Promesse tenue : {audience}.", "Promise kept: {audience}."),
    },
    e.CommitmentLate: {
        "": (
            "L'heure promise est passée : {audience}.",
            "The promised time has passed: {audience}.",
        ),
    },
    e.CommitmentKeptLate: {
        "": ("Promesse tenue en retard : {audience}.", "Promise kept late: {audience}."),
    },
    e.CommitmentBroken: {
        "": ("Promesse rompue : {audience}.", "Promise broken: {audience}."),
        "owed": (
            "Engagement rompu, la contrepartie est due : {audience}.",
            "Engagement broken, the counterpart is owed: {audience}.",
        ),
    },
    e.SilenceEscalated: {
        "": (
            "Public sans nouvelles, rappel n° {count} : {audience}.",
            "Audience without news, reminder no. {count}: {audience}.",
        ),
    },
    e.PhaseProposed: {
        "": ("Cet état peut être déclaré : {phase}.", "This state can be declared: {phase}."),
    },
    e.PhaseDeclared: {
        "": ("État déclaré : {phase}.", "State declared: {phase}."),
    },
    e.PhaseOverdue: {
        "": (
            "Cet état était prévu à cette heure, rappel n° {count} : {phase}.",
            "This state was expected by now, reminder no. {count}: {phase}.",
        ),
        "open": (
            "Danger signalé après la fin, sans réponse de personne : rappel n° {count}.",
            "Danger reported after the end, and nobody has answered: reminder no. {count}.",
        ),
        "closed": (
            "L'incident reste à clore, rappel n° {count}.",
            "The incident is still to be closed, reminder no. {count}.",
        ),
    },
    e.IncidentCancelled: {
        "": ("Fausse alerte : l'incident est annulé.", "False alarm: the incident is cancelled."),
    },
    e.IncidentClosed: {
        "": ("L'incident est clos.", "The incident is closed."),
    },
    e.RefusalOverridden: {
        "": (
            "Un refus est levé nommément, avec sa raison (règle {rule}).",
            "A refusal is set aside by name, with a reason (rule {rule}).",
        ),
    },
    e.ReviewOpened: {
        "": (
            "Le retour d'expérience est confié à {owner}, pour {due_at}.",
            "The review is given to {owner}, due {due_at}.",
        ),
        "nobody": (
            "Le retour d'expérience attend un responsable, pour {due_at}.",
            "The review awaits an owner, due {due_at}.",
        ),
    },
    e.ActionProposed: {
        "": (
            "Action {action_id} proposée par le registre : {reason}, {subject}.",
            "Action {action_id} proposed by the record: {reason}, {subject}.",
        ),
    },
    e.ReviewReminded: {
        "": (
            "Le retour d'expérience est rappelé (n° {count}).",
            "A reminder of the review is sent (no. {count}).",
        ),
    },
    e.ReviewHeld: {
        "": (
            "Le retour d'expérience est tenu. Pouvait-on l'éviter ? {avoidable}.",
            "The review is held. Could it have been avoided? {avoidable}.",
        ),
    },
    e.ActionAgreed: {
        "": (
            "Action {action_id} confiée à {owner}, pour {due_at}.",
            "Action {action_id} given to {owner}, due {due_at}.",
        ),
    },
    e.ActionReminded: {
        "": (
            "Action {action_id} rappelée (n° {count}).",
            "A reminder of action {action_id} is sent (no. {count}).",
        ),
    },
    e.ActionFinished: {
        "": (
            "Action {action_id} dite faite, preuve jointe.",
            "Action {action_id} is said to be done, with its proof.",
        ),
    },
    e.ActionVerified: {
        "": ("Action {action_id} vérifiée.", "Action {action_id} verified."),
    },
}
