"""What is promised besides the next word: kept by a deed, late, broken, made up for (G8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from tests.unit.core.story import Story, words
from tests.unit.only import only

QUIET = {"steps/current/unanswered": "no", "steps/server-room/unanswered": "no",
         "severity/raise": {}}  # fmt: skip
"""A flood that silence makes no worse: the next word is promised for two hours later."""


def led(**more: Any) -> Story:
    """A flood of S3 with all roles held: the next word is promised for 12:00."""
    story = Story("flood", edits=QUIET | more.pop("edits", {}), **more)
    story.report()
    story.accept()
    return story


def how(story: Story) -> dict[str, int]:
    """How commitments ended."""
    return dict(story.incident.tallies)


def promised(story: Story, *, counterpart: bool = False, hours: int = 10) -> None:
    """The lead promises something to the people on site."""
    story.does(
        c.MakePromise(
            promise_id="p1",
            audience="people-on-site",
            words=words("your bags"),
            due_at=story.now + timedelta(hours=hours),
            counterpart=words("a taxi") if counterpart else None,
        )
    )


def test_a_promise_is_told_with_its_counterpart_until_it_ends() -> None:
    """Explicitly told to the audience: that is what makes it an engagement."""
    story = led()
    promised(story, counterpart=True)
    story.does(c.Say())
    one = only(story.sent("people-on-site")[-1].promises)
    assert (one.words, one.counterpart) == (words("your bags"), words("a taxi"))
    story.does(c.SendBrief())
    brief = story.sent("directorate", "brief")[-1].brief
    assert brief is not None
    assert [one.words for one in brief.promises] == [words("your bags")]
    story.does(k.KeepPromise(promise_id="p1"))
    story.does(c.Say())

    assert story.sent("people-on-site")[-1].promises == ()
    assert how(story)["kept_by_deed"] == 1


def test_a_deed_is_asked_for_then_late_then_broken() -> None:
    """80 %, the time, 120 %: asked, late, broken; a plain promise owes no counterpart."""
    story = led()
    promised(story)
    story.at("18:00")
    assert [one.notice.words for one in story.notices("lead", "ask-update")
            if one.notice and one.notice.words] == [words("your bags")]  # fmt: skip
    story.at("20:01")
    assert story.incident.commitments["p1"].state == "late"
    story.at("22:00")

    (broken,) = (one for one in story.said(e.CommitmentBroken) if one.commitment_id == "p1")
    assert not broken.counterpart_owed
    assert story.notices("lead", "counterpart-owed") == []


def test_a_deed_done_late_is_kept_late() -> None:
    """Between 100 and 120 % it is late, not broken; by proxy from paper the real time counts."""
    story = led()
    promised(story)
    story.at("20:30")
    story.does(k.KeepPromise(promise_id="p1"))
    assert how(story)["late"] == 1

    paper = led()
    promised(paper)
    paper.at("20:30")
    paper.does(k.KeepPromise(promise_id="p1"), happened_at=paper.now - timedelta(hours=1))
    assert how(paper)["kept_by_deed"] == 1


def test_a_broken_engagement_executes_its_counterpart() -> None:
    """G8: what was promised instead is owed, told to those who do it, and chased until done."""
    story = led()
    promised(story, counterpart=True)
    story.at("22:00")
    (owed,) = story.notices("lead", "counterpart-owed")
    assert owed.notice is not None
    assert owed.notice.words == words("a taxi")
    assert "p1.counterpart" in story.incident.steps
    before = story.seq
    story.passes("1d")
    late = [one.notice for one in story.notices("lead", "step-late", before)]
    assert any(one is not None and words("a taxi") in one.items for one in late)
    story.does(c.CompleteStep(step="p1.counterpart"))

    assert story.incident.steps["p1.counterpart"].state == "done"


def test_a_promise_of_the_playbook_is_kept_by_its_step() -> None:
    """Doing it keeps it; not doing it is late by the promise's marks, not by the step's as well."""
    story = led()
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.does(c.CompleteStep(step="belongings"), "logistics")
    assert how(story)["kept_by_deed"] == 1

    broken = led()
    broken.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    before = broken.seq
    broken.passes("30h")
    assert broken.notices("logistics", "ask-update", before)
    assert broken.notices("logistics", "counterpart-owed", before)
    assert not [one for one in broken.said(e.StepEscalated) if one.step == "belongings"]
    assert broken.incident.steps["belongings.counterpart"].state == "ready"


def test_a_promise_of_the_directorate_is_asked_of_it() -> None:
    """« Un engagement managérial »: the directorate's own promises are commitments too."""
    story = led()
    story.does(c.ChangeSeverity(to="S2"))
    before = story.seq
    story.passes("5h")

    asked = story.notices("directorate", "ask-update", before)
    assert [one.notice.subject for one in asked if one.notice] == ["crisis-team"]


def test_what_cannot_be_promised_or_kept_is_refused() -> None:
    """A right, an audience of the playbook, a time to come, a promise that is open."""
    story = led()
    tomorrow = story.now + timedelta(days=1)

    def promise(audience: str = "front-line", due: timedelta = timedelta(hours=1)) -> c.MakePromise:
        return c.MakePromise(
            promise_id="p1", audience=audience, words=words("w"), due_at=story.now + due
        )

    assert story.refused(promise(), "security").rule == "promise"
    assert story.refused(promise("nobody")).rule == "promise"
    assert story.refused(promise(due=timedelta())).rule == "promise"
    assert story.refused(k.KeepPromise(promise_id="p1")).rule == "promise-kept"
    story.does(promise())
    assert "already" in story.refused(promise()).words["en"]
    update = story.said(e.UpdatePromised)[0].commitment_id
    assert story.refused(k.KeepPromise(promise_id=update)).rule == "promise-kept"
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))
    late = c.MakePromise(promise_id="p2", audience="front-line", words=words("w"), due_at=tomorrow)
    assert "over" in story.refused(late).words["en"]
