"""What is tried again after a fault."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from crisis.cli.door import ask
from crisis.cli.output import HOME, AsJson, Home, show, told
from crisis.cli.speech import say


def unpark(
    incident: Annotated[str, typer.Argument(help=say("L'incident.", "The incident."))],
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Try an incident again that was set aside by a fault of the software."""
    with told(as_json=json_):
        answer = ask(home, f"/incidents/{quote(incident, safe='')}/unpark", {})
    where = answer["incident"]
    show(answer, say(f"{where} continue.", f"{where} goes on."), as_json=json_)
