"""The sentences of the timeline for what follows the end."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import events as e
from crisis.core.timeline_values import Pair

AFTER: Mapping[type, Mapping[str, Pair]] = {
    e.SurveySent: {
        "": (
            "Il est demandé comment chacun a été informé : {audiences}.",
            "People are asked how they were kept informed: {audiences}.",
        ),
    },
    e.SurveyAnswered: {
        "": (
            "Réponse au questionnaire ({audience}) : {rating}.",
            "Answer to the survey ({audience}): {rating}.",
        ),
    },
    e.ReviewPresented: {
        "": (
            "Le retour d'expérience est présenté à : {roles}.",
            "The review is presented to: {roles}.",
        ),
        "audiences": (
            "Le retour d'expérience est tenu ; reste à dire aux publics ce qui a changé.",
            "The review has been held; the audiences are still to hear what has changed.",
        ),
    },
    e.PublicationReminded: {
        "": (
            "Reste à dire aux publics ce qui a changé (rappel n° {count}).",
            "The audiences are still to hear what has changed (reminder no. {count}).",
        ),
    },
    e.ReviewPublished: {
        "": (
            "Ce qui a changé est dit à : {audiences}.",
            "What has changed is told to: {audiences}.",
        ),
    },
    e.ActionsFollowed: {
        "": (
            "Actions regardées à nouveau (n° {count}) ; pas encore vérifiées : {left}.",
            "Actions looked at again (no. {count}); not verified yet: {left}.",
        ),
    },
    e.ContributorsThanked: {
        "": (
            "Merci à toutes celles et ceux qui ont tenu un rôle.",
            "Thanks to all who held a role.",
        ),
    },
    e.ActionTied: {
        "": (
            "L'action {action_id} change le plan {playbook}.",
            "Action {action_id} changes the playbook {playbook}.",
        ),
    },
}
