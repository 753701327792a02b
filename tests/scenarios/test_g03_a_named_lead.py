"""G3: somebody with a name leads in time, or those above know that nobody does."""

from __future__ import annotations

from crisis.core.events import LeadMissing
from crisis.proof.scenario import Story


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
