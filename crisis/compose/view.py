"""What each frame shows, in the order of the reader: what to do, what it changes, what is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crisis.compose.answering import ready
from crisis.compose.phrases import Topic
from crisis.compose.telling import Telling, sentence
from crisis.core.errand import PEOPLE
from crisis.core.message import (
    BrokenTold,
    MeasureTold,
    Notice,
    PromiseTold,
    Reply,
    RoleCard,
)

View = Mapping[str, Any]

OVER = frozenset({"normal", "cancelled", "closed"})
"""The phases after which nothing more is said."""


def head(telling: Telling, *, short: bool = False) -> str:
    """The first line: what it is, its number, what has happened and where."""
    message, words = telling.message, telling.lexicon
    numbered = message.brief or message.request
    number = numbered.number if numbered else message.nth
    ends = message.kind == "end" and message.phase in OVER
    known = message.phase if message.kind == "end" and not ends else message.kind
    if message.works and message.works.news and message.kind != "correction":
        known, ends = f"works-{message.works.news}", False
    state = words.states[known].format(number=number)
    if ends:
        colon = " : " if words.language == "fr" else ": "
        state = f"{state}{colon}{telling.phase(message.phase)}"
    if message.notice:
        state = f"{state} – {topic(telling).title}"
    where = telling.place
    if not short and message.place is not None and telling.site.lower() not in where.lower():
        where = f"{telling.site}, {where}"
    return f"{state} – {telling.event}, {where}"


def shared(telling: Telling) -> dict[str, Any]:
    """What every frame shows: the head, who speaks, whom to ask, and when."""
    message = telling.message
    return {
        "w": telling.frame,
        "head": head(telling),
        "speaks": telling.phrase("speaks", who=telling.speaker),
        "question": telling.phrase("question", contact=telling.contact),
        "seen": telling.phrase(
            "issued" if message.works else "seen",
            observed=telling.clock(message.observed_at),
            issued=telling.moment(message.issued_at),
        ),
        "own_words": telling.prose(message.own_words),
        "measures": [line for told in message.measures for line in measure(telling, told)],
        "known": [f"- {line}" for line in telling.sentences(message.known)],
        "corrected": [f"- {line}" for line in telling.sentences(message.corrected)],
        "meanwhile": telling.words(message.workaround),
    }


def audience(telling: Telling) -> View:
    """A message to an audience."""
    message, phrase = telling.message, telling.phrase
    late = message.late_by_minutes
    nothing_new = message.kind == "update" and not (
        message.measures
        or message.own_words
        or message.broken
        or message.phase in OVER
        or (message.works and message.works.news)
    )
    instruction = telling.text(message.instruction)
    return shared(telling) | {
        "opens": None if message.life_safety else telling.ritual("opens"),
        "signs": telling.ritual("signs"),
        "corrects": phrase("corrects") if message.kind == "correction" else None,
        "late": phrase("late" if late > 1 else "late_one", minutes=str(late)) if late else None,
        "holding": telling.text(message.holding),
        "instruction": instruction,
        "nothing_to_do": phrase("nothing_to_do") if message.instruction is None else None,
        "impact": telling.text(message.impact),
        "no_measure": phrase("no_measure") if nothing_new else None,
        "promises": [line for told in message.promises for line in promise(telling, told)],
        "broken": [line for told in message.broken for line in not_kept(telling, told)],
        "asked": [line for told in message.asked for line in asked(telling, told)],
        "over": over(telling),
        "joined": phrase("joined") if message.joined else None,
        "window": window(telling),
        "replaces": replaces(telling),
        "graver": graver(telling),
        "say": (said := card(telling)) and phrase("said", words=said),
        "regret": telling.text(message.regret),
        "next": next_word(telling),
    }


def card(telling: Telling) -> str | None:
    """What a front line says to those who ask; of works put off, that they are: no old card."""
    message = telling.message
    said = telling.text(message.say)
    if said is not None or message.works is None or not message.works.postponed:
        return said
    told = telling.pinned.plan.audiences.get(message.audience or "")
    return window(telling) if told is not None and told.front_line else None


def screen(shown: View) -> str:
    """What a screen in a hall has room for: what to do first, then what is so, a line each.

    Who speaks, the measures and the promises stand in the long form; the times beside it.
    """
    first = [shown["instruction"] or shown["nothing_to_do"]]
    then = [shown[name] for name in ("corrects", "window", "own_words", "holding")]
    last = [*shown["corrected"], shown["impact"], shown["meanwhile"]]
    return "\n".join(line for line in (*first, *then, *last) if line)


def offer(telling: Telling) -> View:
    """A question to one person: will you take these roles."""
    message, phrase = telling.message, telling.phrase
    titles = ", ".join(telling.text(card.title) or card.role for card in message.cards)
    due = message.accept_by
    return shared(telling) | {
        "asked": phrase("asked", roles=titles),
        "answer_by": due and phrase("answer_by", due=telling.clock(due), zone=telling.zone),
        "silence": phrase("silence"),
        "cards": [_card(telling, card) for card in message.cards],
    }


def notice(telling: Telling, given: Notice) -> View:
    """What is owed by a person with a role."""
    message, phrase, told = telling.message, telling.phrase, topic(telling)
    raw = given.subject.partition(",")[0].partition("@")[0]
    command = told.command.format(id=incident_id(telling), raw=raw)
    return shared(telling) | {
        "says": says(telling),
        "words": (words := telling.words(given.words)) and sentence(words),
        "answering": phrase(listed)
        if (listed := _LISTED.get(given.topic)) and given.items
        else None,
        "items": list(_items(telling, given)),
        "promises": [line for one in message.promises for line in promise(telling, one)],
        "asks": told.asks,
        "drafts": [line for one in given.drafts for line in ready(telling, one)],
        "due": given.due_at and phrase("due", due=telling.clock(given.due_at), zone=telling.zone),
        "count": phrase("count", count=str(given.count)) if given.count > 1 else None,
        "command": command,
    }


def measure(telling: Telling, told: MeasureTold) -> Iterator[str]:
    """A measure with since when, its expected result, and when the contractor will be there."""
    words = telling.words(told.words)
    if words is None:
        return
    yield telling.phrase("measure", since=telling.clock(told.since), words=sentence(words))
    result = telling.words(told.expected_result)
    if result is not None:
        yield telling.phrase("result", words=sentence(result))
    if told.eta_at is not None:
        passed = told.eta_at <= telling.message.issued_at
        yield telling.phrase("eta_passed" if passed else "eta", eta=telling.clock(told.eta_at))
    if told.arrived_at is not None:
        yield telling.phrase("arrived", at=telling.clock(told.arrived_at))


def promise(telling: Telling, told: PromiseTold) -> Iterator[str]:
    """A promise with its time and, for an engagement, what is owed if it is broken."""
    words = telling.words(told.words)
    if words is None:
        return
    yield telling.phrase("promise", due=telling.clock(told.due_at), words=sentence(words))
    owed = telling.words(told.counterpart)
    if owed is not None:
        yield telling.phrase("counterpart", words=sentence(owed))


def not_kept(telling: Telling, told: BrokenTold) -> Iterator[str]:
    """What was promised and not kept, what is done instead, and when that was done."""
    words, instead = telling.words(told.words), telling.words(told.counterpart)
    if words is None:
        return
    due = telling.clock(told.due_at)
    name = "not_kept" if told.news else "was_not_kept"
    yield telling.phrase(name, due=due, words=sentence(words))
    if instead is None:
        return
    if told.done_at is None:
        yield telling.phrase("instead", words=sentence(instead))
    else:
        yield telling.phrase("made_good", at=telling.clock(told.done_at), words=sentence(instead))


def asked(telling: Telling, told: Reply) -> Iterator[str]:
    """What people have asked, and the reply; or by when it comes."""
    question = telling.words(told.understood)
    if question is None:
        return
    words, instead = telling.words(told.words), telling.words(told.alternative)
    yield telling.phrase("was_asked", words=sentence(question))
    if words is not None:
        yield telling.phrase("was_refused" if instead else "was_replied", words=sentence(words))
    if instead is not None:
        yield telling.phrase("was_offered", words=sentence(instead))
    if told.due_at is not None:
        yield telling.phrase("will_reply", due=telling.clock(told.due_at))


def over(telling: Telling) -> str | None:
    """That it is over, and since when; with thanks, where the playbook has no words for them."""
    message = telling.message
    if message.over_at is None or message.kind != "end":
        return None
    said = telling.phrase("over", at=telling.clock(message.over_at))
    return (
        said if message.regret else f"{said} {telling.ritual('thanks') or telling.frame['thanks']}"
    )


def window(telling: Telling) -> str | None:
    """When announced works begin and end: what is new about that, or as it was said."""
    return _window(telling, telling.frame)


def window_shortly(telling: Telling) -> str | None:
    """The same for a text message: without it nobody knows what "the beginning" is."""
    return _window(telling, telling.lexicon.short)


def _window(telling: Telling, phrases: Mapping[str, str]) -> str | None:
    works = telling.message.works
    if works is None:
        return None
    name = "window"
    if works.news == "cancelled":
        name = "window_cancelled"
    elif works.postponed:
        name = "window_postponed"
    elif works.news == "new-end":
        name = "window_new_end"
    elif telling.message.phase != "expected":
        name = "window_end"
    starts, ends = telling.clock(works.starts_at), telling.clock(works.ends_at)
    if name == "window":
        ends = telling.clock(works.ends_at, today=works.starts_at)
    return phrases[name].format(starts=starts, ends=ends, zone=telling.zone)


def graver(telling: Telling) -> str | None:
    """That it is graver than they were told, what that means, and that they hear more often."""
    means = telling.text(telling.message.graver)
    if means is None:
        return None
    said = telling.phrase("graver", means=sentence(means))
    return f"{said} {telling.frame['oftener']}" if telling.message.oftener else said


def replaces(telling: Telling) -> str | None:
    """That this asks something else than before, and than which message."""
    at = telling.message.replaces_at
    if at is None:
        return None
    before = str(telling.message.nth - 1)
    return telling.phrase("replaces", number=before, at=telling.clock(at))


def next_word(telling: Telling) -> str | None:
    """When the reader hears next, as a clock time with its zone; or that this was the last."""
    message = telling.message
    if message.next_update_at is not None:
        name = "next_brief" if message.brief else "next"
        at = telling.clock(message.next_update_at)
        return telling.phrase(name, next=at, zone=telling.zone)
    if message.last_before_end:
        return telling.phrase("next_of_works" if message.works else "next_is_end")
    if message.phase not in OVER:
        return None
    if message.indebted:
        return telling.phrase("no_next_but")
    return telling.phrase("no_next_asked" if message.heard_later else "no_next")


def topic(telling: Telling) -> Topic:
    """The words of the notice's topic."""
    given = telling.message.notice
    topics = telling.lexicon.topics
    return topics.get(given.topic if given else "any", topics["any"])


def says(telling: Telling) -> str:
    """What the notice says, with the titles of all that it is about."""
    given = telling.message.notice
    names = given.subject.split(",") if given else []
    if given and given.topic == "help-needed":
        return topic(telling).says.format(subject=telling.names.name(given.subject))
    if given and given.topic == "roll-call-silent":
        _, silent, asked, needed = names
        return topic(telling).says.format(silent=silent, asked=asked, help=needed)
    return topic(telling).says.format(subject=subject_titles(telling, given))


def subject_titles(telling: Telling, given: Notice | None) -> str:
    """The titles of all that a notice is about."""
    names = given.subject.split(",") if given else []
    return apart(telling, dict.fromkeys(subject_title(telling, name) for name in names))


def apart(telling: Telling, titles: Iterable[str]) -> str:
    """Titles one after the other: many have commas of their own, so none stands between them."""
    return (" ; " if telling.language == "fr" else "; ").join(titles)


def subject_title(telling: Telling, name: str) -> str:
    """The title of the role, audience or phase of this name; the firm of a trade; else the name."""
    if name in telling.lexicon.phases:
        return telling.phase(name)
    if name == "one-person":
        return telling.frame["one_person"]
    if name == PEOPLE:
        return telling.frame["people"]
    name, _, part = name.partition("/")[0].partition("@")
    role = telling.pinned.in_force({}).roles.get(name)
    known = role or telling.pinned.plan.audiences.get(name)
    firm = telling.pinned.site.contractors.get(name)
    if known is None and firm is not None:
        return ", ".join(filter(None, (firm.name, firm.telephone)))
    title = (telling.text(known.title) if known else None) or name
    where = telling.text(telling.pinned.site.part(part)) if part else None
    return f"{title} – {where}" if where else title


def incident_id(telling: Telling) -> str:
    """The incident, as commands name it: the message's id without its number."""
    return telling.message.id.rpartition("-")[0] or telling.message.id


def _items(telling: Telling, given: Notice) -> Iterator[str]:
    """The steps, each with the name that a command calls it by."""
    names: Sequence[str] = given.subject.split(",")
    named = given.topic in _NAMED and len(names) == len(given.items)
    for index, item in enumerate(given.items):
        words = telling.words(item)
        if named:
            yield f"- {sentence(words)} [{names[index]}]" if words else f"- {names[index]}"
        elif words:
            yield f"- {sentence(words)}"


_NAMED = frozenset({
    "steps-ready", "steps-help", "step-late", "question-asked", "question-late",
    "take-down", "take-down-late",
})  # fmt: skip
"""Topics whose items are steps, questions or sheets, in the order of their names."""
QUESTIONS = frozenset({"review", "hot-wash"})
"""Topics whose items are what the review must answer: for whoever sits down to it."""


_LISTED = {
    **dict.fromkeys(QUESTIONS, "must_answer"),
    **dict.fromkeys(("carry", "carry-late"), "to_say"),
}
"""What stands above the items of these topics."""


def _card(telling: Telling, card: RoleCard) -> View:
    powers = [_power(telling, name, card.spend_up_to) for name in card.authority]
    mission = telling.text(card.mission)
    return {
        "title": telling.text(card.title) or card.role,
        "mission": mission and telling.phrase("mission", words=mission),
        "relieves": card.relieves
        and telling.phrase("relieves", name=telling.names.name(card.relieves)),
        "authority": telling.phrase("authority", words=", ".join(powers)) if powers else None,
        "tasks": [f"- {line}" for line in telling.sentences(card.tasks)],
        "helps": [f"- {line}" for line in telling.sentences(card.helps)],
    }


def _power(telling: Telling, name: str, spend_up_to: str | None) -> str:
    if name == "spend" and spend_up_to:
        return telling.phrase("spend", amount=spend_up_to)
    return telling.lexicon.authority.get(name, name)
