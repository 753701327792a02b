"""After the end: asked how it was, presented, published, looked at again, thanked, changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from crisis.core import after_commands as a
from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.decide.aftermath import contributions
from crisis.core.deciding import Facts, Rank
from crisis.core.place import Contractor
from crisis.core.playbook import Playbook
from tests.unit.core.story import Story, words
from tests.unit.only import only

FORCED = words("go")


class Changing(Story):
    """A story in which playbooks have new versions."""

    version = "1"

    def facts(self) -> Facts:
        """What there is now."""
        found = super().facts()
        return Facts(
            candidates=found.candidates, head=found.head, words=found.words,
            register=found.register,
            playbook_digest=lambda name: f"{name}-{self.version}" if name == "flood" else "",
        )  # fmt: skip

    def playbook_now(self) -> Playbook:
        """The playbook in force."""
        return self.pinned.in_force(self.incident.situation)


def over(**edits: Any) -> Changing:
    """A flood that is back to normal, with these rules of its review."""
    story = Changing("flood", edits={f"review/{name}": value for name, value in edits.items()})
    story.report(severity="S2")
    story.accept()
    story.does(c.CompleteStep(step="close-area"), override=FORCED)
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    return story


def held(story: Changing) -> None:
    """The review is held."""
    story.does(c.HoldReview(avoidable="partly", why=words("why")))


def test_a_day_after_the_end_each_audience_is_asked_once() -> None:
    """One question to those who were told, to nobody else, and never in the same hour."""
    story = over(survey=True, follow_up="30d")
    story.passes("23h")
    assert not story.sent(kind="survey")
    story.passes("20d")

    asked = story.sent(kind="survey")
    assert {one.audience for one in asked} == set(story.incident.audiences)
    assert len(asked) == len(story.incident.audiences)
    assert asked[0].survey is not None
    assert asked[0].survey.answer_by == asked[0].issued_at + timedelta(days=7)
    assert asked[0].urgency == "future"


def test_whoever_has_heard_as_much_as_agreed_is_not_asked() -> None:
    """A bystander agreed to three messages in all: the survey is not a fourth."""
    story = over(survey=True)
    assert story.pinned.plan.audiences["users-away"].at_most == 3
    heard = story.incident.audiences["users-away"]
    story.state = replace(
        story.incident,
        audiences={**story.incident.audiences, "users-away": replace(heard, messages=3)},
    )
    story.passes("2d")
    asked = {one.audience for one in story.sent(kind="survey")}
    assert "people-on-site" in asked
    assert "users-away" not in asked


def test_each_answer_counts_once_and_comments_are_texts() -> None:
    """The tallies are the review's; who said what stands in the register, words apart."""
    story = over(survey=True)
    story.passes("2d")
    for who, rating in (("p1", "well"), ("p2", "badly"), ("p1", "partly")):
        body = a.AnswerSurvey(audience="people-on-site", rating=rating, comment=words(who))  # type: ignore[arg-type]
        story.does(body, who)

    counts = story.incident.after.survey["people-on-site"]
    assert {name: n for name, n in counts.items() if n} == {"partly": 1, "badly": 1}
    assert story.incident.after.comments == 3
    story.refused(a.AnswerSurvey(audience="nobody", rating="well"), "p1")


def test_nobody_is_asked_where_nobody_was_told() -> None:
    """A survey needs an audience; without the word in the playbook there is none."""
    story = over(survey=False)
    story.passes("5d")
    assert not story.sent(kind="survey")


def test_what_the_review_found_goes_to_those_whom_the_playbook_names() -> None:
    """Roles and the directorate have the actions as soon as it is held, once."""
    story = over(present_to=["technical", "directorate"])
    held(story)
    held(story)

    for who in ("technical", "directorate"):
        assert len(story.notices(who, "review-presented")) == 1
    inside = over(present_to="technical")
    held(inside)
    assert inside.notices("technical", "review-presented")
    assert not inside.notices("directorate", "review-presented")


def test_the_audiences_hear_what_has_changed() -> None:
    """The owner is asked at once and each week, and tells it to those who heard the end."""
    story = over(publish_to=["people-on-site"], survey=False)
    ended = {one.audience: one.heard_later for one in story.sent(kind="end")}
    assert [name for name, later in ended.items() if later] == ["people-on-site"]
    early = a.PublishReview(words=words("changed"))
    story.refused(early)
    held(story)
    story.passes("15d")
    assert [one.count for one in story.said(e.PublicationReminded)] == [1, 2]
    assert len(story.notices("lead", "publish")) == 3
    assert story.refused(early, "p9").overridable
    story.does(early)
    told = story.sent("people-on-site", "update")[-1]
    since = story.seq
    story.passes("30d")

    assert told.own_words == words("changed")
    assert told.ends
    assert not story.said(e.PublicationReminded, since=since)


def test_there_must_be_somebody_to_tell() -> None:
    """A playbook that names no audience has nothing to publish."""
    story = over()
    held(story)
    story.refused(a.PublishReview(words=words("changed")))


def test_actions_are_looked_at_again_on_the_days_that_the_playbook_names() -> None:
    """Owner and directorate see what is left; after a long absence once."""
    story = over(follow_up=["90d", "30d"])
    story.passes("31d")
    first = story.said(e.ActionsFollowed)
    story.passes("60d")

    assert [one.count for one in first] == [1]
    assert [one.count for one in story.said(e.ActionsFollowed)] == [1, 2]
    assert story.notices("directorate", "follow-up")
    away = over(follow_up=["30d", "90d"])
    away.away("100d")
    assert [one.count for one in away.said(e.ActionsFollowed)] == [2]


def test_actions_are_looked_at_again_even_where_nobody_owns_the_review() -> None:
    """Those who could lead are asked."""
    story = Changing("flood", edits={"review/follow_up": "30d"}, people={})
    story.report(severity="S2")
    story.does(c.TakeRole(role="lead"), "bob")
    story.does(c.DeclarePhase(phase="normal"), "bob", override=FORCED)
    story.passes("31d")

    assert story.said(e.ActionsFollowed)


def test_everybody_who_took_a_part_is_thanked_by_name_at_the_close() -> None:
    """Merci: each one's part, to all who held a role; in public the roles alone."""
    story = over()
    story.does(c.CloseIncident(), override=FORCED)

    thanks = only(story.sent(kind="thanks"))
    assert "lead" in thanks.to
    assert "technical" in thanks.to
    assert {one.person for one in thanks.contributions} >= {"lead", "technical"}
    assert any(one.did for one in thanks.contributions)
    public = list(
        contributions(story.incident, story.playbook_now(), story.pinned.site, named=False)
    )
    assert all(one.person is None for one in public)


def test_contractors_are_thanked_for_what_they_were_called_for() -> None:
    """By the name of the firm, where the site gives it; else what they did stands for them."""
    story = Changing("flood")
    story.report(severity="S2")
    story.accept()
    story.does(c.ReportContractor(step="pump", stage="called"), "technical")
    story.does(c.ReportContractor(step="pump", stage="left"), "technical")
    pumped = story.playbook_now().steps["pump"].for_
    site = story.pinned.site
    found = list(contributions(story.incident, story.playbook_now(), site))
    assert found[-1].role == pumped
    named = site.model_copy(update={"contractors": {"pumping": Contractor(name="Pompes Durand")}})
    found = list(contributions(story.incident, story.playbook_now(), named))
    assert (found[-1].role["fr"], found[-1].did) == ("Pompes Durand", (pumped,))


def test_nobody_is_thanked_where_nobody_took_a_part() -> None:
    """A crisis that nobody led is closed by the last resort."""
    story = Changing("flood", people={"lead": (Rank("last-resort", ("director",)),)})
    story.report(severity="S2")
    story.does(c.DeclarePhase(phase="normal"), "director", override=FORCED)
    story.does(c.CloseIncident(), "director", override=FORCED)

    assert not story.sent(kind="thanks")


def test_an_action_that_changes_a_playbook_is_proved_by_its_next_version() -> None:
    """The lesson is in the plan, or it is not verified; a person may say otherwise, by name."""
    story = over()
    action = next(iter(story.incident.actions))
    due = story.now + timedelta(days=9)
    story.does(c.AgreeAction(action_id=action, owner="technical", due_at=due))
    story.refused(a.TieToPlaybook(action_id="none", playbook="flood"))
    story.refused(a.TieToPlaybook(action_id=action, playbook="none"))
    story.does(a.TieToPlaybook(action_id=action, playbook="flood"))
    story.does(c.FinishAction(action_id=action, proof=words("proof")), "technical")
    assert story.refused(c.VerifyAction(action_id=action)).overridable
    story.version = "2"
    story.does(c.VerifyAction(action_id=action))

    assert story.incident.actions[action].state == "verified"


def test_what_has_begun_again_is_asked_about_anew_at_the_new_end() -> None:
    """No survey while it goes on; one more after the new end."""
    story = over(survey=True)
    story.does(c.DeclarePhase(phase="open"), override=FORCED)
    story.passes("3d")
    assert not story.sent(kind="survey")
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    story.passes("3d")
    assert story.sent(kind="survey")


def test_who_answers_again_at_the_new_end_takes_nobody_else_out_of_the_counts() -> None:
    """The first has changed her mind since the first end; the second is asked only now."""
    story = over(survey=True)
    story.passes("2d")
    well = a.AnswerSurvey(audience="people-on-site", rating="well")
    story.does(well, "p1")
    story.does(c.DeclarePhase(phase="open"), override=FORCED)
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    story.passes("2d")
    story.does(well, "p2")
    story.does(replace(well, rating="badly"), "p1")
    assert story.incident.after.survey["people-on-site"] == {"well": 1, "badly": 1}


def test_what_a_review_found_leaves_once_it_is_approved() -> None:
    """E5: even after the close; until then it waits as a draft, and is not dropped."""
    stage = {"by": ["communication"], "within": "10m", "silence": "hold"}
    edits = {"tell/people-on-site/approval": [stage], "review/publish_to": ["people-on-site"]}
    plan = {"audiences/people-on-site/preapproved": ["alert", "holding", "end"]}
    story = Story("flood", edits=edits, plan=plan)
    story.report()
    story.accept()
    story.does(c.DeclarePhase(phase="normal"), override=words("seen"))
    story.does(c.CloseIncident(), override=FORCED)
    story.does(c.HoldReview(avoidable="no", why=words("rain")))
    before = story.seq
    story.does(a.PublishReview(words=words("the pump is new")), "lead")
    assert story.sent("people-on-site", since=before) == []
    story.passes("20m")
    story.does(c.ApproveDraft(audience="people-on-site"), "communication")

    (told,) = story.sent("people-on-site", since=before)
    assert told.own_words == words("the pump is new")
