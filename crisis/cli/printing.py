"""What is printed and hung up: a playbook as it is in force."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crisis.cli.output import HOME, AsJson, Home, fail, show
from crisis.cli.speech import language, say

if TYPE_CHECKING:
    from crisis.organisation import Organisation

Name = Annotated[str, typer.Argument(help=say("Le nom du plan.", "The playbook's name."))]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--org",
        metavar="DIR",
        help=say("Ce dossier, plutôt que ce qui est en vigueur.", "This folder, not what holds."),
    ),
]
Site = Annotated[str | None, typer.Option(help=say("Le site.", "The site."))]
Severity = Annotated[str | None, typer.Option(help=say("La gravité.", "The severity."))]
When = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=VALUE",
        help=say("Une réponse, ou hours=off, danger=yes.", "An answer, or hours=off, danger=yes."),
    ),
]


def show_playbook(
    name: Name,
    *,
    site: Site = None,
    severity: Severity = None,
    when: When = None,
    org: Folder = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Print what is in force at a site, at a severity, as Markdown: to read, and to hang up."""
    from crisis.documents.sheet import sheet

    organisation = organisation_of(org, home, json_=json_)
    library, sites = organisation.library, organisation.configuration.sites
    known_name(name, library.playbooks, say("plan", "playbook"), json_=json_)
    at = site or organisation.settings.default_site
    known_name(at, sites, say("site", "site"), json_=json_)
    grave = severity or library.playbooks[name].playbook.severity.start
    known_name(grave, library.plan.severities, say("gravité", "severity"), json_=json_)
    situation = {"site": at, "hours": "office", "danger": "unknown", "down": "nothing"}
    for given in when or ():
        field, equals, value = given.partition("=")
        if not equals:
            raise typer.BadParameter(say("écrivez CHAMP=VALEUR", "write FIELD=VALUE"))
        situation[field] = value
    pinned = organisation.pinned(name, at)
    text = sheet(pinned, situation | {"severity": grave}, organisation.directory, language())
    show({"playbook": name, "site": at, "severity": grave, "text": text}, text, as_json=json_)


def known_name(name: str, among: Collection[str], what: str, *, json_: bool) -> None:
    """Go on where there is such a name; else end, and say which there are."""
    names = sorted(among)
    if name not in names:
        listed = ", ".join(names)
        said = say(f"Aucun {what} « {name} » : {listed}.", f"No {what} is called {name}: {listed}.")
        raise fail("unknown-name", [said], as_json=json_)


def organisation_of(org: Path | None, home: Path, *, json_: bool) -> Organisation:
    """That of a folder; else the newest of the service, whether it runs or not."""
    return content_of(org, home, json_=json_)[0]


def content_of(org: Path | None, home: Path, *, json_: bool) -> tuple[Organisation, str]:
    """The same, with the digest of all its content."""
    from crisis.cli.folder import checked_folder
    from crisis.cli.offline import StoreReader, copied, opened
    from crisis.store import StoreRefused
    from crisis.store.integrity import digest_of
    from crisis.yamlfile import NotAcceptable

    try:
        if org is not None:
            checked = checked_folder(org)
            return checked.organisation, digest_of(checked.files)
        if address := os.environ.get("CRISIS_STORE"):
            with opened(address) as reader:
                return reader.organisation(), reader.digest()
        with copied(home) as store:
            return (reader := StoreReader(store)).organisation(), reader.digest()
    except NotAcceptable as refusal:
        raise fail("refused", list(map(str, refusal.findings)), as_json=json_) from None
    except (OSError, LookupError, StoreRefused, sqlite3.Error) as error:
        nothing = say(
            f"Rien n'est en vigueur ici ({error}) ; nommez un dossier : --org",
            f"Nothing holds here ({error}); name a folder: --org",
        )
        raise fail("cannot-read", [nothing], as_json=json_) from None
