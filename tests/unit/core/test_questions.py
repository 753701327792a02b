"""Questions from people: a queue, a time, one reply for all who asked the same, or a kind no."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import people_commands as p
from crisis.core.asked import MOST_OPEN, OTHERS
from crisis.core.events import Event
from crisis.core.evolve import evolve
from crisis.core.prose import TextRef
from crisis.core.register import NoRegister
from tests.unit.core.story import Story, words
from tests.unit.only import only


def led(**more: object) -> Story:
    """A flood with all roles held, some minutes in: people on site have been told."""
    story = Story("flood", **more)  # type: ignore[arg-type]  # fields by name
    story.report()
    story.accept()
    story.at("10:05")
    return story


def asks(story: Story, name: str, by: str = "p1", **more: object) -> e.QuestionAsked:
    """Somebody asks something of their own."""
    body = p.AskQuestion(question_id=name, words=words(name), **more)  # type: ignore[arg-type]
    return only(one for one in story.does(body, by) if isinstance(one, e.QuestionAsked))


def also(story: Story, name: str, same_as: str, by: str) -> e.QuestionAsked:
    """Somebody asks what others have asked."""
    body = p.AskQuestion(question_id=name, same_as=same_as)
    return next(one for one in story.does(body, by) if isinstance(one, e.QuestionAsked))


def restates(story: Story, name: str, **more: object) -> None:
    """The lead says what was understood."""
    body = p.RestateQuestion(question=name, understood=words(f"{name}-so"), **more)  # type: ignore[arg-type]
    story.does(body)


def replies(story: Story, name: str, by: str = "lead", **more: object) -> list[e.EventBody]:
    """Somebody replies."""
    return story.does(
        p.ReplyToQuestion(question=name, reply=words(f"{name}-reply"), **more),  # type: ignore[arg-type]
        by,
    )


def refuses(story: Story, name: str, **more: object) -> None:
    """The lead says no, why, and what else."""
    story.does(
        p.RefuseQuestion(
            question=name, reason=words("why"), alternative=words("instead"), **more  # type: ignore[arg-type]
        )
    )  # fmt: skip


def test_whoever_asks_hears_at_once_where_they_stand_and_by_when_they_have_a_reply() -> None:
    """The receipt: the place in the queue and the time; the lead is shown the question."""
    story = led()
    first, second = asks(story, "q1"), asks(story, "q2", by="p2")

    assert (first.place, second.place) == (1, 2)
    assert first.due_at == story.now + timedelta(hours=1)
    assert story.incident.questions.waiting == 2
    assert story.incident.questions.place("q2") == 2
    assert story.incident.questions.place("q9") == 0
    shown = story.notices("lead", "question-asked")
    assert [one.notice.items for one in shown if one.notice] == [(words("q1"),)]


def test_the_plan_may_promise_replies_sooner() -> None:
    """`cadence.reply_within` replaces the hour that counts when nothing is said."""
    story = led(plan={"cadence/reply_within": "20m"})

    assert asks(story, "q1").due_at == story.now + timedelta(minutes=20)


def test_many_questions_in_a_few_minutes_are_shown_in_one_word() -> None:
    """The first at once; what comes within ten minutes together, so that nobody is flooded."""
    story = led()
    for number in range(5):
        asks(story, f"q{number}")
    assert len(story.notices("lead", "question-asked")) == 1
    story.at("10:16")

    shown = story.notices("lead", "question-asked")
    assert [one.notice.subject for one in shown if one.notice] == ["q0", "q1,q2,q3,q4"]


def test_one_reply_serves_everybody_who_asked_the_same() -> None:
    """Whoever presses "I ask the same" is counted once more and has the reply with the others."""
    story = led()
    asks(story, "q1", by="p1")
    joined = also(story, "q2", "q1", "p2")
    asks(story, "q3", by="p3")
    restates(story, "q1")
    story.does(p.GroupQuestions(question="q3", into="q1"))
    assert joined.due_at == story.incident.questions.open["q1"].due_at
    assert story.incident.questions.open["q1"].count == 3
    replies(story, "q1")

    reply = story.sent(kind="answer")[-1]
    assert reply.to == ("p1", "p2", "p3")
    assert reply.reply is not None
    assert (reply.reply.understood, reply.reply.words) == (words("q1-so"), words("q1-reply"))
    assert reply.reply.asked_by == 3
    assert story.incident.questions.waiting == 0
    assert story.incident.questions.served == 3


def test_whoever_asks_after_the_reply_has_it_at_once() -> None:
    """Nobody waits for what is known already; nor do those who are found to ask the same."""
    story = led()
    asks(story, "q1", by="p1")
    replies(story, "q1")
    also(story, "q2", "q1", "p2")
    asks(story, "q3", by="p3")
    story.does(p.GroupQuestions(question="q3", into="q1"))

    assert [one.to for one in story.sent(kind="answer")] == [("p1",), ("p2",), ("p3",)]
    assert story.incident.questions.served == 3
    assert not story.incident.questions.open


def test_a_no_has_its_reason_and_an_alternative() -> None:
    """« Prendre la décision de dire non »: it is told as such, with what people can do instead."""
    story = led()
    asks(story, "q1")
    refuses(story, "q1")

    no = only(story.sent(kind="refusal"))
    assert no.reply is not None
    assert (no.reply.words, no.reply.alternative) == (words("why"), words("instead"))


def test_a_question_without_a_name_behind_it_is_answered_where_it_was_asked() -> None:
    """A visitor leaves no address: nobody is written to, and the page shows the reply."""
    story = led()
    body = p.AskQuestion(question_id="q1", words=words("q1"))
    story.does(body, actor=c.Actor(kind="source", id="status-page"))
    replies(story, "q1")

    assert not story.sent(kind="answer")
    assert story.incident.questions.replied["q1"].reply == words("q1-reply")


def test_what_is_of_use_to_all_is_told_to_all() -> None:
    """You have asked: the question once it is restated, then the reply, each once."""
    story = led()
    asks(story, "q1", audience="people-on-site")
    asks(story, "q2")
    restates(story, "q1", shared=True)
    restates(story, "q2", shared=True)
    story.does(c.Say())
    asked = story.sent("people-on-site", "update")[-1].asked
    away = story.sent("users-away", "update")[-1:]
    assert [one.understood for one in asked] == [words("q1-so"), words("q2-so")]
    assert asked[0].due_at is not None
    assert all([one.understood for one in told.asked] == [words("q2-so")] for told in away)
    replies(story, "q1")
    refuses(story, "q2", shared=True)
    story.does(c.Say())
    told = story.sent("people-on-site", "update")[-1].asked
    story.does(c.Say())

    assert [one.words for one in told] == [words("q1-reply"), words("why")]
    assert story.sent("people-on-site", "update")[-1].asked == ()


def test_what_one_person_asked_is_told_to_nobody_else_unless_somebody_says_so() -> None:
    """Words of a person may name people: they are theirs until they were restated for all."""
    story = led()
    asks(story, "q1")
    restates(story, "q1")
    replies(story, "q1")
    story.does(c.Say())

    assert all(one.asked == () for one in story.sent())


def test_a_reply_for_all_is_news_by_the_promised_time() -> None:
    """The next promised word is an update that tells it, and no holding statement."""
    story = led()
    asks(story, "q1")
    replies(story, "q1", shared=True)
    since = story.seq
    story.passes("1h")

    assert any(one.asked for one in story.sent("people-on-site", "update", since=since))


def test_a_reply_is_told_at_once_where_nobody_has_spoken_in_time() -> None:
    """G5: two holding statements, and the next word is left to people: the reply is that word."""
    story = led()
    asks(story, "q1")
    story.passes("1h54m")
    since = story.seq
    replies(story, "q1", shared=True)

    (told,) = story.sent("people-on-site", since=since)
    assert (told.kind, len(told.asked)) == ("update", 1)


def test_the_one_who_replies_is_reminded_before_the_time_and_the_lead_told_after_it() -> None:
    """At 80 % once; past the time again and again, after twice the wait, until there is a reply."""
    story = led()
    asks(story, "q1")
    asks(story, "q2")
    restates(story, "q1", owner="technical")
    story.at("10:53")
    assert len(story.notices("technical", "question-asked")) == 1
    story.at("11:06")
    late = story.notices("lead", "question-late")
    assert [one.notice.subject for one in late if one.notice] == ["q1,q2"]
    assert [one.kind for one in late] == ["escalation"]
    hers = story.notices("technical", "question-late")
    assert [one.notice.subject for one in hers if one.notice] == ["q1"]
    story.at("14:30")
    again = [one.count for one in story.said(e.QuestionLate) if one.question == "q1"]
    replies(story, "q1", by="technical")
    replies(story, "q2")
    since = story.seq
    story.passes("10h")

    assert again == [1, 2, 3]
    assert story.incident.questions.late == 2
    assert not story.said(e.QuestionLate, since=since)


def test_after_a_long_absence_what_is_late_is_told_once() -> None:
    """No reminder of what is late already: one escalation, with all of it."""
    story = led()
    asks(story, "q1")
    asks(story, "q2")
    story.away("3h")

    assert len(story.notices("lead", "question-late")) == 1
    assert len(story.said(e.QuestionLate)) == 2


def test_what_is_beyond_forty_different_questions_waits_under_one_name() -> None:
    """The state stays bounded and nothing that people ask is turned away."""
    story = led()
    for number in range(MOST_OPEN + 3):
        asks(story, f"q{number}", by=f"p{number}")

    asked = story.incident.questions
    assert len(asked.open) == MOST_OPEN + 1
    assert asked.open[OTHERS].count == 3
    assert asked.waiting == MOST_OPEN + 3
    replies(story, OTHERS)
    assert story.sent(kind="answer")[-1].to == ("p40", "p41", "p42")


def test_as_many_replies_are_remembered() -> None:
    """Old replies leave the state; they stay in the journal."""
    story = led()
    for number in range(MOST_OPEN + 2):
        asks(story, f"q{number}")
        replies(story, f"q{number}")

    assert len(story.incident.questions.replied) == MOST_OPEN
    assert "q0" not in story.incident.questions.replied


def test_the_brief_counts_the_questions() -> None:
    """The directorate sees how many asked and how many wait."""
    story = led()
    asks(story, "q1")
    asks(story, "q2")
    replies(story, "q1")
    story.does(c.SendBrief())

    brief = story.sent(kind="brief")[-1].brief
    assert brief is not None
    assert (brief.asked, brief.waiting) == (2, 1)


def test_a_crisis_is_not_closed_over_people_who_wait() -> None:
    """Reply first; closed all the same, by name and with a reason, it becomes an action."""
    story = led()
    asks(story, "q1")
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("go"))
    story.does(c.CompleteStep(step="belongings"), override=words("done"))
    refusal = story.refused(c.CloseIncident())
    assert "1 people" in refusal.words["en"]
    story.does(c.CloseIncident(), override=words("closed"))
    late = story.seq
    story.passes("3h")

    assert "left-unanswered" in {one.reason for one in story.said(e.ActionProposed)}
    assert not story.said(e.QuestionLate, since=late)
    replies(story, "q1")
    assert story.sent(kind="answer")[-1].to == ("p1",)


def test_what_cannot_be_asked_or_replied_to_is_said_kindly() -> None:
    """Each refusal says what there is instead, in both languages."""
    story = led()
    asks(story, "q1")
    asks(story, "q2")
    replies(story, "q2")
    for body in (
        p.AskQuestion(question_id="q3"),
        p.AskQuestion(question_id="q1", words=words("again")),
        p.AskQuestion(question_id="q4", same_as="q9"),
        p.RestateQuestion(question="q1", understood=words("so"), owner="nobody"),
        p.RestateQuestion(question="q2", understood=words("so")),
        p.ReplyToQuestion(question="q9", reply=words("so")),
        p.GroupQuestions(question="q1", into="q1"),
        p.GroupQuestions(question="q1", into="q9"),
    ):
        story.refused(body)
    reply = p.ReplyToQuestion(question="q1", reply=words("so"))
    no = p.RefuseQuestion(question="q1", reason=words("no"), alternative=words("else"))
    assert story.refused(reply, by="p7").overridable
    assert story.refused(no, by="p7").overridable


def test_a_register_that_nobody_has_made_is_empty() -> None:
    """Rules that are tried alone are given one in which nobody has said anything."""
    nobody = NoRegister()

    assert nobody.said("roll-1", "p1") is None
    assert nobody.people("roll-1") == ()
    assert nobody.asked("m-1") == ()


def test_a_fold_of_what_is_gone_changes_nothing() -> None:
    """The fold cannot fail, whatever an old journal holds."""
    story = led()
    ref = TextRef("t", "d")
    before = story.incident.questions
    for body in (
        e.QuestionReplied(question="q9", reply=ref, shared=False),
        e.QuestionRefused(question="q9", reason=ref, alternative=ref, shared=False),
        e.QuestionsGrouped(question="q9", into="q8"),
        e.QuestionRestated(question="q9", understood=ref, role=None, shared=False),
        e.QuestionAsked(
            question_id="q9", question="q9", asker=None, words=None, audience=None,
            due_at=story.now, place=1,
        ),
    ):  # fmt: skip
        event = Event(seq=story.seq + 1, at=story.now, body=body)
        assert evolve(story.incident, event).questions == before
    asks(story, "q1")
    gone = Event(seq=story.seq + 1, at=story.now, body=e.QuestionsGrouped(question="q1", into="q8"))
    assert evolve(story.incident, gone).questions.waiting == 1
