"""A crisis that lasts: slower updates, each of which still names the time of the next."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story, words


def test_after_two_hours_it_is_told_more_slowly_and_always_with_a_time() -> None:
    """G5: the rhythm of a long crisis holds once it is long, and no word leaves without a time."""
    story = Story("flood")
    story.report(severity="S2", danger="no")
    story.accept()
    spans: dict[str, list[timedelta]] = {"early": [], "long": []}
    for _ in range(16):
        story.passes("20m")
        story.does(c.RecordMeasure(measure=words("m")), "lead")
        before = story.seq
        story.does(c.Say(audiences=("people-on-site",)), "lead")
        (message,) = story.sent("people-on-site", since=before)
        assert message.next_update_at is not None
        late = story.now - story.incident.opened_at >= timedelta(hours=2)
        spans["long" if late else "early"].append(message.next_update_at - story.now)
    assert min(spans["long"]) >= max(spans["early"])
    assert max(spans["long"]) > max(spans["early"])
    assert story.said(e.SilenceEscalated) == []
