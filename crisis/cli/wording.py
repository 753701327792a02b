"""``crisis lint``: what the rules of wording say of words, before anybody reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crisis.cli.output import HOME, AsJson, Home, fail, show
from crisis.cli.printing import Folder, organisation_of
from crisis.cli.speech import language, say

if TYPE_CHECKING:
    from crisis.core.plan import Voice

Said = Annotated[str | None, typer.Argument(metavar="[WORDS]", help=say("Le texte.", "The words."))]
InFrench = Annotated[str | None, typer.Option("--fr", help=say("En français.", "In French."))]
InEnglish = Annotated[str | None, typer.Option("--en", help=say("En anglais.", "In English."))]
Before = Annotated[
    str | None,
    typer.Option(help=say("Le message précédent, dans la même langue.",
                          "The message before, in the same language.")),
]  # fmt: skip
IsMeasure = Annotated[
    bool, typer.Option("--measure", help=say("C'est une mesure prise.", "It tells a measure."))
]


def lint(
    words: Said = None,
    *,
    fr: InFrench = None,
    en: InEnglish = None,
    before: Before = None,
    measure: IsMeasure = False,
    org: Folder = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Read words as the service does: tone, promises, contradictions, both languages, our voice.

    Ends with 1 where it would hold them until they are mended.
    """
    from crisis.core.wording import of_words
    from crisis.core.wording.lexicon import LANGUAGES

    said = {name: text for name, text in (("", words), ("fr", fr), ("en", en)) if text}
    if not said:
        nothing = say('Donnez un texte : crisis lint "…".', 'Give some words: crisis lint "…".')
        raise fail("no-words", [nothing], as_json=json_)
    earlier = dict.fromkeys(LANGUAGES, before) if before else None
    found = of_words("/words", said, before=earlier, measure=measure,
                     voice=_voice(org, home, json_=json_))  # fmt: skip
    spoken = language()
    severity = {"block": say("retient", "holds"), "warn": say("avertit", "warns")}
    show(
        {"findings": [{"rule": one.rule, "severity": one.severity, "at": one.at,
                       "says": dict(one.says), "write": dict(one.proposal)} for one in found]},
        *(f"{_where(one.at)}{severity[one.severity]}: {one.says[spoken]}"
          f" → {one.proposal[spoken]} [{one.rule}]" for one in found),
        *(() if found else (say(
            "Aucune règle n'a rien trouvé. Relisez comme la personne qui le reçoit.",
            "No rule has found anything. Read it again as whoever gets it."),)),
        as_json=json_,
    )  # fmt: skip
    if any(one.severity == "block" for one in found):
        raise typer.Exit(1)


def _voice(org: Path | None, home: Path, *, json_: bool) -> Voice | None:
    """That of the plan in a folder, or of the plan in force; none where nothing is in force."""
    kept = "CRISIS_STORE" in os.environ or (home / "crisis.db").exists()
    return organisation_of(org, home, json_=json_).plan.voice if org or kept else None


def _where(at: str) -> str:
    """The language that it is in, where one was given."""
    language = at.removeprefix("/words").strip("/")
    return f"{language}: " if language else ""
