"""Questions from people: restated, owned, replied to in time or refused with an alternative.

« Écouter, comprendre, reformuler »: one reply serves everybody who asked the same, and a no has
its reason and what people can do instead (« prendre la décision de dire non »). A question that is
not replied to by the time its askers were given is told of, to the lead, until it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NoReturn

from crisis.core.asked import MOST_OPEN, OTHERS, Question, Replied, subject
from crisis.core.decide import wording
from crisis.core.decide.lateness import doubled
from crisis.core.decide.notices import holders, lead_or_above, notify
from crisis.core.decide.readiness import at_rest
from crisis.core.decide.release import release
from crisis.core.decide.replies import told_reply
from crisis.core.decide.rights import person, require
from crisis.core.decide.telling import common, speaker, speaker_function
from crisis.core.deciding import Deciding
from crisis.core.events import (
    OwnersReminded,
    QuestionAsked,
    QuestionLate,
    QuestionRefused,
    QuestionReplied,
    QuestionRestated,
    QuestionsGrouped,
)
from crisis.core.incident import Incident
from crisis.core.message import Message
from crisis.core.obligation import Owed
from crisis.core.people_commands import (
    AskQuestion,
    GroupQuestions,
    RefuseQuestion,
    ReplyToQuestion,
    RestateQuestion,
)
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook

SHOWN_EVERY = timedelta(minutes=10)
"""How often those who reply are written to about new questions: the first at once, more together.
"""
REMINDED_AT = 0.8
"""Share of the time for a reply at which whoever owes it is asked: that of every promised time."""


def ask(d: Deciding, body: AskQuestion) -> None:
    """Somebody asks: the answer says at once which one in the queue it is, and by when the reply.

    Whoever asks what others have asked joins them; after the reply they have it at once. What is
    beyond so many different questions waits under one name, so that nothing that people ask is
    ever turned away.
    """
    asked, asker = d.incident.questions, d.command.actor.person
    name = body.same_as or body.question_id
    if body.same_as is not None and name not in asked.open and name not in asked.replied:
        _unknown(d, "ask")
    if body.same_as is None and body.words is None:
        d.refuse("ask", "Quelle est la question ?", "What is the question?")
    if body.same_as is None and (name in asked.open or name in asked.replied):
        d.refuse("ask", "C'est déjà noté. Merci.", "That is noted already. Thank you.")
    if body.same_as is None and len(asked.open) >= MOST_OPEN:
        name = OTHERS
    before = asked.open.get(name)
    due_at = before.due_at if before else d.pinned.reply_by(d.now, d.incident.severity)
    d.record(
        QuestionAsked(
            question_id=body.question_id,
            question=name,
            asker=asker,
            words=body.words,
            audience=body.audience,
            due_at=due_at,
            place=asked.place(name) or len(asked.open) + 1,
        ),
        rule="ask",
    )
    replied = asked.replied.get(name)
    if replied is not None and asker is not None:
        _answer(d, replied, (asker,))
    elif replied is None and before is None and _may_show(d):
        show_questions(d, "")


def _unknown(d: Deciding, rule: str) -> NoReturn:
    waiting = ", ".join(d.incident.questions.open) or "-"
    d.refuse(
        rule,
        f"Il n'y a pas de question de ce nom. En attente : {waiting}.",
        f"There is no question of that name. Waiting: {waiting}.",
    )


def _open(d: Deciding, name: str, rule: str) -> Question:
    question = d.incident.questions.open.get(name)
    if question is None and name in d.incident.questions.replied:
        d.refuse(
            rule,
            "Cette question a déjà sa réponse ; celles et ceux qui l'ont posée l'ont reçue.",
            "This question has its reply already; those who asked it were given it.",
        )
    if question is None:
        _unknown(d, rule)
    return question


def restate(d: Deciding, body: RestateQuestion) -> None:
    """Say what was understood, so that whoever asked can see it; and who replies."""
    person(d, "restate")
    question = _open(d, body.question, "restate")
    if body.owner is not None and body.owner not in d.playbook.roles:
        known = ", ".join(d.playbook.roles)
        d.refuse(
            "restate",
            f"Le plan n'a pas de rôle « {body.owner} ». Rôles : {known}.",
            f'The playbook has no role "{body.owner}". Roles: {known}.',
        )
    d.record(
        QuestionRestated(
            question=body.question,
            understood=body.understood,
            role=body.owner or question.owner,
            shared=body.shared,
        ),
        rule="restate",
    )


def group(d: Deciding, body: GroupQuestions) -> None:
    """These people asked the same as those: they wait together, or have the reply that there is."""
    person(d, "group")
    _open(d, body.question, "group")
    asked = d.incident.questions
    if body.into == body.question or not {body.into} & {*asked.open, *asked.replied}:
        _unknown(d, "group")
    replied = asked.replied.get(body.into) if body.into not in asked.open else None
    askers = d.facts.register.people(subject(body.question)) if replied else ()
    d.record(QuestionsGrouped(question=body.question, into=body.into), rule="group")
    if replied is not None:
        _answer(d, replied, askers)


def reply(d: Deciding, body: ReplyToQuestion) -> None:
    """Answer everybody who asked; in updates everybody else too, where it is of use to all."""
    question = _open(d, body.question, "reply")
    require(d, "reply", authority="send", roles=(_owner(d, question),))
    found = wording.read(d, "reply", {"reply": body.reply}, at_once=wording.at_once(d))
    d.record(
        QuestionReplied(
            question=body.question, reply=body.reply, shared=body.shared or question.shared
        ),
        rule="reply",
    )
    wording.note(d, "reply", found)
    _answer_all(d, body.question)


def refuse(d: Deciding, body: RefuseQuestion) -> None:
    """Say no, why, and what people can do instead."""
    question = _open(d, body.question, "refuse")
    require(d, "refuse", authority="send", roles=(_owner(d, question),))
    given = {"reason": body.reason, "alternative": body.alternative}
    found = wording.read(d, "refusal", given, at_once=wording.at_once(d))
    d.record(
        QuestionRefused(
            question=body.question,
            reason=body.reason,
            alternative=body.alternative,
            shared=body.shared or question.shared,
        ),
        rule="refuse",
    )
    wording.note(d, "refusal", found)
    _answer_all(d, body.question)


def _answer_all(d: Deciding, name: str) -> None:
    _answer(d, d.incident.questions.replied[name], d.facts.register.people(subject(name)))


def _answer(d: Deciding, replied: Replied, askers: tuple[str, ...]) -> None:
    """Write to those whose address is known; the others read it where they asked."""
    if not askers:
        return
    role, audience = _speaking(d, replied.audience), replied.audience or "directorate"
    message = Message(
        **common(d),
        kind="refusal" if replied.refused else "answer",
        phase=d.incident.phase,
        audience=None,
        to=askers,
        urgency=d.pinned.urgency(d.playbook, d.incident.severity),
        life_safety=False,
        speaker=speaker(d, role),
        speaker_function=speaker_function(d, role),
        contact=d.pinned.plan.audiences[audience].contact,
        reply=told_reply(replied),
    )
    release(d, message, rule="reply", automatic=False)


# --- what time brings ---


def _may_show(d: Deciding) -> bool:
    shown_at = d.incident.questions.shown_at
    return shown_at is None or d.now >= shown_at + SHOWN_EVERY


def owed_questions(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """New questions are shown together; each is asked about before its time, and told of after."""
    asked = incident.questions
    if at_rest(incident):
        return
    unseen = any(not one.shown for one in asked.open.values())
    if unseen and asked.shown_at is not None:
        yield Owed(asked.shown_at + SHOWN_EVERY, "questions-shown")
    for name, question in asked.open.items():
        span = question.due_at - question.asked_at
        if not question.reminded:
            yield Owed(question.asked_at + span * REMINDED_AT, "question-near", name)
        late = question.due_at
        if question.escalated_at is not None:
            late = doubled(question.escalated_at, span, question.escalations)
        yield Owed(late, "question-late", name)


def show_questions(d: Deciding, _subject: str) -> None:
    """Write to those who reply about what has come in since they were last written to."""
    asked = d.incident.questions
    fresh = [name for name, one in asked.open.items() if not one.shown]
    d.record(OwnersReminded(questions=tuple(fresh)), rule="questions")
    _tell_owners(d, fresh, "question-asked")


def question_near(d: Deciding, _subject: str) -> None:
    """Ask for the replies that are due soon, all in one word to each."""
    near = [owed.subject for owed in _ripe(d, "question-near")]
    d.record(OwnersReminded(questions=tuple(near), near=True), rule="question-near")
    _tell_owners(d, [one for one in near if _still(d, one)], "question-asked")


def _still(d: Deciding, name: str) -> bool:
    return d.incident.questions.open[name].due_at > d.now


def question_late(d: Deciding, _subject: str) -> None:
    """No reply by the time that people were given: the lead hears of it, until there is one."""
    late = [owed.subject for owed in _ripe(d, "question-late")]
    for name in late:
        count = d.incident.questions.open[name].escalations + 1
        d.record(QuestionLate(question=name, count=count), rule="question-late")
    _tell_owners(d, late, "question-late", above=True)


def _ripe(d: Deciding, rule: str) -> list[Owed]:
    owed = owed_questions(d.incident, d.playbook, d.pinned)
    return [one for one in owed if one.rule == rule and one.at <= d.now]


def _tell_owners(d: Deciding, names: Iterable[str], topic: str, *, above: bool = False) -> None:
    """Write to each of those who reply, once, about all that waits for them."""
    waits: dict[str, list[str]] = {}
    for name in names:
        owner = _owner(d, d.incident.questions.open[name])
        lead = lead_or_above(d)
        for who in dict.fromkeys((*(holders(d, (owner,)) or lead), *(lead if above else ()))):
            waits.setdefault(who, []).append(name)
    together: dict[tuple[str, ...], list[str]] = {}
    for who, mine in waits.items():
        together.setdefault(tuple(mine), []).append(who)
    for mine_, people in together.items():
        asked = [d.incident.questions.open[name] for name in mine_]
        notify(
            d, tuple(people), topic, rule=topic, subject=",".join(mine_),
            items=tuple(one.said for one in asked), due_at=min(one.due_at for one in asked),
            count=max(1, *(one.escalations for one in asked)),
        )  # fmt: skip


def _owner(d: Deciding, question: Question) -> str:
    """The role that replies: as a person said, or the one that speaks to those who asked."""
    return question.owner or _speaking(d, question.audience)


def _speaking(d: Deciding, audience: str | None) -> str:
    if audience is not None and audience in d.playbook.tell:
        return d.pinned.speaker(d.playbook, audience)
    return "lead"
