"""The acts by which somebody commits money or their word, or says that it goes beyond them."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli.acts import Fields, act
from crisis.cli.speech import say

Step = Annotated[str, typer.Argument(help=say("L'étape du plan.", "The step of the playbook."))]
Words = Annotated[str, typer.Argument(help=say("Le texte.", "The text."))]


@act("announce-cost")
def spend(
    step: Step,
    amount: Annotated[str, typer.Argument(help=say("Par exemple 4200EUR.", "As 4200EUR."))],
) -> Fields:
    """Say what a contractor will cost."""
    return {"step": step, "amount": amount}


@act("decide-cost")
def grant(
    step: Step,
    *,
    refuse: Annotated[bool, typer.Option("--refuse", help=say("Refuser.", "Refuse it."))] = False,
) -> Fields:
    """Grant a cost, or refuse it."""
    return {"step": step, "answer": "refuse" if refuse else "grant"}


@act("renew-promise")
def renew(
    promise_id: Annotated[str, typer.Argument(metavar="PROMISE")],
    *,
    by: Annotated[str, typer.Option("--by", help=say("Nouvelle heure.", "The new time."))],
) -> Fields:
    """Give a promise a new time."""
    return {"promise_id": promise_id, "due_at": by}


@act("escalate")
def escalate(
    reason: Annotated[str | None, typer.Argument(help=say("Pourquoi.", "Why."))] = None,
    *,
    to: Annotated[
        str,
        typer.Option(
            help=say(
                "directorate, ou le rôle dont les suivants sont prévenus.",
                "directorate, or the role whose next rank is told.",
            )
        ),
    ] = "lead",
) -> Fields:
    """Tell those above."""
    return {"reason": reason, "to": to}


@act("make-promise")
def promise(
    to: Annotated[str, typer.Argument(help=say("Un public du plan.", "An audience."))],
    words: Words,
    *,
    by: Annotated[str, typer.Option("--by", help=say("Pour quand (14:05).", "By when (14:05)."))],
    owed_by: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Qui le doit : un rôle, directorate, l'étape d'une entreprise.",
                "Who owes it: a role, directorate, a contractor's step.",
            )
        ),
    ] = None,
    person: Annotated[
        bool, typer.Option("--person", help=say("À une personne.", "To one person."))
    ] = False,
    counterpart: Annotated[
        str | None,
        typer.Option(help=say("Ce qui est dû si elle est rompue.", "What is owed if broken.")),
    ] = None,
) -> Fields:
    """Promise something to an audience."""
    whom = {"person": to} if person else {"audience": to}
    return {**whom, "words": words, "due_at": by, "counterpart": counterpart, "by": owed_by}


@act("keep-promise")
def kept(promise_id: Annotated[str, typer.Argument(metavar="PROMISE")]) -> Fields:
    """Say that a promise is kept."""
    return {"promise_id": promise_id}
