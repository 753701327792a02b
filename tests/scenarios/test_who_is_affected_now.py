"""Who is affected now hears all of it; a bystander hears little, and never a backlog."""

from __future__ import annotations

from collections import Counter

from crisis.proof.scenario import Story
from tests.scenarios.acts import a_whole_flood

BYSTANDERS = ("users-away",)
MOST = 3
"""Doctrine §4: the absent get what concerns them, not every update."""


async def test_a_bystander_of_the_flood_gets_at_most_three_messages(story: Story) -> None:
    """From the ledger, over the whole flood: each person away is written to three times at most."""
    await a_whole_flood(story)
    await story.until("21:00")
    heard: Counter[str] = Counter()
    with story.runtime.store.read() as view:
        for message in view.messages(story.incident_id):
            if message.audience in BYSTANDERS:
                rows = view.deliveries(message.id)
                heard.update({row.recipient_id for row in rows if row.sent_at is not None})
    people = {who: count for who, count in heard.items() if not who.startswith("hq-")}
    assert people
    assert max(people.values()) <= MOST
    story.expect(to="users-away", kind="end", ever=True)
