"""Speaking to the running service over HTTP, with nothing but the standard library."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import GATEWAY_TIMEOUT, INTERNAL_SERVER_ERROR, HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from crisis.cli.speech import language, say

_WAITS = 30.0
"""Seconds: longer than the service ever takes to write something down."""


class NotRunning(Exception):  # noqa: N818 - it says what to do
    """No service answers here; ``call_first`` is whom to telephone, as last known.

    ``answered``: it is there, and says that it cannot. ``shared``: it is the door of a cluster.
    """

    def __init__(
        self,
        why: str,
        call_first: tuple[str, ...] = (),
        *,
        answered: bool = False,
        shared: bool = False,
    ) -> None:
        super().__init__(why)
        self.call_first = call_first
        self.answered = answered
        self.shared = shared


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The service said no, or that it does not know; ``problem`` is its problem document.

    ``call_first`` is whom to telephone where it does not know.
    """

    def __init__(self, problem: Mapping[str, Any], call_first: tuple[str, ...] = ()) -> None:
        super().__init__(str(problem.get("title", "")))
        self.problem = problem
        self.call_first = call_first

    def lines(self) -> list[str]:
        """What a person reads: the reason, each fault with its place, and what to write."""
        title, detail = (str(self.problem.get(name, "")) for name in ("title", "detail"))
        said = [detail if self.problem.get("rule") else " ".join(filter(None, (title, detail)))]
        for error in self.problem.get("errors", ()):
            where = str(error.get("pointer", "")).removeprefix("/fields")
            fix = f" → {error['fix']}" if error.get("fix") else ""
            said.append(f"  {where} {error.get('detail', '')}{fix}".rstrip())
        if self.problem.get("rule"):
            said.append(f"  ({self._rule()})")
        return [*said, *to_telephone(self.call_first)]

    def _rule(self) -> str:
        """Which rule it was, and the way round it where a person may set it aside by name."""
        rule = self.problem["rule"]
        if self.problem.get("overridable"):
            return say(
                f"règle {rule} ; pour passer outre : --as VOUS --override MOTIF",
                f"rule {rule}; to set it aside: --as YOU --override REASON",
            )
        return say(f"règle {rule}", f"rule {rule}")


def to_telephone(numbers: Sequence[str]) -> list[str]:
    """Say whom to call; nothing where nobody is known."""
    return [say("Téléphonez :", "Telephone:"), *(f"  {one}" for one in numbers)] if numbers else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where the service is, its token, and whom to telephone when it is not there."""

    url: str
    token: str
    call_first: tuple[str, ...]
    shared: bool
    """Whether it is the door of a cluster, whose store does not lie in this folder."""

    @classmethod
    def of(cls, home: Path) -> Card:
        """Read the card that ``crisis serve`` has written; NotRunning when there is none."""
        path = home / "service.json"
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
            lines = written.get("call_first", {})
            spoken: list[str] = lines.get(language()) or next(iter(lines.values()), [])
            return cls(
                url=written["url"], token=written["token"], call_first=tuple(spoken),
                shared=bool(written.get("shared")),
            )  # fmt: skip
        except FileNotFoundError:
            why = say(
                f"aucun service n'a encore tourné ici ({path} n'existe pas) ; "
                "lancez : crisis serve --org DOSSIER, ou indiquez --home",
                f"no service has run here yet ({path} does not exist); "
                "start one: crisis serve --org DIR, or name its folder with --home",
            )
            raise NotRunning(why) from None
        except (OSError, ValueError, KeyError, AttributeError) as error:
            why = say(f"{path} est illisible : {error}", f"{path} cannot be read: {error}")
            raise NotRunning(why) from None


def ask(
    home: Path, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
) -> Any:
    """GET, or POST where there is a body; the JSON that came back.

    Raises NotRunning when nothing answers (or answers that it kept nothing), Refused when the
    answer is no, or that nobody knows: then it may have been done.
    """
    card = Card.of(home)
    request = Request(  # noqa: S310 - the address is that of our own service
        card.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {card.token}",
            "Accept": "application/json",
            "Accept-Language": language(),
            **(headers or {}),
        },
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_WAITS) as answer:
            return json.load(answer)
    except HTTPError as error:
        with error:
            problem = _problem(error)
        if error.code >= INTERNAL_SERVER_ERROR and error.code != GATEWAY_TIMEOUT:
            said = " ".join(str(problem[one]) for one in ("title", "detail") if problem.get(one))
            raise NotRunning(said, card.call_first, answered=True) from None
        unsure = error.code == GATEWAY_TIMEOUT
        raise Refused(problem, card.call_first if unsure else ()) from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        why = say(
            f"le service ne répond pas à {card.url} ({error})",
            f"the service does not answer at {card.url} ({error})",
        )
        raise NotRunning(why, card.call_first, shared=card.shared) from None


def store_beside(home: Path, absent: NotRunning) -> str | Path | None:
    """Give the store that speaks for a service that does not answer; None where none does.

    A service that answers, if only that it cannot, speaks for itself. That of a cluster is read in
    the database of ``CRISIS_STORE``: a file in the folder of one of its doors is not its record.
    """
    if absent.answered:
        return None
    return os.environ.get("CRISIS_STORE") or (None if absent.shared else home / "crisis.db")


def _problem(error: HTTPError) -> Mapping[str, Any]:
    try:
        found = json.load(error)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": f"HTTP {error.code}"}
