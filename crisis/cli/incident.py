"""The acts themselves: one command each, in the words of the glossary."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli.acts import Fields, act, offered
from crisis.cli.speech import say

Words = Annotated[str, typer.Argument(help=say("Le texte.", "The text."))]
Step = Annotated[str, typer.Argument(help=say("L'étape du plan.", "The step of the playbook."))]
Target = Annotated[
    str, typer.Argument(help=say("La demande, ou l'incident.", "The offer, or the incident."))
]
Reason = Annotated[str | None, typer.Option(help=say("Pourquoi.", "Why."))]
Action = Annotated[str, typer.Argument(help=say("L'action.", "The action."))]


def add_to(app: typer.Typer) -> None:
    """Put every act on the command line."""
    for name, function, fr, en in (
        ("accept", accept, "Prendre les rôles proposés.", "Take the roles that were offered."),
        ("decline", decline, "Refuser : le suivant est appelé.", "Decline: the next one is asked."),
        ("take", take, "Prendre un rôle sans qu'on le demande.", "Step into a role unasked."),
        ("measure", measure, "Inscrire une mesure prise.", "Record a measure that was taken."),
        ("workaround", workaround, "Dire que faire en attendant.", "Say what to do meanwhile."),
        ("done", done, "Une étape est faite.", "A step is done."),
        (
            "answer",
            answer,
            "Répondre à une question du plan.",
            "Answer a question of the playbook.",
        ),
        ("choose", choose, "Prendre une décision du plan.", "Take a decision of the playbook."),
        ("contractor", contractor, "Où en est une entreprise.", "Where a contractor stands."),
        ("say", speak, "Parler aux publics maintenant.", "Speak to audiences now."),
        ("promise", promise, "Promettre quelque chose à un public.", "Promise something."),
        ("kept", kept, "Une promesse est tenue.", "A promise is kept."),
        ("brief", brief, "Point à la direction maintenant.", "Brief the directorate now."),
        ("declare", declare, "Déclarer une phase.", "Declare a phase."),
        ("severity", severity, "Changer la gravité.", "Change the severity."),
        ("cancel", cancel, "C'était une fausse alerte.", "It was a false alarm."),
        ("close", close, "Clore : plus rien n'est dû.", "Close: nothing more is owed."),
        ("review", review, "Le retour d'expérience est tenu.", "The review was held."),
    ):
        app.command(name, help=say(fr, en), rich_help_panel=None)(function)


def add_actions_to(app: typer.Typer) -> None:
    """Put what is done with an action on the command line."""
    for name, function, fr, en in (
        ("agree", agree, "Décider une action.", "Agree an action."),
        ("finish", finish, "L'action est faite.", "The action is done."),
        ("verify", verify, "La preuve est vue.", "The proof was seen."),
    ):
        app.command(name, help=say(fr, en))(function)


@act("accept-roles")
def accept(target: Target) -> Fields:
    """Take the roles of an offer."""
    return offered(target)


@act("decline-roles")
def decline(target: Target, *, reason: Reason = None) -> Fields:
    """Decline the roles of an offer."""
    return {**offered(target), "reason": reason}


@act("take-role")
def take(role: Annotated[str, typer.Argument()]) -> Fields:
    """Step in without having been asked."""
    return {"role": role}


@act("record-measure")
def measure(
    words: Words,
    *,
    expect: Annotated[
        str | None, typer.Option(help=say("Le résultat attendu.", "The expected result."))
    ] = None,
    inside: Annotated[
        bool, typer.Option("--inside", help=say("À ne pas dire au-dehors.", "Not told outside."))
    ] = False,
) -> Fields:
    """Record a measure."""
    return {"measure": words, "expected_result": expect, "inside_only": inside or None}


@act("record-workaround")
def workaround(words: Words) -> Fields:
    """Say what people can do meanwhile."""
    return {"workaround": words}


@act("complete-step")
def done(
    step: Step,
    *,
    evidence: Annotated[str | None, typer.Option(help=say("La preuve.", "The evidence."))] = None,
) -> Fields:
    """Complete a step."""
    return {"step": step, "evidence": evidence}


@act("answer-step")
def answer(step: Step, reply: Annotated[str, typer.Argument(metavar="ANSWER")]) -> Fields:
    """Answer a question."""
    return {"step": step, "answer": reply}


@act("choose-option")
def choose(step: Step, option: Annotated[str, typer.Argument()]) -> Fields:
    """Choose an option."""
    return {"step": step, "option": option}


@act("report-contractor")
def contractor(
    step: Step,
    stage: Annotated[str, typer.Argument(help="called, eta, arrived, left, no-show")],
    *,
    eta: Annotated[
        str | None, typer.Option(help=say("Heure d'arrivée (14:05).", "Time of arrival (14:05)."))
    ] = None,
) -> Fields:
    """Say where a contractor stands."""
    return {"step": step, "stage": stage, "eta_at": eta}


@act("say")
def speak(
    words: Annotated[
        str | None,
        typer.Argument(help=say(
            "Vos mots ; sans eux, ce qui est au journal depuis le dernier message.",
            "Your words; without them, what was recorded since the last message.")),
    ] = None,
    *,
    to: Annotated[
        list[str] | None,
        typer.Option(help=say("Un public (répétable) ; sinon tous.", "An audience; else all.")),
    ] = None,
) -> Fields:  # fmt: skip
    """Speak to audiences."""
    return {"audiences": to, "words": words}


@act("make-promise")
def promise(
    audience: Annotated[str, typer.Argument()],
    words: Words,
    *,
    by: Annotated[str, typer.Option("--by", help=say("Pour quand (14:05).", "By when (14:05)."))],
    counterpart: Annotated[
        str | None,
        typer.Option(help=say("Ce qui est dû si elle est rompue.", "What is owed if broken.")),
    ] = None,
) -> Fields:
    """Promise something to an audience."""
    return {"audience": audience, "words": words, "due_at": by, "counterpart": counterpart}


@act("keep-promise")
def kept(promise_id: Annotated[str, typer.Argument(metavar="PROMISE")]) -> Fields:
    """Say that a promise is kept."""
    return {"promise_id": promise_id}


@act("send-brief")
def brief() -> Fields:
    """Brief the directorate."""
    return {}


@act("declare-phase")
def declare(
    phase: Annotated[str, typer.Argument(help="safe, worked_around, normal")],
) -> Fields:
    """Declare a phase."""
    return {"phase": phase.replace("-", "_")}


@act("change-severity")
def severity(to: Annotated[str, typer.Argument(metavar="SEVERITY")]) -> Fields:
    """Change the severity."""
    return {"to": to}


@act("cancel-incident")
def cancel(*, reason: Reason = None) -> Fields:
    """Cancel a false alarm."""
    return {"reason": reason}


@act("close-incident")
def close() -> Fields:
    """Close an incident."""
    return {}


@act("hold-review")
def review(
    avoidable: Annotated[str, typer.Argument(help="yes, partly, no")],
    why: Annotated[str, typer.Argument(help=say("Pourquoi.", "Why."))],
) -> Fields:
    """Say whether it could have been avoided."""
    return {"avoidable": avoidable, "why": why}


@act("agree-action")
def agree(
    action: Annotated[
        str | None, typer.Argument(help=say("L'action ; sans elle, une nouvelle.", "Or a new one."))
    ] = None,
    *,
    owner: Annotated[str, typer.Option(help=say("Qui la fait.", "Who does it."))],
    by: Annotated[str, typer.Option("--by", help=say("Pour quand.", "By when."))],
    what: Annotated[str | None, typer.Option(help=say("Quoi.", "What."))] = None,
    proof: Annotated[
        str | None, typer.Option(help=say("Ce qui le prouvera.", "What will prove it."))
    ] = None,
) -> Fields:
    """Agree an action."""
    return {"action_id": action, "what": what, "owner": owner, "due_at": by, "proof": proof}


@act("finish-action")
def finish(
    action: Action,
    *,
    proof: Annotated[str, typer.Option(help=say("La preuve.", "The proof."))],
) -> Fields:
    """Finish an action."""
    return {"action_id": action, "proof": proof}


@act("verify-action")
def verify(action: Action) -> Fields:
    """Verify an action."""
    return {"action_id": action}
