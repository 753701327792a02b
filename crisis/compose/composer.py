"""A typed message becomes its words: in each language a subject, a long, a short form, a screen.

The same message gives the same bytes, always: the rules release exactly these words, by digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from crisis.compose.layout import view
from crisis.compose.short import short
from crisis.compose.telling import Missing, Names, Telling
from crisis.compose.view import card, head, screen
from crisis.core.message import Message
from crisis.core.pinned import Pinned

FRAMES = (
    "audience", "offer", "brief", "notice", "request", "reply", "survey", "roll_call",
    "thanks", "approval",
)  # fmt: skip
"""How a message is laid out, by what it holds."""
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The words of one message, ready to be released."""

    texts: Mapping[str, str]
    """Language -> JSON: ``subject``, ``text``, ``short``; ``screen`` where it is for an audience,
    ``say`` where there is a card."""
    missing: tuple[Missing, ...] = ()
    """What nobody gave, so that a sentence was left out. It never stops a message."""


@cache
def _frames() -> Mapping[str, Template]:
    """Every frame, read and compiled once: all composers share them."""
    environment = Environment(
        loader=PackageLoader("crisis.compose", "frames"),
        autoescape=False,  # noqa: S701 - plain text; the mail channel escapes its HTML part
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return {name: environment.get_template(f"{name}.txt") for name in FRAMES}


class Composer:
    """Puts messages into words. Pure: no clock, no chance; may be shared between threads."""

    def __init__(self) -> None:
        self._frames = _frames()

    def render(
        self, message: Message, *, pinned: Pinned, names: Names, texts: Mapping[str, str]
    ) -> Rendered:
        """The words in each language of the plan; never fails for a missing fact.

        ``texts`` gives a person's words by text id: JSON of language to words, or one string. A
        language that they lack is told in the one in which they were given.
        """
        words: dict[str, str] = {}
        missing: list[Missing] = []
        for language in pinned.plan.languages:
            telling = Telling(message, language, pinned=pinned, names=names, texts=texts)
            words[language] = self._content(telling)
            missing += telling.missing
        return Rendered(texts=words, missing=tuple(missing))

    def _content(self, telling: Telling) -> str:
        message = telling.message
        subject = head(telling, short=True)
        frame, shown = view(telling)
        text = _GAPS.sub("\n\n", self._frames[frame].render(shown)).strip()
        if message.exercise:
            subject = f"{telling.frame['exercise']} – {subject}"
            text = _marked(text, telling)
        content = {"subject": subject, "text": text, "short": short(telling)}
        for name, text_ in (("impact", message.impact), ("instruction", message.instruction)):
            if words := telling.text(text_):
                content[name] = words
        if frame == "audience":
            seen = screen(shown)
            content["screen"] = _marked(seen, telling) if message.exercise else seen
        if frame == "audience" and (said := card(telling)):
            content["say"] = _marked(said, telling) if message.exercise else said
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _marked(text: str, telling: Telling) -> str:
    """The words of an exercise: its first and its last line say so (G9)."""
    marker = telling.frame["exercise_line"]
    return f"{marker}\n{text}\n{marker}"
