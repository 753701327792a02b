"""What media need fails and comes back: people say so, conditions and layers follow."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.life_commands import NoteMedia
from tests.unit.core.story import Story, words
from tests.unit.core.town import Town
from tests.unit.only import only

TELL_BY_FOOT = {"fr": "Prévenez les étages de vive voix.", "en": "Tell the floors in person."}
STEP = {"do": TELL_BY_FOOT, "by": "security", "within": "10m", "when": {"down": "mail"}}


def led(**more: object) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)  # type: ignore[arg-type]  # what a story takes
    story.report()
    story.accept()
    return story


def test_what_has_failed_is_part_of_the_situation_until_it_is_back() -> None:
    """Two things fail, one comes back: a condition sees each of them while it lasts."""
    story = led(edits={"steps/by-foot": STEP})
    assert story.incident.situation["down"] == "nothing"
    story.at("10:10")
    story.does(c.ReportDown(what="internet"))
    assert "by-foot" not in story.incident.steps

    story.does(c.ReportDown(what="mail", since=story.now - timedelta(minutes=5)))
    assert story.incident.situation["down"] == "internet mail"
    assert story.incident.down["mail"] == story.now - timedelta(minutes=5)
    assert dict(story.incident.steps)["by-foot"].state == "ready"

    story.does(c.ReportUp(what="mail"))
    assert story.incident.situation["down"] == "internet"
    assert dict(story.incident.steps)["by-foot"].state == "moot"


def test_what_a_crisis_takes_away_is_not_used_from_its_first_word_on() -> None:
    """Nobody had to say that mail is dead; a person says when it is safe, and it is used again."""
    story = Story("flood", edits={"down": ["mail"], "steps/by-foot": STEP})
    story.report()
    gone = only(one for one in story.log if isinstance(one.body, e.WentDown))
    first = next(one for one in story.log if isinstance(one.body, e.MessageReleased))
    assert gone.seq < first.seq
    assert (gone.rule, gone.pointer) == ("not-to-be-used", "/down")
    assert dict(story.incident.steps)["by-foot"].state == "ready"
    story.accept()
    story.passes("5m")
    story.does(c.ReportUp(what="mail"))
    assert story.incident.situation["down"] == "nothing"
    assert dict(story.incident.steps)["by-foot"].state == "moot"


def test_a_layer_holds_while_something_is_down() -> None:
    """What people are told follows: a changed instruction leaves at once."""
    layer = {"when": {"down": "power"}, "tell": {"people-on-site": {"open": {
        "instruction": {"fr": "Prenez l'escalier.", "en": "Take the stairs."}}}}}  # fmt: skip
    story = led(edits={"layers/dark": layer})
    story.does(c.ReportDown(what="power"))

    last = story.sent("people-on-site")[-1]
    assert last.kind == "instruction"
    assert last.instruction == {"fr": "Prenez l'escalier.", "en": "Take the stairs."}


def test_it_died_when_somebody_saw_it_and_never_later_than_now() -> None:
    """Entered later, from paper: the time that counts is the one at which it happened."""
    story = led()
    story.at("10:30")
    story.does(c.ReportDown(what="mail"), happened_at=story.now - timedelta(minutes=20))
    story.does(c.ReportDown(what="network", since=story.now + timedelta(hours=1)))

    assert story.incident.down["mail"] == story.now - timedelta(minutes=20)
    assert story.incident.down["network"] == story.now


def test_what_makes_no_sense_is_refused_with_what_to_write() -> None:
    """A name that the plan does not know; twice the same; back without having failed."""
    story = led()
    assert "mail" in story.refused(c.ReportDown(what="post")).words["en"]
    assert story.refused(c.ReportUp(what="mail")).rule == "up"
    story.does(c.ReportDown(what="mail"))
    assert "Thank you" in story.refused(c.ReportDown(what="mail")).words["en"]
    nothing_fails = led(plan={"can_fail": []})
    assert nothing_fails.refused(c.ReportDown(what="mail")).words["en"].endswith("It knows: -.")


def test_only_a_person_says_that_something_has_failed() -> None:
    """A machine's word may be asked for by a person; alone it switches no medium off."""
    story = led()
    machine = c.Actor(kind="source", id="operator")
    assert story.refused(c.ReportDown(what="mail"), actor=machine).rule == "down"
    assert story.refused(c.ReportUp(what="mail"), actor=machine).rule == "up"


def test_where_two_ways_apart_are_not_left_the_lead_is_told() -> None:
    """G12: without power and mobile network only people who walk are left to those in danger."""
    walk = [{"by": ["public-address", "sms"], "wait": "3m"}, {"by": ["warden"]}]
    story = led(plan={"audiences/people-on-site/ladders": {"alert": {"immediate": walk}}})
    story.does(c.ReportDown(what="mobile"))
    assert not story.notices("lead", "one-way-only")
    since = story.seq
    story.does(c.ReportDown(what="power"))

    told = only(story.notices("lead", "one-way-only", since=since))
    assert told.notice is not None
    assert "people-on-site" in told.notice.subject


def test_what_fails_is_told_to_nobody_where_nothing_has_opened_or_all_is_over() -> None:
    """A signal that must last is recorded only, and keeps to itself what those beside it know."""
    walk = [{"by": ["sms"], "wait": "3m"}, {"by": ["warden"]}]
    plan = {"audiences/people-on-site/ladders": {"alert": {"immediate": walk}}}
    lasting = {"kind": "flood", "source": "machine", "lasting": "10m"}
    signal = Story("flood", plan=plan, edits={"opens_on": [lasting]})
    signal.report(by_machine=True)
    assert signal.incident.watched
    signal.does(NoteMedia(what="mobile", since=signal.now))
    assert signal.incident.watched
    assert signal.incident.down.keys() == {"mobile"}
    ended = led(plan=plan)
    ended.does(c.CancelIncident())
    ended.does(c.ReportDown(what="mobile"))
    assert signal.sent() == []
    assert not ended.notices("lead", "one-way-only")


def test_the_record_keeps_what_failed_and_when_it_was_back() -> None:
    """G11: both are on the timeline, by whom and since when."""
    story = led()
    story.does(c.ReportDown(what="mail"), override=words("not needed"))
    story.does(c.ReportUp(what="mail"))

    assert [one.what for one in story.said(e.WentDown)] == ["mail"]
    assert [one.what for one in story.said(e.CameBack)] == ["mail"]


def test_who_was_told_another_way_gets_one_message_when_it_is_back() -> None:
    """Never a backlog: the present state, once, with all that was done so far."""
    story = led()
    story.at("10:10")
    story.does(c.ReportDown(what="internet"))
    story.does(c.RecordMeasure(measure=words("pumps run")), "technical")
    story.does(c.Say(audiences=("people-on-site",)))
    story.does(c.RecordMeasure(measure=words("doors shut")), "technical")
    story.does(c.Say(audiences=("people-on-site",)))
    since = story.seq
    story.does(c.ReportUp(what="internet"))

    told = only(story.sent("people-on-site", since=since))
    assert told.kind == "update"
    assert len(told.measures) == 3
    story.passes("10m")
    assert len(story.sent("people-on-site", since=since)) == 1


def test_one_failure_on_top_of_another_forgets_nobody() -> None:
    """Told while the first lasted; the first is mended, the second after it: then one catch-up."""
    both = {"internet": "0m", "power": "0m"}
    story = led(plan={"media/sms/needs": both, "media/mail/needs": both})
    story.does(c.ReportDown(what="internet"))
    story.does(c.Say(audiences=("people-on-site",)))
    story.passes("5m")
    story.does(c.ReportDown(what="power"))
    since = story.seq
    story.does(c.ReportUp(what="internet"))
    assert not story.sent("people-on-site", since=since)
    story.does(c.ReportUp(what="power"))

    assert only(story.sent("people-on-site", since=since)).kind == "update"
    assert story.incident.cut_at is None


def test_an_instruction_that_comes_with_the_internet_leaves_as_one() -> None:
    """G12: "stay" held while it was down; what holds now is not told as a mere update."""
    stay = {"fr": "Restez.", "en": "Stay where you are."}
    dark = {"when": {"down": "internet"},
            "tell": {"people-on-site": {"open": {"instruction": stay}}}}  # fmt: skip
    story = led(edits={"layers/dark": dark, "urgency/S2": "immediate"})
    story.does(c.ChangeSeverity(to="S2"))
    story.does(c.ReportDown(what="internet"))
    since = story.seq
    story.does(c.ReportUp(what="internet"))

    (told,) = story.sent("people-on-site", since=since)
    assert (told.kind, told.life_safety) == ("instruction", True)
    assert told.instruction is not None
    assert told.instruction["en"] != stay["en"]


def test_what_catches_up_is_asked_about_once_where_it_must_be_approved() -> None:
    """All that was done so far is in the draft, and in the message that leaves."""
    stage = {"by": ["communication"], "within": "15m", "silence": "hold"}
    story = led(edits={"tell/people-on-site/approval": [stage]})
    story.does(c.ReportDown(what="internet"))
    for measure in ("pumps run", "doors shut"):
        story.does(c.RecordMeasure(measure=words(measure)), "technical")
        story.does(c.Say(audiences=("people-on-site",)))
        story.does(c.ApproveDraft(audience="people-on-site"), "communication")
    since = story.seq
    story.does(c.ReportUp(what="internet"))
    assert len(story.said(e.MessageDrafted, since)) == 1
    assert story.said(e.DraftDropped, since) == []
    story.does(c.ApproveDraft(audience="people-on-site"), "communication")
    (told,) = story.sent("people-on-site", since=since)
    assert len(told.measures) == 3


def test_who_heard_us_as_ever_gets_no_message_when_it_is_back() -> None:
    """Nothing was said while it was down; or its media need two things, and one is still dead."""
    quiet = led()
    quiet.at("10:10")
    quiet.does(c.ReportDown(what="mail"))
    since = quiet.seq
    quiet.does(c.ReportUp(what="mail"))
    assert not quiet.sent("people-on-site", since=since)

    both = led()
    both.does(c.ReportDown(what="mail"))
    both.does(c.ReportDown(what="internet"))
    both.does(c.Say(audiences=("people-on-site",)))
    both.does(c.SendBrief())
    since = both.seq
    both.does(c.ReportUp(what="mail"))
    assert not both.sent("people-on-site", since=since)
    both.does(c.ReportUp(what="internet"))
    assert len(both.sent("people-on-site", since=since)) == 1


def test_the_directorate_is_caught_up_by_one_brief() -> None:
    """It was briefed on paper meanwhile: one brief says how things stand."""
    story = led()
    story.at("10:10")
    story.does(c.ReportDown(what="internet"))
    story.does(c.SendBrief())
    since = story.seq
    story.does(c.ReportUp(what="internet"))
    assert len(story.sent("directorate", kind="brief", since=since)) == 1


def test_after_the_end_nobody_is_caught_up() -> None:
    """The end was said by what worked: there is no present state to tell."""
    story = led()
    story.does(c.ReportDown(what="internet"))
    story.does(c.SendBrief())
    story.does(c.CancelIncident())
    since = story.seq
    story.does(c.ReportUp(what="internet"))
    assert not [one for one in story.sent(since=since) if one.kind in {"update", "brief"}]


def test_what_fails_in_one_crisis_fails_in_every_crisis_of_the_site() -> None:
    """G13: nothing is sent by mail for the flood either, nor for the fire that begins after it."""
    town = Town()
    flood, power = town.opens("flood"), town.opens("generic")
    elsewhere = town.opens("flood", site="annexe")
    town.asks(flood, c.ReportDown(what="mail"))
    fire = town.opens("fire")
    died_at = flood.incident.down["mail"]
    assert [one.incident.down for one in (power, fire)] == [{"mail": died_at}] * 2
    assert elsewhere.incident.down == {}

    town.asks(fire, c.ReportUp(what="mail"))
    assert [one.incident.down for one in (flood, power, fire)] == [{}] * 3
    assert [one.rule for one in power.log if isinstance(one.body, e.CameBack)] == ["up-beside"]


def test_what_is_unsafe_in_an_attack_is_unsafe_for_all_until_somebody_there_says_so() -> None:
    """G13: the attack takes mail away from the flood as well; the flood's lead cannot clear it."""
    town = Town()
    flood = town.opens("flood")
    attack = Story("generic", edits={"down": ["mail", "network"]}, others=town)
    town.reported(attack)
    attack.accept()
    assert flood.incident.down.keys() == attack.incident.down.keys() == {"mail", "network"}
    town.asks(flood, c.ReportUp(what="mail"))
    assert "mail" in attack.incident.down
    town.asks(attack, c.ReportUp(what="network"))
    assert "network" not in flood.incident.down

    town.asks(attack, c.ReportUp(what="mail"))
    assert [len(one.said(e.WentDown)) for one in (flood, attack)] == [2, 2]
    town.asks(flood, c.ReportDown(what="mail"))
    again = Story("fire", edits={"down": ["mail"]}, others=town)
    town.reported(again)
    town.asks(attack, c.ReportUp(what="mail"))
    town.asks(flood, c.ReportDown(what="mail"))
    assert [len(one.said(e.WentDown)) for one in (flood, attack, again)] == [4, 4, 1]


def test_what_begins_again_knows_what_those_beside_it_know() -> None:
    """G13: mail died while it was over, the internet is back: neither was said to it."""
    town = Town()
    flood, power = town.opens("flood"), town.opens("generic")
    town.asks(flood, c.ReportDown(what="internet"))
    town.asks(flood, c.DeclarePhase(phase="normal"), override=words("seen"))
    town.asks(power, c.ReportUp(what="internet"))
    town.asks(power, c.ReportDown(what="mail"))
    assert flood.incident.down.keys() == {"internet"}
    town.asks(flood, c.DeclarePhase(phase="open"))
    assert flood.incident.down == power.incident.down
    assert flood.incident.down.keys() == {"mail"}


def test_what_begins_again_tells_those_beside_it_what_its_playbook_holds_unsafe() -> None:
    """G13: the network is not to be used in an attack; a flood that came meanwhile hears it."""
    town = Town()
    attack = Story("generic", edits={"down": ["network"]}, others=town)
    town.reported(attack)
    attack.accept()
    town.asks(attack, c.DeclarePhase(phase="normal"), override=words("seen"))
    flood = town.opens("flood")
    assert flood.incident.down == {}
    town.asks(attack, c.DeclarePhase(phase="open"))
    assert flood.incident.down.keys() == {"network"}
    town.asks(attack, c.DeclarePhase(phase="normal"), override=words("seen"))
    town.asks(flood, c.DeclarePhase(phase="normal"), override=words("seen"))
    town.asks(attack, c.DeclarePhase(phase="open"))
    assert attack.incident.down.keys() == {"network"}


def test_a_crisis_that_is_over_says_nothing_of_what_fails() -> None:
    """What had failed in the last one is looked at anew in the next."""
    town = Town()
    flood = town.opens("flood")
    town.asks(flood, c.ReportDown(what="mail"))
    town.asks(flood, c.CancelIncident())
    assert town.opens("fire").incident.down == {}


def test_word_that_comes_twice_from_beside_changes_nothing() -> None:
    """Known already, or never known: nothing is recorded."""
    town = Town()
    story = town.opens("flood")
    before = story.seq
    town.asks(story, NoteMedia(what="mail", since=None))
    assert story.seq == before
    for _ in range(2):
        town.asks(story, NoteMedia(what="mail", since=story.now))
    assert len(story.said(e.WentDown)) == 1
