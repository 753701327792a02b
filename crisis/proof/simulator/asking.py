"""What those do whom a crisis concerns: they ask, are safe or not, rate how they were told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crisis.core import after_commands as after
from crisis.core import people_commands as p
from crisis.core.after import Rating
from crisis.core.asked import Question
from crisis.proof.acting import prose_of
from crisis.proof.simulator.acts import Act, Scene, Verb, nth
from crisis.proof.simulator.steps import Step


def ask(scene: Scene, step: Step) -> Act | None:
    """Somebody asks something, or the same as others."""
    same = nth(list(scene.incident.questions.open), step) if step.holds("again") else None
    prose = prose_of(scene.act, words="Quand l'eau revient-elle ?" if same is None else None)
    body = p.AskQuestion(
        question_id=f"q{scene.act}",
        words=prose["words"].ref if prose else None,
        same_as=same,
        audience=_audience(scene, step),
    )
    return Act(body=body, who=scene.anybody(step), prose=prose)


def restate(scene: Scene, step: Step) -> Act | None:
    """What was understood, and who replies."""
    found = _waiting(scene, step)
    if found is None:
        return None
    owner = nth(list(scene.playbook.roles), step, "k") if step.holds("one") else None
    prose = prose_of(scene.act, understood="Le retour de l'eau.")
    body = p.RestateQuestion(
        question=found[0],
        understood=prose["understood"].ref,
        owner=owner,
        shared=step.holds("words"),
    )
    return Act(body=body, who=_replies(scene, found[1], step), prose=prose)


def together(scene: Scene, step: Step) -> Act | None:
    """Two questions are the same one."""
    found, into = _waiting(scene, step), nth(list(scene.incident.questions.open), step, "k")
    if found is None or into is None:
        return None
    body = p.GroupQuestions(question=found[0], into=into)
    return Act(body=body, who=_replies(scene, found[1], step))


def reply(scene: Scene, step: Step) -> Act | None:
    """Those who asked have their reply."""
    found = _waiting(scene, step)
    if found is None:
        return None
    prose = prose_of(scene.act, reply="Demain matin.")
    body = p.ReplyToQuestion(
        question=found[0], reply=prose["reply"].ref, shared=step.holds("words")
    )
    return Act(body=body, who=_replies(scene, found[1], step), prose=prose)


def refuse(scene: Scene, step: Step) -> Act | None:
    """The answer is no, with its reason and with what people can do instead."""
    found = _waiting(scene, step)
    if found is None:
        return None
    prose = prose_of(scene.act, reason="La pompe est en panne.", instead="L'autre fontaine.")
    body = p.RefuseQuestion(
        question=found[0], reason=prose["reason"].ref, alternative=prose["instead"].ref
    )
    return Act(body=body, who=_replies(scene, found[1], step), prose=prose)


def roll_call(scene: Scene, step: Step) -> Act | None:
    """Everybody of an audience is asked whether they are safe."""
    audience = _audience(scene, step)
    if audience is None:
        return None
    body = p.StartRollCall(roll_call_id=f"rc{scene.act}", audience=audience)
    return Act(body=body, who=scene.lead_or_anybody(step))


def safe(scene: Scene, step: Step) -> Act | None:
    """Somebody is safe, or needs help."""
    found = nth(list(scene.incident.roll_calls), step)
    if found is None:
        return None
    body = p.AnswerRollCall(roll_call=found, safe=not step.holds("fails"))
    return Act(body=body, who=scene.anybody(step))


def all_found(scene: Scene, step: Step) -> Act | None:
    """Nobody is looked for any more."""
    running = [name for name, one in scene.incident.roll_calls.items() if not one.closed]
    found = nth(running, step)
    body = p.CloseRollCall(roll_call=found) if found else None
    return Act(body=body, who=scene.lead_or_anybody(step)) if body else None


def rate(scene: Scene, step: Step) -> Act | None:
    """How somebody was kept informed."""
    audience = _audience(scene, step)
    if audience is None:
        return None
    rating = nth(("well", "partly", "badly"), step)
    body = after.AnswerSurvey(audience=audience, rating=cast("Rating", rating))
    return Act(body=body, who=scene.anybody(step))


def publish(scene: Scene, step: Step) -> Act | None:
    """People learn what has changed since."""
    prose = prose_of(scene.act, words="Le joint est neuf.")
    body = after.PublishReview(words=prose["words"].ref)
    return Act(body=body, who=scene.lead_or_anybody(step), prose=prose)


def _audience(scene: Scene, step: Step) -> str | None:
    return nth(list(scene.playbook.tell), step, "k")


def _waiting(scene: Scene, step: Step) -> tuple[str, Question] | None:
    return nth(list(scene.incident.questions.open.items()), step)


def _replies(scene: Scene, question: Question, step: Step) -> str:
    """Whoever replies to it; the lead, or anybody, where nobody does."""
    state = scene.incident.roles.get(question.owner or "")
    return (state.holder if state else None) or scene.lead_or_anybody(step)


ASKING: Mapping[str, Verb] = {
    one.__name__: one
    for one in (
        ask, restate, together, reply, refuse, roll_call, safe, all_found, rate, publish,
    )
}  # fmt: skip
"""Everything that those may do whom a crisis concerns, and what is done for them."""
