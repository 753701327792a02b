"""What is asked of people and told to those who asked: replies, surveys, thanks, approvals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crisis.compose.telling import Telling, sentence
from crisis.core.message import (
    ApprovalAsked,
    Contribution,
    DraftShown,
    Reply,
    SurveyAsked,
)

View = Mapping[str, Any]


def reply(telling: Telling, given: Reply) -> View:
    """To those who asked: what was understood, then the reply, or who answers and by when."""
    phrase, refused = telling.phrase, telling.message.kind == "refusal"
    words, instead = telling.words(given.words), telling.words(given.alternative)
    understood, owner = telling.words(given.understood), telling.text(given.owner)
    due = given.due_at and telling.clock(given.due_at)
    many = given.asked_by > 1
    return {
        "understood": understood and phrase("understood", words=sentence(understood)),
        "not_understood": phrase("not_understood"),
        "reply": words and phrase("refused" if refused else "reply", words=sentence(words)),
        "instead_of": instead and phrase("instead_of", words=sentence(instead)),
        "reply_by": due and phrase("reply_by", due=due, zone=telling.zone),
        "reply_owner": owner and phrase("reply_owner", who=owner),
        "ahead": phrase("ahead", count=str(given.ahead)) if due and given.ahead else None,
        "asked_by": phrase("asked_by", count=str(given.asked_by)) if words and many else None,
    }


def survey(telling: Telling, asked: SurveyAsked) -> View:
    """How it was lived: the questions, how to answer, and until when."""
    phrase, again = telling.phrase, asked.again_at
    return {
        "survey": phrase("survey"),
        "questions": [f"- {line}" for line in telling.sentences(asked.questions)],
        "survey_how": phrase("survey_how"),
        "survey_by": phrase("survey_by", due=telling.clock(asked.answer_by), zone=telling.zone),
        "survey_again": again and phrase("survey_again", on=telling.day(again)),
    }


def roll_call(telling: Telling) -> View:
    """Are you safe? How to answer, and what to do meanwhile."""
    return {
        "roll_call": telling.frame["roll_call"],
        "roll_call_how": telling.frame["roll_call_how"],
        "roll_call_else": telling.frame["roll_call_else"],
        "instruction": telling.text(telling.message.instruction),
    }


def thanks(telling: Telling, given: tuple[Contribution, ...]) -> View:
    """Each contributor's part, by name: what was done stands in public."""
    own = telling.ritual("thanks")
    return {
        "thanks_all": " ".join(filter(None, (telling.frame["thanks_all"], own))),
        "contributions": [line for one in given for line in _contribution(telling, one)],
    }


def _contribution(telling: Telling, one: Contribution) -> Iterator[str]:
    role = telling.text(one.role) or ""
    if one.person is None:
        yield f"- {role}"
    else:
        yield telling.phrase("contribution", who=telling.names.name(one.person), role=role)
    yield from (f"  {line}" for line in telling.sentences(one.did))


def approval(telling: Telling, asked: ApprovalAsked) -> View:
    """Exactly the words that wait, in every language, with what silence means."""
    phrase = telling.phrase
    return {
        "approve": phrase("approve", audience=telling.text(asked.audience) or ""),
        "approve_by": phrase("approve_by", due=telling.clock(asked.due_at), zone=telling.zone),
        "silence": phrase(f"approve_{asked.silence}"),
        "drafts": [text for one in asked.words.values()
                   if (text := telling.released(one).get("text"))],
        "findings": [f"- {line}" for line in telling.sentences(asked.findings)],
        "digest": phrase("approve_digest", digest=asked.digest),
        "command": f"crisis approve {asked.draft} -i {telling.message.id.rpartition('-')[0]}",
    }  # fmt: skip


def ready(telling: Telling, draft: DraftShown) -> list[str]:
    """An update that leaves by itself: to whom, when, and its words, without who signs them."""
    own = draft.words.get(telling.language)
    text = telling.released(own).get("text") if own is not None else None
    if text is None:
        return []
    audience, at = telling.text(draft.audience) or "", telling.clock(draft.leaves_at)
    body, _, _signed = text.rpartition("\n\n")
    return [telling.phrase("ready", audience=audience, at=at), "--------", body, "--------"]


def asks(telling: Telling) -> tuple[str, View] | None:
    """The frame of a reply, a survey, thanks or an approval; None for all else."""
    message = telling.message
    if message.reply is not None:
        return "reply", reply(telling, message.reply)
    if message.survey is not None or message.roll_call is not None:
        asked = message.survey
        return ("survey", survey(telling, asked)) if asked else ("roll_call", roll_call(telling))
    if message.contributions:
        return "thanks", thanks(telling, message.contributions)
    if message.approval is not None:
        return "approval", approval(telling, message.approval)
    return None


def shortly(telling: Telling) -> list[str] | None:
    """What the short form of such a message must say; None for all else."""
    message, words = telling.message, telling.lexicon.short
    if message.reply is not None:
        return _reply_shortly(telling, message.reply)
    if message.survey is not None or message.roll_call is not None:
        instruction = telling.text(message.instruction) or ""
        return [words["survey"]] if message.survey else [words["roll_call"], instruction]
    if message.contributions:
        return [words["thanks"]]
    if message.approval is not None:
        audience = telling.text(message.approval.audience) or ""
        due = telling.clock(message.approval.due_at)
        return [words["due"].format(due=due), words["approve"].format(audience=audience)]
    return None


def _reply_shortly(telling: Telling, given: Reply) -> list[str]:
    words = telling.lexicon.short
    said, instead = telling.words(given.words), telling.words(given.alternative)
    if said is None:
        due = given.due_at
        understood = telling.words(given.understood)
        return [words["reply_by"].format(due=telling.clock(due)) if due else "",
                sentence(understood) if understood else ""]  # fmt: skip
    refused = telling.message.kind == "refusal"
    first = words["refused"].format(words=sentence(said)) if refused else sentence(said)
    return [first, sentence(instead) if instead else ""]
