"""What was hung on a wall is known, and comes down when it is over: asked for, chased, recorded."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import events as e
from crisis.core import sheet_commands as s
from crisis.core.decide.sheets import STAYS, TAKEN_DOWN_WITHIN, number_of
from crisis.core.sheets import MOST_SHEETS
from crisis.core.values import Text
from tests.unit.core.story import Story, words
from tests.unit.core.test_by_hand import led, left

STAFF, ON_SITE = "front-line", "people-on-site"


def hangs(story: Story, *at: str, audience: str = STAFF, who: str = "communication") -> None:
    """Somebody has hung the last word to an audience at these places."""
    story.does(s.HangSheets(audience=audience, at=at), who)


def over(story: Story) -> None:
    """It is over."""
    story.does(c.DeclarePhase(phase="normal"), override=words("all is well"))


def asked(story: Story) -> list[tuple[str, tuple[str, ...], int]]:
    """Who was asked to take down what, and how often before."""
    return [(one.person, one.spots, one.count) for one in story.said(e.TakeDownAsked)]


def numbers(story: Story) -> dict[str, int]:
    """What hangs where, by its number."""
    return {spot: one.number for spot, one in story.incident.sheets.items()}


def test_a_sheet_that_is_hung_is_known_with_its_place_and_who_hung_it() -> None:
    """At 20:05 the words of 20:02 hang in two halls: on the record with number, place and name."""
    story = led()
    message = story.sent(STAFF)[-1]
    hangs(story, "hall-a", "hall-b", "hall-a")
    assert numbers(story) == {f"hall-a/{STAFF}": message.number, f"hall-b/{STAFF}": message.number}
    sheet = story.incident.sheets[f"hall-a/{STAFF}"]
    assert (sheet.by, sheet.hung_at) == ("communication", story.now)
    assert number_of(message.id) == message.number


def test_a_newer_sheet_at_the_same_place_names_the_one_it_replaces() -> None:
    """One place holds one sheet for the same people; another audience's hangs beside it."""
    story = led()
    first = story.sent(STAFF)[-1].number
    hangs(story, "hall-a", "hall-b")
    hangs(story, "hall-a", audience=ON_SITE)
    story.does(c.Say(audiences=(STAFF,)))
    hangs(story, "hall-a")
    second = story.sent(STAFF)[-1].number
    assert [one.replaced for one in story.said(e.SheetsHung)] == [(), (), (first,)]
    assert numbers(story)[f"hall-a/{STAFF}"] == second
    assert numbers(story)[f"hall-b/{STAFF}"] == first
    assert len(story.incident.sheets) == 3
    hangs(story, "hall-a")
    assert story.said(e.SheetsHung)[-1].replaced == ()


def test_who_carries_the_word_says_where_it_hangs_by_the_same_gesture() -> None:
    """Five were not reached: a sheet in the hall tells them, and the errand is done (G5)."""
    story = led()
    message = story.sent(STAFF)[-1]
    left(story, message, 5)
    story.does(c.CarryByHand(audience=STAFF, at=("hall-a",)), "communication")
    assert not story.incident.errands
    assert numbers(story) == {f"hall-a/{STAFF}": message.number}


def test_at_the_end_who_hung_them_takes_down_exactly_those_that_hang() -> None:
    """Hall B came down before: at the end each is asked at once, in one message, for the rest."""
    story = led()
    hangs(story, "hall-a", "hall-b")
    hangs(story, "stairs-2", audience=ON_SITE, who="security")
    story.does(s.TakeDownSheets(at=("hall-b",)), "communication")
    story.passes("3h")
    assert not asked(story)
    over(story)
    story.passes("1m")
    assert asked(story) == [
        ("communication", (f"hall-a/{STAFF}",), 0), ("security", (f"stairs-2/{ON_SITE}",), 0),
    ]  # fmt: skip
    (told,) = story.notices("communication", "take-down")
    assert told.notice is not None
    assert told.notice.subject == "hall-a"
    number = numbers(story)[f"hall-a/{STAFF}"]
    assert told.notice.items == (Text({"fr": f"feuille n° {number}", "en": f"sheet no. {number}"}),)
    story.does(s.TakeDownSheets(), "security")
    assert not story.incident.sheets
    assert story.said(e.SheetsTakenDown)[-1].places == ("hall-a", "stairs-2")


def test_it_is_chased_until_it_is_down() -> None:
    """Two hours after it was asked the lead hears of it too; again after twice the wait."""
    story = led()
    hangs(story, "hall-a")
    story.does(c.CancelIncident())
    ended_at = story.now
    story.passes("1m")
    hangs(story, "hall-b")
    story.passes("15h")
    late = [event.at - ended_at for event in story.log if isinstance(event.body, e.TakeDownAsked)]
    assert late == [TAKEN_DOWN_WITHIN * times for times in (0, 1, 2, 4)]
    assert [count for _, _, count in asked(story)] == [0, 1, 2, 3]
    assert len({one.due_at for one in story.said(e.TakeDownAsked)}) == 1
    assert len(story.notices("lead", "take-down-late")) == 3
    assert {spots for _, spots, _ in asked(story)} == {(f"hall-a/{STAFF}",)}
    story.does(s.TakeDownSheets(), "lead")
    story.passes("2d")
    assert len(asked(story)) == 4


def test_the_sheet_that_says_that_it_is_over_stays_for_a_day() -> None:
    """Whoever comes next morning reads it; then it comes down too."""
    story = led()
    hangs(story, "hall-a")
    over(story)
    story.passes("1m")
    hangs(story, "hall-a")
    hung_at = story.now
    assert story.said(e.SheetsHung)[-1].replaced
    story.passes("23h")
    assert len(asked(story)) == 1
    story.passes("2h")
    second = [event.at for event in story.log if isinstance(event.body, e.TakeDownAsked)][1]
    assert second == hung_at + STAYS


def test_what_begins_again_keeps_its_sheets_and_asks_anew_at_the_new_end() -> None:
    """It was not over: the old sheets say so too, and are asked for when it is."""
    story = led()
    hangs(story, "hall-a")
    over(story)
    story.passes("1m")
    story.does(c.DeclarePhase(phase="open"))
    before = len(asked(story))
    story.passes("5h")
    assert len(asked(story)) == before
    over(story)
    story.passes("1m")
    assert [count for _, _, count in asked(story)] == [0, 0]


def test_a_crisis_is_not_closed_over_sheets_that_hang_unseen() -> None:
    """They come down first; set aside by name they are an action of the review, and no chase."""
    story = Story("flood", edits={"severity/start": "S4", "severity/raise": {}})
    story.report()
    story.accept()
    hangs(story, "hall-a")
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
    for name, one in tuple(story.incident.commitments.items()):
        if one.kind != "update":
            story.does(k.KeepPromise(promise_id=name))
    assert "crisis taken-down" in story.refused(c.CloseIncident()).words["en"]
    story.does(c.CloseIncident(), override=words("the hall is locked"))
    actions = {(one.reason, one.subject) for one in story.incident.actions.values()}
    assert ("sheets-hang", "hall-a") in actions
    many = len(asked(story))
    story.passes("3d")
    assert len(asked(story)) == many
    story.does(s.TakeDownSheets(), "communication")
    assert not story.incident.sheets


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (s.HangSheets(audience="nobody", at=("hall-a",)), "was told to"),
        (s.HangSheets(audience=STAFF, at=()), "one short word"),
        (s.HangSheets(audience=STAFF, at=("Bureau de Mme Roy",)), "one short word"),
        (s.HangSheets(audience=STAFF, at=("hall-a",), number=99), "no sheet no. 99"),
        (s.HangSheets(audience=STAFF, at=tuple(f"h-{n}" for n in range(101))), "hang already"),
        (s.TakeDownSheets(), "at: -"),
        (s.TakeDownSheets(at=("hall-z",)), "hangs there"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(body: Any, says: str) -> None:
    """A wrong place, number or audience; and no more sheets than a round can take down."""
    assert MOST_SHEETS == 100
    story = led()
    assert says in story.refused(body, "communication").words["en"]
    machine = c.Actor(kind="source", id="operator")
    assert "person" in story.refused(s.TakeDownSheets(), actor=machine).words["en"]
