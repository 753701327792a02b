"""The acts of whoever goes there: people told in person, sheets hung and taken down."""

from __future__ import annotations

from typing import Annotated

import typer

from crisis.cli.acts import Fields, act
from crisis.cli.speech import say

_AT = say("Où une feuille est affichée : hall-a (répétable).", "Where a sheet hangs: hall-a.")
At = Annotated[list[str] | None, typer.Option(help=_AT)]


@act("carry-by-hand")
def carried(
    audience: Annotated[
        str, typer.Argument(help=say("Le public ; sans lui, ceux qui ont un rôle.",
                                     "The audience; without it, those with a role."))
    ] = "",
    *,
    but: Annotated[
        list[str] | None,
        typer.Option(help=say("Qui n'a pas été trouvé (répétable).", "Who was not found.")),
    ] = None,
    at: At = None,
) -> Fields:  # fmt: skip
    """Say that people whom no medium reaches were told in person, or by a sheet that hangs."""
    return {"audience": audience, "but": but, "at": at}


@act("hang-sheets")
def hung(
    audience: Annotated[str, typer.Argument(help=say("Pour quel public.", "For whom."))],
    at: Annotated[list[str], typer.Option(help=_AT)],
    *,
    number: Annotated[
        int | None,
        typer.Option(help=say("Le numéro imprimé dessus ; sinon celui du dernier message.",
                              "The number printed on it; else that of the last message.")),
    ] = None,
) -> Fields:  # fmt: skip
    """Say that a sheet hangs: whoever hung it takes it down at the end."""
    return {"audience": audience, "at": at, "number": number}


@act("take-down-sheets")
def taken_down(
    places: Annotated[
        list[str] | None,
        typer.Argument(help=say("Les lieux ; sans eux, partout.", "Places; without, everywhere.")),
    ] = None,
) -> Fields:
    """Say that sheets were taken down."""
    return {"at": places}
