"""Another playbook in the middle of a crisis: what disappears is moot, what is new begins."""

from __future__ import annotations

from dataclasses import replace

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core import life_commands as life
from crisis.core.timeline import entries
from tests.unit.core.story import Story, pinned, words
from tests.unit.core.town import Town


def generic(town: Town | None = None) -> Story:
    """Nobody knew at first what it was; the lead does now."""
    story = Story("generic", others=town or Town())
    story.report(kind="smell", severity="S3", danger="no")
    story.accept()
    return story


def goes_by(story: Story, playbook: str) -> None:
    """From now on questions are asked of this playbook."""
    story.followed, story.pinned = story.pinned, pinned(playbook)
    story.candidates |= {
        role: story.candidates["lead"][:2] for role in story.pinned.in_force({}).roles
        if role not in story.candidates
    }  # fmt: skip


def test_a_wrong_playbook_is_mended_in_the_middle() -> None:
    """Its steps are moot, the new ones begin; whoever was told keeps what was promised."""
    story = generic()
    promised = {n: one.due_at for n, one in story.incident.commitments.items()}
    old = set(story.incident.steps)
    before = story.seq
    goes_by(story, "flood")
    story.does(life.RepinPlaybook(playbook="flood"))

    incident = story.incident
    assert (incident.playbook, incident.key) == ("flood", "real|hq|a|flood")
    assert incident.playbook_digest == story.pinned.digest
    assert {n for n in old if n not in story.pinned.in_force({}).steps} <= {
        n for n, one in incident.steps.items() if one.state != "ready"
    }
    assert {n for n, one in incident.steps.items() if one.state == "ready"} - old
    assert incident.lead == "lead"
    for name in promised.keys() - incident.commitments.keys():
        assert story.said(e.CommitmentKept), name
    assert story.sent(kind="brief", since=before)
    assert any("playbook that is followed changes" in one.says["en"]
               for one in entries(story.log, names=str, pinned=story.pinned))  # fmt: skip
    story.passes("6h")


def test_the_newest_text_of_the_same_playbook_keeps_its_key() -> None:
    """A mistake in a step is mended while the crisis goes on."""
    story = generic()
    key = story.incident.key
    story.pinned = pinned("generic", {"review_every": "100d"})
    story.does(life.RepinPlaybook())
    assert story.incident.key == key
    assert story.refused(life.RepinPlaybook()).rule == "repin"


def test_a_playbook_that_is_not_there_or_loses_somebody_is_refused() -> None:
    """The refusal names what is missing; an end is not mended."""
    story = generic()
    assert "flood, fire" in story.refused(life.RepinPlaybook(playbook="tide")).words["en"]
    assert story.refused(life.RepinPlaybook(), "stranger").overridable

    told = next(iter(story.incident.audiences))
    without = pinned("flood", plan={f"audiences/{told}": ...})
    kept, story.pinned = story.pinned, without
    assert told in story.refused(life.RepinPlaybook(playbook="flood")).words["en"]
    lost = pinned("flood", plan={"severities/S3": ...})
    story.pinned = lost
    assert "S3" in story.refused(life.RepinPlaybook(playbook="flood")).words["en"]
    story.pinned = kept

    story.does(c.CancelIncident())
    goes_by(story, "flood")
    assert not story.tries(life.RepinPlaybook(playbook="flood"), override=words("why")).accepted


def test_two_that_would_be_the_same_are_merged_instead() -> None:
    """One open incident a key: the other one is named."""
    town = Town()
    flood = town.opens(building="a")
    story = generic(town)
    goes_by(story, "flood")
    refusal = story.refused(life.RepinPlaybook(playbook="flood"))
    assert flood.incident.id in refusal.words["en"]


def test_what_is_over_goes_by_no_other_playbook() -> None:
    """The end is told by the playbook that it had; one of a longer key hinders nobody."""
    town = Town()
    other = town.opens(building="a")
    other.state = replace(other.incident, key="real|hq|a|flood|x")
    story = generic(town)
    story.does(c.DeclarePhase(phase="normal"), override=words("now"))
    goes_by(story, "flood")
    assert story.refused(life.RepinPlaybook(playbook="flood")).rule == "repin"

    under_way = generic(town)
    goes_by(under_way, "flood")
    under_way.does(life.RepinPlaybook(playbook="flood"))
    assert under_way.incident.key == "real|hq|a|flood"


def test_what_is_to_be_put_back_is_not_forgotten_with_its_playbook() -> None:
    """G8: the water is shut, it proves to be something else: turning it on becomes an action."""
    story = Story("flood", others=Town())
    story.report()
    story.accept()
    story.does(c.CompleteStep(step="shut-water", evidence=words("photo")), "technical")
    story.does(k.AnnounceCost(step="pump", amount="90000 EUR"), "technical")
    goes_by(story, "generic")
    refusal = story.refused(life.RepinPlaybook(playbook="generic"))
    assert refusal.overridable
    assert "shut-water.undo, pump" in refusal.words["en"]
    story.does(life.RepinPlaybook(playbook="generic"), override=words("noted on paper"))
    left = [one.subject for one in story.said(e.ActionProposed)]
    assert left == ["shut-water.undo", "pump"]


def test_what_was_promised_by_a_step_is_not_forgotten_with_it() -> None:
    """G8: an engagement that broke owes its voucher, another is open; the new text has neither."""
    water = {
        "promise": {"fr": "De l'eau.", "en": "Water."}, "to": "people-on-site", "by": "lead",
        "within": "1h", "counterpart": {"fr": "Un bon.", "en": "A voucher."},
    }  # fmt: skip
    later = water | {"within": "3h", "promise": {"fr": "Du café.", "en": "Coffee."}}
    story = Story("flood", edits={"steps/water": water, "steps/coffee": later}, others=Town())
    story.report()
    story.accept()
    story.passes("90m")
    goes_by(story, "flood")
    words_en = story.refused(life.RepinPlaybook()).words["en"]
    assert "water.counterpart" in words_en
    assert "coffee" in words_en


def test_a_mended_text_does_not_overrule_whoever_lowered_the_severity() -> None:
    """Raised by danger, lowered by the lead: the same playbook, reworded, leaves it so."""
    story = Story("flood", others=Town())
    story.report(danger="yes")
    story.accept()
    story.does(c.ChangeSeverity(to="S3"))
    story.pinned = pinned("flood", {"words/holding/en": "We are still at work on it."})
    story.does(life.RepinPlaybook())
    assert story.incident.severity == "S3"
