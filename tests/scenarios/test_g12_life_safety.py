"""G12: what saves lives is never delayed."""

from __future__ import annotations

from crisis.proof.scenario import Story


async def test_fire_at_night_wakes_everyone_at_risk(story: Story) -> None:
    """G12: at three in the morning the order to leave goes at once, quiet hours or not."""
    await story.at("03:00").report("fire", building="a", danger="yes")
    story.expect(to="hq-a-voice", by=("voice",), kind="alert")
    story.expect(to="front-line", kind="alert")
    awake = ("email", "sms", "sms-modem", "call")
    await story.expect_silence(of="users-away", by=awake, until="06:59")
    story.expect(to="hq-status", by=("status",), ever=True)


async def test_neither_role_nor_directorate_is_waited_for(story: Story) -> None:
    """G12: nobody has accepted anything and the directorate is out of reach; it goes."""
    for address in ("helene.garnier@example.org", "philippe.arnaud@example.org"):
        story.channels["email"].faults[address] = "unreachable"
    await story.at("10:00").report("smoke", building="b", source="alertmanager")
    story.expect(to="people-on-site", kind="alert")
    story.expect(to="co-tenants", kind="alert")
    assert story.incident.lead is None


async def test_two_media_at_once_for_those_in_danger(story: Story) -> None:
    """G12: loudspeakers and text messages start together."""
    await story.at("10:00").report("fire", building="a", danger="yes")
    story.expect(to="people-on-site", by=("voice",), kind="alert")
    story.expect_sms(to="people-on-site", kind="alert")


async def test_the_text_gateway_is_down_and_the_call_goes(story: Story) -> None:
    """G12: what fails is tried again in seconds, and the next rung is not waited for in vain."""
    story.channels["sms"].fault = "refused"
    await story.at("10:00").report("fire", building="a", danger="yes")
    story.expect_call(to="Louis Bernard", kind="alert")
