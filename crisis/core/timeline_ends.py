"""The sentences of the timeline for the ends of an incident and for what follows: the review."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import events as e
from crisis.core.timeline_values import Pair

ENDS: Mapping[type, Mapping[str, Pair]] = {
    e.PhaseProposed: {
        "": ("Cet état peut être déclaré : {phase}.", "This state can be declared: {phase}."),
        "withdrawn": (
            "Cet état ne peut plus être déclaré pour l'instant : {phase}.",
            "This state cannot be declared for the moment: {phase}.",
        ),
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
            "Danger signalé de nouveau, sans réponse de personne : rappel n° {count}.",
            "Danger reported again, and nobody has answered: reminder no. {count}.",
        ),
        "closed": (
            "L'incident reste à clore, rappel n° {count}.",
            "The incident is still to be closed, reminder no. {count}.",
        ),
    },
    e.IncidentCancelled: {
        "": ("Fausse alerte : l'incident est annulé.", "False alarm: the incident is cancelled."),
        "works": (
            "Les travaux annoncés n'ont pas lieu : ils sont annulés.",
            "The announced works do not take place: they are cancelled.",
        ),
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
        "all": (
            "Action {action_id} proposée par le registre : {reason}.",
            "Action {action_id} proposed by the record: {reason}.",
        ),
    },
    e.ReviewReminded: {
        "": (
            "Le retour d'expérience est rappelé (n° {count}).",
            "A reminder of the review is sent (no. {count}).",
        ),
        "hot-wash": (
            "Un premier échange à chaud est demandé.",
            "A first talk is asked for while memory is fresh.",
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
"""Each event of these families, and its sentence in both languages."""
