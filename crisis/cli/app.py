"""Every command, in one list that can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from crisis.cli import (
    cluster,
    content,
    dead_letters,
    digest,
    doctor,
    drill,
    incident,
    message,
    objectives,
    pack,
    people,
    printing,
    reach,
    reading,
    repair,
    reporting,
    score,
    topics,
    wording,
)
from crisis.cli.output import HOME, AsJson, Home, fail
from crisis.cli.speech import language, say

_PLAIN = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "no_args_is_help": True}

app = typer.Typer(
    name="crisis",
    help=say(
        "Crisis : prévenir, tenir parole, ne jamais laisser dans le silence.",
        "Crisis: tell people, keep promises, leave nobody in silence.",
    ),
    add_completion=False,
    **_PLAIN,  # type: ignore[arg-type]  # three options of three types
)
_org = typer.Typer(help=say("Le contenu de l'organisation.", "Its content."), **_PLAIN)  # type: ignore[arg-type]  # as above
_playbook = typer.Typer(help=say("Les plans.", "Playbooks."), **_PLAIN)  # type: ignore[arg-type]  # as above
_topics = typer.Typer(help=say("Les topics de Kafka.", "The topics of Kafka."), **_PLAIN)  # type: ignore[arg-type]  # as above
_letters = typer.Typer(help=say("Les lettres mortes de Kafka.", "The dead letters."), **_PLAIN)  # type: ignore[arg-type]  # as above
_roll_call = typer.Typer(help=say("L'appel : qui est en sécurité.", "Who is safe."), **_PLAIN)  # type: ignore[arg-type]  # as above
_actions = typer.Typer(
    help=say("Les actions après la crise.", "Actions after the crisis."),
    rich_markup_mode=None,
)


@_actions.callback(invoke_without_command=True)
def list_actions(context: typer.Context, home: Home = HOME, json_: AsJson = False) -> None:
    """List the open actions; or agree, finish or verify one."""
    if context.invoked_subcommand is None:
        reading.actions(home, json_=json_)


def serve(
    org: Annotated[
        Path | None, typer.Option(metavar="DIR", help=say("L'organisation.", "Its folder."))
    ] = None,
    home: Home = HOME,
    host: Annotated[str | None, typer.Option(help=say("Adresse.", "Address."))] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port.")] = None,
) -> None:
    """Run the service until it is told to stop."""
    from crisis.channels import ChannelSettingsError
    from crisis.channels.credentials import SecretMissingError
    from crisis.cli.logs import speak
    from crisis.cli.loop import run_fast
    from crisis.cli.serving import serve as run
    from crisis.runtime.world import NoConfiguration
    from crisis.store import StoreRefused
    from crisis.yamlfile import NotAcceptable

    speak()
    try:
        run_fast(run(org, home, host=host, port=port))
    except NotAcceptable as refusal:
        raise fail(
            "not-acceptable", [str(one) for one in refusal.findings], as_json=False
        ) from None
    except (StoreRefused, NoConfiguration, ChannelSettingsError) as refusal:
        raise fail("cannot-serve", [str(refusal)], as_json=False) from None
    except (SecretMissingError, OSError) as refusal:
        raise fail("cannot-serve", [str(refusal)], as_json=False) from None


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help=say("Une fois, sans écran.", "Once, without a screen."))
    ] = False,
    json_: AsJson = False,
    seed: Annotated[int, typer.Option(help=say("Graine.", "Seed."))] = 1,
    silent_lead: Annotated[
        bool,
        typer.Option(
            "--silent-lead",
            help=say(
                "Personne n'agit avant la première promesse rompue.",
                "Nobody acts until the first promise is broken.",
            ),
        ),
    ] = False,
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help=say("Port de la page.", "Port of the page.")),
    ] = 8420,
    pause: Annotated[float, typer.Option(help=say("Secondes par étape.", "Seconds a step."))] = 0.4,
) -> None:
    """Play a flood from the report to the review, on the real service, on this machine."""
    import asyncio

    from crisis.cli.demo import Demo
    from crisis.cli.demo import once as played
    from crisis.cli.demo_screen import in_terminal
    from crisis.cli.logs import quiet
    from crisis.cli.theatre import in_this_program

    quiet()
    if once or json_:
        result = asyncio.run(played(seed, silent_lead=silent_lead))
        typer.echo(json.dumps(result, ensure_ascii=False, indent=1))
        return
    shown = Demo(seed=seed, silent_lead=silent_lead, opens=in_this_program(port))
    try:
        asyncio.run(in_terminal(shown, language=language(), pause=pause, stay=True))
    except KeyboardInterrupt:
        return
    except OSError as refusal:
        raise fail("cannot-serve", [str(refusal)], as_json=False) from None


_COMMANDS: tuple[tuple[str, Callable[..., None], str, str], ...] = (
    ("timeline", reading.timeline, "La main courante.", "The timeline."),
    ("by-hand", reading.by_hand, "Qui prévenir de vive voix.", "Whom to tell in person."),
    ("sheets", reading.sheets, "Les feuilles affichées.", "The sheets that hang."),
    ("why", reading.why, "Pourquoi cet événement.", "Why an event happened."),
    (
        "lint",
        wording.lint,
        "Relire des mots avant de les dire.",
        "Read words before they are told.",
    ),
    ("pack", pack.pack, "Tout imprimer, pour le papier.", "Print it all, for work on paper."),
    ("reach", reach.reach, "Qui serait joint, et par quoi.", "Who would be reached, by what."),
    ("message", message.message, "Ce qu'un message a dit.", "What a message said."),
    ("digest", digest.digest, "Le rapport d'activité d'un mois.", "A month's activity report."),
    (
        "objectives",
        objectives.objectives,
        "Les engagements publiés, et leurs résultats.",
        "The published objectives, and their results.",
    ),
    ("doctor", doctor.doctor, "Tout va-t-il bien ?", "Is everything well?"),
    ("unpark", repair.unpark, "Reprendre un incident arrêté.", "Try a stopped incident again."),
    ("init", content.init, "Écrire une organisation de départ.", "Write a first organisation."),
    ("serve", serve, "Faire tourner le service.", "Run the service."),
    ("web", cluster.web, "Portes et pages d'une grappe.", "Doors and pages of a cluster."),
    ("worker", cluster.worker, "Décider, dans une grappe.", "Decide, in a cluster."),
    ("dispatch", cluster.dispatch, "Distribuer, dans une grappe.", "Send, in a cluster."),
    ("score", score.score, "Les cinq erreurs d'un incident.", "The five errors of an incident."),
    ("drill", drill.drill, "Jouer un exercice, et son score.", "Play an exercise, with its score."),
    ("demo", demo, "Une inondation, du signalement au bilan.", "A flood, report to review."),
)


_OF_LETTERS: tuple[tuple[str, Callable[..., None], str, str], ...] = (
    ("list", dead_letters.list_letters, "Ce qui attend, et pourquoi.", "What waits, and why."),
    ("show", dead_letters.show_letter, "Une lettre entière.", "One of them whole."),
    ("replay", dead_letters.replay, "Les rendre à leur topic.", "Hand them back to their topic."),
)


def _build() -> None:
    app.command("raise", help=say("Donner l'alerte.", "Raise the alarm."))(reporting.raise_report)
    app.command("incidents", help=say("Les incidents.", "The incidents."))(reading.incidents)
    incident.add_to(app)
    people.add_to(app)
    people.add_roll_call_to(_roll_call)
    app.add_typer(_roll_call, name="roll-call")
    for name, function, fr, en in _COMMANDS:
        app.command(name, help=say(fr, en))(function)
    incident.add_actions_to(_actions)
    _actions.command("change", help=say("L'action change un plan.", "It changes a playbook."))(
        people.change
    )
    _org.command("check", help=say("Contrôler un dossier.", "Check a folder."))(content.check)
    _org.command("apply", help=say("Le mettre en vigueur.", "Make it hold."))(content.apply)
    _playbook.command("check", help=say("Contrôler des plans.", "Check playbooks."))(
        content.check_playbooks
    )
    _playbook.command("show", help=say("Imprimer un plan.", "Print a playbook."))(
        printing.show_playbook
    )
    _topics.command("check", help=say("Comparer les topics.", "Compare the topics."))(topics.check)
    _topics.command("apply", help=say("Créer ceux qui manquent.", "Create what is missing."))(
        topics.apply
    )
    for name, function, fr, en in _OF_LETTERS:
        _letters.command(name, help=say(fr, en))(function)
    app.add_typer(_letters, name="dead-letters")
    app.add_typer(_actions, name="actions")
    app.add_typer(_org, name="org")
    app.add_typer(_playbook, name="playbook")
    app.add_typer(_topics, name="topics")


_build()
