"""Roles that several people hold: asked by wave, the next when too few have said yes."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, cast

GUARDS = ("ann", "bob", "cat", "dan")


def flood(
    need: int = 2, wave: int | None = None, more: Mapping[str, object] | None = None
) -> Story:
    """A flood that needs several people for security, of whom four are on call and a deputy."""
    people = cast(("lead", "technical"))
    people["security"] = (Rank("holder", GUARDS), Rank("deputy-1", ("eve",)))
    edits = {"roles/security/need": need} | ({"roles/security/wave": wave} if wave else {})
    story = Story("flood", people=people, edits=edits | dict(more or {}))
    story.report()
    return story


def asked(story: Story, since: int = 0) -> list[str]:
    """Who was asked for security, in order."""
    return [one.person for one in story.said(e.RolesOffered, since) if "security" in one.roles]


def says_yes(story: Story, who: str) -> None:
    """A person accepts."""
    story.does(c.AcceptRoles(offer_id=offer_of(story, who)), who)


def says_no(story: Story, who: str) -> None:
    """A person cannot."""
    story.does(c.DeclineRoles(offer_id=offer_of(story, who)), who)


def offer_of(story: Story, who: str) -> str:
    """What a person was asked last."""
    asked = [name for name, one in story.incident.offers.items() if one.person == who]
    assert asked, f"{who} was asked nothing"
    return asked[-1]


def held(story: Story) -> list[str]:
    """Who holds security."""
    return list(story.incident.roles["security"].holders)


def told_of_security(story: Story) -> int:
    """How often the lead was told that too few guard."""
    notices = (one.notice for one in story.notices("lead", "role-unfilled"))
    return sum("security" in one.subject.split(",") for one in notices if one is not None)


def test_as_many_as_are_needed_are_asked_at_once_and_all_of_them_hold() -> None:
    """Two of four: nobody is woken who is not needed."""
    story = flood()
    assert asked(story) == ["ann", "bob"]
    says_yes(story, "bob")
    says_yes(story, "ann")

    assert held(story) == ["bob", "ann"]
    assert story.incident.roles_of("ann") == ("security",)
    assert asked(story) == ["ann", "bob"]


def test_the_next_wave_comes_when_too_few_are_left() -> None:
    """A refusal and a silence: the next two, then the deputy, each once."""
    story = flood()
    says_no(story, "ann")
    assert asked(story) == ["ann", "bob", "cat", "dan"]
    says_yes(story, "bob")
    says_no(story, "cat")
    assert asked(story) == ["ann", "bob", "cat", "dan"], "one holds it, and one has not answered"
    says_no(story, "dan")
    assert asked(story) == ["ann", "bob", "cat", "dan", "eve"]


def test_a_wave_may_be_larger_than_the_need_and_the_others_are_let_go() -> None:
    """Three are asked, two suffice: the third need not answer, and a late yes gets thanks."""
    story = flood(wave=3)
    assert asked(story) == ["ann", "bob", "cat"]
    says_yes(story, "ann")
    says_yes(story, "cat")

    bobs = offer_of(story, "bob")
    assert story.incident.offers[bobs].state == "withdrawn"
    assert "already accepted" in story.refused(c.AcceptRoles(offer_id=bobs), "bob").words["en"]


def test_too_few_have_accepted_and_nobody_is_left() -> None:
    """The lead hears it once; whoever takes it then is welcome, and nobody is told again."""
    story = flood()
    story.accept("lead")
    for who in (*GUARDS[:1], *GUARDS[2:], "eve"):
        if who in asked(story):
            says_no(story, who)
    says_yes(story, "bob")
    for who in ("cat", "dan", "eve"):
        if story.incident.offers[offer_of(story, who)].state == "open":
            says_no(story, who)

    assert [one for one in story.said(e.RoleUnfilled) if one.role == "security"] == [
        e.RoleUnfilled(role="security", held=1)
    ]
    assert told_of_security(story) == 1
    story.does(c.TakeRole(role="security"), "zoe")
    assert held(story) == ["bob", "zoe"]
    assert told_of_security(story) == 1


def test_one_person_may_be_asked_in_waves_of_one() -> None:
    """Where only one is needed, a wave keeps the others asleep."""
    story = flood(need=1, wave=1)
    assert asked(story) == ["ann"]
    says_no(story, "ann")
    assert asked(story) == ["ann", "bob"]
    says_yes(story, "bob")
    assert held(story) == ["bob"]


def test_the_last_resort_is_no_part_of_a_wave() -> None:
    """It is asked once nobody else is left."""
    people = cast(("lead", "technical"))
    people["security"] = (Rank("holder", ("ann",)), Rank("last-resort", ("director",)))
    story = Story("flood", people=people, edits={"roles/security/need": 2})
    story.report()
    assert asked(story) == ["ann"]
    says_no(story, "ann")
    assert asked(story) == ["ann", "director"]


def test_all_who_hold_a_role_are_told_what_is_to_be_done() -> None:
    """A step of the role is theirs together."""
    story = flood()
    says_yes(story, "ann")
    says_yes(story, "bob")
    before = story.seq
    story.accept("lead")
    story.does(c.AnswerStep(step="current", answer="yes"), "lead")

    told = {who for who in GUARDS if story.notices(who, since=before)}
    assert told in ({"ann", "bob"}, set()), "both or none"


def test_of_several_whoever_has_worked_longest_is_relieved_first() -> None:
    """The others go on; the one who comes takes over from that one alone."""
    story = flood(more={"roles/security/relieve_after": "2h"})
    says_yes(story, "ann")
    story.passes("5m")
    says_yes(story, "bob")
    story.at("11:36")

    assert story.said(e.ReliefSought) == [e.ReliefSought(role="security", person="ann")]
    before = story.seq
    assert asked(story)[2:] == ["cat", "dan"]
    story.accept("security")
    assert "ann" not in held(story)
    assert "bob" in held(story)
    assert story.notices("ann", "relieved", before)
    assert not story.notices("bob", "relieved", before)
