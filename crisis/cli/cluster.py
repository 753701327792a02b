"""The parts of a service on Kafka and PostgreSQL: any number of each, on any machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crisis.cli.addresses import Bootstrap, Database
from crisis.cli.output import HOME, Home, fail
from crisis.cli.speech import language, say

if TYPE_CHECKING:
    from crisis.cli.parts import Part

Folder = Annotated[
    Path | None, typer.Option("--org", metavar="DIR", help=say("L'organisation.", "Its folder."))
]


def worker(bootstrap: Bootstrap, store: Database, home: Home = HOME) -> None:
    """Decide what the topics bring, and do what is due, until told to stop."""
    from crisis.cli import parts

    _run(parts.worker, bootstrap, store, home)


def dispatch(
    bootstrap: Bootstrap,
    store: Database,
    home: Home = HOME,
    name: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Nom de ce distributeur, le même après un redémarrage.",
                "Name of this dispatcher, the same after a restart.",
            )
        ),
    ] = None,
    lease: Annotated[
        float,
        typer.Option(
            min=1,
            max=3600,
            metavar="SECONDS",
            help=say(
                "Au bout de ce temps sans nouvelles de lui, un autre reprend ses envois.",
                "After so long without a word of it, another takes over what it was sending.",
            ),
        ),
    ] = 60,
) -> None:
    """Bring what was released to people, until told to stop."""
    from crisis.cli import parts

    _run(parts.dispatcher(name, timedelta(seconds=lease)), bootstrap, store, home)


def web(
    *,
    bootstrap: Bootstrap,
    store: Database,
    home: Home = HOME,
    org: Folder = None,
    host: Annotated[str | None, typer.Option(help=say("Adresse.", "Address."))] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port.")] = None,
) -> None:
    """Open doors and pages, until told to stop; put an organisation into the store first."""
    from crisis.cli import parts

    _run(parts.front(host, port), bootstrap, store, home, org, waits=True)


def _run(
    part: Callable[[Part], Awaitable[None]],
    bootstrap: str,
    store: str,
    home: Path,
    org: Path | None = None,
    *,
    waits: bool = False,
) -> None:
    from crisis.channels import ChannelSettingsError
    from crisis.channels.credentials import SecretMissingError
    from crisis.cli.logs import speak
    from crisis.cli.loop import run_fast
    from crisis.cli.parts import NotReady, run
    from crisis.runtime.access import AccessRefused
    from crisis.runtime.provision import BrokerRefused
    from crisis.runtime.world import NoConfiguration
    from crisis.store import StoreRefused
    from crisis.yamlfile import NotAcceptable

    speak()
    try:
        run_fast(run(part, bootstrap=bootstrap, store=store, home=home, org=org, waits=waits))
    except NotAcceptable as refusal:
        found = [str(one) for one in refusal.findings]
        raise fail("not-acceptable", found, as_json=False) from None
    except AccessRefused as refusal:
        raise fail("no-access", [refusal.said[language()]], as_json=False) from None
    except (
        BrokerRefused, ChannelSettingsError, NoConfiguration, NotReady, OSError,
        SecretMissingError, StoreRefused,
    ) as refusal:  # fmt: skip
        raise fail("cannot-serve", [str(refusal)], as_json=False) from None
