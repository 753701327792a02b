"""In which language somebody is answered, and the words of doors and pages in both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from starlette.requests import Request

SPOKEN = ("fr", "en")


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """All the words that are the product's own: page -> name -> language -> text."""
    return tomllib.loads(files("crisis.web").joinpath("words.toml").read_text("utf-8"))


def word(page: str, name: str, language: str, /, **values: object) -> str:
    """One text, filled in; a page or name that does not exist is a mistake of ours."""
    return words()[page][name][language].format(**values)


def language_of(
    request: Request, preferred: Sequence[str] = SPOKEN, *, remembered: bool = True
) -> str:
    """The language asked for: ``?lang=``, now or before, the browser's, the organisation's.

    What was asked for before is in a cookie: a page that anybody may keep does not look at it.
    """
    before = request.cookies.get("lang") if remembered else None
    for asked in (request.query_params.get("lang"), before):
        if asked in SPOKEN:
            return asked
    for language in _accepted(request.headers.get("accept-language", "")):
        if language in SPOKEN:
            return language
    return next((one for one in preferred if one in SPOKEN), SPOKEN[0])


def _accepted(header: str) -> list[str]:
    """Languages by falling weight (RFC 9110 §12.5.4); what cannot be read weighs nothing."""
    weighed = []
    for place, item in enumerate(header[:500].split(",")):
        tag, _, quality = item.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighed.append((-weight, place, tag.strip().lower().partition("-")[0]))
    return [language for _, _, language in sorted(weighed)]


def spoken(text: Mapping[str, str] | None, language: str) -> str:
    """A text in this language, or in the first one that it has."""
    if not text:
        return ""
    return text.get(language) or next(iter(text.values()))
