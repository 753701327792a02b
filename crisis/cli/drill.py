"""``crisis drill``: an exercise of a playbook, from report to last action, and its score."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

import typer

from crisis.cli.output import HOME, AsJson, Home, fail, show
from crisis.cli.reading import read_record
from crisis.cli.score import score_lines
from crisis.cli.speech import language, say, speaks

if TYPE_CHECKING:
    from crisis.cli.drill_stage import Drill, NothingSo
    from crisis.cli.drill_story import ToldDrill


Words = Annotated[
    bool,
    typer.Option(
        "--words",
        help=say("Avec les mots de chaque message.", "With the words of each message."),
    ),
]


def drill(
    playbook: Annotated[
        str | None, typer.Argument(metavar="PLAYBOOK", help=say("Le plan.", "The playbook."))
    ] = None,
    *,
    due: Annotated[
        bool,
        typer.Option(
            "--due", help=say("Seulement les exercices dus.", "Only list the exercises owed.")
        ),
    ] = False,
    story: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help=say(
                "Un scénario à jouer : un fichier, ou le nom d'un scénario.",
                "A scenario to play: a file, or the name of one.",
            ),
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help=say("Graine.", "Seed."))] = 1,
    site: Annotated[str | None, typer.Option(help=say("Le site.", "The site."))] = None,
    lang: Annotated[
        Literal["fr", "en"] | None, typer.Option(help=say("La langue.", "The language."))
    ] = None,
    silent_lead: Annotated[
        bool,
        typer.Option(
            "--silent-lead",
            help=say(
                "Personne n'agit avant la première promesse rompue.",
                "Nobody acts until the first promise is broken.",
            ),
        ),
    ] = False,
    automatic: Annotated[
        bool,
        typer.Option(
            "--automatic",
            help=say("Personne n'agit jamais : six heures.", "Nobody ever acts: six hours."),
        ),
    ] = False,
    words: Words = False,
    org: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=say("L'organisation ; sinon l'exemple.", "Its folder; else the example."),
        ),
    ] = None,
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Play an exercise in virtual time; nothing leaves this machine."""
    if lang is not None:
        speaks(lang)
    if due:
        _list_due(home, as_json=json_)
        return
    if playbook is None and story is None:
        raise typer.BadParameter(say("nommez un plan", "name a playbook"))
    ways: Ways = {"silent_lead": silent_lead, "automatic": automatic}
    how: How = {"words": words, "as_json": json_}
    with _told(as_json=json_):
        if story is not None:
            played = _played_story(org, story, playbook, how)
        else:
            played = _played(org, str(playbook), seed, site, (ways, how))
        _print(asyncio.run(played), as_json=json_)


def _print(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        print(*_foot(result), sep="\n")


def _list_due(home: Path, *, as_json: bool) -> None:
    """Say which exercises and tries of addresses are owed, by whom, by when."""
    from crisis.web.upkeep import upkeep

    now = datetime.now(UTC)  # noqa: TID251 - for a store beside a service that does not run
    found = read_record(home, "/record/upkeep", lambda reader: upkeep(reader, now), json_=as_json)
    nothing = say("Aucun plan ne demande d'exercice.", "No playbook asks for an exercise.")
    show(found, *([one["line"][language()] for one in found] or [nothing]), as_json=as_json)


_ALL = 1_000
"""Crises of one exercise."""


class Ways(TypedDict):
    """How an exercise is played."""

    silent_lead: bool
    automatic: bool


class How(TypedDict):
    """How an exercise is shown."""

    words: bool
    as_json: bool


async def score_of(playbook: str, seed: int, ways: Ways) -> dict[str, Any]:
    """Play an exercise of the example organisation, and say nothing before it is over."""
    return await _played(None, playbook, seed, None, (ways, {"words": False, "as_json": True}))


async def _played(
    org: Path | None, playbook: str, seed: int, site: str | None, played: tuple[Ways, How]
) -> dict[str, Any]:
    from crisis.cli.drill_shown import Shown
    from crisis.cli.drill_stage import opened, organisation_files
    from crisis.cli.logs import quiet

    quiet()
    ways, how = played
    async with opened(organisation_files(org), playbook, seed=seed, site=site, **ways) as staged:
        shown = Shown(staged, **how)
        if not how["as_json"]:
            print(*_head(staged, seed), sep="\n", flush=True)
        await staged.play()
        return {
            **_result(staged),
            "seed": seed,
            **ways,
            "timeline": shown.kept,
            "said_no": shown.said_no,
        }


async def _played_story(
    org: Path | None, story: str, playbook: str | None, how: How
) -> dict[str, Any]:
    from crisis.cli.drill_shown import Shown
    from crisis.cli.drill_stage import NothingSo, organisation_files
    from crisis.cli.drill_story import read_story, told
    from crisis.cli.logs import quiet

    quiet()
    files = organisation_files(org)
    scenario = read_story(story, files)
    if playbook not in {None, scenario.head.playbook}:
        raise NothingSo("playbook", str(playbook), [scenario.head.playbook])
    async with told(files, scenario, language=language()) as staged:
        shown = Shown(staged, **how)
        if not how["as_json"]:
            title = scenario.head.title.get(language(), scenario.head.scenario)
            print(say("EXERCICE", "EXERCISE") + f" – {title}", flush=True)
        await staged.play()
        found = {**_result(staged), "story": scenario.head.scenario, "missed": staged.missed}
        return {**found, "timeline": shown.kept, "said_no": shown.said_no}


@contextmanager
def _told(*, as_json: bool) -> Iterator[None]:
    """Say why an exercise cannot be played."""
    from crisis.cli.drill_stage import NothingSo
    from crisis.yamlfile import NotAcceptable

    try:
        yield
    except NothingSo as missing:
        raise fail("unknown-name", [_nothing_so(missing)], as_json=as_json) from None
    except NotAcceptable as refusal:
        found = [str(one) for one in refusal.findings]
        raise fail("not-acceptable", found, as_json=as_json) from None
    except OSError as refusal:
        raise fail("cannot-read", [str(refusal)], as_json=as_json) from None


def _nothing_so(missing: NothingSo) -> str:
    """Which name is wrong, and what to write instead."""
    from crisis.core.written import nearest

    what = {
        "playbook": say("plan", "playbook"),
        "site": say("site", "site"),
        "scenario": say("scénario", "scenario"),
    }[missing.what]
    near, known = nearest(missing.name, missing.known), ", ".join(missing.known)
    fix = say(f"Il y a : {known}", f"There are: {known}")
    if near is not None:
        fix = say(f"Vouliez-vous dire « {near} » ?", f'Did you mean "{near}"?')
    name = missing.name
    return say(f"il n'y a pas de {what} « {name} ». {fix}", f'there is no {what} "{name}". {fix}')


def _head(staged: Drill, seed: int) -> tuple[str, ...]:
    title = staged.playbook.title[language()]
    return (
        say("EXERCICE", "EXERCISE") + f" – {title}, {staged.site}, {say('graine', 'seed')} {seed}",
    )


def _result(staged: Drill | ToldDrill) -> dict[str, Any]:
    """What it came to: the score, and who was reached, all of them on the list of exercises.

    Whoever hears of a crisis that this one has opened is counted, too.
    """
    from crisis.web.score import score

    incident = staged.incident()
    if incident is None:
        raise LookupError("the report has not opened an incident")
    service = staged.service
    with service.store.read() as view:
        played = [row.stream_id for row in view.streams("incident", limit=_ALL)]
        messages = [message for one in played for message in view.messages(one)]
        rows = [row for message in messages for row in view.deliveries(message.id)]
    opened = filter(None, (service.incident(one) for one in played if one != incident.id))
    reached = {row.recipient_id for row in rows if row.sent_at is not None}
    return {
        **score(service, incident.id, staged.now()),
        "playbook": incident.playbook,
        "site": incident.site,
        "phase": incident.phase,
        "severities": list(incident.severities),
        "opened": [
            {"incident": one.id, "playbook": one.playbook, "phase": one.phase} for one in opened
        ],
        "ended": staged.ended,
        "ended_at": staged.now().isoformat(),
        "reached": len(reached),
        "reached_outside_its_list": sum(not _listed(staged, one) for one in reached),
        "refused": dict(sorted(staged.refusals.items())),
    }


def _listed(staged: Drill | ToldDrill, recipient: str) -> bool:
    """Whether somebody, or a place, is on the list of exercises (G9)."""
    organisation = staged.service.organisation()
    people = organisation.configuration.people
    known = people.people.get(recipient) or people.places.get(recipient)
    return known is not None and organisation.settings.exercises.group in known.groups


def _foot(result: dict[str, Any]) -> list[str]:
    reached, outside = result["reached"], result["reached_outside_its_list"]
    listed = say(
        f"{reached} destinataires, {outside} hors de la liste d'exercice.",
        f"{reached} recipients, {outside} outside the list of exercises.",
    )
    missed = result.get("missed") or []
    if missed:
        listed += "\n" + say(
            f"Lignes du scénario qui ne se sont pas passées comme écrit : {len(missed)}",
            f"Lines of the scenario that did not come as they are told: {len(missed)}",
        )
    lines = [f"  {one.splitlines()[0]}" for one in missed]
    return [
        "",
        *score_lines(result),
        listed,
        *_opened(result),
        *_refusals(result),
        *lines,
        _ended(result),
        say("FIN DE L'EXERCICE", "END OF THE EXERCISE"),
    ]


def _opened(result: dict[str, Any]) -> list[str]:
    """What the crisis has opened, and how far that came."""
    from crisis.core.timeline_values import WORDS

    index = 0 if language() == "fr" else 1
    found = [f"{one['playbook']} ({WORDS['phase'][one['phase']][index]})"
             for one in result["opened"]]  # fmt: skip
    what = say("A ouvert", "It opened")
    colon = say(" : ", ": ")
    return [f"{what}{colon}{', '.join(found)}"] if found else []


def _refusals(result: dict[str, Any]) -> list[str]:
    refused = result["refused"]
    if not refused:
        return []
    found = ", ".join(f"{name} {count}" for name, count in refused.items())
    return [say(f"Demandes refusées : {found}", f"Asked for and refused: {found}")]


def _ended(result: dict[str, Any]) -> str:
    """Why it ended here."""
    return {
        "learnt": say(
            "Terminé : le retour d'expérience est tenu et ses actions sont vérifiées.",
            "Over: the review is held and its actions are verified.",
        ),
        "closed": say(
            "Terminé : l'incident est clos ; ce plan ne demande pas de retour d'expérience.",
            "Over: the incident is closed; its playbook asks for no review.",
        ),
        "cancelled": say("Terminé : annulé, rien n'a eu lieu.", "Over: called off."),
        "unled": say("Interrompu : personne n'a jamais agi.", "Broken off: nobody ever acted."),
        "stuck": say(
            "Interrompu : la situation n'est pas redevenue normale. Lisez ce qui manque ci-dessus.",
            "Broken off: it did not get back to normal. Read above what is still missing.",
        ),
        "unlearnt": say(
            "Interrompu : le retour d'expérience ou ses actions sont restés sans suite.",
            "Broken off: the review or its actions were left where they were.",
        ),
        "told": say("Terminé : le scénario est joué.", "Over: the scenario has been played."),
    }[result["ended"]]
