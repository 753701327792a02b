"""What was owed there when two incidents became one: nobody's reply, promise or end is lost."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core import people_commands as p
from tests.unit.core.story import Story, words
from tests.unit.core.town import Town

FORCED = words("seen with the team")
ON_SITE = "people-on-site"


def two_floods(**edits: object) -> tuple[Town, Story, Story]:
    """Water in two buildings at ten, each with its own lead and team."""
    town = Town()
    found = []
    for building in ("a", "b"):
        story = Story("flood", edits=edits or None, others=town)
        town.reported(story, building=building)
        story.accept()
        found.append(story)
    return town, found[0], found[1]


def topics(story: Story, who: str, since: int) -> set[str]:
    """What a person was written to about after an event."""
    return {one.notice.topic for one in story.notices(who, since=since) if one.notice}


def test_what_only_the_other_can_settle_is_chased_there_until_somebody_does() -> None:
    """G1, G8: a question, a cost and a walk to three people outlast the merge, and can be done."""
    town, a, b = two_floods()
    b.does(p.AskQuestion(question_id="q1", words=words("can we go home?")), "visitor")
    b.does(k.AnnounceCost(step="pump", amount="90000 EUR"), "technical")
    alert = b.incident.audiences[ON_SITE].last_message_id
    b.does(c.NoteLeftOver(message_id=alert, audience=ON_SITE, kind="alert", count=3))
    town.asks(a, life.MergeIncident(other=b.incident.id))
    before = b.seq
    b.passes("3h")

    chased = {one.notice.topic for one in b.sent(since=before) if one.notice}
    assert {"carry-late", "question-late", "cost"} <= chased
    assert "step-late" not in chased
    b.does(c.CarryByHand(audience=ON_SITE), "security")
    b.does(k.DecideCost(step="pump", answer="grant"), "dg")
    b.does(p.ReplyToQuestion(question="q1", reply=words("by bus")))
    before = b.seq
    b.passes("2d")
    assert b.seq == before


def test_the_lead_of_both_is_told_what_the_other_still_owes() -> None:
    """G3: its own lead was thanked and has gone home; whoever follows it leads it too."""
    town, a, b = two_floods()
    a.does(c.TakeRole(role="lead"), "lead-deputy")
    alert = b.incident.audiences[ON_SITE].last_message_id
    b.does(c.NoteLeftOver(message_id=alert, audience=ON_SITE, kind="alert", count=3))
    town.asks(a, life.MergeIncident(other=b.incident.id), "lead-deputy")
    before = b.seq
    b.passes("1h")
    assert "carry-late" in topics(b, "lead-deputy", before)


def test_the_water_shut_there_is_turned_on_again_once_both_are_over() -> None:
    """What was changed in the merged one is put back after normal, and chased until it is."""
    town, a, b = two_floods()
    b.does(c.CompleteStep(step="shut-water", evidence=words("photo")), "technical")
    town.asks(a, life.MergeIncident(other=b.incident.id))
    assert "shut-water.undo" not in b.incident.steps
    b.now = a.now
    assert b.refused(c.CompleteStep(step="cut-power")).words["en"].startswith("This incident is")
    for phase in ("safe", "normal"):
        town.asks(a, c.DeclarePhase(phase=phase), override=FORCED)

    assert b.incident.steps["shut-water.undo"].state == "ready"
    assert "steps-ready" in topics(b, "technical", 0)
    before = b.seq
    b.passes("2d")
    assert "step-late" in topics(b, "lead", before)
    b.does(c.CompleteStep(step="shut-water.undo"), "technical")


def test_a_promise_to_one_person_goes_over_with_the_person_and_whoever_owes_it() -> None:
    """G8: the visitor hears that the taxi does not come; the one who owes it was asked in time."""
    town, a, b = two_floods()
    due_at = b.now + timedelta(hours=2)
    b.does(c.MakePromise(promise_id="taxi", audience="", person="visitor", by="technical",
                         words=words("a taxi home"), due_at=due_at))  # fmt: skip
    before = a.seq
    town.asks(a, life.MergeIncident(other=b.incident.id))

    (made,) = [one for one in a.said(e.PromiseMade, before) if one.person]
    assert (made.person, made.by, made.due_at) == ("visitor", "technical", due_at)
    a.passes("4h")
    assert "ask-update" in topics(a, "technical", before)
    assert "promise-lost" in topics(a, "visitor", before)


def test_the_announced_end_of_works_is_promised_on_where_they_are_followed() -> None:
    """G8: works burst a pipe at noon; that they end by two is owed by the flood, and kept by it."""
    town = Town()
    flood = town.opens(building="a")
    works = Story("planned-works", others=town)
    starts = works.now + timedelta(hours=1)
    town.reported(works, building="b", starts_at=starts, ends_at=starts + timedelta(hours=4))
    works.accept()
    works.does(c.DeclarePhase(phase="open"))
    town.asks(flood, life.MergeIncident(other=works.incident.id))
    assert {one.kind for one in flood.incident.commitments.values()} == {"update", "end"}
    for phase in ("safe", "normal"):
        town.asks(flood, c.DeclarePhase(phase=phase), override=FORCED)
    assert not [one for one in flood.incident.commitments.values() if one.kind == "end"]
    assert flood.said(e.CommitmentBroken) == []


def test_what_both_playbooks_promised_is_promised_once() -> None:
    """G8: relief by 16:00 was promised in both; the merged incident owes it once."""
    town, a, b = two_floods()
    for story in (a, b):
        story.does(c.ChangeSeverity(to="S1"))
    assert [one.step for one in a.said(e.PromiseMade)] == ["relief"]
    town.asks(a, life.MergeIncident(other=b.incident.id))
    assert [one.step for one in a.said(e.PromiseMade)] == ["relief"]


def test_whoever_heard_only_of_the_other_hears_the_end_too() -> None:
    """G7: the word to co-tenants still waits for the directorate when it proves a false alarm."""
    town = Town()
    a = Story("flood", edits={"tell/co-tenants": ...}, others=town)
    town.reported(a, building="a")
    a.accept()
    b = town.opens(building="b")
    first = b.incident.audiences["co-tenants"].first_message_id
    a.failing, a.ledger = {"directorate"}, False
    town.asks(a, life.MergeIncident(other=b.incident.id))
    assert a.sent("co-tenants") == []
    a.does(c.CancelIncident())
    a.ledger = True
    a.dispatch()
    a.passes("1h")

    (end,) = a.sent("co-tenants")
    assert (end.kind, end.ends) == ("end", (first,))
    assert a.incident.joining == {}


def test_words_that_wait_for_the_directorate_are_not_spent_on_those_who_join() -> None:
    """G7: the lead's own words reach the co-tenants they were written to, after the join."""
    town, a, b = two_floods(**{"severity/start": "S4"})
    a.ledger = False
    a.does(c.ChangeSeverity(to="S3"))
    a.does(c.Say(audiences=("co-tenants",), words=words("use gate 3")))
    before = a.seq
    town.asks(a, life.MergeIncident(other=b.incident.id))
    a.ledger = True
    a.dispatch()

    joined, said = a.sent("co-tenants", since=before)
    assert (joined.joined, joined.own_words) == (True, None)
    assert (said.joined, said.own_words) == (False, words("use gate 3"))


def test_a_step_that_opened_what_is_merged_now_is_done() -> None:
    """Its own child is taken over: nobody waits for the end of what is followed here."""
    town = Town()
    edits = {"steps/second": {"open": "generic", "when": {"current": "yes"}}}
    a = Story("flood", edits=edits, others=town)
    town.reported(a, building="a")
    a.accept()
    town.asks(a, c.AnswerStep(step="current", answer="yes"), "technical")
    (child,) = (one for one in town.stories.values() if one is not a)
    town.asks(a, life.MergeIncident(other=child.incident.id))
    assert a.incident.steps["second"].state == "done"
