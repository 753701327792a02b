"""What could not be handled, on a cluster: looked at, and handed back once its cause is mended."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from crisis.cli.addresses import Bootstrap
from crisis.cli.output import REFUSED, AsJson, fail, show
from crisis.cli.speech import say
from crisis.cli.topics import asking

if TYPE_CHECKING:
    from crisis.runtime.dead_letters import Letter

T = TypeVar("T")

Which = Annotated[
    str,
    typer.Argument(
        metavar="N:N", help=say("Comme list le nomme, 0:17.", "As list calls it, like 0:17.")
    ),
]


def list_letters(bootstrap: Bootstrap, json_: AsJson = False) -> None:
    """Show every letter that the topic still has, and which were handed back, and when."""
    found = _letters(bootstrap, json_=json_)
    none = say("Aucune lettre morte.", "No dead letters.")
    show([_shown(one) for one in found], *(map(_line, found) if found else [none]), as_json=json_)


def show_letter(which: Which, bootstrap: Bootstrap, json_: AsJson = False) -> None:
    """Show one whole: why it is here, its key, its headers and its body."""
    [letter] = _named([which], _letters(bootstrap, json_=json_), json_=json_)
    headers = {name: _text(value) for name, value in letter.headers}
    whole = _shown(letter) | {
        "key": _text(letter.key), "headers": headers, "body": _text(letter.value),
    }  # fmt: skip
    lines = (f"{name}: {value}" for name, value in headers.items())
    body = _text(letter.value)
    nothing = say("(corps vide)", "(no body)")
    show(whole, _line(letter), *lines, "", nothing if body is None else body, as_json=json_)


def replay(
    bootstrap: Bootstrap,
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar="N:N", help=say("Lesquelles, 0:17.", "Which ones, like 0:17.")),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help=say("Toutes celles qui attendent.", "All that wait."))
    ] = False,
    json_: AsJson = False,
) -> None:
    """Hand letters back to the topic and key that they came from, and note when."""
    from crisis.runtime import topics
    from crisis.runtime.clock import ServiceClock
    from crisis.runtime.handing_back import hand_back, waits, why_not

    if bool(which) == all_:
        raise typer.BadParameter(say("nommez-les, ou écrivez --all", "name them, or write --all"))
    found = _letters(bootstrap, json_=json_)
    chosen = (
        _named(which, found, json_=json_) if which
        else [one for one in found if waits(one)]
    )  # fmt: skip
    going = [one for one in chosen if why_not(one) is None]
    here = topics.DEAD_LETTERS.name
    _asked(bootstrap, hand_back(bootstrap, here, going, ServiceClock()), json_=json_)
    outcome = [
        {**_shown(one), "handed_back": one in going, "why_not": why_not(one)} for one in chosen
    ]
    show(outcome, *_outcome(chosen), as_json=json_)
    if which and len(going) < len(chosen):
        raise typer.Exit(REFUSED)


def _outcome(chosen: Sequence[Letter]) -> Iterator[str]:
    """What became of each, for a person."""
    from crisis.runtime.handing_back import why_not

    refusals = {
        "door": say(
            "reçue à une porte, illisible : rien à rendre, la page des corps illisibles la montre.",
            "came in at a door, unreadable: nothing to hand back, the page of such bodies has it.",
        ),
        "beginning": say(
            "trop grande, seul son début est ici : l'entière est encore là d'où elle vient.",
            "too large, only its beginning is here: the whole still stands where it came from.",
        ),
        "stranger": say(
            "déposée ici par quelqu'un d'autre : nul ne sait d'où elle vient.",
            "put here by somebody else: nobody knows where it came from.",
        ),
    }
    for one in chosen:
        reason = why_not(one)
        if reason is not None:
            yield f"{one.name}  {refusals[reason]}"
            continue
        yield say(f"{one.name}  rendue à {one.topic}.", f"{one.name}  is back in {one.topic}.")
        if one.handed_back_at is not None:
            yield say(
                "    Elle l'était déjà : sans effet si sa commande a été décidée.",
                "    It was before: nothing happens where its command has been decided.",
            )
    if not chosen:
        yield say("Rien n'attend.", "Nothing waits.")
    else:
        yield say(
            "Ce qui reste illisible revient ici sous un autre numéro.",
            "What still cannot be handled comes back here under another number.",
        )


def _letters(bootstrap: str, *, json_: bool) -> list[Letter]:
    from crisis.runtime import topics
    from crisis.runtime.handing_back import letters

    return _asked(bootstrap, letters(bootstrap, topics.DEAD_LETTERS.name), json_=json_)


def _asked(bootstrap: str, question: Coroutine[Any, Any, T], *, json_: bool) -> T:
    import asyncio

    with asking(bootstrap, json_=json_):
        return asyncio.run(question)


def _named(which: Sequence[str], found: Sequence[Letter], *, json_: bool) -> list[Letter]:
    by_name = {one.name: one for one in found}
    unknown = [one for one in which if one not in by_name]
    if unknown:
        names = ", ".join(unknown)
        said = say(
            f"Aucune lettre morte ne s'appelle {names}.", f"No dead letter is called {names}."
        )
        raise fail("no-such-letter", [said], as_json=json_)
    return [by_name[one] for one in dict.fromkeys(which)]


def _shown(one: Letter) -> dict[str, Any]:
    return {
        "name": one.name,
        "at": one.at.isoformat() if one.at else None,
        "reason": one.reason,
        "topic": one.topic or None,
        "partition": one.came_partition if one.topic else None,
        "offset": one.came_offset if one.topic else None,
        "door": one.door or None,
        "source": one.source or None,
        "whole": one.whole,
        "bytes": len(one.value or b""),
        "handed_back_at": one.handed_back_at.isoformat() if one.handed_back_at else None,
    }


def _line(one: Letter) -> str:
    stood = f"{one.topic}[{one.came_partition}]@{one.came_offset}" if one.topic else one.door
    at = f"{one.at:%Y-%m-%d %H:%M:%S}Z" if one.at else "?"
    line = f"{one.name:>6}  {at}  {stood or '?'}  {one.reason}"
    if one.handed_back_at is None:
        return line
    when = f"{one.handed_back_at:%Y-%m-%d %H:%M:%S}Z"
    return line + say(f"  (rendue à {when})", f"  (handed back at {when})")


def _text(raw: bytes | None) -> str | None:
    """Text as it stands; what is none, in base64."""
    if raw is None:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return f"base64:{b64encode(raw).decode()}"
