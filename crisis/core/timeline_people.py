"""The sentences of the timeline for what people asked and said."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import events as e
from crisis.core.timeline_values import Pair

PEOPLE: Mapping[type, Mapping[str, Pair]] = {
    e.QuestionAsked: {
        "": (
            "Une question est posée, n° {place} dans la file. Réponse avant {due_at}.",
            "A question is asked, no. {place} in the queue. Reply by {due_at}.",
        ),
        "joined": (
            "Une personne de plus pose la question {question}. Réponse avant {due_at}.",
            "One more person asks the question {question}. Reply by {due_at}.",
        ),
    },
    e.QuestionRestated: {
        "": (
            "La question {question} est reformulée.",
            "The question {question} is restated.",
        ),
        "role": (
            "La question {question} est reformulée. Répond : {role}.",
            "The question {question} is restated. Replies: {role}.",
        ),
    },
    e.QuestionsGrouped: {
        "": (
            "La question {question} rejoint {into} : une seule réponse.",
            "The question {question} joins {into}: one reply.",
        ),
    },
    e.OwnersReminded: {
        "": (
            "Questions transmises à qui répond : {questions}.",
            "Questions passed on to those who reply: {questions}.",
        ),
        "near": (
            "Réponses demandées avant l'heure promise : {questions}.",
            "Replies asked for before the promised time: {questions}.",
        ),
    },
    e.QuestionLate: {
        "": (
            "Question sans réponse à l'heure promise, rappel n° {count} : {question}.",
            "Question without a reply by its time, reminder no. {count}: {question}.",
        ),
    },
    e.RollCallStarted: {
        "": (
            "Appel « êtes-vous en sécurité ? » à : {audience}.",
            "Roll-call “are you safe?” of: {audience}.",
        ),
    },
    e.RollCallAnswered: {
        "": ("Une personne est en sécurité.", "A person is safe."),
        "help": ("Une personne a besoin d'aide.", "A person needs help."),
    },
    e.RollCallChased: {
        "": (
            "Appel, recherche n° {count} : {silent} sans réponse sur {asked}.",
            "Roll-call, search no. {count}: {silent} of {asked} have not answered.",
        ),
    },
    e.RollCallClosed: {
        "": (
            "Appel terminé ({asked}) : {safe} en sécurité, {help} à aider, {silent} sans réponse.",
            "Roll-call closed ({asked}): {safe} safe, {help} to help, {silent} without an answer.",
        ),
    },
    e.QuestionReplied: {
        "": ("La question {question} a sa réponse.", "The question {question} has its reply."),
    },
    e.QuestionRefused: {
        "": (
            "Réponse non à la question {question}, avec la raison et une autre solution.",
            "The question {question} is answered no, with the reason and an alternative.",
        ),
    },
}
