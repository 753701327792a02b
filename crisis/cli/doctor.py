"""Is everything well? Progress, reachability, and every guarantee held against the live record."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crisis.cli.addresses import AnyBootstrap, AnyDatabase
from crisis.cli.output import HOME, NOT_RUNNING, REFUSED, AsJson, Home, show
from crisis.cli.speech import say

if TYPE_CHECKING:
    from crisis.cli.examining import Examined


class PartKind(StrEnum):
    """The parts that can be looked at alone."""

    WORKER = "worker"
    DISPATCH = "dispatch"


OfPart = Annotated[
    PartKind | None,
    typer.Option(
        "--part",
        help=say(
            "Grappe : seulement si les workers (ou dispatchers) de cette machine avancent.",
            "Cluster: only whether the workers (or dispatchers) of this machine get on.",
        ),
    ),
]


def doctor(
    bootstrap: AnyBootstrap = None,
    store: AnyDatabase = None,
    part: OfPart = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Say what stands still, what is away, and which guarantee does not hold; change nothing."""
    import asyncio
    import logging

    from crisis.cli.examining import examine_cluster, examine_home
    from crisis.cli.logs import quiet
    from crisis.cli.part_health import examine_parts

    quiet()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we say it in words of our own
    if (bootstrap is None) != (store is None):
        raise typer.BadParameter(
            say("une grappe a besoin de --bootstrap et de --store",
                "a cluster needs both --bootstrap and --store")
        )  # fmt: skip
    if bootstrap is None or store is None:
        if part is not None:
            raise typer.BadParameter(
                say("--part a besoin de --bootstrap et de --store",
                    "--part needs --bootstrap and --store")
            )  # fmt: skip
        found = examine_home(home)
    elif part is not None:
        found = asyncio.run(examine_parts(part, bootstrap, store))
    else:
        found = asyncio.run(examine_cluster(bootstrap, store))
    show(_shown(found), *_lines(found, home), as_json=json_)
    if not found.answers:
        raise typer.Exit(NOT_RUNNING)
    if found.errors:
        raise typer.Exit(REFUSED)


def _shown(found: Examined) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "healthy": found.answers and not found.errors,
        "answers": found.answers,
        "checks": found.checks(),
        "partitions": found.partitions(),
        "incidents": list(found.incidents),
        "findings": [asdict(one) for one in found.findings],
    }


def _lines(found: Examined, home: Path) -> Iterator[str]:
    waiting = [one for one in found.partitions() if one["waiting"]]
    for one in waiting:
        place = f"{one['topic']}/{one['partition']}"
        yield say(
            f"{place} : traité {one['handled']}, fin {one['ends']}, {one['waiting']} en attente",
            f"{place}: handled {one['handled']}, end {one['ends']}, {one['waiting']} waiting",
        )
    for finding in found.findings:
        gravity = say("avertissement : ", "warning: ") if finding.severity == "warning" else ""
        yield f"{finding.where}  {gravity}{finding.what}"
        yield f"    {finding.fix}"
    if not found.answers:
        yield say(f"Rien ne répond (dossier {home}).", f"Nothing answers (folder {home}).")
    elif found.errors:
        yield say(f"{found.errors} erreur(s).", f"{found.errors} error(s).")
    elif found.findings:
        yield say("Aucune erreur.", "No error.")
    else:
        yield say("Tout va bien.", "All is well.")
