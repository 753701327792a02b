"""``crisis digest``: the activity report of a month."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from crisis.cli.output import HOME, AsJson, Home, show
from crisis.cli.reading import read_record
from crisis.cli.speech import language, say


def digest(
    month: Annotated[
        str | None,
        typer.Option(metavar="2026-11", help=say("Le mois ; sinon celui-ci.", "Or this month.")),
    ] = None,
    lang: Annotated[
        Literal["fr", "en"] | None, typer.Option(help=say("Sa langue.", "Its language."))
    ] = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Print a month in figures, with a paragraph for the newsletter for each crisis."""
    from crisis.documents.digest import markdown
    from crisis.web.digest import digest as asked
    from crisis.web.digest import this_month

    now = datetime.now(UTC)  # noqa: TID251 - for a store beside a service that does not run
    found = read_record(
        home, f"/record/digest/{month or 'now'}",
        lambda reader: asked(reader, month or this_month(reader, now), now), json_=json_,
    )  # fmt: skip
    show(found, *markdown(found, lang or language()), as_json=json_)
