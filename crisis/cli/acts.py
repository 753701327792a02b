"""Commands that do something in an incident, as a person."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

import typer

from crisis.cli.door import ask
from crisis.cli.output import HOME, AsJson, Home, show, spoken_line, told
from crisis.cli.speech import say

Fields = dict[str, Any]

Incident = Annotated[
    str | None,
    typer.Option("--incident", "-i", help=say(
        "Lequel, s'il y en a plusieurs d'ouverts.", "Which one, if several are open.")),
]  # fmt: skip
As = Annotated[str | None, typer.Option("--as", help=say("Qui agit.", "Who acts."))]
For = Annotated[
    str | None,
    typer.Option("--for", help=say(
        "De qui c'est l'acte, si un autre le saisit.", "Whose act it is, if another enters it.")),
]  # fmt: skip
HappenedAt = Annotated[
    str | None,
    typer.Option("--happened-at", help=say(
        "Quand c'est arrivé (14:05), si c'est saisi après coup.",
        "When it really happened (14:05), if it is entered later.")),
]  # fmt: skip
Override = Annotated[
    str | None,
    typer.Option("--override", help=say(
        "Passer outre un refus : le motif, inscrit au journal.",
        "Set a refusal aside: the reason, which goes on the record.")),
]  # fmt: skip

_COMMON: dict[str, tuple[Any, Any]] = {
    "incident": (Incident, None),
    "as_": (As, None),
    "for_": (For, None),
    "happened_at": (HappenedAt, None),
    "override": (Override, None),
    "home": (Home, HOME),
    "json_": (AsJson, False),
}
_OFFER = re.compile(r"(i-[a-z2-7]+)-o\d+")


def act(kind: str) -> Callable[[Callable[..., Fields]], Callable[..., None]]:
    """Make a command of a function that gives the fields of ``kind``.

    Every such command can be told which incident, as whom, for whom, when it happened, and why a
    refusal is to be set aside. Fields with ``see`` change nothing: that is called instead.
    """

    def made(function: Callable[..., Fields]) -> Callable[..., None]:
        own = signature(function).parameters
        hints = get_type_hints(function, include_extras=True)

        @wraps(function)
        def command(**given: Any) -> None:
            fields = function(**{name: given[name] for name in own})
            if (see := fields.get("see")) is not None:
                see(given["home"], json_=given["json_"])
                return
            _send(kind, {k: v for k, v in fields.items() if v not in (None, "", [])}, given)

        parameters = [one.replace(annotation=hints[name]) for name, one in own.items()]
        parameters += [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind_)
            for name, (kind_, default) in _COMMON.items()
        ]
        command.__signature__ = signature(function).replace(  # type: ignore[attr-defined]  # Typer reads it
            parameters=parameters, return_annotation=None
        )
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        del command.__wrapped__
        return command

    return made


def _send(kind: str, fields: Fields, given: dict[str, Any]) -> None:
    incident = fields.pop("incident", None) or given["incident"]
    asking = {
        "type": kind,
        "incident": incident,
        "fields": fields,
        "as": given["as_"],
        "for": given["for_"],
        "happened_at": given["happened_at"],
        "override": given["override"],
        "id": str(uuid.uuid4()),
    }
    with told(as_json=given["json_"]):
        answer = ask(given["home"], "/commands", {k: v for k, v in asking.items() if v is not None})
    where = answer["incident"]
    if answer.get("pending"):
        show(
            answer,
            answer["detail"],
            say(f"La réponse sera ici : crisis timeline {where}",
                f"The answer will be here: crisis timeline {where}"),
            as_json=given["json_"],
        )  # fmt: skip
        return
    show(
        answer,
        say(f"C'est au journal de {where} :", f"On the record of {where}:"),
        *(spoken_line(one) for one in answer["events"]),
        as_json=given["json_"],
    )


def offered(target: str) -> Fields:
    """An offer by its id, or the one that waits in an incident."""
    found = _OFFER.fullmatch(target)
    return {"incident": found[1], "offer_id": target} if found else {"incident": target}
