"""Between incidents: linked, merged, split; each asks the other, none reaches into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core.decide.opening import decide_report
from crisis.core.deciding import Facts
from crisis.core.evolve import evolve
from tests.unit.core.story import Story, words
from tests.unit.core.test_messages import CALM
from tests.unit.core.town import Town
from tests.unit.only import only


def test_two_incidents_are_linked_and_each_is_led_as_before() -> None:
    """A link is seen on both sides, once, and changes nothing else."""
    town = Town()
    flood, lift = town.opens(), town.opens("generic", building="b")
    town.asks(flood, life.RelateIncident(other=lift.incident.id))

    assert flood.incident.related[lift.incident.id].how == "related"
    assert lift.incident.related[flood.incident.id].how == "related"
    assert lift.notices("lead", "related")
    again = town.asks(flood, life.RelateIncident(other=lift.incident.id))
    assert again.refusal is not None
    assert not town.asks(flood, life.RelateIncident(other="i-nowhere")).accepted
    assert not town.asks(flood, life.RelateIncident(other=flood.incident.id)).accepted


def test_a_merged_incident_is_told_of_once_and_ends_with_the_other() -> None:
    """G7: those who heard of the other are told once by this one, and hear its end from here."""
    town = Town()
    a, b = town.opens(building="a"), town.opens(building="b")
    first = {name: heard.first_message_id for name, heard in b.incident.audiences.items()}
    before = a.seq
    town.asks(a, life.MergeIncident(other=b.incident.id))

    joined = [one for one in a.sent(since=before) if one.joined]
    assert {one.audience: one.ends for one in joined} == {n: (m,) for n, m in first.items()}
    assert a.incident.building is None
    assert a.incident.reports == 2
    assert (b.incident.phase, b.incident.followed_in) == ("closed", a.incident.id)
    assert b.incident.commitments == {}
    assert b.notices("lead", "merged")
    assert b.sent(kind="end") == []
    b.passes("1d")
    assert b.said(e.SilenceEscalated) == []

    town.asks(a, c.CancelIncident())
    for end in a.sent(kind="end"):
        assert end.audience is not None
        assert first[end.audience] in end.ends
    assert b.incident.followed_in is None


def test_nobody_in_danger_is_told_that_it_is_safe_by_a_merge() -> None:
    """G12: here it is safe; there people must leave their floor: it goes the other way round only.

    Taken over by the one that is not safe, those who heard that it is safe are told what holds.
    """
    town = Town()
    safe, danger = town.opens(building="a"), town.opens(building="b", danger="yes")
    safe.does(c.DeclarePhase(phase="safe"), override=words("all is dry"))
    refused = town.asks(safe, life.MergeIncident(other=danger.incident.id)).refusal
    assert refused is not None
    assert f"crisis merge {danger.incident.id} {safe.incident.id}" in refused.words["en"]
    before = danger.seq
    assert town.asks(danger, life.MergeIncident(other=safe.incident.id)).accepted

    (told,) = [one for one in danger.sent("people-on-site", since=before) if one.joined]
    assert told.phase == "open"
    assert told.instruction == danger.sent("people-on-site", "alert")[0].instruction


def test_danger_that_nobody_has_answered_is_not_merged_into_what_is_safe() -> None:
    """G12: both were safe; there somebody is caught, and nobody has said if it is so."""
    town = Town()
    here, there = town.opens(building="a"), town.opens(building="b", danger="yes")
    for one in (here, there):
        one.does(c.DeclarePhase(phase="safe"), override=words("all are out"))
    town.reported(there, danger="yes", what=words("a man is caught"))
    assert not town.asks(here, life.MergeIncident(other=there.incident.id)).accepted
    there.does(c.DeclarePhase(phase="safe"))
    before = here.seq
    assert town.asks(here, life.MergeIncident(other=there.incident.id)).accepted

    assert here.said(e.DangerReported, before) == []
    assert here.incident.danger_again_at is None


def test_the_alarm_of_what_is_taken_over_leaves_with_the_merge() -> None:
    """G12: calm here until ten past ten; then what is merged has people in danger.

    Those who heard from here are alarmed in that decision, outside too; so are those who join.
    """
    town = Town()
    here = Story("flood", edits=CALM, others=town)
    town.reported(here, building="a", severity="S4")
    here.accept()
    here.passes("10m")
    there = Story("flood", edits=CALM, others=town)
    there.now = here.now
    town.reported(there, building="b", danger="yes")
    there.accept()
    here.failing = {"directorate"}
    before = here.seq
    town.asks(here, life.MergeIncident(other=there.incident.id))

    for audience in ("people-on-site", "co-tenants"):
        told = here.sent(audience, since=before)
        assert [(one.kind, one.life_safety) for one in told] == [("instruction", True)] * 2
        assert [one.joined for one in told] == [True, False]


def test_what_was_promised_there_is_owed_here() -> None:
    """G8: a promise and an engagement go over with their time and their counterpart."""
    town = Town()
    a, b = town.opens(building="a"), town.opens(building="b")
    due_at = b.incident.opened_at.replace(hour=20)
    b.does(c.MakePromise(promise_id="p1", audience="users-away", words=words("lunch"),
                         due_at=due_at, counterpart=words("voucher")))  # fmt: skip
    town.asks(a, life.MergeIncident(other=b.incident.id))

    (made,) = [one for one in a.said(e.PromiseMade) if one.words == words("lunch")]
    assert (made.due_at, made.engagement, made.counterpart) == (due_at, True, words("voucher"))


def test_it_is_as_grave_as_the_graver_of_the_two() -> None:
    """Danger and severity of the other are this one's from then on."""
    town = Town()
    a, b = town.opens(building="a", severity="S4"), town.opens(building="b", danger="yes")
    town.asks(a, life.MergeIncident(other=b.incident.id))
    assert (a.incident.danger, a.incident.severity) == ("yes", "S1")

    calm, grave = town.opens(building="c", severity="S4"), town.opens(building="d", severity="S2")
    town.asks(calm, life.MergeIncident(other=grave.incident.id))
    assert calm.incident.severity == "S2"


def test_only_what_is_told_and_under_way_at_one_site_is_merged() -> None:
    """The refusal says what to do instead."""
    town = Town()
    a, over = town.opens(building="a"), town.opens(building="b")
    away = town.opens(building="c", site="annex")
    over.does(c.CancelIncident())
    quiet = town.opens("generic", quiet=True, danger="no", severity="S3")
    for other in (over, away, quiet):
        answer = town.asks(a, life.MergeIncident(other=other.incident.id))
        assert answer.refusal is not None
        assert answer.refusal.rule == "merge"
    assert town.asks(a, life.MergeIncident(other=away.incident.id), "stranger").refusal


def test_what_only_the_other_knows_is_settled_there_first() -> None:
    """A promise that only its playbook can keep is not carried away."""
    town = Town()
    step = {"promise": {"fr": "Un point d'eau.", "en": "Water."}, "to": "users-away",
            "by": "lead", "within": "2h"}  # fmt: skip
    a = town.opens(building="a")
    b = Story("flood", edits={"steps/water": step}, others=town)
    b.report(building="b", source="other")
    town.stories[b.incident.id] = b
    refusal = town.asks(a, life.MergeIncident(other=b.incident.id)).refusal
    assert refusal is not None
    assert "water" in refusal.words["en"]


def test_a_report_of_what_was_merged_goes_on_to_where_it_is_followed() -> None:
    """G1: the key stays with the merged one as long as the other is open; it sends reports on."""
    town = Town()
    a, b = town.opens(building="a"), town.opens(building="b")
    third = town.opens(building="c")
    town.asks(a, life.MergeIncident(other=b.incident.id))
    town.asks(third, life.MergeIncident(other=a.incident.id))
    link = c.LinkReport(report_id="r-9", report=c.SubmitReport(
        source="phone", native_id="9", kind="flood", site="hq", building="b"))  # fmt: skip
    town.asks(b, link)

    assert [one.report_id for one in b.said(e.ReportLinked)][-1] == "r-9"
    assert [one.report_id for one in third.said(e.ReportLinked)][-1] == "r-9"
    town.asks(third, c.CancelIncident())
    assert b.incident.followed_in is None


def test_one_that_is_two_is_split_and_the_second_has_its_own_lead() -> None:
    """A second trouble gets a key, a lead and words of its own; merged ones give their key back."""
    town = Town()
    a, b = town.opens(building="a", danger="yes"), town.opens(building="b")
    town.asks(a, life.MergeIncident(other=b.incident.id))
    town.asks(a, life.SplitIncident(building="b"))

    other = only([name for name, known in a.incident.related.items() if known.how == "split"])
    opened = town.stories[other]
    assert opened.incident.key == "real|hq|b|flood"
    assert opened.incident.related[a.incident.id].how == "split"
    assert b.incident.followed_in is None
    assert opened.said(e.RolesOffered)

    refused = town.asks(a, life.SplitIncident(building="b")).refusal
    assert refused is not None
    assert other in refused.words["en"]
    assert town.asks(a, life.SplitIncident(playbook="unheard-of")).refusal
    opened.accept()
    town.asks(opened, life.SplitIncident())
    assert len(town.stories) == 4
    opened.does(c.CancelIncident())
    assert town.asks(opened, life.SplitIncident()).refusal


def test_a_link_that_nobody_knows_changes_nothing() -> None:
    """Folds cannot fail, and an unknown other is not invented."""
    town = Town()
    a = town.opens()
    assert town.asks(a, life.NoteOther(other="i-x", phase="closed")).events == ()
    other = life.NoteRelated(other="i-z", how="parent", step="s")
    assert town.asks(a, other).events
    assert town.asks(a, other).events == ()
    for number in range(60):
        town.asks(a, life.NoteRelated(other=f"i-{number}", how="symptom"))
    assert len(a.incident.related) == 40
    event = e.Event(seq=a.seq + 1, at=a.now, body=e.OtherTurned(other="i-y", phase="closed"))
    assert evolve(a.incident, event).related == a.incident.related


def test_one_of_the_same_kind_at_the_site_is_linked_for_a_person_to_look_at() -> None:
    """Another building, the same kind, a short time later: perhaps one trouble; hours later: no."""
    town = Town()
    a = town.opens(building="a")
    b = town.opens(building="b")
    assert a.incident.related[b.incident.id].how == "related"
    assert a.notices("lead", "related")
    late = Story("flood", others=town)
    late.now += timedelta(hours=3)
    town.reported(late, building="c")
    assert late.incident.related == {}


def test_a_report_that_names_no_building_joins_the_only_one_it_can_be_about() -> None:
    """G1: one flood is open at the site: "there is water" is about it; of two, nobody can say."""
    town = Town()
    a = town.opens(building="a")
    body = c.SubmitReport(source="phone", native_id="7", kind="flood", site="hq")
    command = c.Command(
        id="c1", stream="report", stream_id="r-1", body=body, door="web",
        actor=c.Actor(kind="source", id="web"), authority="source-token",
    )  # fmt: skip
    facts = Facts(openings={"flood": (("flood", None, ()),)}, others=town)

    (link,) = decide_report(None, command, facts, a.now).follow
    assert link.stream_id == a.incident.id
    hours_later = a.now + timedelta(hours=3)
    assert isinstance(decide_report(None, command, facts, hours_later).follow[0].body, c.Declare)
    town.opens(building="b")
    assert isinstance(decide_report(None, command, facts, a.now).follow[0].body, c.Declare)


def test_a_key_that_only_begins_alike_is_another_one() -> None:
    """A split is hindered by who holds its very key, and not by a longer one."""
    town = Town()
    a = town.opens(building="a")
    longer = town.opens(building="b")
    longer.state = replace(longer.incident, key="real|hq|b|flood|x")
    town.asks(a, life.SplitIncident(building="b"))
    (other,) = [n for n, known in a.incident.related.items() if known.how == "split"]
    assert town.stories[other].incident.key == "real|hq|b|flood"


def test_what_is_over_is_neither_merged_into_nor_split() -> None:
    """Back to normal is an end: a new fact is reported."""
    town = Town()
    a, b = town.opens(building="a"), town.opens(building="b")
    town.asks(a, c.DeclarePhase(phase="normal"), override=words("now"))
    merged = town.asks(a, life.MergeIncident(other=b.incident.id)).refusal
    split = town.asks(a, life.SplitIncident(building="c")).refusal
    assert merged is not None
    assert split is not None
    assert (merged.rule, split.rule) == ("merge", "split")
