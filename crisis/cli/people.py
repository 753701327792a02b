"""What people ask, and what is done for them, on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli.acts import Fields, act
from crisis.cli.speech import say

Question = Annotated[str, typer.Argument(help=say("La question (q-…).", "The question (q-…)."))]
Words = Annotated[str, typer.Argument(help=say("Le texte.", "The text."))]
Shared = Annotated[
    bool,
    typer.Option("--shared", help=say(
        "Utile à tous : le dire aussi dans les messages.", "Of use to all: tell it in messages.")),
]  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Put them on the command line."""
    for name, function, fr, en in (
        ("ask", ask, "Poser une question, pour soi ou pour quelqu'un.", "Ask a question."),
        ("restate", restate, "Reformuler une question.", "Restate a question."),
        ("group", group, "Deux questions sont la même.", "Two questions are the same."),
        ("reply", reply, "Répondre à tous ceux qui l'ont posée.", "Reply to all who asked."),
        ("refuse", refuse, "Dire non, avec une autre solution.", "Say no, with an alternative."),
        ("file", file, "Un délai légal : c'est déposé.", "A legal delay: it is filed."),
        ("aware", aware, "Depuis quand nous le savons.", "Since when we know."),
        ("publish", publish, "Dire aux publics ce qui a changé.", "Tell what has changed."),
        ("waive", waive, "La loi ne le demande pas ici.", "The law does not ask for it here."),
    ):
        app.command(name, help=say(fr, en))(function)


@act("ask-question")
def ask(
    words: Annotated[str | None, typer.Argument(help=say("La question.", "The question."))] = None,
    *,
    same_as: Annotated[
        str | None,
        typer.Option(help=say("La même que celle-ci (q-…).", "The same as this one (q-…).")),
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help=say("Le public de qui demande.", "The asker's audience."))
    ] = None,
) -> Fields:
    """Ask something; with ``--for`` on behalf of somebody."""
    return {"words": words, "same_as": same_as, "audience": audience}


@act("restate-question")
def restate(
    question: Question,
    understood: Words,
    *,
    owner: Annotated[
        str | None, typer.Option(help=say("Le rôle qui répond.", "The role that replies."))
    ] = None,
    shared: Shared = False,
) -> Fields:
    """Say what was understood."""
    return {
        "question": question, "understood": understood, "owner": owner, "shared": shared or None,
    }  # fmt: skip


@act("group-questions")
def group(
    question: Question,
    into: Annotated[str, typer.Argument(help=say("Celle qui reste.", "The one that stays."))],
) -> Fields:
    """One reply serves both."""
    return {"question": question, "into": into}


@act("reply-to-question")
def reply(question: Question, words: Words, *, shared: Shared = False) -> Fields:
    """Reply to all who asked it."""
    return {"question": question, "reply": words, "shared": shared or None}


@act("refuse-question")
def refuse(
    question: Question,
    reason: Annotated[str, typer.Argument(help=say("La raison.", "The reason."))],
    *,
    instead: Annotated[
        str, typer.Option(help=say("Ce que nous pouvons faire.", "What we can do instead."))
    ],
    shared: Shared = False,
) -> Fields:
    """Say no, why, and what else."""
    return {
        "question": question, "reason": reason, "alternative": instead, "shared": shared or None,
    }  # fmt: skip


Clock = Annotated[
    str, typer.Argument(metavar="STEP", help=say("L'étape du délai.", "The step of the clock."))
]


@act("file-notification")
def file(
    step: Clock,
    delay: Annotated[str, typer.Argument(help=say("Le délai.", "The delay."))],
    reference: Annotated[str, typer.Argument(help=say("La référence.", "The reference."))],
) -> Fields:
    """Say that it was filed; ``--happened-at`` says when."""
    return {"step": step, "delay": delay, "reference": reference}


@act("become-aware")
def aware(
    step: Clock,
    at: Annotated[str, typer.Argument(help=say("L'heure (14:05).", "The time (14:05)."))],
) -> Fields:
    """Correct since when the delays count."""
    return {"step": step, "aware_at": at}


@act("waive-clock")
def waive(
    step: Clock, reason: Annotated[str, typer.Argument(help=say("Pourquoi.", "Why."))]
) -> Fields:
    """Say why the law does not ask for it."""
    return {"step": step, "reason": reason}


def add_roll_call_to(app: typer.Typer) -> None:
    """Put the roll-call on the command line."""
    for name, function, fr, en in (
        ("start", start, "Demander à un public s'il est en sécurité.", "Ask: are you safe?"),
        ("safe", safe, "Une personne est en sécurité (--for).", "A person is safe (--for)."),
        ("help", needs_help, "Une personne a besoin d'aide.", "A person needs help."),
        ("close", close_roll, "Terminer l'appel.", "Close the roll-call."),
    ):
        app.command(name, help=say(fr, en))(function)


Roll = Annotated[
    str, typer.Argument(metavar="ROLL-CALL", help=say("L'appel (r-…).", "The roll-call (r-…)."))
]


@act("start-roll-call")
def start(audience: Annotated[str, typer.Argument()]) -> Fields:
    """Ask an audience."""
    return {"audience": audience}


@act("answer-roll-call")
def safe(roll_call: Roll) -> Fields:
    """A person is safe."""
    return {"roll_call": roll_call, "safe": True}


@act("answer-roll-call")
def needs_help(roll_call: Roll) -> Fields:
    """A person needs help."""
    return {"roll_call": roll_call, "safe": False}


@act("close-roll-call")
def close_roll(roll_call: Roll) -> Fields:
    """Close it with its count."""
    return {"roll_call": roll_call}


@act("publish-review")
def publish(words: Words) -> Fields:
    """Tell the audiences what has changed since."""
    return {"words": words}


@act("tie-to-playbook")
def change(
    action: Annotated[str, typer.Argument(help=say("L'action.", "The action."))],
    playbook: Annotated[str, typer.Argument(help=say("Le plan.", "The playbook."))],
) -> Fields:
    """An action is a change of a playbook."""
    return {"action_id": action, "playbook": playbook}
