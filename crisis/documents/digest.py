"""The activity report of a month, in words: figures of the record, and no name of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crisis.core.digest import SORTS, Digest, Month
from crisis.core.objectives import NONE, Result
from crisis.core.scorecard.words import spoken_span
from crisis.core.spoken import clock, day, month_name, zone_of
from crisis.documents.sheet_words import say

LANGUAGES = ("fr", "en")
COUNTED = ("first", "promises", "actions", "informed")
"""What is told of the month and of each incident as "so many of so many"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One incident of the month, with what it is called."""

    incident: str
    title: Mapping[str, str]
    site: Mapping[str, str]
    zone: str
    digest: Digest
    paragraph: Mapping[str, str] = field(default_factory=dict)
    """Ready for the newsletter; empty while it goes on."""


def report(
    month: Month, entries: Sequence[Entry], informed: Mapping[Month, Result]
) -> dict[str, Any]:
    """The whole report, every line in both languages.

    ``informed``: month -> how many of those who answered were kept well informed, this one and
    those before it; a month in which nobody has answered is not told.
    """
    return {
        "month": "{:04}-{:02}".format(*month),
        "title": {one: say("activity", one, month=_named(month, one)) for one in LANGUAGES},
        "figures": _both(lambda one: _sums(entries, one)),
        "over_time": {
            "title": {one: say("over_time", one) for one in LANGUAGES},
            "lines": _both(lambda one: _over_time(informed, one)),
        },
        "incidents": [
            {
                "incident": entry.incident,
                "sort": entry.digest.sort,
                "exercise": entry.digest.sort == "exercise",
                "title": {one: _headed(entry, one) for one in LANGUAGES},
                "lines": _both(lambda one, entry=entry: _lines(entry, one)),
                "paragraph": dict(entry.paragraph),
            }
            for entry in entries
        ],
    }


def markdown(found: Mapping[str, Any], language: str) -> Iterator[str]:
    """The same, to read or to print."""
    yield f"# {found['title'][language]}"
    yield ""
    yield from (f"- {one[language]}" for one in found["figures"])
    if found["over_time"]["lines"]:
        yield from ("", f"## {found['over_time']['title'][language]}", "")
        yield from (f"- {one[language]}" for one in found["over_time"]["lines"])
    for one in found["incidents"]:
        yield from ("", f"## {one['title'][language]}", "")
        yield from (f"- {line[language]}" for line in one["lines"])
        if one["paragraph"]:
            yield from ("", f"> {one['paragraph'][language]}")


def _sums(entries: Sequence[Entry], language: str) -> Iterator[str]:
    """How many of each sort, and what they show together; an exercise counts for itself."""
    for sort in SORTS:
        count = sum(one.digest.sort == sort for one in entries)
        yield say(f"{sort}_counted", language, count=count)
    real = [one.digest for one in entries if one.digest.sort != "exercise"]
    for name in COUNTED:
        whole = sum((getattr(one, name) for one in real), NONE)
        yield say(f"{name}_kept", language, kept=whole.kept, of=whole.of)


def _over_time(informed: Mapping[Month, Result], language: str) -> Iterator[str]:
    """Whether people are kept better informed than they were: a line a month, the oldest first."""
    for month, said in sorted(informed.items()):
        if said.of:
            named = _named(month, language)
            yield say("informed_in", language, month=named, kept=said.kept, of=said.of)


def _named(month: Month, language: str) -> str:
    return f"{month_name(month[1], language)} {month[0]}"


def _headed(entry: Entry, language: str) -> str:
    mark = f"{say('exercise_mark', language)} – " if entry.digest.sort == "exercise" else ""
    return f"{mark}{entry.title[language]}, {entry.site[language]} ({entry.digest.severity})"


def _lines(entry: Entry, language: str) -> Iterator[str]:
    digest, zone = entry.digest, entry.zone
    there = digest.began_at.astimezone(zone_of(zone)).date()
    began = clock(digest.began_at, zone=zone, language=language)
    if digest.over_at is None:
        yield say("goes_on", language, day=day(there, language), at=began)
    else:
        over = clock(digest.over_at, zone=zone, language=language, today=digest.began_at)
        took = max((digest.over_at - digest.began_at).total_seconds(), 0)
        yield say("lasted", language, day=day(there, language), at=began, over=over,
                  span=spoken_span(took, language))  # fmt: skip
    if digest.slowest is not None:
        yield say("last_told", language, span=spoken_span(digest.slowest, language))
    for name in COUNTED:
        found: Result = getattr(digest, name)
        if found.of:
            yield say(f"{name}_kept", language, kept=found.kept, of=found.of)
    if digest.avoidable is not None:
        yield say(f"avoidable_{digest.avoidable}", language)
    if digest.changed:
        yield say("playbooks_changed", language, count=digest.changed)


def _both(lines: Any) -> list[dict[str, str]]:
    """The lines in both languages, side by side."""
    by_language = [list(lines(one)) for one in LANGUAGES]
    return [dict(zip(LANGUAGES, pair, strict=True)) for pair in zip(*by_language, strict=True)]
