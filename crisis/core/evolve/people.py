"""What people asked: into the queue, out of it with a reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.asked import MOST_OPEN, Question, Replied
from crisis.core.events import Event
from crisis.core.evolve.folding import put, replace, without
from crisis.core.incident import Incident
from crisis.core.roll import RollCall


def _change(incident: Incident, **changes: Any) -> Incident:
    return replace(incident, questions=replace(incident.questions, **changes))


def _changed(incident: Incident, name: str, **changes: Any) -> Incident:
    asked = incident.questions
    question = asked.open.get(name)
    if question is None:
        return incident
    return _change(incident, open=put(asked.open, name, replace(question, **changes)))


def _asked(incident: Incident, event: Event, body: e.QuestionAsked) -> Incident:
    """One more who asks; after the reply they are served as they ask."""
    asked, name = incident.questions, body.question
    replied = asked.replied.get(name)
    if replied is not None:
        again = put(asked.replied, name, replace(replied, count=replied.count + 1))
        return _change(incident, replied=again, asked=asked.asked + 1, served=asked.served + 1)
    before = asked.open.get(name)
    if before is not None:
        question = replace(before, count=before.count + 1)
    elif body.words is not None:
        question = Question(
            words=body.words, asked_at=event.at, due_at=body.due_at, audience=body.audience
        )
    else:
        return incident
    return _change(incident, open=put(asked.open, name, question), asked=asked.asked + 1)


def _restated(incident: Incident, event: Event, body: e.QuestionRestated) -> Incident:
    return _changed(
        incident, body.question, understood=body.understood, owner=body.role,
        shared=body.shared, seq=event.seq,
    )  # fmt: skip


def _grouped(incident: Incident, _event: Event, body: e.QuestionsGrouped) -> Incident:
    """Those who waited longest set the time; after the reply they are served."""
    asked = incident.questions
    moved, kept = asked.open.get(body.question), asked.open.get(body.into)
    if moved is None:
        return incident
    left = without(asked.open, body.question)
    replied = asked.replied.get(body.into)
    if kept is None and replied is not None:
        more = replace(replied, count=replied.count + moved.count)
        return _change(
            incident, open=left, replied=put(asked.replied, body.into, more),
            served=asked.served + moved.count,
        )  # fmt: skip
    if kept is None:
        return incident
    both = replace(
        kept,
        count=kept.count + moved.count,
        asked_at=min(kept.asked_at, moved.asked_at),
        due_at=min(kept.due_at, moved.due_at),
        audience=kept.audience if kept.audience == moved.audience else None,
    )
    return _change(incident, open=put(left, body.into, both))


def _reminded(incident: Incident, event: Event, body: e.OwnersReminded) -> Incident:
    for name in body.questions:
        incident = _changed(incident, name, **{"reminded" if body.near else "shown": True})
    return incident if body.near else _change(incident, shown_at=event.at)


def _late(incident: Incident, event: Event, body: e.QuestionLate) -> Incident:
    late = incident.questions.late + int(body.count == 1)
    incident = _changed(
        incident, body.question, escalations=body.count, escalated_at=event.at, reminded=True
    )
    return _change(incident, late=late)


def _served(incident: Incident, name: str, reply: Replied) -> Incident:
    asked = incident.questions
    replied = dict([*asked.replied.items(), (name, reply)][-MOST_OPEN:])
    return _change(
        incident, open=without(asked.open, name), replied=replied,
        served=asked.served + reply.count,
    )  # fmt: skip


def _replied(incident: Incident, event: Event, body: e.QuestionReplied) -> Incident:
    question = incident.questions.open.get(body.question)
    if question is None:
        return incident
    reply = Replied(
        question=question.said, reply=body.reply, at=event.at, seq=event.seq,
        audience=question.audience, shared=body.shared, count=question.count,
    )  # fmt: skip
    return _served(incident, body.question, reply)


def _refused(incident: Incident, event: Event, body: e.QuestionRefused) -> Incident:
    question = incident.questions.open.get(body.question)
    if question is None:
        return incident
    reply = Replied(
        question=question.said, reply=body.reason, alternative=body.alternative, at=event.at,
        seq=event.seq, audience=question.audience, shared=body.shared, count=question.count,
    )  # fmt: skip
    return _served(incident, body.question, reply)


def _roll(incident: Incident, name: str, **changes: Any) -> Incident:
    roll = incident.roll_calls.get(name)
    if roll is None:
        return incident
    return replace(incident, roll_calls=put(incident.roll_calls, name, replace(roll, **changes)))


def _roll_started(incident: Incident, event: Event, body: e.RollCallStarted) -> Incident:
    roll = RollCall(audience=body.audience, started_at=event.at, message_id=body.message_id)
    return replace(incident, roll_calls=put(incident.roll_calls, body.roll_call, roll))


def _roll_answered(incident: Incident, _event: Event, body: e.RollCallAnswered) -> Incident:
    """Each person is counted once, under their last word."""
    roll = incident.roll_calls.get(body.roll_call)
    if roll is None or body.was is body.safe:
        return incident
    safe = roll.safe + int(body.safe) - int(body.was is True)
    needs = roll.help + int(not body.safe) - int(body.was is False)
    return _roll(incident, body.roll_call, safe=safe, help=needs)


def _roll_chased(incident: Incident, event: Event, body: e.RollCallChased) -> Incident:
    return _roll(
        incident, body.roll_call, chases=body.count, chased_at=event.at, asked=body.asked,
        silent=body.silent,
    )  # fmt: skip


def _roll_closed(incident: Incident, _event: Event, body: e.RollCallClosed) -> Incident:
    return _roll(incident, body.roll_call, closed=True, asked=body.asked, silent=body.silent)


FOLDS: Mapping[type, Callable[[Incident, Event, Any], Incident]] = {
    e.QuestionAsked: _asked,
    e.QuestionRestated: _restated,
    e.QuestionsGrouped: _grouped,
    e.OwnersReminded: _reminded,
    e.QuestionLate: _late,
    e.QuestionReplied: _replied,
    e.QuestionRefused: _refused,
    e.RollCallStarted: _roll_started,
    e.RollCallAnswered: _roll_answered,
    e.RollCallChased: _roll_chased,
    e.RollCallClosed: _roll_closed,
}
