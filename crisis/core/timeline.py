"""The timeline: what happened, in the order in which it was recorded, derived from the events.

Nobody writes it, so nothing can be forgotten or polished (G11). What was entered later shows both
times: when it happened, and when it was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from crisis.core import events as e
from crisis.core import timeline_life, timeline_words
from crisis.core.legal import legal_title
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.prose import TextRef
from crisis.core.spoken import clock
from crisis.core.timeline_values import WORDS
from crisis.core.values import Text

LANGUAGES = ("fr", "en")

FORMS = {**timeline_words.FORMS, **timeline_life.FORMS}
"""Which form of its sentence an event takes; the plain one where it is not named here."""
SAYS = {**timeline_words.SAYS, **timeline_life.SAYS}
"""Event -> form -> its sentence in French and in English."""

_BY_PROXY = re.compile(r"(?P<kind>\w+):(?P<id>.*?)(?: for person:(?P<proxy>.*))?\Z")
_TITLES = {"role": "roles", "of": "roles", "roles": "roles",
           "audience": "audiences", "audiences": "audiences",
           "step": "steps", "steps": "steps", "clock": "legal", "delay": "legal"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline, in French and in English."""

    seq: int
    at: datetime
    """When it was recorded."""
    happened_at: datetime | None
    """When it really happened, where it was entered later."""
    actor: str
    """As the event has it."""
    who: Text
    """Who did it, as people read it."""
    says: Text
    """One or two sentences."""
    words: tuple[TextRef, ...]
    """A person's words that belong to it."""
    rule: str
    pointer: str

    def line(self, language: str, *, zone: str) -> str:
        """The whole line: time, sentence, who; and both times of what was entered later."""
        spoken = "fr" if language == "fr" else "en"
        at = clock(self.at, zone=zone, language=spoken)
        if self.happened_at is None:
            return f"{at} – {self.says[spoken]} ({self.who[spoken]})"
        happened = clock(self.happened_at, zone=zone, language=spoken, today=self.at)
        entered = f"saisi à {at}" if spoken == "fr" else f"entered at {at}"
        return f"{happened} – {self.says[spoken]} ({self.who[spoken]}, {entered})"


def entries(
    events: Iterable[e.Event], *, names: Callable[[str], str], pinned: Pinned | None = None
) -> Iterator[Entry]:
    """Give one entry for each event of one stream, in order.

    ``names`` gives the name of a person; titles of roles, steps and audiences come from what the
    incident is pinned to. What has no title is shown by its name in the playbook.
    """
    reader = _Reader(names, pinned)
    for event in events:
        yield reader.entry(event)


_UNNAMED = Text({"fr": "sans nom", "en": "no name"})
"""Who answered a survey, as people read it: whoever is asked how it was may say so freely."""


class _Reader:
    """Shows the fields of events; remembers which commitment was made to whom."""

    def __init__(self, names: Callable[[str], str], pinned: Pinned | None) -> None:
        self._names = names
        self._pinned = pinned
        self._zone = pinned.site.zone if pinned else "UTC"
        self._audiences: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._people: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[str, int] = {}
        self._offered: dict[str, e.RolesOffered] = {}

    def entry(self, event: e.Event) -> Entry:
        body = event.body
        self._remember(body)
        form = FORMS[type(body)](body) if type(body) in FORMS else ""
        if isinstance(body, e.IncidentCancelled) and self._planned():
            form = "works"
        pair = SAYS[type(body)][form]
        says = {
            language: pair[index].format_map(self._shown(event, index)).replace("?.", "?")
            for index, language in enumerate(LANGUAGES)
        }
        return Entry(
            seq=event.seq,
            at=event.at,
            happened_at=event.happened_at,
            actor=event.actor,
            who=_UNNAMED if isinstance(body, e.SurveyAnswered) else self._who(event.actor),
            says=Text(says),
            words=tuple(_refs(body)),
            rule=event.rule,
            pointer=event.pointer,
        )

    def _planned(self) -> bool:
        return self._pinned is not None and self._pinned.in_force({}).planned

    def _remember(self, body: e.EventBody) -> None:
        match body:
            case e.PromiseMade(person=str(person)):
                self._audiences[body.commitment_id] = self._names(person)
            case e.UpdatePromised() | e.PromiseMade():
                self._audiences[body.commitment_id] = body.audience
            case e.RolesOffered():
                self._offered[body.offer_id] = body
            case e.MessageReleased():
                self._numbers[body.message_id] = body.number
                self._told[body.message_id] = body.audience or ""
                self._people[body.message_id] = body.to

    def _who(self, actor: str) -> Text:
        found = _BY_PROXY.match(actor)
        if found is None:
            return Text({"fr": actor or "—", "en": actor or "—"})
        kind, known = found["kind"], found["id"]
        if kind != "person":
            fr = {"rule": "règle"}.get(kind, kind)
            return Text({"fr": f"{fr} {known}", "en": f"{kind} {known}"})
        name = self._names(known)
        if found["proxy"] is None:
            return Text({"fr": name, "en": name})
        whose = self._names(found["proxy"])
        return Text({"fr": f"{whose}, saisi par {name}", "en": f"{whose}, entered by {name}"})

    def _shown(self, event: e.Event, index: int) -> dict[str, str]:
        shown = {
            field.name: self._value(field.name, getattr(event.body, field.name), event, index)
            for field in fields(event.body)
        }
        if isinstance(event.body, e.MessageSent | e.MessageFailed | e.ChoiceAsked):
            shown["to"] = self._addressed(event.body.message_id or "", event, index)
        if isinstance(event.body, e.RolesDeclined | e.OfferLapsed | e.OfferWithdrawn):
            offer = self._offered.get(event.body.offer_id)
            roles = offer.roles if offer is not None else ()
            shown["roles"] = self._value("roles", roles, event, index) or "—"
        commitment = getattr(event.body, "commitment_id", None)
        if commitment is not None and "audience" not in shown:
            audience = self._audiences.get(commitment, commitment)
            shown["audience"] = self._title("audiences", audience, index)
        return shown

    def _addressed(self, message_id: str, event: e.Event, index: int) -> str:
        """Whom a message was for: an audience by its title, or people by their names."""
        audience = self._told.get(message_id)
        if audience:
            return self._title("audiences", audience, index)
        return self._value("to", self._people.get(message_id, ()), event, index) or "—"

    def _value(self, name: str, value: Any, event: e.Event, index: int) -> str:
        if isinstance(value, datetime):
            return clock(value, zone=self._zone, language=LANGUAGES[index], today=event.at)
        if isinstance(value, dict):
            states = ((WORDS["tally"].get(key, (key, key))[index], n) for key, n in value.items())
            return ", ".join(f"{n} {state}" for state, n in states) or "0"
        if isinstance(value, tuple):
            apart = (" ; ", "; ")[index]
            if name == "parts":
                return apart.join(self._part(one, index) for one in value)
            parts = getattr(event.body, "parts", {}) if name == "roles" else {}
            shown = ((self._one(name, one, event, index), parts.get(one)) for one in value)
            between = apart if name in _TITLES else ", "
            return between.join(f"{one} – {self._part(part, index)}" if part else one
                                for one, part in shown)  # fmt: skip
        return self._one(name, value, event, index)

    def _one(self, name: str, value: Any, event: e.Event, index: int) -> str:
        if value is None:
            return "—"
        if name in {"person", "owner", "to", "carriers"}:
            return self._names(str(value))
        if name in _TITLES:
            return self._title(_TITLES[name], str(value), index)
        if name == "message_id" and value in self._numbers:
            return f"{('n°', 'no.')[index]} {self._numbers[value]}"
        return self._word(name, str(value), event, index)

    def _word(self, name: str, value: str, event: e.Event, index: int) -> str:
        """An answer in the words of the playbook; what is a word of ours, as that."""
        if name == "subject" and isinstance(event.body, e.ActionProposed):
            return (" ; ", "; ")[index].join(self._about(one, index) for one in value.split(","))
        if name in {"answer", "was", "option"} and isinstance(
            event.body, e.StepAnswered | e.ChoiceMade | e.ChoiceBacked
        ):
            return self._answer(event.body.step, value, index)
        words = WORDS.get(name, {}).get(value)
        return words[index] if words else value

    def _part(self, part: str, index: int) -> str:
        named = self._pinned.site.part(part) if self._pinned is not None else {}
        return named.get(LANGUAGES[index], part)

    def _title(self, kind: str, name: str, index: int) -> str:
        if self._pinned is None:
            return name
        playbook = self._pinned.in_force({})
        language = LANGUAGES[index]
        if kind == "legal":
            return legal_title(self._pinned.legal, name).get(language, name)
        if kind == "audiences":
            audience = self._pinned.plan.audiences.get(name)
            return audience.title.get(language, name) if audience else name
        if kind == "roles":
            role = playbook.roles.get(name)
            return role.title.get(language, name) if role else name
        words = self._step_words(playbook, name).get(language, "")
        return _first_plain_sentence(words) or name

    @staticmethod
    def _step_words(playbook: Playbook, name: str) -> Mapping[str, str]:
        """The words of a step; of what it left to be done, that."""
        base, _, left = name.partition(".")
        step = playbook.steps.get(base)
        if step is None:
            return {}
        return (getattr(step, left, None) if left else step.text) or {}

    def _about(self, name: str, index: int) -> str:
        """What an action is about: a step, a role, an audience, a message; its name otherwise."""
        for kind in ("steps", "roles", "audiences"):
            title = self._title(kind, name, index)
            if title != name:
                return title
        return self._one_message(name, index)

    def _one_message(self, name: str, index: int) -> str:
        number = self._numbers.get(name)
        return f"message {('n°', 'no.')[index]} {number}" if number is not None else name

    def _answer(self, step_name: str, value: str, index: int) -> str:
        step = self._pinned.in_force({}).steps.get(step_name) if self._pinned else None
        if step is not None:
            told = step.options.get(value) or step.known.get(value)
            if told is not None:
                return _first_plain_sentence(told.get(LANGUAGES[index], "")) or value
        words = WORDS["answer"].get(value)
        return words[index] if words else value.replace("-", " ")


def _refs(body: e.EventBody) -> Iterator[TextRef]:
    for field in fields(body):
        value = getattr(body, field.name)
        if isinstance(value, TextRef):
            yield value


def _first_plain_sentence(words: str) -> str:
    """The first sentence without its full stop; what stands for a fact, left out or as dots."""
    first = re.split(r"(?<=[.?])\s", words, maxsplit=1)[0]
    plain = re.split(r"\s*[:(,]\s*\{", first, maxsplit=1)[0]
    return re.sub(r"\{[^}]*\}", "…", plain).rstrip(" .")
