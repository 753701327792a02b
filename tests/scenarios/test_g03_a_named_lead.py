"""G3: somebody with a name leads in time, or those above know that nobody does."""

from __future__ import annotations

from crisis.core.events import LeadMissing, RolesOffered
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_led_flood


async def test_a_flood_is_led_by_the_deputy(story: Story) -> None:
    """G3: whoever is on duty cannot, the deputy is asked at once and leads within the bound."""
    await story.at("14:05").report("flood", building="a", says="De l'eau sous la porte A-007")
    story.expect_mail(to="Nadia Benali", says="Pilote de crise")
    story.expect_call(to="Nadia Benali", says="Pilote de crise")

    await story.at("14:05:40").decline("lead")
    story.expect_mail(to="Aline Petit", says="Pilote de crise")
    await story.expect_silence(of="Nadia Benali", until="14:08", kind="role_offer")

    await story.at("14:08").accept("lead", by="Aline Petit")
    assert story.incident.lead == story.person("Aline Petit")
    await story.passes("1h")
    assert not story.happened(LeadMissing)


async def test_silence_goes_up_to_the_last_resort_and_the_directorate(story: Story) -> None:
    """G3: nobody answers; each deputy is asked, then the last resort and the directorate know."""
    await story.at("14:05").report("flood", building="a")
    await story.at("14:15").accept("security", by="Olivier Lambert")  # late, and still welcome
    story.expect_call(to="Aline Petit", says="Pilote de crise")
    await story.until("14:25")
    story.expect_call(to="Marc Delmas", says="Pilote de crise")
    await story.until("14:40")
    story.expect_mail(to="Claire Fontaine", kind="escalation")
    story.expect_mail(to="directorate", kind="brief", says="Pilote de crise : personne encore")
    assert story.happened(LeadMissing)
    await story.then.accept("lead", by="Claire Fontaine")
    assert story.incident.lead == story.person("Claire Fontaine")


async def test_one_person_with_two_roles_gets_one_offer(story: Story) -> None:
    """G3: two roles fall to the same deputy at once; she reads one card and answers once."""
    await story.at("14:05").report("flood", building="a")
    await story.until("14:15")
    both = [
        one.body for one in story.happened(RolesOffered)
        if isinstance(one.body, RolesOffered) and one.body.person == story.person("Aline Petit")
    ]  # fmt: skip
    assert [offer.roles for offer in both] == [("lead", "security")]
    await story.then.accept("lead")
    assert story.incident.roles_of(story.person("Aline Petit")) == ("lead", "security")


async def test_an_answer_stops_the_telephone(story: Story) -> None:
    """G3: whoever has accepted is not called again for it, on any medium."""
    await story.at("14:05").report("flood", building="a")
    await story.at("14:05:20").accept("lead")
    await story.expect_silence(of="Nadia Benali", until="14:11", kind="role_offer")


async def test_whoever_was_asked_with_others_is_let_go(story: Story) -> None:
    """G3: two people were asked for one role; once one has it the other is left in peace."""
    await story.at("14:05").report("flood", building="a")
    await story.at("14:05:20").accept("logistics", by="Yuki Tanaka")
    await story.expect_silence(of="Paul Girard", until="14:12", kind="role_offer")


async def test_an_answer_by_telephone_is_entered_for_the_one_who_gave_it(story: Story) -> None:
    """G3: the guard takes the call and writes it down; the record names both."""
    await story.at("14:05").report("flood", building="a")
    await story.at("14:10").accept(
        "lead", by="Nadia Benali", written_by="Olivier Lambert", happened="2026-03-10 14:07"
    )
    assert story.incident.lead == story.person("Nadia Benali")


async def test_somebody_steps_in_without_having_been_asked(story: Story) -> None:
    """G3: she is there and takes the lead; those who were asked are let go."""
    await story.at("14:05").report("flood", building="a")
    await story.at("14:06").take("lead", by="Maud Leroy")
    assert story.incident.lead == story.person("Maud Leroy")
    await story.expect_silence(of="Nadia Benali", until="14:15", kind="role_offer")


async def test_at_night_the_guard_on_duty_is_asked(story: Story) -> None:
    """G3: the rota says who is there at two in the morning, and nobody else is woken for it."""
    await story.at("02:00").report("flood", building="a")
    story.expect_call(to="Fatou Diallo", says="Sûreté")
    story.expect_no_more(to="Olivier Lambert", kind="role_offer")
    story.expect_call(to="Nadia Benali", says="Pilote de crise")


async def test_the_lead_is_named_in_what_follows(story: Story) -> None:
    """G3: those concerned read who leads."""
    await a_led_flood(story)
    await story.at("14:20").says(words="L'eau est coupée au sous-sol.")
    story.expect_mail(to="people-on-site", says="Nadia Benali")
    story.expect_mail(to="people-on-site", says="L'eau est coupée au sous-sol.")
