"""``crisis objectives``: what is promised to whom, what is done, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime

from crisis.cli.output import HOME, AsJson, Home, show
from crisis.cli.reading import read_record
from crisis.cli.speech import language


def objectives(home: Home = HOME, json_: AsJson = False) -> None:
    """Print the objectives and the services of the plan in force, with the last results."""
    from crisis.documents.objectives import markdown
    from crisis.web.objectives import objectives as asked

    now = datetime.now(UTC)  # noqa: TID251 - for a store beside a service that does not run
    found = read_record(home, "/record/objectives", lambda reader: asked(reader, now), json_=json_)
    show(found, *markdown(found, language()), as_json=json_)
