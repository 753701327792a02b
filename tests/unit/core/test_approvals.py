"""Who must approve a message before it leaves, and what their silence means: G4, G5, G12."""

from __future__ import annotations

from typing import Any

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from crisis.core.draft import Draft
from tests.unit.core.story import Story, cast, words
from tests.unit.core.test_messages import CALM

AWAY = "users-away"
STAGE = {"by": ["communication"], "within": "15m", "silence": "hold"}


def led(
    *stages: dict[str, Any],
    plan: dict[str, Any] | None = None,
    playbook: str = "flood",
    **edits: Any,
) -> Story:
    """A calm flood with all roles held, in which messages to those away are approved so."""
    calm = CALM if playbook == "flood" else {"urgency/S3": "expected"}
    changes = calm | {f"tell/{AWAY}/approval": list(stages) or [STAGE]}
    plan = {f"audiences/{AWAY}/at_most": ...} | (plan or {})
    story = Story(playbook, edits=changes | edits, plan=plan)
    story.report()
    story.accept()
    return story


def drafted(story: Story) -> Draft:
    """The draft that waits for those away."""
    assert AWAY in story.incident.drafts, "nothing waits"
    return story.incident.drafts[AWAY]


def spoken(*stages: dict[str, Any], **more: Any) -> Story:
    """The lead speaks to those away at ten; it waits for an approval."""
    story = led(*stages, **more)
    story.does(c.Say(audiences=(AWAY,), words=words("Work at home on Monday.")))
    return story


def test_words_wait_and_exactly_those_leave_once_they_are_approved() -> None:
    """At ten the lead speaks; communication reads the words with their digest, and approves."""
    story = spoken()
    before = story.seq
    waiting = drafted(story)
    assert [one.kind for one in story.sent(AWAY)] == ["alert"]
    (asked,) = story.sent(kind="approval")
    assert asked.approval is not None
    assert asked.to == ("communication",)
    assert (asked.approval.words, asked.approval.digest) == (waiting.texts, waiting.digest)
    story.passes("5m")
    story.does(c.ApproveDraft(audience=AWAY, digest=waiting.digest), "communication")

    (released,) = [one for one in story.said(e.MessageReleased, before) if one.audience == AWAY]
    assert (released.texts, released.digest) == (waiting.texts, waiting.digest)
    assert (released.draft_id, released.words) == (waiting.id, words("Work at home on Monday."))
    assert released.next_update_at == waiting.next_update_at
    assert story.incident.drafts == {}


def test_preapproved_kinds_and_other_audiences_ask_nobody() -> None:
    """G4: first words and holding statements are written by people who approved them before."""
    story = led()
    assert [one.kind for one in story.sent(AWAY)] == ["alert"]
    story.does(c.Say(audiences=("people-on-site",), words=words("All calm.")))

    assert story.incident.drafts == {}
    assert story.sent(kind="approval") == []


def test_what_keeps_people_safe_asks_nobody() -> None:
    """G12: an instruction to people at risk at immediate urgency leaves at once."""
    plan = {"audiences/people-on-site/approval": [STAGE]}
    story = Story("flood", edits=CALM, plan=plan)
    story.report()
    story.accept()
    before = story.seq
    story.does(c.ChangeSeverity(to="S1"))

    (alarm,) = story.sent("people-on-site", since=before)
    assert (alarm.kind, alarm.life_safety) == ("instruction", True)


def test_stages_follow_one_another_and_no_person_counts_twice() -> None:
    """A second approver is another person, unless somebody overrides that by name."""
    story = spoken(STAGE, {"by": ["technical"], "within": "10m"})
    story.does(c.ApproveDraft(audience=AWAY), "communication")
    assert [one.to for one in story.sent(kind="approval")] == [("communication",), ("technical",)]
    assert story.sent(AWAY, "update") == []
    refused = story.refused(c.ApproveDraft(audience=AWAY), "communication",
                            override=None)  # fmt: skip
    assert refused.rule in {"second-person", "approve"}
    assert refused.overridable
    story.does(c.ApproveDraft(audience=AWAY), "technical")

    assert len(story.sent(AWAY, "update")) == 1
    assert [one.person for one in story.said(e.DraftApproved)] == ["communication", "technical"]


def test_the_author_is_not_the_approver() -> None:
    """Whoever wrote it is the last to see what is wrong with it."""
    story = led({"by": ["lead"], "within": "15m", "silence": "hold"})
    story.does(c.Say(audiences=(AWAY,), words=words("Work at home.")))
    assert story.sent(kind="approval") == [], "only its author could have been asked"
    assert story.said(e.ApprovalSought)[-1].message_id == ""
    assert story.refused(c.ApproveDraft(audience=AWAY)).rule == "second-person"
    story.does(c.ApproveDraft(audience=AWAY), override=words("nobody else is awake"))

    assert len(story.sent(AWAY, "update")) == 1


def test_silence_may_send() -> None:
    """Nobody answers within a quarter of an hour: the words leave, and the record says so."""
    story = spoken({"by": ["communication"], "within": "10m", "silence": "send"})
    story.passes("10m")

    assert len(story.sent(AWAY, "update")) == 1
    assert [one.silence for one in story.said(e.ApprovalSilent)] == ["send"]
    assert story.incident.drafts == {}


def test_silence_may_ask_the_next() -> None:
    """The approval passes on; after the last the words leave."""
    stage = {"by": ["communication"], "within": "5m", "silence": "next"}
    story = spoken(stage, {"by": ["directorate"], "within": "5m", "silence": "next"})
    story.passes("5m")
    assert story.sent(kind="approval")[-1].to == ("dg",)
    story.passes("5m")

    assert len(story.sent(AWAY, "update")) == 1
    assert [one.stage for one in story.said(e.ApprovalSilent)] == [0, 1]


def test_the_directorate_may_approve() -> None:
    """Where the stage is theirs, they need no role."""
    story = spoken({"by": ["directorate"], "within": "15m"})
    story.does(c.ApproveDraft(audience=AWAY), "dg")
    assert len(story.sent(AWAY, "update")) == 1


def test_silence_may_hold_and_the_promised_time_still_holds() -> None:
    """G5: while somebody is awaited, the prepared holding statement keeps the promised time."""
    story = spoken(playbook="generic")
    story.passes("15m")
    assert drafted(story).state == "held"
    assert story.notices("lead", "approval-held")
    promised = story.sent(AWAY)[0].next_update_at
    assert promised is not None
    story.passes("1d")

    kinds = [one.kind for one in story.sent(AWAY)]
    assert kinds[:2] == ["alert", "holding"]
    assert story.sent(AWAY)[1].issued_at < promised
    assert "update" not in kinds


def test_events_overtake_what_waits() -> None:
    """New facts: the old words are dropped, new ones are made, and asked about."""
    story = led()
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    story.does(c.Say(audiences=(AWAY,)))
    first = drafted(story)
    story.passes("2m")
    story.does(c.RecordMeasure(measure=words("Two pumps run.")))

    second = drafted(story)
    assert [one.draft_id for one in story.said(e.DraftDropped)] == [first.id]
    assert second.fingerprint != first.fingerprint
    refused = story.refused(c.ApproveDraft(audience=AWAY, digest=first.digest), "communication")
    assert "read the new draft" in refused.words["en"]
    story.does(c.ApproveDraft(audience=AWAY, digest=second.digest), "communication")
    assert len(story.sent(AWAY, "update")[-1].measures) == 2


def test_a_persons_words_that_wait_are_in_the_draft_that_takes_their_place() -> None:
    """G5: a measure is recorded while they wait; at 80 % the new draft says both, of one author."""
    story = spoken(STAGE | {"within": "6h"})
    story.does(c.RecordMeasure(measure=words("pumps run")), "technical")
    story.passes("3h")
    waiting = drafted(story)
    assert waiting.words == words("Work at home on Monday.")
    assert waiting.author == "lead"
    assert waiting.measures
    story.does(c.ApproveDraft(audience=AWAY), "communication")
    assert story.sent(AWAY)[-1].own_words == words("Work at home on Monday.")


def test_unapproved_words_do_not_leave_with_what_keeps_people_safe() -> None:
    """G12: while the lead's words wait, it turns grave: the instruction goes, and goes alone."""
    audience = "people-on-site"
    story = Story("flood", edits=CALM | {f"tell/{audience}/approval": [STAGE]})
    story.report()
    story.accept()
    story.does(c.Say(audiences=(audience,), words=words("use gate 3")))
    before = story.seq
    story.does(c.ChangeSeverity(to="S1"))
    left = [one for one in story.sent(audience, since=before) if one.life_safety]
    assert [one.own_words for one in left] == [None] * len(left) != []


def test_the_same_facts_wait_in_the_same_words() -> None:
    """What changes nothing for these readers asks nobody again."""
    story = spoken()
    first = drafted(story)
    story.does(c.RecordMeasure(measure=words("Nobody hears this."), inside_only=True))

    assert drafted(story) is first or drafted(story).id == first.id
    assert len(story.sent(kind="approval")) == 1


def test_a_rejection_tells_the_author_why_and_what_next() -> None:
    """The words do not leave; others may be written, and are asked about anew."""
    story = spoken()
    story.does(c.RejectDraft(audience=AWAY, reason=words("Monday is a holiday.")), "communication")
    (why,) = story.notices("lead", "draft-rejected")
    assert why.notice is not None
    assert why.notice.words == words("Monday is a holiday.")
    body = c.RejectDraft(audience=AWAY, reason=words("again"))
    assert story.refused(body, "communication").rule == "reject"
    assert story.refused(c.ApproveDraft(audience=AWAY), "communication").overridable
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    assert drafted(story).state == "rejected", "the same words are not asked about again"
    story.does(c.Say(audiences=(AWAY,), words=words("Work at home on Tuesday.")))

    assert drafted(story).state == "waiting"
    assert len(story.sent(kind="approval")) == 2


def test_a_rejected_message_may_be_let_through_by_name() -> None:
    """« Se réfugier derrière les règlements » is a failure too."""
    story = spoken()
    story.does(c.RejectDraft(audience=AWAY, reason=words("too early")), "communication")
    story.does(c.ApproveDraft(audience=AWAY), "communication", override=words("it is time"))
    assert len(story.sent(AWAY, "update")) == 1


def test_what_a_machine_wrote_and_was_rejected_is_the_leads_to_mend() -> None:
    """Words that nobody wrote have no author: the lead hears why."""
    story = led()
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    story.does(c.Say(audiences=(AWAY,)))
    story.does(c.RejectDraft(audience=AWAY, reason=words("not yet")), "communication")
    assert story.notices("lead", "draft-rejected")
    story.does(c.RecordMeasure(measure=words("The pumps run.")))
    assert drafted(story).state == "waiting", "other facts are asked about anew"


def test_who_was_not_asked_needs_the_power_to_approve() -> None:
    """Approval is a matter of authority; an override goes on the record."""
    story = spoken()
    assert story.refused(c.ApproveDraft(audience=AWAY), "technical").rule == "approve"
    assert story.refused(c.ApproveDraft(audience="front-line")).words["en"].endswith(f"{AWAY}.")
    powers = ["approve"]
    other = spoken(**{"roles/technical/authority": powers})
    other.does(c.ApproveDraft(audience=AWAY), "technical")
    assert len(other.sent(AWAY, "update")) == 1


def test_the_question_is_asked_before_the_promised_time() -> None:
    """At 80 % of the span with a new fact: the update is drafted and asked about in time."""
    story = led(playbook="generic")
    story.does(c.RecordMeasure(measure=words("The valve is shut.")))
    promised = story.sent(AWAY)[0].next_update_at
    assert promised is not None
    while not story.incident.drafts and story.now < promised:
        story.passes("1m")
    assert story.now < promised
    story.does(c.ApproveDraft(audience=AWAY), "communication")

    assert [one.kind for one in story.sent(AWAY)] == ["alert", "update"]
    (kept,) = [one for one in story.said(e.CommitmentKept)
               if one.commitment_id == f"{story.sent(AWAY)[0].id}-next"]  # fmt: skip
    assert kept.how == "update"


def test_an_end_waits_too_and_a_crisis_is_not_closed_over_it() -> None:
    """G7: what tells people that it is over leaves before the crisis is closed."""
    story = led()
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
        if phase == "safe":
            story.does(c.ApproveDraft(audience=AWAY), "communication")
    waiting = drafted(story)
    assert waiting.kind == "end"
    assert story.refused(c.CloseIncident()).words["en"].startswith("Messages still wait")
    story.does(c.ApproveDraft(audience=AWAY), "communication")
    assert story.sent(AWAY)[-1].kind == "end"
    closing = led()
    for phase in ("safe", "normal"):
        closing.does(c.DeclarePhase(phase=phase), override=words("seen"))
    closing.does(c.CloseIncident(), override=words("enough"))
    closing.passes("1d")
    assert closing.sent(AWAY)[-1].phase != "normal", "it waits for a person, closed or not"


def test_an_end_that_waits_is_dropped_when_it_begins_again() -> None:
    """G5: all is safe, then it is not; nobody approves an end of what goes on."""
    story = led({**STAGE, "silence": "send"})
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
    assert drafted(story).kind == "end"
    story.does(c.DeclarePhase(phase="open"))
    story.passes("1h")
    assert "end" not in [one.kind for one in story.sent(AWAY)]


def test_who_heard_of_safety_alone_hears_that_it_begins_again() -> None:
    """G5: they were told that all is safe and not yet that it is normal: it begins again."""
    story = led()
    story.does(c.DeclarePhase(phase="safe"), override=words("seen"))
    story.does(c.ApproveDraft(audience=AWAY), "communication")
    story.does(c.DeclarePhase(phase="normal"), override=words("seen"))
    story.does(c.DeclarePhase(phase="open"))
    assert (story.sent(AWAY)[-1].kind, story.sent(AWAY)[-1].phase) == ("alert", "open")


def test_an_end_that_was_closed_over_leaves_all_the_same() -> None:
    """G7: the lead closes by name over an end that waits; nobody says no, and people hear it."""
    story = led({**STAGE, "silence": "send"})
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
    story.does(c.CloseIncident(), override=words("enough"))
    assert story.sent(AWAY)[-1].kind != "end"
    story.passes("20m")
    assert story.sent(AWAY)[-1].kind == "end"
    assert story.incident.drafts == {}


def test_a_false_alarm_takes_the_place_of_what_waited() -> None:
    """The end is asked about; the update that waited is of no use to anybody."""
    story = spoken()
    story.does(c.CancelIncident())
    assert drafted(story).kind == "end"
    story.does(c.ApproveDraft(audience=AWAY), "communication")
    assert story.sent(AWAY)[-1].phase == "cancelled"


def test_what_waited_for_the_directorate_is_asked_about_after_it_knows() -> None:
    """G6: first the brief, then the approval; the words are kept on the way."""
    story = led(plan={f"audiences/{AWAY}/outside": True})
    story.does(c.Say(audiences=(AWAY,), words=words("Work at home.")))
    assert drafted(story).words == words("Work at home.")
    story.ledger = False
    story.does(c.ChangeSeverity(to="S2"))
    story.does(c.ApproveDraft(audience=AWAY), "communication")
    assert len(story.sent(AWAY)) == 1, "the directorate does not know yet"
    story.ledger = True
    story.dispatch()
    assert drafted(story).state == "waiting", "it has become graver: these are other words"
    story.does(c.ApproveDraft(audience=AWAY), "communication")

    last = story.sent(AWAY)[-1]
    assert (last.kind, last.own_words) == ("update", words("Work at home."))


def test_with_nobody_in_the_role_the_lead_is_asked() -> None:
    """Somebody can always answer."""
    people = dict(cast(("lead", "technical", "security", "communication")))
    people["communication"] = (Rank("holder", ()),)
    nobody = Story(
        "flood", edits=CALM | {f"tell/{AWAY}/approval": [STAGE]},
        plan={f"audiences/{AWAY}/at_most": ...}, people=people,
    )  # fmt: skip
    nobody.report()
    nobody.accept()
    nobody.does(c.RecordMeasure(measure=words("The valve is shut.")))
    nobody.does(c.Say(audiences=(AWAY,)))
    assert nobody.sent(kind="approval")[-1].to == ("lead",)


def test_a_first_word_is_dropped_when_these_people_are_concerned_no_more() -> None:
    """Nobody approves a message to people who are not told anything any more."""
    edits: dict[str, Any] = {f"tell/{AWAY}/when": {"current": {"not": "yes"}}}
    story = led(plan={f"audiences/{AWAY}/preapproved": ["holding"]}, **edits)
    assert drafted(story).kind == "alert"
    story.does(c.AnswerStep(step="current", answer="yes"), "technical")

    assert story.incident.drafts == {}
    assert story.sent(AWAY) == []
