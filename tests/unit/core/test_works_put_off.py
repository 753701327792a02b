"""Announced works that are put off: nothing of what was said of their times holds any more."""

from __future__ import annotations

from crisis.core import commands as c
from tests.unit.core.test_works import HOUR, announced, works


def test_put_off_people_hear_nothing_of_the_old_times() -> None:
    """G5: neither the old instruction nor the old end, that day and every day after."""
    story = announced(20 * HOUR, lasting=3 * HOUR)
    story.does(c.ChooseOption(step="go", option="postpone"))
    told = story.sent("people-on-site")[-1]
    assert (told.impact, told.instruction, told.workaround) == (None, None, None)
    story.passes("30h")
    later = story.sent("people-on-site")[-1]
    assert later.id != told.id
    assert later.works is not None
    assert (later.works.news, later.instruction, later.holding) == ("postponed", None, None)
    assert all(one.next_update_at != works(story)[1] for one in (told, later))


def test_the_directorate_reads_when_works_begin_and_end_and_since_when_they_are_prepared() -> None:
    """G6: its brief says what everybody is told; when they begin, what was done before is older."""
    story = announced(20 * HOUR)
    announced_at = story.now
    brief = story.sent("directorate")[-1]
    assert brief.works is not None
    assert (brief.works.starts_at, brief.works.ends_at) == works(story)
    story.does(c.ChooseOption(step="go", option="go"))
    story.passes("20h")
    assert story.incident.phase == "open"
    first = story.sent("directorate")[-1].measures[0]
    assert first.since <= announced_at
