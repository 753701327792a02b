"""What each frame shows, in the order of the reader: what to do, what it changes, what is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crisis.compose.phrases import Topic
from crisis.compose.telling import Telling, sentence
from crisis.core.message import (
    BriefContent,
    BrokenTold,
    MeasureTold,
    Notice,
    PromiseTold,
    RoleCard,
    RoleStanding,
)

View = Mapping[str, Any]

OVER = frozenset({"normal", "cancelled", "closed"})
"""The phases after which nothing more is said."""


def head(telling: Telling, *, short: bool = False) -> str:
    """The first line: what it is, its number, what has happened and where."""
    message, words = telling.message, telling.lexicon
    number = message.brief.number if message.brief else message.nth
    ends = message.kind == "end" and message.phase in OVER
    known = message.phase if message.kind == "end" and not ends else message.kind
    state = words.states[known].format(number=number)
    if ends:
        colon = " : " if words.language == "fr" else ": "
        state = f"{state}{colon}{words.ends.get(message.phase, message.phase)}"
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
            "seen",
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
        message.measures or message.own_words or message.broken or message.phase in OVER
    )
    instruction = telling.text(message.instruction)
    return shared(telling) | {
        "corrects": phrase("corrects") if message.kind == "correction" else None,
        "late": phrase("late" if late > 1 else "late_one", minutes=str(late)) if late else None,
        "holding": telling.text(message.holding),
        "instruction": instruction,
        "nothing_to_do": phrase("nothing_to_do") if message.instruction is None else None,
        "impact": telling.text(message.impact),
        "no_measure": phrase("no_measure") if nothing_new else None,
        "promises": [line for told in message.promises for line in promise(telling, told)],
        "broken": [line for told in message.broken for line in not_kept(telling, told)],
        "over": over(telling),
        "graver": graver(telling),
        "say": (said := telling.text(message.say)) and phrase("said", words=said),
        "regret": telling.text(message.regret),
        "next": next_word(telling),
    }


def screen(shown: View) -> str:
    """What a screen in a hall has room for: what to do first, then what is so, a line each.

    Who speaks, the measures and the promises stand in the long form; the times beside it.
    """
    first = [shown["instruction"] or shown["nothing_to_do"]]
    then = [shown[name] for name in ("corrects", "own_words", "holding")]
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


def brief(telling: Telling, content: BriefContent) -> View:
    """A situation brief to the directorate."""
    message, phrase = telling.message, telling.phrase
    late = phrase("late_count", count=str(content.late)) if content.late else None
    told = [title for text in content.audiences_told if (title := telling.text(text))]
    nobody = phrase("told_with_this" if content.reason == "first" else "told_nobody")
    risks = telling.text(content.risks)
    return shared(telling) | {
        "reason": telling.lexicon.reasons.get(content.reason),
        "told_after": phrase("told_after") if content.told_after else None,
        "facts": phrase(
            "brief_facts",
            severity=content.severity,
            means=sentence(telling.text(content.severity_means) or ""),
            phase=telling.lexicon.phases.get(message.phase, message.phase),
        ),
        "roles": [_role(telling, standing) for standing in content.roles],
        "told": phrase("told", names=", ".join(told)) if told else nobody,
        "promises": [line for one in content.promises for line in promise(telling, one)]
        or [phrase("no_promises")],
        "late": late or phrase("kept_none_late"),
        "risks": risks and phrase("risks", words=risks),
        "next": next_word(telling),
        "register": phrase("register", head=content.head) if content.head else None,
    }


def notice(telling: Telling, given: Notice) -> View:
    """What is owed by a person with a role."""
    phrase, told = telling.phrase, topic(telling)
    raw = given.subject.partition(",")[0]
    command = told.command.format(id=incident_id(telling), raw=raw)
    return shared(telling) | {
        "says": says(telling),
        "words": (words := telling.words(given.words)) and sentence(words),
        "answering": phrase("must_answer") if given.items and given.topic in QUESTIONS else None,
        "items": list(_items(telling, given)),
        "asks": told.asks,
        "due": given.due_at and phrase("due", due=telling.clock(given.due_at), zone=telling.zone),
        "count": phrase("count", count=str(given.count)) if given.count > 1 else None,
        "command": command,
    }


def view(telling: Telling) -> tuple[str, View]:
    """The frame that fits what the message holds, and what it shows."""
    message = telling.message
    if message.brief:
        return "brief", brief(telling, message.brief)
    if message.notice:
        return "notice", notice(telling, message.notice)
    if message.cards:
        return "offer", offer(telling)
    return "audience", audience(telling)


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
        yield telling.phrase("eta", eta=telling.clock(told.eta_at))
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


def over(telling: Telling) -> str | None:
    """That it is over, and since when; with thanks, where the playbook has no words for them."""
    message = telling.message
    if message.over_at is None or message.kind != "end":
        return None
    said = telling.phrase("over", at=telling.clock(message.over_at))
    return said if message.regret else f"{said} {telling.frame['thanks']}"


def graver(telling: Telling) -> str | None:
    """That it is graver than they were told, what that means, and that they hear more often."""
    means = telling.text(telling.message.graver)
    if means is None:
        return None
    said = telling.phrase("graver", means=sentence(means))
    return f"{said} {telling.frame['oftener']}" if telling.message.oftener else said


def next_word(telling: Telling) -> str | None:
    """When the reader hears next, as a clock time with its zone; or that this was the last."""
    message = telling.message
    if message.next_update_at is not None:
        name = "next_brief" if message.brief else "next"
        at = telling.clock(message.next_update_at)
        return telling.phrase(name, next=at, zone=telling.zone)
    if message.last_before_end:
        return telling.phrase("next_is_end")
    if message.phase not in OVER:
        return None
    return telling.phrase("no_next_but" if message.indebted else "no_next")


def topic(telling: Telling) -> Topic:
    """The words of the notice's topic."""
    given = telling.message.notice
    topics = telling.lexicon.topics
    return topics.get(given.topic if given else "any", topics["any"])


def says(telling: Telling) -> str:
    """What the notice says, with the titles of all that it is about."""
    given = telling.message.notice
    names = given.subject.split(",") if given else []
    subject = ", ".join(subject_title(telling, name) for name in names)
    return topic(telling).says.format(subject=subject)


def subject_title(telling: Telling, name: str) -> str:
    """The title of the role, audience or phase of this name; else the name."""
    if name in telling.lexicon.phases:
        return telling.lexicon.phases[name]
    role = telling.pinned.in_force({}).roles.get(name)
    known = role or telling.pinned.plan.audiences.get(name)
    return (telling.text(known.title) if known else None) or name


def incident_id(telling: Telling) -> str:
    """The incident, as commands name it: the message's id without its number."""
    return telling.message.id.rpartition("-")[0] or telling.message.id


def _items(telling: Telling, given: Notice) -> Iterator[str]:
    """The steps or the options, each with the name that a command calls it by."""
    names: Sequence[str] = given.subject.split(",")
    step = telling.pinned.in_force({}).steps.get(given.subject)
    if step is not None and step.options:
        names = tuple(step.options)
    named = given.topic in _NAMED and len(names) == len(given.items)
    for index, item in enumerate(given.items):
        words = telling.words(item)
        if named:
            yield f"- {sentence(words)} [{names[index]}]" if words else f"- {names[index]}"
        elif words:
            yield f"- {sentence(words)}"


_NAMED = frozenset({"steps-ready", "steps-help", "step-late", "decision", "choice-passed-on"})
"""Topics whose items are steps or options, in the order of their names."""
QUESTIONS = frozenset({"review", "hot-wash"})
"""Topics whose items are what the review must answer: for whoever sits down to it."""


def _card(telling: Telling, card: RoleCard) -> View:
    powers = [_power(telling, name, card.spend_up_to) for name in card.authority]
    mission = telling.text(card.mission)
    return {
        "title": telling.text(card.title) or card.role,
        "mission": mission and telling.phrase("mission", words=mission),
        "authority": telling.phrase("authority", words=", ".join(powers)) if powers else None,
        "tasks": [f"- {line}" for line in telling.sentences(card.tasks)],
        "helps": [f"- {line}" for line in telling.sentences(card.helps)],
    }


def _power(telling: Telling, name: str, spend_up_to: str | None) -> str:
    if name == "spend" and spend_up_to:
        return telling.phrase("spend", amount=spend_up_to)
    return telling.lexicon.authority.get(name, name)


def _role(telling: Telling, standing: RoleStanding) -> str:
    colon = " : " if telling.lexicon.language == "fr" else ": "
    person = telling.names.name(standing.person) if standing.person else None
    title = telling.text(standing.title) or standing.role
    return f"- {title}{colon}{person or telling.frame['nobody']}"
