"""Relief: nobody works on until they drop, and whoever takes over knows where things stand."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, cast, words


def flood(
    *ranks: tuple[str, ...], hours: str = "2h", more: Mapping[str, object] | None = None
) -> Story:
    """A flood with a lead who works two hours at most, and these people who may lead."""
    people = cast(("lead", "technical", "security", "communication", "liaison", "logistics"))
    names = ("holder", *(f"deputy-{number}" for number in range(1, len(ranks))))
    people["lead"] = (
        *(Rank(name, who) for name, who in zip(names, ranks, strict=True)),
        Rank("last-resort", ("director",)),
    )
    edits: dict[str, object] = {"roles/lead/relieve_after": hours, "roles/lead/rest": "3h"}
    edits |= more or {}
    story = Story("flood", people=people, edits=edits)
    story.report()
    story.accept("lead")
    return story


def asked(story: Story, since: int = 0) -> list[str]:
    """Who was asked to lead, in order."""
    return [one.person for one in story.said(e.RolesOffered, since) if "lead" in one.roles]


def test_at_four_fifths_of_the_hours_the_next_one_is_asked_to_take_over() -> None:
    """The card names who is relieved; the holder leads until somebody has accepted."""
    story = flood(("ann",), ("bob",))
    story.at("11:35")
    assert story.said(e.ReliefSought) == []
    story.at("11:36")

    assert story.said(e.ReliefSought) == [e.ReliefSought(role="lead", person="ann")]
    assert asked(story) == ["ann", "bob"]
    (offer,) = (one for one in story.sent(kind="role_offer") if one.to == ("bob",))
    assert [card.relieves for card in offer.cards] == ["ann"]
    assert story.incident.lead == "ann"


def test_whoever_takes_over_gets_a_note_of_where_things_stand() -> None:
    """Measures, what is known, promises; and whoever is relieved is thanked."""
    story = flood(("ann",), ("bob",))
    story.does(c.RecordMeasure(measure=words("pump"), expected_result=words("dry")), "ann")
    story.at("11:36")
    before = story.seq
    story.accept("lead")

    assert story.incident.lead == "bob"
    assert story.notices("ann", "relieved", before)
    (note,) = story.notices("bob", "handover", before)
    assert [one.words for one in note.measures][-1] == words("pump")
    assert note.known
    assert story.incident.roles["lead"].relief_at is None


def test_the_hours_of_the_next_one_are_counted_anew_and_the_first_one_rests() -> None:
    """Ann rests for three hours from 11:36 on: at 13:12 nobody asks her, who is the only one."""
    story = flood(("ann",), ("bob",))
    story.at("11:36")
    story.accept("lead")
    before = story.seq
    story.at("13:12")
    assert story.said(e.ReliefSought, before) == [e.ReliefSought(role="lead", person="bob")]
    assert asked(story, before) == ["director"]
    story.does(c.DeclineRoles(offer_id=story.offer("lead")), "director")
    before = story.seq
    story.at("14:48")

    assert "ann" in asked(story, before), "she has rested"


def test_nobody_takes_over_and_those_above_are_told_again_and_again() -> None:
    """The wait doubles; all are asked once more each time; it is a lapse of the review."""
    story = flood(("ann",))
    story.at("11:36")
    story.does(c.DeclineRoles(offer_id=story.offer("lead")), "director")
    assert "lead" not in {one.role for one in story.said(e.RoleUnfilled)}, "somebody holds it"
    before = story.seq
    story.at("12:00")

    assert story.said(e.ReliefMissing) == [e.ReliefMissing(role="lead", person="ann", count=1)]
    assert story.notices("ann", "relief-missing", before)
    assert story.notices("director", "relief-missing", before)
    assert asked(story, before) == ["director"]
    story.at("12:24")
    story.at("13:12")
    assert [one.count for one in story.said(e.ReliefMissing)] == [1, 2, 3]
    assert "relief-missing" in {lapse.reason for lapse in story.incident.lapses}
    assert story.incident.lead == "ann", "nobody is left without a lead for that"


def test_the_relief_of_another_role_is_missed_by_the_lead() -> None:
    """Who leads can end it; the holder is told as well."""
    more = {"roles/technical/relieve_after": "1h"}
    story = flood(("ann",), ("bob",), hours="9h", more=more)
    story.accept("technical")
    story.at("11:00")

    assert story.notices("technical", "relief-missing")
    assert story.notices("ann", "relief-missing")
    assert not story.notices("director", "relief-missing")


def test_stepping_in_ends_the_search_for_a_relief() -> None:
    """Whoever takes the role has it; the others need not answer any more."""
    story = flood(("ann",), ("bob",))
    story.at("11:36")
    bobs = story.offer("lead")
    story.does(c.TakeRole(role="lead"), "sue")

    assert story.incident.lead == "sue"
    assert story.incident.offers[bobs].state == "withdrawn"
    assert story.notices("sue", "handover")


def test_one_person_who_hands_over_two_roles_is_told_once() -> None:
    """Two roles, two people who held them, one note to whoever has both now."""
    people = cast(("lead", "security"))
    people["lead"] = people["technical"] = (Rank("holder", ("ann",)), Rank("deputy-1", ("bob",)))
    hours = {f"roles/{role}/relieve_after": "2h" for role in ("lead", "technical")}
    story = Story("flood", people=people, edits=hours)
    story.report()
    story.accept("lead")
    story.at("11:36")
    before = story.seq
    story.accept("lead")

    assert set(story.incident.roles_of("bob")) == {"lead", "technical"}
    (told,) = story.notices("ann", "relieved", before)
    assert told.notice is not None
    assert set(told.notice.subject.split(",")) == {"lead", "technical"}
    assert len(story.notices("bob", "handover", before)) == 1


def test_after_the_end_nobody_is_relieved() -> None:
    """It is over: no call at night for a role that asks nothing any more."""
    story = flood(("ann",), ("bob",))
    story.does(c.CancelIncident(reason=words("nothing")), "ann")
    before = story.seq
    story.passes("3h")

    assert asked(story, before) == []
    assert story.said(e.ReliefSought) == []


APART = {"roles/technical/apart_from": ["lead"]}


def test_two_roles_that_are_kept_apart_are_offered_to_two_people() -> None:
    """In whichever order they stand, and whichever of the two says it."""
    people = cast(("lead", "security"))
    people["lead"] = (Rank("holder", ("ann",)), Rank("last-resort", ("director",)))
    people["technical"] = (Rank("holder", ("ann",)), Rank("deputy-1", ("sue",)))
    story = Story("flood", people=people, edits=APART)
    story.report()

    assert [one.roles for one in story.said(e.RolesOffered) if one.person == "ann"] == [("lead",)]
    assert [one.roles for one in story.said(e.RolesOffered) if one.person == "sue"] == [
        ("technical",)
    ]


def test_taking_a_role_that_is_kept_apart_takes_a_reason() -> None:
    """A small team at night may have nobody else: the record says who set it aside, and why."""
    people = cast(("lead", "security"))
    people["lead"] = (Rank("holder", ("ann",)), Rank("last-resort", ("director",)))
    people["technical"] = (Rank("holder", ("sue",)),)
    story = Story("flood", people=people, edits=APART)
    story.report()
    story.accept("lead")

    refusal = story.refused(c.TakeRole(role="technical"), "ann")
    assert (refusal.rule, refusal.overridable) == ("apart", True)
    story.does(c.TakeRole(role="technical"), "ann", override=words("alone"))
    assert set(story.incident.roles_of("ann")) == {"lead", "technical"}
    assert [one.rule for one in story.said(e.RefusalOverridden)] == ["apart"]
