"""Where the brokers and the database of a cluster are: options of every command that asks them."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from crisis.cli.speech import say

_ADDRESSES = re.compile(r"[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*")


def _addresses(given: str | None) -> str | None:
    """The addresses of brokers as they are given; typer's error where they are none."""
    if given is not None and not _ADDRESSES.fullmatch(given):
        raise typer.BadParameter(
            say("écrivez MACHINE:PORT[,MACHINE:PORT…]", "write HOST:PORT[,HOST:PORT…]")
        )
    return given


_BOOTSTRAP = typer.Option(
    "--bootstrap",
    metavar="HOST:PORT",
    envvar="CRISIS_KAFKA_BOOTSTRAP",
    callback=_addresses,
    help=say("Un broker de Kafka, ou plusieurs.", "A broker of Kafka, or several."),
)
_STORE = typer.Option(
    "--store",
    metavar="ADDRESS",
    envvar="CRISIS_STORE",
    help=say("postgresql://UTILISATEUR@MACHINE/BASE.", "postgresql://USER@HOST/DATABASE."),
)

Bootstrap = Annotated[str, _BOOTSTRAP]
Database = Annotated[str, _STORE]
AnyBootstrap = Annotated[str | None, _BOOTSTRAP]
AnyDatabase = Annotated[str | None, _STORE]
"""The same where there may be no cluster."""
