"""What each event says in the timeline, in French and in English.

One line a class, or one for each of its forms (:data:`FORMS`). ``{names}`` are the fields of the
event as :mod:`crisis.core.timeline` shows them: titles and names, never ids where a title is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.timeline_after import AFTER
from crisis.core.timeline_approvals import APPROVALS
from crisis.core.timeline_choices import CHOICES
from crisis.core.timeline_ends import ENDS
from crisis.core.timeline_legal import LEGAL
from crisis.core.timeline_media import MEDIA, MEDIA_FORMS
from crisis.core.timeline_people import PEOPLE
from crisis.core.timeline_values import Pair, reached

FORMS: Mapping[type, Callable[[Any], str]] = {
    **MEDIA_FORMS,
    e.SeverityChanged: lambda body: "rule" if body.by_rule else "report" if body.by_report else "",
    e.RoleUnfilled: lambda body: "parts" if body.parts else "some" if body.held else "",
    e.RolesAccepted: lambda body: "" if body.offer_id else "unasked",
    e.StepAnswered: lambda body: "assumed" if body.assumed else "again" if body.was else "",
    e.ChoiceAsked: lambda body: body.why if body.message_id else "nobody",
    e.ChoiceMade: lambda body: "assumed" if body.assumed else "again" if body.was else "",
    e.ContractorReported: lambda body: body.stage,
    e.Escalated: lambda body: "" if body.to else "above",
    e.CostDecided: lambda body: (
        f"{'granted' if body.granted else 'refused'}{'-again' if body.again else ''}"
    ),
    e.MessageReleased: lambda body: "audience" if body.audience else "",
    e.ApprovalSought: lambda body: "" if body.to else "nobody",
    e.ApprovalSilent: lambda body: body.silence,
    e.WordingFound: lambda body: "waived" if body.waived else "",
    e.MessageSent: lambda body: reached(body.tally),
    e.BriefReleased: lambda body: "" if body.next_brief_at else "last",
    e.PromiseMade: lambda body: (
        f"{'engagement' if body.engagement else ''}{'-person' if body.person else ''}".lstrip("-")
    ),
    e.PromiseAnswered: lambda body: body.how,
    e.CommitmentKept: lambda body: body.how,
    e.CommitmentBroken: lambda body: "owed" if body.counterpart_owed else "",
    e.PhaseProposed: lambda body: "withdrawn" if body.withdrawn else "",
    e.PhaseOverdue: lambda body: body.phase if body.phase in {"closed", "open"} else "",
    e.ReviewOpened: lambda body: "" if body.owner else "nobody",
    e.QuestionAsked: lambda body: "" if body.question == body.question_id else "joined",
    e.QuestionRestated: lambda body: "role" if body.role else "",
    e.RollCallAnswered: lambda body: "" if body.safe else "help",
    e.ReviewPresented: lambda body: "" if body.roles else "audiences",
    e.ActionProposed: lambda body: "" if body.subject else "all",
    e.ReviewReminded: lambda body: "hot-wash" if body.hot_wash else "",
    e.OwnersReminded: lambda body: "near" if body.near else "",
}
"""Which form of its sentence an event takes; the plain one where it is not named here."""

SAYS: Mapping[type, Mapping[str, Pair]] = {
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
        "report": (
            "La gravité passe de {was} à {severity} : un signalement le dit plus grave.",
            "The severity goes from {was} to {severity}: a report says that it is graver.",
        ),
    },
    **MEDIA,
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
        "": ("{person} ne peut pas prendre : {roles}.", "{person} cannot take: {roles}."),
    },
    e.OfferLapsed: {
        "": (
            "{person} n'a pas répondu à temps : {roles}.",
            "{person} has not answered in time: {roles}.",
        ),
    },
    e.OfferWithdrawn: {
        "": (
            "La réponse de {person} n'est plus attendue : {roles}.",
            "The answer of {person} is not awaited any more: {roles}.",
        ),
    },
    e.RoleUnfilled: {
        "": (
            "Toutes les personnes prévues ont été sollicitées ; rôle sans titulaire : {role}.",
            "Everyone foreseen has been asked; role without a holder: {role}.",
        ),
        "some": (
            "Toutes les personnes prévues ont été sollicitées ; pas assez de monde : {role}.",
            "Everyone foreseen has been asked; too few people: {role}.",
        ),
        "parts": (
            "Toutes les personnes prévues ont été sollicitées ; {role}, sans titulaire : {parts}.",
            "Everyone foreseen has been asked; {role}, without a holder: {parts}.",
        ),
    },
    e.ReliefSought: {
        "": (
            "Une relève est cherchée pour {person} : {role}.",
            "Somebody is looked for to relieve {person}: {role}.",
        ),
    },
    e.ReliefMissing: {
        "": (
            "Personne ne relève {person}, en poste trop longtemps : {role} (n° {count}).",
            "Nobody relieves {person}, on duty for too long: {role} (no. {count}).",
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
    **CHOICES,
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
    **APPROVALS,
    e.WordingFound: {
        "": (
            "La relecture a relevé ({subject}) : {findings}.",
            "The check of words has found ({subject}): {findings}.",
        ),
        "waived": (
            "La relecture a relevé ({subject}), et c'est passé outre : {findings}.",
            "The check of words has found ({subject}), and it was let through: {findings}.",
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
        "person": (
            "Promesse à tenir avant {due_at}, envers {person}.",
            "Promise to keep by {due_at}, to {person}.",
        ),
        "engagement-person": (
            "Engagement à tenir avant {due_at}, avec contrepartie, envers {person}.",
            "Engagement to keep by {due_at}, with a counterpart, to {person}.",
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
    e.WorksRescheduled: {
        "": (
            "Les travaux ont un nouvel horaire : de {starts_at} à {ends_at}.",
            "The works have new times: from {starts_at} to {ends_at}.",
        ),
    },
    e.WorksPostponed: {
        "": (
            "Les travaux sont reportés ; la nouvelle date reste à fixer.",
            "The works are postponed; the new date is still to be set.",
        ),
    },
    e.CommitmentRenewed: {
        "": (
            "Une nouvelle heure est annoncée avant que l'ancienne passe : {due_at}.",
            "Another time is announced before the old one passes: {due_at}.",
        ),
    },
    **ENDS,
    **PEOPLE,
    **LEGAL,
    **AFTER,
}
