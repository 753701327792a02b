"""Who could not, or was let go, is asked once more when a role wants somebody again (G3)."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core.deciding import Rank
from tests.unit.core.story import Story, cast, words

FORCED = words("seen with the team")


def asked(story: Story, role: str, since: int) -> list[str]:
    """Who was asked for a role after an event, in order."""
    return [one.person for one in story.said(e.RolesOffered, since) if role in one.roles]


def test_what_begins_again_without_a_lead_asks_all_of_them_once_more() -> None:
    """G3: nobody accepted on the first day; the water comes back at night, and they are asked."""
    story = Story("flood")
    story.report()
    story.passes("3h")
    assert story.incident.roles["lead"].unfilled
    story.does(c.DeclarePhase(phase="normal"), "director", override=FORCED)
    story.passes("6h")
    before = story.seq
    story.does(c.DeclarePhase(phase="open"), "director", override=FORCED)

    assert asked(story, "lead", before) == ["lead"]
    assert asked(story, "technical", before) == ["technical"]
    story.passes("1h")
    assert asked(story, "lead", before) == ["lead", "lead-deputy", "director"]
    assert story.incident.roles["lead"].unfilled


def test_whoever_was_let_go_by_the_end_is_asked_before_the_deputies() -> None:
    """G3: at normal open offers are taken back; when it begins again the holders come first."""
    story = Story("flood")
    story.report()
    story.accept("lead")
    story.does(c.DeclarePhase(phase="normal"), override=FORCED)
    before = story.seq
    story.does(c.DeclarePhase(phase="open"), override=FORCED)

    assert asked(story, "technical", before) == ["technical"]
    assert asked(story, "lead", before) == []


def test_a_role_that_is_wanted_only_at_times_asks_its_holder_each_time() -> None:
    """G3: the power fails, comes back and fails twice more: it is always the holder first."""
    story = Story("flood", edits={"roles/technical/when": {"down": "power"}})
    story.report()
    story.accept("lead")
    for _ in range(3):
        before = story.seq
        story.does(c.ReportDown(what="power"))
        assert asked(story, "technical", before) == ["technical"]
        story.does(c.ReportUp(what="power"))


def test_a_relief_is_looked_for_where_a_second_person_never_was_found() -> None:
    """Two were needed and one came; after hours of work somebody is asked to take over."""
    people = cast(("lead", "technical", "security", "communication", "liaison", "logistics"))
    people["security"] = (Rank("holder", ("ann",)), Rank("deputy-1", ("bob",)))
    edits = {"roles/security/need": 2, "roles/security/relieve_after": "4h"}
    story = Story("flood", people=people, edits=edits)
    story.report()
    story.accept("lead")
    story.does(c.AcceptRoles(offer_id=story.offer("security")), "ann")
    story.does(c.DeclineRoles(offer_id=story.offer("security")), "bob")
    before = story.seq
    story.passes("3h30m")
    assert asked(story, "security", before) == ["bob"]
