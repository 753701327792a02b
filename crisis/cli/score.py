"""``crisis score``: the five errors of one incident or exercise, with their evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from crisis.cli.output import HOME, AsJson, Home, show
from crisis.cli.reading import read_record
from crisis.cli.speech import language, say


def score(
    incident: Annotated[str, typer.Argument(help="Incident.")],
    *,
    anonymous: Annotated[
        bool,
        typer.Option(
            "--anonymous",
            help=say(
                "À partager : sans personne, lieu, date ni texte.",
                "To share: without people, places, dates and texts.",
            ),
        ),
    ] = False,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Print the score of an incident; or an export that names nobody."""
    from crisis.web import score as asked

    now = datetime.now(UTC)  # noqa: TID251 - for a store beside a service that does not run
    if anonymous:
        found = read_record(
            home,
            f"/record/incidents/{incident}/score/anonymous",
            lambda reader: asked.anonymous(reader, incident, now),
            json_=json_,
        )
        show(found, as_json=True)
        return
    found = read_record(
        home,
        f"/record/incidents/{incident}/score",
        lambda reader: asked.score(reader, incident, now),
        json_=json_,
    )
    show(found, *score_lines(found), as_json=json_)


def score_lines(found: dict[str, Any]) -> list[str]:
    """A scorecard, line by line, as people read it."""
    mark = say("EXERCICE – ", "EXERCISE – ") if found["exercise"] else ""
    lines = [mark + say("bilan : les cinq erreurs à éviter", "scorecard: the five errors to avoid")]
    lines += [f"!! {one[language()]}" for one in found["alarms"]]
    for error in found["errors"]:
        lines.append(error["line"][language()])
        lines += [f"  {_figure(figure)}" for figure in error["figures"]]
    if found["contractors"]:
        lines.append(say("Entreprises", "Contractors"))
        lines += [f"  {one['line'][language()]}" for one in found["contractors"]]
    return lines


def _figure(figure: dict[str, Any]) -> str:
    return f"{figure['line'][language()]}  [{runs(figure['evidence'])}]"


def runs(numbers: list[int]) -> str:
    """All sequence numbers of the evidence, those in a row by their ends: ``19 21–24 30``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return " ".join(
        "–".join(map(str, dict.fromkeys((run[0], run[-1])))) if len(run) != _TWO
        else f"{run[0]} {run[1]}"
        for run in found
    )  # fmt: skip


_TWO = 2
