"""The acts themselves: one command each, in the words of the glossary."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli import reading
from crisis.cli.acts import Fields, act, offered
from crisis.cli.carrying import carried, hung, taken_down
from crisis.cli.committing import escalate, grant, kept, promise, renew, spend
from crisis.cli.speech import say

Words = Annotated[str, typer.Argument(help=say("Le texte.", "The text."))]
Step = Annotated[str, typer.Argument(help=say("L'étape du plan.", "The step of the playbook."))]
Target = Annotated[
    str, typer.Argument(help=say("La demande, ou l'incident.", "The offer, or the incident."))
]
Thing = Annotated[
    str, typer.Argument(help=say("Un nom de can_fail.", "A name of the plan's can_fail."))
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
        ("spend", spend, "Annoncer ce que coûte une entreprise.", "Say what a contractor costs."),
        ("grant", grant, "Accorder une dépense, ou la refuser.", "Grant a cost, or refuse it."),
        ("down", down, "Ce qui est en panne : mail, power…", "What has failed: mail, power…"),
        ("up", up, "Cela marche de nouveau.", "It works again."),
        (
            "carried",
            carried,
            "Ces personnes ont été prévenues de vive voix.",
            "These people were told in person.",
        ),
        ("hung", hung, "Une feuille est affichée.", "A sheet hangs on a notice board."),
        ("taken-down", taken_down, "Des feuilles sont retirées.", "Sheets were taken down."),
        ("say", speak, "Parler aux publics maintenant.", "Speak to audiences now."),
        ("approve", approve, "Approuver un message qui attend.", "Approve a message that waits."),
        ("reject", reject, "Refuser un message qui attend.", "Reject a message that waits."),
        ("promise", promise, "Promettre quelque chose à un public.", "Promise something."),
        ("renew", renew, "Donner une nouvelle heure à temps.", "Give a new time before the old."),
        ("kept", kept, "Une promesse est tenue.", "A promise is kept."),
        ("brief", brief, "Point à la direction maintenant.", "Brief the directorate now."),
        ("escalate", escalate, "Alerter plus haut.", "Tell those above, at any time."),
        ("declare", declare, "Déclarer une phase.", "Declare a phase."),
        ("reschedule", reschedule, "Changer l'heure de travaux.", "Works: other times."),
        ("severity", severity, "Changer la gravité.", "Change the severity."),
        ("loud", loud, "C'est réel : prévenir les publics.", "It is real: tell the audiences."),
        ("relate", relate, "Lier un autre incident.", "Link another incident."),
        ("merge", merge, "Réunir : B est suivi dans A.", "Merge: B is followed in A."),
        ("split", split, "Séparer : un second incident.", "Split: a second incident opens."),
        ("repin", repin, "Suivre un autre plan.", "Go on by another playbook, or its newest."),
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


@act("make-loud")
def loud() -> Fields:
    """Tell what has only been looked at so far."""
    return {}


Other = Annotated[str, typer.Argument(help=say("L'autre incident.", "The other incident."))]


@act("relate-incident")
def relate(other: Other) -> Fields:
    """Link another incident: each is led as before."""
    return {"other": other}


@act("merge-incident")
def merge(
    a: Annotated[str, typer.Argument(help=say("Celui qui reste.", "The one that goes on."))],
    b: Annotated[str, typer.Argument(help=say("Celui qu'il reprend.", "The one it takes over."))],
) -> Fields:
    """Follow one incident in another from now on."""
    return {"incident": a, "other": b}


@act("split-incident")
def split(
    *,
    building: Annotated[str | None, typer.Option(help=say("Bâtiment.", "Building."))] = None,
    playbook: Annotated[str | None, typer.Option(help=say("Son plan.", "Its playbook."))] = None,
) -> Fields:
    """Open another incident for what is a second trouble."""
    return {"building": building, "playbook": playbook}


@act("repin-playbook")
def repin(
    *,
    playbook: Annotated[str | None, typer.Option(help=say("Ce plan.", "This playbook."))] = None,
) -> Fields:
    """Go on by another playbook, or by the newest text of the same one."""
    return {"playbook": playbook}


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


@act("report-down")
def down(
    what: Thing,
    *,
    since: Annotated[
        str | None, typer.Option(help=say("Depuis quand (09:10).", "Since when (09:10)."))
    ] = None,
) -> Fields:
    """Say that something media need has failed."""
    return {"what": what, "since": since}


@act("report-up")
def up(what: Thing) -> Fields:
    """Say that it works again."""
    return {"what": what}


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
    correction: Annotated[
        bool,
        typer.Option("--correction", help=say(
            "Ce qui a été dit était faux : le message le marque.",
            "What was said was wrong: the message marks it.")),
    ] = False,
) -> Fields:  # fmt: skip
    """Speak to audiences."""
    return {"audiences": to, "words": words, "correction": correction or None}


Waiting = Annotated[
    str,
    typer.Argument(metavar="AUDIENCE", help=say("Le public du message.", "Whom it is for.")),
]


@act("approve-draft")
def approve(
    audience: Waiting,
    *,
    digest: Annotated[
        str | None,
        typer.Option(help=say("L'empreinte des mots lus.", "The digest of the words read.")),
    ] = None,
) -> Fields:
    """Approve the words that wait for an audience."""
    return {"audience": audience, "digest": digest}


@act("reject-draft")
def reject(
    audience: Waiting,
    *,
    reason: Annotated[str, typer.Option(help=say("Pourquoi.", "Why."))],
) -> Fields:
    """Reject the words that wait for an audience."""
    return {"audience": audience, "reason": reason}


@act("send-brief")
def brief(
    *,
    every: Annotated[
        bool, typer.Option("--all", help=say("Toutes les crises en cours.", "All open crises."))
    ] = False,
) -> Fields:
    """Brief the directorate; or see every open crisis, a line each."""
    return {"see": reading.open_crises} if every else {}


@act("declare-phase")
def declare(
    phase: Annotated[str, typer.Argument(help="open, safe, worked_around, normal")],
) -> Fields:
    """Declare a phase."""
    return {"phase": phase.replace("-", "_")}


@act("reschedule-works")
def reschedule(
    *,
    end: Annotated[str, typer.Option(help=say("La fin (14:05, 2026-12-05 12:00).", "The end."))],
    start: Annotated[
        str | None, typer.Option(help=say("Le début, s'il change.", "The beginning, if it moves."))
    ] = None,
) -> Fields:
    """Announce other times of works; all who were told are told."""
    return {"ends_at": end, "starts_at": start}


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
