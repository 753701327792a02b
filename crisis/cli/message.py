"""``crisis message``: what one message said, in words or as an alert of CAP 1.2."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli.output import HOME, AsJson, Home, show
from crisis.cli.reading import Incident, read_record
from crisis.cli.speech import language, say

Number = Annotated[int, typer.Argument(min=1, help=say("Son numéro.", "Its number."))]
AsCap = Annotated[
    bool,
    typer.Option(
        "--cap",
        help=say("En CAP 1.2, pour d'autres systèmes.", "As CAP 1.2, for other systems."),
    ),
]


def message(
    incident: Incident, number: Number, *, cap: AsCap = False, home: Home = HOME,
    json_: AsJson = False,
) -> None:  # fmt: skip
    """Print a message that was released to an audience."""
    from crisis.web.released import released

    found = read_record(
        home,
        f"/record/incidents/{incident}/messages/{number}",
        lambda reader: released(reader, incident, number),
        json_=json_,
    )
    if cap:
        show(found["cap"], found["cap"].rstrip(), as_json=json_)
        return
    said = found["words"]
    erased = {"text": say("Ces mots ont été effacés.", "These words were erased.")}
    words = said.get(language()) or next(iter(said.values()), erased)
    show(found, *filter(None, (words.get("subject"), "", words["text"])), as_json=json_)
