"""G13: one dead channel, provider, address or event never stops the rest."""

from __future__ import annotations

from dataclasses import replace

from crisis.core.chain import head_of
from crisis.ports import Recorded, Unit
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_calm_flood, a_led_flood


async def test_the_mail_server_is_dead_and_everyone_is_told(story: Story) -> None:
    """G13: text messages and calls go on; the mails follow when the server is back."""
    story.channels["email"].fault = "unreachable"
    await a_led_flood(story)
    story.expect_sms(to="Kate Murphy", ever=True)
    assert story.incident.lead is not None
    await story.until("14:20")
    story.channels["email"].fault = None
    await story.until("15:30")
    story.expect_mail(to="people-on-site", ever=True)


async def test_a_gateway_that_refuses_everything_costs_a_rung(story: Story) -> None:
    """G13: text messages are refused for good; the next medium is asked at once."""
    story.channels["sms"].fault = "refused"
    await story.at("14:05").report("flood", building="a")
    story.expect(to="Rosa Almeida", by=("call", "sms-modem", "email"), kind="alert")


async def test_one_wrong_address_costs_nobody_else_their_mail(story: Story) -> None:
    """G13: one mailbox does not exist."""
    story.channels["email"].faults["louis.bernard@example.org"] = "refused"
    await a_led_flood(story)
    await story.at("14:20").says(words="La situation est stable.")
    story.expect_mail(to="Maud Leroy", says="La situation est stable.")
    story.expect_no_more(to="Louis Bernard", by=("email",))


async def test_a_provider_that_never_answers_holds_up_its_own_line_only(story: Story) -> None:
    """G13: the text gateway takes everything and says nothing; mail and calls go on."""
    story.channels["sms"].fault = "silent"
    await a_led_flood(story)
    story.expect_mail(to="Nadia Benali", ever=True)
    story.expect(to="people-on-site", by=("voice",), ever=True)
    await story.at("14:20").says(words="La zone est fermée.")
    story.expect_mail(to="people-on-site", says="La zone est fermée.")


async def test_a_poisoned_incident_is_parked_and_the_other_goes_on(story: Story) -> None:
    """G13: an event of an unknown kind stands in one journal; nobody guesses, others are led."""
    poisoned = await story.at("14:05").report("flood", building="a")
    other = await story.at("14:06").report("flood", building="b")

    def poison(unit: Unit) -> None:
        row = unit.stream("incident", poisoned)
        assert row is not None
        event = Recorded(
            stream="incident",
            stream_id=poisoned,
            seq=row.version + 1,
            at=story.clock.now(),
            type="org.example.from-the-future",
            version=1,
            text="{}",
            command_id="tomorrow",
            head="",
        )
        head = head_of(row.head, event)
        unit.append([replace(event, head=head)])
        unit.save_stream(
            replace(row, version=row.version + 1, head=head), expected_version=row.version
        )

    story.runtime.store.transact([poison])
    story.known_breaches.add(("G11", poisoned))
    await story.at("14:08").accept("lead", incident=other)
    await story.passes("2h")
    with story.runtime.store.read() as view:
        row = view.stream("incident", poisoned)
    assert row is not None
    assert row.parked
    story.expect_call(to="Nadia Benali", kind="role_offer", ever=True)


async def test_whoever_says_i_have_it_is_not_asked_further(story: Story) -> None:
    """G13: the ladder climbs for those who did not answer, and stops for her who did."""
    await a_calm_flood(story)
    await story.at("14:12:30").acknowledges("Rosa Almeida", kind="alert")
    await story.until("14:30")
    story.expect_no_more(to="Rosa Almeida", kind="alert")
    with story.runtime.store.read() as view:
        rows = [
            row for message in view.messages(story.incident_id) if message.kind == "alert"
            for row in view.deliveries(message.id) if row.recipient_id == "e125"
        ]  # fmt: skip
    assert "acknowledged" in {row.state for row in rows}
    assert not any(row.fallback_at for row in rows)


async def test_what_is_stale_is_not_sent_when_the_medium_is_back(story: Story) -> None:
    """G13: her mailbox was full for two hours; she gets where things stand, not a backlog."""
    await a_calm_flood(story)
    story.channels["email"].faults["lea.dupuis@example.org"] = "later"
    await story.at("14:30").says(words="La pompe arrive à 15 h.")
    story.expect_sms(to="Léa Dupuis")
    await story.until("16:45")
    story.channels["email"].faults.clear()
    await story.at("16:50").says(words="La cave est vide.")
    await story.passes("1h")
    story.expect_no_more(to="Léa Dupuis", by=("email",), says="La pompe arrive", ever=True)
    story.expect_mail(to="Léa Dupuis", says="La cave est vide.", ever=True)
