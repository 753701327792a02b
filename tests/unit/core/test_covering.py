"""Each floor, building or site has holders of its own: who is asked for which, and what is bare."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, cast

FLOORS = {"a": {"title": {"fr": "Bâtiment A", "en": "Building A"}, "floors": [0, 1, 2]}, "b": {}}


def fire(
    *ranks: Rank, per: str = "floor", need: int = 1, building: str | None = "a",
    more: Mapping[str, object] | None = None,
) -> Story:  # fmt: skip
    """A flood in building A, whose floors each want somebody for security."""
    people = cast(("lead", "technical")) | {"security": ranks}
    edits = {"roles/security/one_per": per, "roles/security/need": need}
    story = Story("flood", people=people, edits=edits | dict(more or {}))
    story.pinned.site = type(story.pinned.site).model_validate(
        story.pinned.site.model_dump(mode="json", by_alias=True, exclude_unset=True)
        | {"buildings": FLOORS}
    )
    story.report(building=building)
    return story


def asked(story: Story, since: int = 0) -> dict[str, str]:
    """Who was asked for which part."""
    offers = story.said(e.RolesOffered, since)
    return {one.person: one.parts["security"] for one in offers if "security" in one.roles}


def answers(story: Story, who: str, *, yes: bool) -> None:
    """A person takes their floor, or cannot."""
    offer = [name for name, one in story.incident.offers.items() if one.person == who][-1]
    story.does((c.AcceptRoles if yes else c.DeclineRoles)(offer_id=offer), who)


def held(story: Story) -> dict[str, str]:
    """Who holds which part."""
    return dict(story.incident.roles["security"].parts)


def test_each_floor_asks_whoever_has_their_place_there() -> None:
    """The floors of the building that the report names; one person for one floor."""
    story = fire(Rank("holder", ("ann", "bob", "cat"), ("a/0", "a/2", "a/2")),
                 Rank("deputy-1", ("eve",), ("a/1",)))  # fmt: skip
    assert asked(story) == {"ann": "a/0", "bob": "a/2", "eve": "a/1"}
    offer = next(one for one in story.messages if one.to == ("bob",))
    assert offer.cards[0].title["en"].endswith("– Building A, floor 2")

    for who in ("ann", "bob", "eve"):
        answers(story, who, yes=True)
    assert held(story) == {"ann": "a/0", "bob": "a/2", "eve": "a/1"}
    assert "cat" not in asked(story)


def test_a_floor_whose_people_cannot_asks_the_next_there_and_then_others() -> None:
    """Nobody is left on the first floor: whoever is free elsewhere is asked for it."""
    story = fire(Rank("holder", ("ann", "bob", "cat"), ("a/0", "a/1", "a/1")),
                 Rank("deputy-1", ("eve", "fay"), ("", "a/2")))  # fmt: skip
    answers(story, "bob", yes=False)
    assert asked(story)["cat"] == "a/1"
    answers(story, "cat", yes=False)
    assert asked(story)["eve"] == "a/1"


def test_the_lead_hears_which_floors_have_nobody() -> None:
    """G3: what is not covered is known by name, once all have answered."""
    story = fire(Rank("holder", ("ann", "bob"), ("a/0", "a/1")))
    story.accept("lead")
    answers(story, "ann", yes=True)
    answers(story, "bob", yes=False)

    (bare,) = [one for one in story.said(e.RoleUnfilled) if one.role == "security"]
    assert (bare.held, bare.parts) == (1, ("a/1", "a/2"))
    subjects = [one.notice.subject for one in story.notices("lead", "role-unfilled") if one.notice]
    assert subjects[-1] == "security@a/1,security@a/2"


def test_a_floor_that_was_taken_meanwhile_thanks_whoever_comes_late() -> None:
    """Silence passes it on; another floor is not put on somebody who said yes to this one."""
    story = fire(Rank("holder", ("ann", "bob", "cat", "dan"), ("a/0", "a/1", "a/1", "a/2")))
    asked_bob = next(id_ for id_, one in story.incident.offers.items() if one.person == "bob")
    story.passes("10m")
    answers(story, "cat", yes=True)
    late = story.refused(c.AcceptRoles(offer_id=asked_bob), "bob")
    assert "already accepted" in late.words["en"]


def test_whoever_steps_in_covers_their_own_floor_or_the_first_that_is_bare() -> None:
    """Nobody needs to be asked; when all are covered one more helps where they are."""
    story = fire(Rank("holder", ("ann", "bob", "cat", "dan"), ("a/0", "a/1", "a/0", "a/2")))
    story.does(c.TakeRole(role="security"), "bob")
    story.does(c.TakeRole(role="security"), "zoe")
    dans = next(id_ for id_, one in story.incident.offers.items() if one.person == "dan")
    assert story.incident.offers[dans].state == "open"
    story.does(c.TakeRole(role="security"), "dan")
    assert story.incident.offers[dans].state == "withdrawn", "nobody waits for it any more"
    assert held(story) == {"bob": "a/1", "zoe": "a/0", "dan": "a/2"}
    story.does(c.TakeRole(role="security"), "cat")
    story.does(c.TakeRole(role="security"), "yan")
    assert held(story) == {"bob": "a/1", "zoe": "a/0", "dan": "a/2", "cat": "a/0"}
    assert "yan" in story.incident.roles["security"].holders


def test_the_last_resort_is_asked_when_there_is_nobody_at_all() -> None:
    """A floor is asked for whose last resort is somebody of the site."""
    story = fire(Rank("holder", (), ()), Rank("last-resort", ("director", "dg"), ("", "")))
    assert asked(story) == {"director": "a/0"}


def test_each_building_of_the_site_has_two_of_its_own() -> None:
    """Whatever building the report names; what is needed counts for each."""
    story = fire(Rank("holder", ("ann", "bob", "cat"), ("b", "a", "b")), per="building", need=2,
                 building=None)  # fmt: skip
    assert asked(story) == {"ann": "b", "bob": "a", "cat": "b"}
    for who in ("ann", "bob", "cat"):
        answers(story, who, yes=True)
    assert [one.parts for one in story.said(e.RoleUnfilled) if one.role == "security"] == [("a",)]


def test_where_the_report_names_no_building_every_floor_counts() -> None:
    """A building whose floors nobody wrote down is one part."""
    story = fire(Rank("holder", ("ann",), ("b",)), building=None)
    story.accept("lead")
    answers(story, "ann", yes=True)
    (bare,) = [one for one in story.said(e.RoleUnfilled) if one.role == "security"]
    assert bare.parts == ("a/0", "a/1", "a/2")


def test_each_site_is_one_of_those_where_its_people_are() -> None:
    """A site of another town asks its own people."""
    story = fire(Rank("holder", ("ann", "bob", "cat"), ("hq", "annex", "hq")), per="site")
    assert asked(story) == {"ann": "hq", "bob": "annex"}
    titles = {one.to: one.cards[0].title["en"] for one in story.messages if one.cards}
    assert titles["ann",].endswith("– Head office")
    assert titles["bob",].endswith("– annex")


def test_a_relief_takes_over_the_same_floor() -> None:
    """Whoever has held it too long is relieved there, and the others stay."""
    story = fire(Rank("holder", ("ann", "bob", "cat", "dan"), ("a/0", "a/1", "a/0", "a/2")),
                 more={"roles/security/relieve_after": "1h", "roles/lead/relieve_after": "9h"},
                 )  # fmt: skip
    story.accept("lead", "technical")
    answers(story, "ann", yes=True)
    answers(story, "bob", yes=True)
    answers(story, "dan", yes=True)
    before = story.seq
    story.passes("50m")
    assert asked(story, before) == {"cat": "a/0"}
    answers(story, "cat", yes=True)
    assert held(story) == {"bob": "a/1", "dan": "a/2", "cat": "a/0"}
