"""G7: the end reaches exactly those who were told, on at least the same media."""

from __future__ import annotations

from crisis.proof.scenario import Story
from tests.scenarios.acts import (
    a_calm_flood,
    a_whole_flood,
    all_is_as_before,
    the_place_is_made_safe,
    work_goes_on_elsewhere,
)


async def test_everyone_who_was_told_hears_the_end(story: Story) -> None:
    """G7: at 18:30 each of those who heard of the flood hears that it is over."""
    await a_whole_flood(story)
    told = {
        one.row.recipient_id for one in story.seen(ever=True)
        if one.message.audience not in {None, "directorate"}
    }  # fmt: skip
    ended = {one.row.recipient_id for one in story.seen(kind="end")}
    assert ended == told


async def test_a_false_alarm_is_told_to_those_who_were_alarmed(story: Story) -> None:
    """G7: cancelled, everyone who was alarmed reads that nothing happened, with thanks."""
    await a_calm_flood(story)
    alarmed = {
        one.row.recipient_id for one in story.seen(kind="alert", ever=True)
    }  # fmt: skip
    await story.at("14:20").cancel()
    told = {one.row.recipient_id for one in story.seen(kind="end")}
    assert told == alarmed
    story.expect_sms(to="people-on-site", says="fausse alerte")
    await story.expect_silence(of="people-on-site", until="2026-03-11 12:00")


async def test_whoever_was_never_reached_is_not_told_the_end(story: Story) -> None:
    """G7: her number was wrong and her mailbox full; the end of nothing would only confuse."""
    story.channels["email"].faults["kate.murphy@example.org"] = "refused"
    for name in ("sms", "sms-modem", "call"):
        story.channels[name].faults["+33639980132"] = "refused"
    await a_calm_flood(story)
    await the_place_is_made_safe(story)
    await work_goes_on_elsewhere(story)
    await story.until("15:25")
    for channel in story.channels.values():
        channel.faults.clear()
    await all_is_as_before(story)
    story.expect_no_more(to="Kate Murphy", kind="end", ever=True)


async def test_the_end_goes_by_the_medium_that_carried_the_alarm(story: Story) -> None:
    """G7: whoever heard it on the loudspeakers hears the end there."""
    await a_whole_flood(story)
    story.expect(to="hq-a-voice", by=("voice",), kind="end")
    story.expect_no_more(to="hq-b-voice", ever=True)


async def test_whoever_arrives_later_is_not_told_of_what_is_over(story: Story) -> None:
    """G7: nobody who never heard of the flood is told that it has ended."""
    await a_whole_flood(story)
    story.expect_no_more(to="Henri Vidal", ever=True)
    story.expect_no_more(to="Peter Olsen", kind="end", ever=True)


async def test_a_silent_lead_still_ends_it_for_everyone(story: Story) -> None:
    """G7: after broken promises and escalations, the end is told all the same."""
    await story.at("14:05").report("flood", building="a")
    await story.passes("8h")
    await story.then.accept("lead", by="Claire Fontaine")
    await story.after("1m").declare("normal", override="Le site est contrôlé, tout est sec.")
    story.expect_mail(to="people-on-site", kind="end")
    await story.until("07:00")
    story.expect_mail(to="users-away", kind="end")
    assert story.incident.phase == "normal"
