"""What waits for an approval, and is overtaken by an end, a merge or a new beginning: G7, G12."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from tests.unit.core.story import Story, words
from tests.unit.core.test_approvals import AWAY, STAGE, led
from tests.unit.core.test_messages import CALM
from tests.unit.core.town import Town

SITE = "people-on-site"
ASKED_ON_SITE = {f"tell/{SITE}/approval": [STAGE]}


def test_what_waits_in_a_merged_incident_never_leaves_and_its_author_hears_so() -> None:
    """G7: at ten the lead's words wait, and the end needs no approval; then it is merged.

    The crisis goes on: nobody is told that the area is open again, nobody is asked to approve it.
    """
    town, plan = Town(), {f"audiences/{SITE}/preapproved": ["alert", "holding", "end"]}
    here, there = (
        Story("flood", edits=CALM | ASKED_ON_SITE, plan=plan, others=town) for _ in range(2)
    )
    for building, story in (("a", here), ("b", there)):
        town.reported(story, building=building)
        story.accept()
    there.does(c.Say(audiences=(SITE,), words=words("Come in by gate 3.")))
    before = there.seq
    town.asks(here, life.MergeIncident(other=there.incident.id))

    assert there.incident.drafts == {}
    assert len(there.said(e.DraftDropped, before)) == 1
    assert not [one for one in there.sent(since=before) if one.audience is not None]
    (told,) = there.notices("lead", "unsaid", before)
    assert told.notice is not None
    assert (told.notice.subject, told.notice.words) == (SITE, words("Come in by gate 3."))


def test_words_that_waited_for_the_directorate_are_not_lost_in_a_merge_unseen() -> None:
    """E4: the lead's words to people outside wait for its brief; merged, the lead hears so."""
    town = Town()
    here, there = (Story("flood", edits=CALM, others=town) for _ in range(2))
    for building, story in (("a", here), ("b", there)):
        town.reported(story, building=building)
        story.accept()
    there.ledger = False
    there.does(c.ChangeSeverity(to="S4"))
    there.does(c.Say(audiences=("co-tenants",), words=words("Come in by gate 3.")))
    assert there.incident.held["co-tenants"].words == words("Come in by gate 3.")
    before = there.seq
    town.asks(here, life.MergeIncident(other=there.incident.id))

    (told,) = there.notices("lead", "unsaid", before)
    assert told.notice is not None
    assert told.notice.words == words("Come in by gate 3.")


def test_a_merge_tells_nobody_of_words_that_nobody_wrote() -> None:
    """E2: what waited for the directorate was the playbook's: it is told where it is followed."""
    town = Town()
    here, there = (Story("flood", edits=CALM, others=town) for _ in range(2))
    for building, story in (("a", here), ("b", there)):
        town.reported(story, building=building)
        story.accept()
    there.ledger = False
    there.does(c.ChangeSeverity(to="S4"))
    there.does(c.Say(audiences=("co-tenants",)))
    assert there.incident.held["co-tenants"].words is None
    town.asks(here, life.MergeIncident(other=there.incident.id))

    assert there.notices("lead", "unsaid") == []


def test_the_word_of_a_phase_takes_the_place_of_what_waits_and_its_author_hears_so() -> None:
    """E4: the lead's words wait; it is worked around: that is to be approved now, not the words.

    What was drafted before and still holds goes on waiting.
    """
    story = Story("flood", edits=CALM | ASKED_ON_SITE | {f"tell/{AWAY}/approval": [STAGE]})
    story.report()
    story.accept()
    story.does(c.Say(audiences=(SITE, AWAY), words=words("Come in by gate 3.")))
    story.does(c.DeclarePhase(phase="worked_around"), override=words("by hose"))

    assert {name: (one.kind, one.words) for name, one in story.incident.drafts.items()} == {
        SITE: ("end", None), AWAY: ("end", None),
    }  # fmt: skip
    assert len(story.notices("lead", "unsaid")) == 2


def test_an_end_that_waits_does_not_leave_once_it_has_begun_again() -> None:
    """G7, G12: normal at 10:20, the end waits; water again at 10:25: nobody hears "all over"."""
    stage = STAGE | {"silence": "send"}
    plan = {f"audiences/{SITE}/preapproved": ["alert", "holding"]}
    story = Story("flood", edits=CALM | {f"tell/{SITE}/approval": [stage]}, plan=plan)
    story.report()
    story.accept()
    story.at("10:20")
    story.does(c.DeclarePhase(phase="normal"), override=words("all is dry"))
    assert story.incident.drafts[SITE].kind == "end"
    story.at("10:25")
    before = story.seq
    story.does(c.DeclarePhase(phase="open"))
    assert SITE not in story.incident.drafts
    story.passes("2h")

    assert story.sent(SITE, since=before), "the next word is the one that they were promised"
    assert not story.sent(SITE, "end", before)


def test_a_word_of_safety_that_waits_does_not_leave_once_it_is_not_safe() -> None:
    """G12: declared safe at 10:20, that word waits for its approval; at 10:25 it is not safe."""
    plan = {f"audiences/{SITE}/preapproved": ["alert", "holding"]}
    story = Story("flood", edits=CALM | {f"tell/{SITE}/approval": [STAGE]}, plan=plan)
    story.report()
    story.accept()
    story.at("10:20")
    story.does(c.DeclarePhase(phase="safe"), override=words("seen on site"))
    assert story.incident.drafts[SITE].phase == "safe"
    story.at("10:25")
    story.does(c.DeclarePhase(phase="open"))

    assert SITE not in story.incident.drafts
    assert not story.sent(SITE, "end")


def test_a_word_that_keeps_people_safe_is_not_turned_into_an_approved_one() -> None:
    """G12: co-tenants are to hear of the car park once the directorate knows; then it is danger.

    They have the instruction in that decision, as those on site; the car park comes after.
    """
    stage = STAGE | {"silence": "send"}
    plan = {"audiences/co-tenants/approval": [stage]}
    story = Story("flood", edits=CALM, plan=plan, failing={"directorate"})
    story.report()
    story.accept()
    story.passes("20m")
    story.does(c.ChangeSeverity(to="S4"))
    story.does(c.Say(audiences=("co-tenants",), words=words("Car park closed on Monday.")))
    story.passes("10m")
    story.does(c.ChangeSeverity(to="S3"))
    story.does(c.ApproveDraft(audience="co-tenants"), "communication")
    assert story.incident.drafts["co-tenants"].state == "passed"
    before = story.seq
    story.report(danger="yes")

    (word,) = story.sent("co-tenants", since=before)
    assert (word.kind, word.life_safety, word.own_words) == ("instruction", True, None)
    assert story.incident.drafts["co-tenants"].words == words("Car park closed on Monday.")


def test_a_word_of_safety_takes_the_place_of_its_draft_and_leaves_once() -> None:
    """G2, G12: an alert to those on site waits for an approval; danger: it leaves, one time.

    Neither the next decision nor the hour that follows says it again.
    """
    plan = {f"audiences/{SITE}/approval": [STAGE], f"audiences/{SITE}/preapproved": ["holding"]}
    story = Story("flood", edits=CALM, plan=plan)
    story.report()
    story.accept()
    waiting = story.incident.drafts[SITE]
    assert waiting.kind == "alert"
    before = story.seq
    story.report(danger="yes")
    (alert,) = story.sent(SITE, since=before)
    assert (alert.kind, alert.life_safety) == ("alert", True)
    assert [one.draft_id for one in story.said(e.DraftDropped, before)] == [waiting.id]
    story.passes("30m")

    assert len([one for one in story.sent(SITE, since=before) if one.life_safety]) == 1


def test_a_word_of_safety_says_what_an_update_waited_to_say() -> None:
    """G12: an update of those on site waits; danger: one instruction says all that is new."""
    plan = {f"audiences/{SITE}/approval": [STAGE], f"audiences/{SITE}/preapproved": ["alert"]}
    story = Story("flood", edits=CALM, plan=plan)
    story.report()
    story.accept()
    story.does(c.Say(audiences=(SITE,)))
    assert story.incident.drafts[SITE].kind == "update"
    before = story.seq
    story.report(danger="yes")

    assert [one.kind for one in story.sent(SITE, since=before)] == ["instruction"]
    assert story.incident.drafts == {}


def test_words_whose_approval_is_asked_no_more_leave_once() -> None:
    """G2: the lead's words wait at 18:30; at seven nobody need approve them: they are said once."""
    office = {"when": {"hours": "office"}, "tell": {SITE: {"approval": [STAGE]}}}
    story = Story("flood", begins="18:30", edits=CALM | {"layers/office": office})
    story.report()
    story.accept()
    story.does(c.Say(audiences=(SITE,), words=words("Building B is open.")))
    before = story.seq
    story.at("19:05")

    (said,) = story.sent(SITE, since=before)
    assert said.own_words == words("Building B is open.")
    assert story.incident.drafts == {}


def test_an_instruction_that_waits_and_turns_grave_leaves_once_with_its_words() -> None:
    """G2, G12: the lead's words wait in an instruction; it turns grave, and nobody hears two."""
    audience = "people-on-site"
    story = Story("flood", edits=CALM | {f"tell/{audience}/approval": [STAGE]})
    story.report()
    story.accept()
    story.does(c.Say(audiences=(audience,), words=words("use gate 3")))
    story.does(c.ChooseOption(step="leave", option="stay"))
    assert story.incident.drafts[audience].kind == "instruction"
    before = story.seq
    story.does(c.ChangeSeverity(to="S1"))
    (left,) = story.sent(audience, since=before)
    assert (left.life_safety, left.own_words) == (True, words("use gate 3"))
    assert story.incident.drafts == {}


def test_an_end_that_nobody_lets_go_is_escalated_until_somebody_does() -> None:
    """G5, G7: it is over, the end is rejected, the promised time passes: the chain hears so."""
    story = led({**STAGE, "silence": "hold"})
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
    story.does(c.RejectDraft(audience=AWAY, reason=words("no")), "communication")
    story.passes("4d")
    assert {one.audience for one in story.said(e.SilenceEscalated)} == {AWAY}
    story.does(c.ApproveDraft(audience=AWAY), "lead", override=words("it is true"))
    assert story.sent(AWAY)[-1].kind == "end"
    before = story.seq
    story.passes("4d")
    assert story.said(e.SilenceEscalated, before) == []
