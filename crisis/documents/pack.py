"""The crisis pack: everything on paper that people need when nothing else works.

One page of HTML that asks for nothing outside of itself. It holds names and telephone numbers, and
says so; it names the version of the organisation that it was made of.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from crisis.config import Configuration
from crisis.config.people import Person
from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.playbook import Role
from crisis.core.spoken import clock, moment
from crisis.documents.sheet import cards, sheet
from crisis.documents.sheet_steps import Names
from crisis.documents.sheet_words import in_language

DAYS = 7
"""How far ahead the rota is printed: a pack is printed anew each week, or by the version."""
ROWS = 24
"""Lines of a log sheet: a page of A4, written by hand."""
_NUMBERS = ("person", "call", "sms", "sms-modem")
"""The channels by which a person is reached by voice, the surest first."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""A day that is none of the rota's: every turn is told with its day."""
_VERSION = re.compile(r'<meta name="crisis-version" content="([0-9a-f]{64})">')
_LATER = {
    "raise": "crisis raise … --happened-at 14:05",
    "role": "crisis take lead --for e101 --happened-at 14:10",
    "measure": 'crisis measure "…" --for e101 --happened-at 14:20',
    "step": "crisis done STEP --for e101 --happened-at 14:25",
    "answer": "crisis answer STEP ANSWER --happened-at 14:30 ; crisis choose STEP OPTION",
    "firm": "crisis contractor STEP arrived --happened-at 14:40",
    "told": "crisis carried AUDIENCE --at hall-a --happened-at 14:45",
    "hung": "crisis hung AUDIENCE --at hall-a ; crisis taken-down hall-a",
    "phase": "crisis declare safe --for e101 --happened-at 15:10",
}
"""What is typed for each kind of line of the log sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One line of the call list."""

    what: str
    who: str
    numbers: str
    begins: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a pack is made of: one version of the organisation, at one of its sites."""

    configuration: Configuration
    names: Names
    site: Site
    playbooks: Sequence[Pinned]
    digest: str
    """Of the content, SHA-256 in hexadecimal."""


def pack(source: Source, language: str, now: datetime) -> str:
    """Give the whole pack in a language, as it stands at that instant."""
    site = source.site
    return _frame().render(
        language=language,
        say=lambda name, **values: say(name, language, **values),
        organisation=in_language(source.configuration.settings.organisation, language),
        site=site,
        title=in_language(site.title, language),
        digest=source.digest,
        printed=moment(now, zone=site.zone, language=language),
        days=DAYS,
        duty=list(_duty(source, language, now)),
        functions=list(_functions(source, language)),
        facts={name: site.fact(name, language) or "" for name in site.facts},
        boards=list(_boards(source, language)),
        playbooks=[_printed(source, one, language) for one in source.playbooks],
        rows=range(1, ROWS + 1),
        later=_LATER,
    )


def version_of(text: str) -> str:
    """Give the digest of the content that a pack was made of; empty where it is no pack."""
    found = _VERSION.search(text)
    return found[1] if found is not None else ""


def say(name: str, language: str, /, **values: object) -> str:
    """Words of ours, in a language."""
    return _words()[name][language].format(**values)


def _duty(source: Source, language: str, now: datetime) -> Iterator[Call]:
    """Who is on duty in the days ahead, turn by turn."""
    zone = source.site.zone
    for turn in source.configuration.rota.turns(now, now + timedelta(days=DAYS)):
        for name in turn.people:
            if (person := source.configuration.people.people.get(name)) is not None:
                yield Call(
                    what=source.names.title(turn.function, language), who=person.name,
                    numbers=_numbers(person),
                    begins=clock(turn.begins, zone=zone, language=language, today=_LONG_AGO),
                    ends=clock(turn.ends, zone=zone, language=language, today=_LONG_AGO),
                )  # fmt: skip


def _functions(source: Source, language: str) -> Iterator[Call]:
    """Everybody who answers for something here: of what each site has its own, those of it."""
    people = source.configuration.people
    for function, known in people.functions.items():
        title = in_language(known.title, language)
        if known.contact is not None:
            yield Call(what=title, who=in_language(known.contact, language), numbers="")
        for name in _holders(source, function):
            person = people.people[name]
            yield Call(what=title, who=person.name, numbers=_numbers(person))


def _holders(source: Source, function: str) -> list[str]:
    """Who has a function: where each site has its own, those of this one, if it has any."""
    people = source.configuration.people
    holders = [name for name, one in people.people.items() if function in one.functions]
    here = [name for name in holders if people.people[name].site == source.site.name]
    return here if here and people.functions[function].per_site else holders


def _numbers(person: Person) -> str:
    """Every number of a person, once each."""
    found = [person.addresses[one] for one in _NUMBERS if one in person.addresses]
    return ", ".join(dict.fromkeys(found))


def _boards(source: Source, language: str) -> Iterator[str]:
    """The places at which sheets are hung, as the organisation names them."""
    for name, place in source.configuration.people.places.items():
        if "paper" in place.addresses and place.site == source.site.name:
            yield f"{in_language(place.title, language)} ({name})"


def _printed(source: Source, pinned: Pinned, language: str) -> Mapping[str, object]:
    """A playbook as it begins by day, and a card for each of its roles."""
    start = pinned.in_force({}).severity.start
    situation = {
        "site": source.site.name, "severity": start, "hours": "office", "danger": "unknown",
        "down": "nothing",
    }  # fmt: skip
    return {
        "title": in_language(pinned.in_force(situation).title, language),
        "sheet": _html(sheet(pinned, situation, source.names, language)),
        "cards": [
            {"words": _html(words), "asked": list(_asked(source, role))}
            for role, words in cards(pinned, situation, source.names, language)
        ],
    }


def _asked(source: Source, role: Role) -> Iterator[str]:
    """Whom to telephone for a role, in order: its holders, its deputies, its last resort."""
    whos = (*role.holder, *role.deputies, *((role.last_resort,) if role.last_resort else ()))
    named = dict.fromkeys(function for who in whos for function in who.functions)
    people = dict.fromkeys(one for function in named for one in _holders(source, function))
    known = source.configuration.people.people
    for name in people:
        yield ", ".join(filter(None, (known[name].name, _numbers(known[name]))))


def _html(text: str) -> Markup:
    """Markdown as HTML: every tag of its words is escaped; boxes to tick are boxes."""
    made = _markdown().render(text.replace("- [ ] ", "- ☐ "))
    return Markup(made)  # noqa: S704 - made of words whose tags are escaped: html is off


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True})


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("pack.toml").read_text(encoding="utf-8"))


@cache
def _frame() -> Template:
    return Environment(
        loader=PackageLoader("crisis.documents", "frames"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    ).get_template("pack.html")  # fmt: skip
