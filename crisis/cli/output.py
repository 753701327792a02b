"""What a command prints, how it ends, and what every command can be told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from crisis.cli.door import NotRunning, Refused, to_telephone
from crisis.cli.speech import language, say

REFUSED, NOT_RUNNING = 1, 3
"""Exit codes beside 0 (done) and 2 (the command line itself was wrong)."""

Home = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="CRISIS_HOME",
        help=say("Le dossier du service.", "The folder of the service."),
    ),
]
HOME = Path("crisis-home")

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but for tab and new line."""

AsJson = Annotated[bool, typer.Option("--json", help=say("Répondre en JSON.", "Answer in JSON."))]


def show(value: Any, *lines: str, as_json: bool) -> None:
    """Print the value as JSON, or the lines that say it."""
    if as_json:
        print(json.dumps(value, ensure_ascii=False, indent=1))
    else:
        print(*map(printable, lines), sep="\n")


def printable(line: str) -> str:
    """The line without what would steer a terminal: strangers' words may hold anything."""
    return _STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}", line)


def spoken_line(entry: Mapping[str, Any]) -> str:
    """One line of the timeline, with its number."""
    line = entry.get("line") or {}
    words = line.get(language()) or next(iter(line.values()), entry.get("type", ""))
    return f"{entry['seq']:>4}  {words}"


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """Turn a refusal, or silence, into words on the error stream and an exit code."""
    try:
        yield
    except Refused as refused:
        _complain(dict(refused.problem), refused.lines(), as_json=as_json)
        raise typer.Exit(REFUSED) from None
    except NotRunning as absent:
        numbers = list(absent.call_first)
        nothing = say("Rien n'a été enregistré.", "Nothing was recorded.")
        lines = [str(absent), nothing, *to_telephone(numbers)]
        _complain(
            {"error": "not-running", "detail": str(absent), "call_first": numbers},
            lines,
            as_json=as_json,
        )
        raise typer.Exit(NOT_RUNNING) from None


def fail(name: str, lines: list[str], *, as_json: bool, code: int = REFUSED) -> typer.Exit:
    """Say why it cannot be done; the exception to raise."""
    _complain({"error": name, "detail": lines}, lines, as_json=as_json)
    return typer.Exit(code)


def _complain(value: Any, lines: list[str], *, as_json: bool) -> None:
    said = json.dumps(value, ensure_ascii=False) if as_json else printable("\n".join(lines))
    typer.echo(said, err=True)
