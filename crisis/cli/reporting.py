"""``crisis raise``: the alarm. It claims nothing that is not durable."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli.door import ask
from crisis.cli.output import HOME, AsJson, Home, show, told
from crisis.cli.speech import say


def raise_report(
    kind: Annotated[
        str, typer.Argument(help=say("flood, fire… ou autre mot.", "flood, fire… or any word."))
    ],
    what: Annotated[
        str | None, typer.Argument(help=say("Ce qui se passe.", "What is happening."))
    ] = None,
    *,
    site: Annotated[str | None, typer.Option(help="Site.")] = None,
    at: Annotated[str | None, typer.Option(help=say("Le lieu exact.", "The exact place."))] = None,
    building: Annotated[str | None, typer.Option(help=say("Bâtiment.", "Building."))] = None,
    danger: Annotated[
        str, typer.Option(help=say("Personnes en danger : yes, no, unknown.", "People in danger."))
    ] = "unknown",
    severity: Annotated[str | None, typer.Option(help=say("Gravité.", "Severity."))] = None,
    starts: Annotated[
        str | None,
        typer.Option(help=say("Début de travaux (2026-12-05 08:00).", "When works begin.")),
    ] = None,
    ends: Annotated[
        str | None, typer.Option(help=say("Leur fin annoncée.", "Their announced end."))
    ] = None,
    as_: Annotated[str | None, typer.Option("--as", help=say("Qui.", "Who."))] = None,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            help=say("Aller voir avant de prévenir les publics.", "Look first, tell later."),
        ),
    ] = False,
    exercise: Annotated[bool, typer.Option("--exercise", help=say("Exercice.", "Drill."))] = False,
    key: Annotated[
        str | None,
        typer.Option(help=say("Le même : le même signalement.", "The same: the same report.")),
    ] = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Raise an incident. When nothing runs: whom to telephone, and an exit code that says so."""
    said = {
        "kind": kind,
        "what": what,
        "site": site,
        "at": at,
        "building": building,
        "danger": danger,
        "severity": severity,
        "on_behalf_of": as_,
        "starts_at": starts,
        "ends_at": ends,
        "quiet": quiet or None,
        "exercise": exercise or None,
        "id": key,
    }
    with told(as_json=json_):
        answer = ask(home, "/reports", {k: v for k, v in said.items() if v is not None})
    show(
        answer,
        say(
            f"Reçu et enregistré : {answer['report_id']}",
            f"Received and kept: {answer['report_id']}",
        ),
        say(f"Suivi : {answer['tracking']}", f"Follow it: {answer['tracking']}"),
        *filter(None, (answer.get("detail"), answer.get("note"))),
        as_json=json_,
    )
