"""What each audience is told, when, and in which order: G4, G12."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import PLAYBOOKS, Story, told, words
from tests.unit.only import only

CALM = {
    "urgency/S3": "expected", "steps/current/unanswered": "no",
    "steps/server-room/unanswered": "no",
}  # fmt: skip
"""A flood of S3 in which nothing is a matter of life, and silence makes it no worse."""


def led(playbook: str = "flood", **more: Any) -> Story:
    """A crisis with all roles held."""
    story = Story(playbook, **more)
    story.report()
    story.accept()
    return story


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_audience_has_its_first_word_in_the_first_decision(playbook: str) -> None:
    """G4: nobody waits for a person to find the words."""
    story = Story(playbook)
    story.report(severity="S1")

    alerted = {one.audience for one in story.sent(kind="alert")}
    assert alerted == set(story.pinned.in_force(story.incident.situation).tell)
    assert all(one.impact and one.measures for one in story.sent(kind="alert"))


def test_an_audience_that_is_concerned_later_hears_the_present_state() -> None:
    """Told from safe on, or when an answer says so: all so far, not the last difference."""
    edits = {"tell/users-away/from": "safe", "tell/contractors-on-site/when": {"current": "yes"}}
    story = led(edits=edits)
    assert not story.sent("users-away")
    assert not story.sent("contractors-on-site")
    story.does(c.CompleteStep(step="lifts"), "security")
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")
    first = only(story.sent("contractors-on-site"))
    assert {"words:measure", "step:lifts"} <= {one.id for one in first.measures}
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))

    assert [one.kind for one in story.sent("users-away")] == ["alert"]


def test_no_words_in_a_phase_yet_no_message() -> None:
    """An audience that the playbook tells only once things are safe is not told before."""
    story = led(edits={"tell/users-away/open": ...})
    assert not story.sent("users-away")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))

    assert [one.kind for one in story.sent("users-away")] == ["alert"]


def test_changed_instructions_leave_at_once_and_changed_impact_is_an_update() -> None:
    """Words in force that change are material."""
    tell = {
        "people-on-site": {"open": {"impact": {"fr": "L'eau monte.", "en": "Water rises."}}},
        "front-line": {"open": {"instruction": {"fr": "Fermez.", "en": "Close."}}},
    }
    edits = {"layers/rising": {"when": {"lifts-empty": "no"}, "tell": tell},
             "steps/lifts-empty": {
                 "ask": {"fr": "Vides ?", "en": "Empty?"}, "unanswered": "yes", "by": "security",
                 "within": "1h"}}  # fmt: skip
    story = led(edits=edits)
    before = story.seq
    story.does(c.AnswerStep(step="lifts-empty", answer="no"), "security")

    assert [one.kind for one in story.sent("people-on-site", since=before)] == ["update"]
    assert [one.kind for one in story.sent("front-line", since=before)] == ["instruction"]
    assert story.sent("contractors-on-site", since=before) == []


def test_a_graver_severity_wakes_those_at_risk_and_quickens_the_rest() -> None:
    """G12: the same instruction is now a matter of life; others get the quicker next time."""
    story = led(edits=CALM)
    assert not any(one.life_safety for one in story.sent())
    story.passes("2m")
    before = story.seq
    story.does(c.ChangeSeverity(to="S1"))

    (people,) = story.sent("people-on-site", since=before)
    assert (people.kind, people.life_safety) == ("instruction", True)
    assert people.next_update_at is not None
    assert story.clock(people.next_update_at) == "10:22"
    means = story.pinned.plan.severities["S1"]
    told_now = [one for one in story.sent(since=before) if one.audience in story.incident.audiences]
    assert {one.graver for one in told_now} == {means}
    assert people.oftener
    story.does(c.Say(words=words("no change")))
    again = story.sent("people-on-site")[-1]
    assert (again.graver, again.oftener) == (None, False), "once is enough"


def test_a_lower_severity_disturbs_nobody() -> None:
    """The next word comes when it was promised, then more slowly."""
    story = Story("generic")
    story.report(severity="S2")
    story.accept()
    before = story.seq
    story.does(c.ChangeSeverity(to="S4"))

    assert {one.audience for one in story.sent(since=before)} == {"directorate"}


def test_severity_without_any_cadence_promises_no_time() -> None:
    """No rhythm at that severity: the words go without a next time, and nothing is owed."""
    plan = {"cadence/update_every": {"S1": "20m"}, "audiences/users-away/update_every": ...}
    story = Story("generic", plan=plan)
    story.report(severity="S4")

    assert all(one.next_update_at is None for one in story.sent(kind="alert"))
    assert all(one.last_before_end for one in story.sent(kind="alert"))
    assert story.said(e.UpdatePromised) == []


def test_clock_times_of_an_audience_are_its_next_times() -> None:
    """``update_at``: the next of these times, but never in less than five minutes."""
    story = Story("generic", edits={"tell/people-on-site/update_at": ["12:00", "18:00"]},
                  begins="11:40")  # fmt: skip
    story.report()
    story.accept()
    assert story.clock(story.said(e.UpdatePromised)[0].due_at) == "12:00"
    story.at("11:57")
    story.does(c.Say(audiences=("people-on-site",)))
    assert story.clock(story.said(e.UpdatePromised)[-1].due_at) == "18:00"
    story.at("17:59")

    assert told(story, "people-on-site")[-1] == ("17:59", "holding")
    assert story.clock(story.said(e.UpdatePromised)[-1].due_at) == "12:00"


def test_the_plan_may_give_the_clock_times() -> None:
    """What the plan says of an audience holds in every playbook."""
    story = Story("generic", plan={"audiences/front-line/update_at": "18:00"})
    story.report()

    (made,) = (one for one in story.said(e.UpdatePromised) if one.audience == "front-line")
    assert story.clock(made.due_at) == "18:00"


def test_bystanders_hear_three_messages_at_most() -> None:
    """The first words, one change, and the end: whatever else happens."""
    story = led()
    for severity in ("S2", "S1"):
        story.does(c.ChangeSeverity(to=severity))
    story.does(c.Say())
    story.passes("30h")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    assert len(story.sent("users-away")) == 2
    refusal = story.refused(c.Say(audiences=("users-away",)))
    assert "only the end" in refusal.words["en"]
    story.does(c.DeclarePhase(phase="normal"), override=words("seen"))

    assert [one.kind for one in story.sent("users-away")][-1] == "end"
    assert len(story.sent("users-away")) == 3


# --- a person speaks ---


def test_a_person_speaks_to_all_or_to_some() -> None:
    """With their own words, or with what was recorded since; the open promise is answered."""
    story = led()
    story.does(c.RecordMeasure(measure=words("pumps")))
    before = story.seq
    story.does(c.Say(audiences=("front-line",), words=words("stay calm")), "communication")
    (one,) = story.sent(since=before)
    assert (one.audience, one.own_words) == ("front-line", words("stay calm"))
    assert [measure.words for measure in one.measures] == [words("pumps")]
    story.does(c.Say())

    assert {one.audience for one in story.sent(kind="update")} == set(story.incident.audiences)
    assert story.incident.tallies["kept_by_update"] == 6


def test_measures_are_told_once_and_a_message_is_never_without_one() -> None:
    """New ones only; where nothing is new, the last one stands, so that it is clear alone."""
    story = led()
    story.does(c.CompleteStep(step="lifts"), "security")
    for _ in range(2):
        story.does(c.Say(audiences=("front-line",)))
    first, second = story.sent("front-line", "update")
    assert (
        [one.id for one in first.measures] == [one.id for one in second.measures] == ["step:lifts"]
    )
    assert first.measures[0].expected_result is not None
    story.does(c.Say(audiences=("contractors-on-site",)))
    story.does(c.CompleteStep(step="close-area"), "security")
    story.does(c.Say(audiences=("contractors-on-site",)))

    last = story.sent("contractors-on-site", "update")[-1]
    assert [one.id for one in last.measures] == ["step:close-area"]


def test_what_stays_inside_is_not_told() -> None:
    """``inside_only``: in the brief of the directorate, and nowhere else."""
    story = led()
    story.does(c.RecordMeasure(measure=words("salaries"), inside_only=True))
    story.does(c.AnswerStep(step="server-room", answer="yes"), "technical")
    story.does(c.ChooseOption(step="stop-it", option="stop"), "lead")
    story.does(c.CompleteStep(step="servers", evidence=words("note")), "technical")
    story.does(c.Say())
    story.does(c.SendBrief())

    spoken = [one.words for message in story.sent(kind="update") for one in message.measures]
    assert words("salaries") not in spoken
    brief = story.sent("directorate", "brief")[-1]
    assert {"step:servers", story.incident.measures[0].id} <= {one.id for one in brief.measures}


def test_known_and_unknown_are_in_every_word() -> None:
    """What is not known is said; what is known stays said, so that each message stands alone."""
    story = led()
    assert len(story.sent("front-line")[0].known) == 1
    story.does(c.AnswerStep(step="source", answer="sewer"), "technical")
    for _ in range(2):
        story.does(c.Say(audiences=("front-line",)))

    texts = [one.known for one in story.sent("front-line", "update")]
    assert texts[0] == texts[1]
    assert "sewer" in texts[0][0]["en"]


def test_speaking_wants_the_right_and_somebody_to_hear() -> None:
    """Roles that may send, audiences that were told, and a crisis that is not over."""
    story = led()
    assert story.refused(c.Say(), "technical").rule == "say"
    assert "not been told" in story.refused(c.Say(audiences=("nobody",))).words["en"]
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))

    assert "over" in story.refused(c.Say()).words["en"]


def test_a_word_that_is_not_known_to_be_sent_yet_keeps_its_promise_alone() -> None:
    """Two words in a row while the ledger is silent: the first one answered the promise."""
    story = Story("flood", ledger=False)
    story.report()
    story.accept()
    story.does(c.ChangeSeverity(to="S2"))
    first = story.incident.commitments[story.incident.audiences["users-away"].promise or ""]
    story.passes("1m")
    story.does(c.ChangeSeverity(to="S1"))
    story.does(c.DeclarePhase(phase="normal"), override=words("dry"))

    again = story.incident.commitments[story.incident.audiences["users-away"].promise or ""]
    assert again.message_id == first.message_id is not None
    assert story.sent("users-away")[-1].kind == "end"


STAGE = {"by": ["communication"], "within": "15m", "silence": "hold"}


def test_what_a_person_says_to_people_in_danger_waits_for_nobody() -> None:
    """G12: at S1 the lead names the safe stairs, a minute later the other ones.

    Both leave at once, by the media of the alarm: no approval, no brief to wait for; those who are
    not at risk hear them as an update.
    """
    stages = {"tell/people-on-site/approval": [STAGE]}
    story = Story("fire", edits=stages, failing={"directorate"})
    story.report(danger="yes")
    story.accept()
    before = story.seq
    story.does(c.Say(words=words("Fire on the east stairs: use the west stairs only.")))
    at_risk = ("people-on-site", "contractors-on-site", "co-tenants")
    for name in at_risk:
        assert [(o.kind, o.life_safety) for o in story.sent(name, since=before)] == [
            ("instruction", True)
        ]
    assert [one.kind for one in story.sent("users-away", since=before)] == ["update"]
    before = story.seq
    story.does(c.Say(words=words("Not the west stairs: the east ones."), correction=True))
    for name in at_risk:
        assert [(o.kind, o.life_safety) for o in story.sent(name, since=before)] == [
            ("correction", True)
        ]
    assert story.incident.drafts == {}


def test_people_in_danger_never_have_enough_of_what_saves_them() -> None:
    """G12: co-tenants hear three messages at most, and a fourth that tells them the way out."""
    plan = {"audiences/co-tenants/at_most": 3}
    story = led(plan=plan, edits=CALM)
    story.does(c.Say(audiences=("co-tenants",), words=words("A word.")))
    assert story.refused(c.Say(audiences=("co-tenants",), words=words("Another."))).rule == "say"
    story.does(c.ChangeSeverity(to="S1"))
    before = story.seq
    story.does(c.Say(audiences=("co-tenants",), words=words("Leave by the east stairs.")))

    assert [one.kind for one in story.sent("co-tenants", since=before)] == ["instruction"]
