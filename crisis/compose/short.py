"""The short form, for text messages, voice and push: who, what, where, what to do, when next.

It aims at one text message (160 places, GSM 03.38). What helps but can wait is dropped first: whom
to ask, what it changes, the function beside the name. The instruction and the promised time are
not: they may take two more, with what matters most in the first (it can arrive alone).
"""

from __future__ import annotations

from collections.abc import Iterator

from crisis.compose.answering import shortly
from crisis.compose.telling import Telling, sentence
from crisis.compose.view import (
    OVER,
    QUESTIONS,
    head,
    incident_id,
    says,
    subject_titles,
    topic,
    window_shortly,
)
from crisis.core.message import TO_AUDIENCES, BrokenTold, Notice
from crisis.core.wording import gsm

CARRIED = frozenset({"carry", "carry-late"})
"""Topics that name whom to go to: without it the words to say help nobody."""


def short(telling: Telling) -> str:
    """The short form; an exercise says so at its head and at its end."""
    marker = gsm.fold(telling.frame["exercise"]) if telling.message.exercise else ""
    must = [gsm.fold(part) for part in (*_must(telling), _next(telling)) if part]
    may = [gsm.fold(part) for part in _may(telling)]
    named, name = gsm.fold(telling.speaker), gsm.fold(_name(telling))
    richer = [(named, kept) for kept in range(len(may), -1, -1)]
    plainer = [(name, kept) for kept in range(len(may), -1, -1)]
    rooms = ((gsm.ONE, richer + plainer), (2 * gsm.JOINED, plainer), (gsm.MOST, plainer))
    for room, tried in rooms:
        for speaker, kept in tried:
            text = _joined(marker, speaker, *must, *may[:kept])
            if gsm.length(text) <= room:
                return text
    room = gsm.MOST - gsm.length(_joined(marker, ""))
    return _joined(marker, gsm.cut(_joined("", name, *must), room))


def _joined(marker: str, speaker: str, *parts: str) -> str:
    said = " ".join([f"{speaker}:", *parts] if parts else [speaker])
    return f"{marker} - {said} - {marker}" if marker else said


def _name(telling: Telling) -> str:
    person = telling.message.speaker
    return telling.names.name(person) if person else telling.function


def _must(telling: Telling) -> list[str]:
    """What the message is for."""
    message, words = telling.message, telling.lexicon.short
    first = f"{head(telling, short=True)}."
    if message.kind == "role_offer":
        roles = ", ".join(telling.text(card.title) or card.role for card in message.cards)
        due = message.accept_by
        by = words["answer_by"].format(due=telling.clock(due)) if due else ""
        return [first, f"{roles}.", by]
    asked = shortly(telling)
    if asked is not None:
        return [first, *asked]
    if message.brief:
        phase = telling.phase(message.phase)
        return [first, words["severity"].format(severity=message.brief.severity, phase=phase)]
    if message.notice:
        due = message.notice.due_at
        return [
            first,
            words["due"].format(due=telling.clock(due)) if due else "",
            *_whom(telling, message.notice),
            topic(telling).asks,
            _silent(telling),
        ]
    return [first, *_news(telling)]


def _whom(telling: Telling, given: Notice) -> list[str]:
    about = _about(telling, given)
    if given.topic in CARRIED:
        whom = telling.lexicon.short["whom"].format(subject=subject_titles(telling, given))
        return [whom, *about]
    return about or [says(telling)]


def _about(telling: Telling, given: Notice) -> list[str]:
    """What it is about: who reads only this must know what is asked of them."""
    words = [given.words] if given.words is not None else []
    items = () if given.topic in QUESTIONS else given.items
    return telling.sentences((*words, *items))


def _silent(telling: Telling) -> str:
    """What holds without an answer, where a choice is asked for."""
    asked = telling.message.request
    words = telling.words(asked.otherwise) if asked is not None else None
    return telling.phrase("otherwise", words=sentence(words)) if words is not None else ""


def _news(telling: Telling) -> list[str]:
    """What to do, and the words of the person who speaks."""
    message, words = telling.message, telling.lexicon.short
    instruction, own = telling.text(message.instruction), telling.prose(message.own_words)
    said = [times] if (times := window_shortly(telling)) is not None else []
    if message.kind == "holding" and message.holding is not None:
        said.append(words["nothing_new"])
    if message.replaces_at is not None:
        said.append(words["replaces"].format(number=message.nth - 1))
    if instruction is not None:
        said.append(sentence(instruction))
    elif own is None and message.instruction is None:
        said.append(words["nothing_to_do"])
    means = telling.text(message.graver)
    if means is not None:
        said.append(words["graver"].format(means=sentence(means)))
    broken = [line for told in message.broken for line in _not_kept(telling, told)]
    return [*broken, *said, sentence(own)] if own else [*broken, *said]


def _not_kept(telling: Telling, told: BrokenTold) -> Iterator[str]:
    """What was not kept, to those who do not know it yet, and what is done instead."""
    words, phrases = telling.words(told.words), telling.lexicon.short
    if words is not None and told.news:
        due = telling.clock(told.due_at)
        yield phrases["not_kept"].format(due=due, words=sentence(words))
    instead = telling.words(told.counterpart)
    if instead is not None and told.done_at is not None:
        at = telling.clock(told.done_at)
        yield phrases["made_good"].format(at=at, words=sentence(instead))
    elif instead is not None:
        yield phrases["instead"].format(words=sentence(instead))


def _next(telling: Telling) -> str:
    """When the reader hears next: a promise is made only to those who were told of it."""
    message, words = telling.message, telling.lexicon.short
    if message.next_update_at is not None:
        name = "next_brief" if message.brief else "next"
        return words[name].format(next=telling.clock(message.next_update_at))
    closing = message.phase in OVER and not message.indebted
    last = closing and message.kind in TO_AUDIENCES and message.audience is not None
    return words["no_next"] if last else ""


def _may(telling: Telling) -> list[str]:
    """What is added while there is room, the most useful first."""
    message, words = telling.message, telling.lexicon.short
    said: list[str] = []
    if message.brief and message.brief.late:
        said.append(words["late_count"].format(count=message.brief.late))
    if message.notice:
        return [*said, f"crisis: {incident_id(telling)}"]
    impact = telling.text(message.impact)
    if impact is not None:
        said.append(sentence(impact))
    if message.kind != "role_offer" and telling.contact not in " ".join(_must(telling)):
        said.append(sentence(telling.contact))
    return said
