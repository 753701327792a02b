"""Write docs/commands.md: every command, from the command line's own help, in both languages.

``--check`` writes nothing and fails when the page in the repository is not what the command line
says of itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from page import keep

PAGE = Path(__file__).with_name("commands.md")
EVERYWHERE = ("home", "json_")
"""Options of nearly every command: said once."""
ACTS = ("incident", "as_", "for_", "happened_at", "override")
"""Options of every act in an incident: said once."""

HEAD = """\
# The commands · Les commandes

Written from the command line's own help (`make docs`); a test fails when it is stale. The language
is that of `CRISIS_LANG` (`fr` or `en`), else of the machine. · Cette page est tirée de l'aide des
commandes. La langue est celle de `CRISIS_LANG` (`fr` ou `en`), sinon celle de la machine.
"""
EXITS = """\
Exit codes · codes de retour : **0** done · fait, **1** refused, with its reason · refusé, avec le
motif, **2** the command line was wrong · commande mal écrite, **3** no service answers, nothing was
recorded; the numbers to call are printed · aucun service ne répond, rien n'est enregistré ; les
numéros à appeler sont affichés. `crisis topics` : **1** a difference was found · un écart existe,
**3** no broker answers · aucun broker ne répond. `crisis doctor` : **1** something is wrong ·
quelque chose ne va pas, **3** nothing answers · rien ne répond.
"""


def tree() -> list[dict[str, Any]]:
    """Every command with its parameters, in the language of this run."""
    import typer

    from crisis.cli.app import app

    return list(_walk(typer.main.get_command(app), ()))


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The commands under one, itself first, except for the whole program."""
    if path:
        yield {
            "name": " ".join(path),
            "help": command.help or "",
            "params": [_parameter(one) for one in command.params],
        }
    for name, below in getattr(command, "commands", {}).items():
        yield from _walk(below, (*path, name))


def _parameter(parameter: Any) -> dict[str, Any]:
    word = parameter.metavar or (parameter.name or "").upper()
    option = parameter.param_type_name == "option"
    flag = option and parameter.is_flag
    written = parameter.opts[0] + ("" if flag else f" {word.strip('_')}") if option else word
    return {
        "name": parameter.name,
        "written": written if parameter.required else f"[{written}]",
        "option": option,
        "help": parameter.help or "",
    }


def page(english: list[dict[str, Any]], french: list[dict[str, Any]]) -> str:
    """Give the whole page."""
    parts = [HEAD, *_shared(english, french), EXITS]
    for here, la in zip(english, french, strict=True):
        own = [
            (one, autre)
            for one, autre in zip(here["params"], la["params"], strict=True)
            if one["name"] not in (*EVERYWHERE, *(ACTS if _is_act(here) else ()))
        ]
        usage = " ".join(["crisis", here["name"], *(one["written"] for one, _ in own)])
        act = " (act)" if _is_act(here) else ""
        lines = [f"## {here['name']}\n", f"`{usage}`{act}\n", f"{here['help']} · {la['help']}\n"]
        lines += [_line(one, autre) for one, autre in own if one["help"] or autre["help"]]
        parts.append("\n".join(lines).rstrip() + "\n")
    return "\n".join(parts)


def _is_act(command: dict[str, Any]) -> bool:
    return set(ACTS) <= {one["name"] for one in command["params"]}


def _shared(english: list[dict[str, Any]], french: list[dict[str, Any]]) -> list[str]:
    """What is said once: the options of every command, and those of every act."""
    here = next(one for one in english if _is_act(one))
    la = french[english.index(here)]
    pairs = list(zip(here["params"], la["params"], strict=True))
    every = [_line(one, autre) for one, autre in pairs if one["name"] in EVERYWHERE]
    acts = [_line(one, autre) for one, autre in pairs if one["name"] in ACTS]
    return [
        "Nearly every command takes · presque toutes prennent :\n",
        "\n".join(every) + "\n",
        "An act in an incident (marked *act*) takes too · un acte dans un incident prend aussi :\n",
        "\n".join(acts) + "\n",
    ]


def _line(one: dict[str, Any], autre: dict[str, Any]) -> str:
    written = one["written"].strip("[]")
    said = one["help"] if one["help"] == autre["help"] else f"{one['help']} · {autre['help']}"
    return f"- `{written}`: {said}"


def _spoken(language: str) -> list[dict[str, Any]]:
    """Ask the command line in a language: it is chosen once, when the program starts."""
    asked = subprocess.run(  # noqa: S603 - this file, by this Python
        [sys.executable, __file__, "--tree"],
        env={**os.environ, "CRISIS_LANG": language},
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    found: list[dict[str, Any]] = json.loads(asked.stdout)
    return found


if __name__ == "__main__":
    if "--tree" in sys.argv:
        print(json.dumps(tree()))
    else:
        sys.exit(keep(PAGE, page(_spoken("en"), _spoken("fr"))))
