"""The crisis pack: everything on paper, made of the organisation's folder while nothing runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crisis.cli.output import HOME, REFUSED, AsJson, Home, fail, show
from crisis.cli.printing import Folder, Site, content_of, known_name
from crisis.cli.speech import language, say

_PRIVATE = 0o600


def pack(
    *,
    site: Site = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help=say("fr ou en.", "fr or en."))
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help=say("Le fichier à écrire.", "The file to write."))
    ] = Path("crisis-pack.html"),
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=say(
            "Ne rien écrire : ce dossier est-il encore à jour ?",
            "Write nothing: is this pack still up to date?")),
    ] = None,
    org: Folder = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:  # fmt: skip
    """Write all that is needed on paper: numbers, playbooks, role cards, blank sheets."""
    from crisis.documents.pack import Source
    from crisis.documents.pack import pack as written

    organisation, digest = content_of(org, home, json_=json_)
    if check is not None:
        _checked(check, digest, json_=json_)
        return
    spoken = lang or language()
    known_name(spoken, ("fr", "en"), say("langue", "language"), json_=json_)
    at = site or organisation.settings.default_site
    known_name(at, organisation.sites, say("site", "site"), json_=json_)
    source = Source(
        configuration=organisation.configuration,
        names=organisation.directory,
        site=organisation.sites[at],
        playbooks=[organisation.pinned(name, at) for name in sorted(organisation.playbooks)],
        digest=digest,
    )
    text = written(source, spoken, datetime.now(UTC))  # noqa: TID251 - printed without a service
    try:
        out.touch(mode=_PRIVATE)
        out.chmod(_PRIVATE)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail("cannot-write", [str(error)], as_json=json_) from None
    show(
        {"file": str(out), "site": at, "language": spoken, "version": digest},
        say(f"Écrit : {out} ({at}, version {digest[:12]}). Imprimez-le en A4.",
            f"Written: {out} ({at}, version {digest[:12]}). Print it on A4."),
        say("ATTENTION : il contient des noms et des numéros de téléphone (données personnelles)."
            " Rangez-le sous clé.",
            "WARNING: it holds names and telephone numbers (personal data). Keep it locked away."),
        as_json=json_,
    )  # fmt: skip


def _checked(file: Path, digest: str, *, json_: bool) -> None:
    """Say whether a pack was made of this content; 1 where it was not."""
    from crisis.documents.pack import version_of

    try:
        made_of = version_of(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise fail("cannot-read", [str(error)], as_json=json_) from None
    current = made_of == digest
    show(
        {"file": str(file), "current": current, "version": made_of, "holds": digest},
        say("Ce dossier est à jour.", "This pack is up to date.")
        if current
        else say(
            f"Ce dossier est d'une autre version ({made_of[:12] or '?'}) que celle en vigueur"
            f" ({digest[:12]}) : écrivez-le et imprimez-le à nouveau.",
            f"This pack is of another version ({made_of[:12] or '?'}) than the one that holds"
            f" ({digest[:12]}): write and print it again.",
        ),
        as_json=json_,
    )
    if not current:
        raise typer.Exit(REFUSED)
