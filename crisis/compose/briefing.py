"""What the directorate and those who decide read: briefs, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.compose.telling import Telling, sentence
from crisis.compose.view import View, apart, next_word, notice, promise, shared, window
from crisis.core.message import (
    BriefContent,
    ChoiceRequest,
    DecisionTold,
    Notice,
    OptionTold,
    OtherCrisis,
    RoleStanding,
)


def brief(telling: Telling, content: BriefContent) -> View:
    """A situation brief to the directorate."""
    message, phrase = telling.message, telling.phrase
    late = phrase("late_count", count=str(content.late)) if content.late else None
    told = [title for text in content.audiences_told if (title := telling.text(text))]
    nobody = phrase("told_with_this" if content.reason == "first" else "told_nobody")
    risks = telling.text(content.risks)
    return shared(telling) | {
        "reason": telling.lexicon.reasons.get(content.reason),
        "window": window(telling),
        "told_after": phrase("told_after") if content.told_after else None,
        "facts": phrase(
            "brief_facts",
            severity=content.severity,
            means=sentence(telling.text(content.severity_means) or ""),
            phase=telling.phase(message.phase),
        ),
        "roles": [_role(telling, standing) for standing in content.roles],
        "told": phrase("told", names=apart(telling, told)) if told else nobody,
        "promises": [line for one in content.promises for line in promise(telling, one)]
        or [phrase("no_promises")],
        "late": late or phrase("kept_none_late"),
        "delays": [
            phrase(
                "delay_missed" if one.missed else "delay",
                due=telling.clock(one.due_at),
                words=telling.text(one.title) or "",
            )
            for one in content.delays
        ],
        "others": [_other(telling, one) for one in content.others],
        "decisions": [line for one in content.decisions for line in _decision(telling, one)],
        "roll_calls": [
            phrase(
                "brief_roll_call",
                audience=telling.text(one.audience) or "",
                safe=str(one.safe),
                help=str(one.help),
                silent=str(one.silent) if one.asked else "?",
            )
            for one in content.roll_calls
        ],
        "asked": phrase("brief_asked", asked=str(content.asked), waiting=str(content.waiting))
        if content.asked
        else None,
        "risks": risks and phrase("risks", words=risks),
        "next": next_word(telling),
        "register": phrase("register", head=content.head) if content.head else None,
    }


def _role(telling: Telling, standing: RoleStanding) -> str:
    colon = " : " if telling.lexicon.language == "fr" else ": "
    people = ", ".join(telling.names.name(one) for one in standing.people)
    title = telling.text(standing.title) or standing.role
    return f"- {title}{colon}{people or telling.frame['nobody']}"


def request(telling: Telling, given: Notice, asked: ChoiceRequest) -> View:
    """A decision that is asked for: the options, what each brings, and what silence means."""
    phrase = telling.phrase
    otherwise, then_by = telling.words(asked.otherwise), telling.words(asked.then_by)
    due = given.due_at
    return {
        **notice(telling, given),
        "options": [line for one in asked.options for line in _option(telling, one)],
        "need": phrase("need", count=str(asked.need)) if asked.need > 1 else None,
        "due": due and phrase("decide_by", due=telling.clock(due), zone=telling.zone),
        "then_by": then_by and phrase("then_by", who=then_by),
        "otherwise": otherwise and phrase("otherwise", words=sentence(otherwise)),
    }


def _option(telling: Telling, told: OptionTold) -> Iterator[str]:
    words = telling.words(told.words)
    yield f"- {sentence(words)} [{told.name}]" if words else f"- {told.name}"
    for line in telling.sentences(told.then):
        yield telling.phrase("then", words=line)
    if told.people:
        names = ", ".join(telling.names.name(one) for one in told.people)
        yield telling.phrase("backed", names=names)


def _other(telling: Telling, one: OtherCrisis) -> str:
    """Another open crisis in a line: what, where, how grave, who leads, the next brief."""
    lead = telling.names.name(one.lead) if one.lead else telling.frame["nobody"]
    line = telling.phrase(
        "other",
        title=telling.text(one.title) or one.id,
        site=telling.text(one.site) or "",
        severity=one.severity,
        phase=telling.phase(one.phase),
        lead=lead,
    )
    if one.next_brief_at is None:
        return line
    return f"{line} {telling.phrase('other_next', next=telling.clock(one.next_brief_at))}"


def _decision(telling: Telling, told: DecisionTold) -> Iterator[str]:
    """A decision in a brief: wanted with its time and its default, or taken, and by whom."""
    words, number = telling.words(told.words), str(told.number)
    chosen, otherwise = telling.words(told.chosen), telling.words(told.otherwise)
    if words is None:
        return
    if chosen is not None:
        how = "chosen" if told.person else "assumed"
        name = telling.names.name(told.person) if told.person else ""
        line = f"{sentence(words)} → {sentence(chosen)}"
        yield telling.phrase(how, number=number, name=name, words=line)
    elif told.due_at is not None:
        due = telling.clock(told.due_at)
        yield telling.phrase("wanted", number=number, due=due, words=sentence(words))
        if otherwise is not None:
            yield "  " + telling.phrase("otherwise", words=sentence(otherwise))
