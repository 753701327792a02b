"""One message in one language: who, where, when and which words, with nothing left to fill in.

A missing fact never stops a message. A sentence that needs it is left out, and that is noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from crisis.compose.phrases import Lexicon, lexicon
from crisis.compose.titles import capitalised, in_sentence
from crisis.core import spoken
from crisis.core.message import Message, Words
from crisis.core.pinned import Pinned
from crisis.core.prose import TextRef, given
from crisis.core.values import Text
from crisis.core.words import fill, placeholders

Ritual = Literal["opens", "signs", "thanks"]
_SENTENCES = re.compile(r"(?<=[.?])\s+")
_ENDED = (".", "?", "!", "…", ":", "»", "”")


class Names(Protocol):
    """What the words ask of the directory; see :class:`crisis.ports.Directory`."""

    def name(self, person_id: str) -> str:
        """The name that is shown."""

    def title(self, function: str, language: str) -> str:
        """What a function is called in that language."""

    def contact(self, function: str, language: str) -> str:
        """How a function is reached: one short line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that nobody gave: a sentence was left out, or told in another language."""

    language: str
    name: str
    """The placeholder (``site.assembly-point``); ``text:ID`` for a person's words that are gone;
    ``translation:ID`` where they were told in another language than this one."""


class Telling:
    """The words of a message in one language. Raises nothing for what is missing."""

    def __init__(
        self,
        message: Message,
        language: str,
        *,
        pinned: Pinned,
        names: Names,
        texts: Mapping[str, str],
    ) -> None:
        self.message = message
        self.language = language
        self.pinned = pinned
        self.names = names
        self.lexicon: Lexicon = lexicon(language)
        self.frame = self.lexicon.frame
        self.missing: list[Missing] = []
        self._texts = texts
        self._zone = pinned.site.zone
        self._values: dict[str, str | None] = {}
        self._filled: dict[int, str | None] = {}
        self._said: dict[str, str | None] = {}
        self._clocks: dict[datetime, str] = {}

    # --- words ---

    def text(self, text: Text | None) -> str | None:
        """The playbook's words with everything filled in; None where nothing is left of them."""
        if text is None:
            return None
        key = id(text)
        if key not in self._filled:
            self._filled[key] = self._fill(_in(text, self.language))
        return self._filled[key]

    def _fill(self, template: str) -> str | None:
        if "{" not in template:
            return template
        wanted = placeholders(template)
        lacking = {name for name in wanted if self._value(name) is None}
        if lacking:
            for name in sorted(lacking):
                self._note(name)
            kept = (part for part in _SENTENCES.split(template) if not placeholders(part) & lacking)
            template = " ".join(kept)
        return capitalised(fill(template, _Given(self._values))) or None

    def ritual(self, name: Ritual) -> str | None:
        """How the organisation itself opens, signs or thanks; None where it has no such words."""
        voice = self.pinned.plan.voice
        return self.text(getattr(voice, name)) if voice is not None else None

    def words(self, words: Words | None) -> str | None:
        """The playbook's words or a person's."""
        return self.prose(words) if isinstance(words, TextRef) else self.text(words)

    def prose(self, ref: TextRef | None) -> str | None:
        """A person's words, in the language in which they were given where this one lacks."""
        if ref is None:
            return None
        if ref.id not in self._said:
            self._said[ref.id] = self._prose(ref)
        return self._said[ref.id]

    def _prose(self, ref: TextRef) -> str | None:
        content = self._texts.get(ref.id)
        if content is None:
            self._note(f"text:{ref.id}")
            return None
        said = given(content)
        if self.language not in said and "" not in said:
            self._note(f"translation:{ref.id}")
        return (said.get(self.language) or next(iter(said.values()), "")).strip() or None

    def released(self, ref: TextRef) -> Mapping[str, str]:
        """Words that were prepared for a message: ``subject``, ``text`` and so on, as prepared."""
        content = self._texts.get(ref.id)
        if content is None:
            self._note(f"text:{ref.id}")
            return {}
        return given(content)

    def sentences(self, words: Iterable[Words]) -> list[str]:
        """Each of these words that is there, as a sentence."""
        return [sentence(text) for one in words if (text := self.words(one))]

    def phrase(self, key: str, /, **values: str) -> str:
        """One of the product's own phrases."""
        return self.frame[key].format(**values)

    # --- where, who, when ---

    @property
    def event(self) -> str:
        """What has happened, in two or three words."""
        return self.text(self.message.event) or self.site

    @property
    def site(self) -> str:
        """What people call the site."""
        return _in(self.pinned.site.title, self.language)

    @property
    def place(self) -> str:
        """Where, in a person's words; else building and site: no machine's words reach anybody."""
        return self._value("place") or self.site

    @property
    def function(self) -> str:
        """The function that answers for the message."""
        return self.names.title(self.message.speaker_function, self.language)

    @property
    def speaker(self) -> str:
        """Who speaks: a person for a function, or the function while no person does."""
        person = self.message.speaker
        if person is None:
            return self.function
        function = in_sentence(self.function, self.language)
        return self.phrase("person", name=self.names.name(person), function=function)

    @property
    def contact(self) -> str:
        """How somebody who answers is reached."""
        return self._value("contact") or self.function

    def clock(self, at: datetime, *, today: datetime | None = None) -> str:
        """The clock time of the site, with the day where it is another than the message's.

        Or than that of ``today``: the day that the reader has just read.
        """
        if today is not None:
            return spoken.clock(at, zone=self._zone, language=self.lexicon.language, today=today)
        if at not in self._clocks:
            self._clocks[at] = spoken.clock(
                at, zone=self._zone, language=self.lexicon.language, today=self.message.issued_at
            )
        return self._clocks[at]

    def phase(self, name: str) -> str:
        """What a phase is called; announced works that are cancelled were no false alarm."""
        if name == "cancelled" and self.pinned.in_force({}).planned:
            name = "works-cancelled"
        return self.lexicon.phases.get(name, name)

    def moment(self, at: datetime) -> str:
        """Day, year, time and zone."""
        return spoken.moment(at, zone=self._zone, language=self.lexicon.language)

    def day(self, at: datetime) -> str:
        """The day at the site, without its year."""
        return spoken.day(at.astimezone(spoken.zone_of(self._zone)).date(), self.lexicon.language)

    @property
    def zone(self) -> str:
        """The zone, by its city."""
        return spoken.zone_name(self._zone, self.lexicon.language)

    # --- placeholders ---

    def _value(self, name: str) -> str | None:
        if name not in self._values:
            self._values[name] = self._found(name)
        return self._values[name]

    def _found(self, name: str) -> str | None:
        family, dot, member = name.partition(".")
        if dot:
            return self._of_family(family, member)
        found = _PLACEHOLDERS.get(name)
        return found(self) if found else None

    def _of_family(self, family: str, member: str) -> str | None:
        if family == "site":
            return self.pinned.site.fact(member, self.language)
        if family == "eta" and member in self.message.etas:
            return self.clock(self.message.etas[member])
        if family == "answer" and member in self.message.answers:
            answer = _in(self.message.answers[member], self.language)
            return answer if "{" not in answer else None
        return None

    def _note(self, name: str) -> None:
        missing = Missing(language=self.language, name=name)
        if missing not in self.missing:
            self.missing.append(missing)


def _building(telling: Telling) -> str:
    """The building of the site, or the site where it has but one or none is named."""
    name = telling.message.building
    if name is None:
        return telling.site
    title = _in(telling.pinned.site.part(name), telling.language)
    if title == name:
        title = f"{'bâtiment' if telling.lexicon.language == 'fr' else 'building'} {name.upper()}"
    return f"{telling.site}, {title}"


def _speaks(telling: Telling) -> str:
    """The person who speaks; while nobody does, the function that answers for it."""
    return _named(telling, telling.message.speaker)


def _leads(telling: Telling) -> str:
    """The person who leads; while nobody does, the function that answers for it."""
    return _named(telling, telling.message.lead)


def _named(telling: Telling, person: str | None) -> str:
    if person is not None:
        return telling.names.name(person)
    return in_sentence(telling.function, telling.language)


def _next(telling: Telling) -> str | None:
    at = telling.message.next_update_at
    return None if at is None else telling.clock(at)


def _of_works(telling: Telling, name: str) -> str | None:
    works = telling.message.works
    return None if works is None else telling.clock(getattr(works, name))


def _next_workday(telling: Telling) -> str:
    day = telling.pinned.site.next_workday(telling.message.issued_at)
    return spoken.day(day, telling.lexicon.language)


_PLACEHOLDERS: Mapping[str, Callable[[Telling], str | None]] = {
    "place": lambda telling: telling.prose(telling.message.place) or _building(telling),
    "lead": _leads,
    "speaker": _speaks,
    "contact": lambda telling: telling.names.contact(telling.message.contact, telling.language),
    "opened_at": lambda telling: telling.clock(telling.message.opened_at),
    "observed_at": lambda telling: telling.clock(telling.message.observed_at),
    "next_update_at": _next,
    "next_workday": _next_workday,
    "number": lambda telling: str(telling.message.nth),
    "starts_at": lambda telling: _of_works(telling, "starts_at"),
    "ends_at": lambda telling: _of_works(telling, "ends_at"),
}
"""Each placeholder of :data:`crisis.core.words.PLACEHOLDERS`, and what fills it in."""


class _Given(dict[str, str]):
    """The values that are there."""

    def __init__(self, values: Mapping[str, str | None]) -> None:
        super().__init__((name, value) for name, value in values.items() if value is not None)


def sentence(text: str) -> str:
    """The words with a full stop, where they have no end of their own."""
    text = text.strip()
    return text if text.endswith(_ENDED) else f"{text}."


def _in(text: Text, language: str) -> str:
    """The words in a language; in English, or in the first one given, where it lacks."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")
