"""One flood, told by acts that may be sent again: the same before a crash and after it."""

from __future__ import annotations

from pathlib import Path

from crisis.proof.scenario import Story

MORNING = "2026-03-10"
WRONG = ("maud.leroy@example.org", "david.nguyen@example.org")
"""Mailboxes that do not exist: their owners are told by the next medium."""


async def a_flood(story: Story) -> None:
    """A report, roles taken, an acknowledgement, a word to all, and an hour and a half."""
    for address in WRONG:
        story.channels["email"].faults[address] = "refused"
    for number in ("+33639980131", "+33639980123"):
        story.channels["sms"].faults[number] = "refused"
    report = story.at(f"{MORNING} 14:05")
    story.incident_id = await report.report("flood", building="a", native_id="the-flood")
    roles = story.at(f"{MORNING} 14:05:30")
    for role in ("lead", "technical", "security", "communication", "liaison", "logistics"):
        if story.incident.roles[role].holder is None:
            await roles.accept(role, id=f"accept-{role}")
    for step, answer in (("people", "no"), ("current", "no"), ("server-room", "no")):
        await roles.answer(step, answer, id=f"answer-{step}")
    await roles.choose("leave", "stay", id="choose-leave")
    await story.at(f"{MORNING} 14:10").says(words="L'eau est coupée.", id="say-it")
    await story.until(f"{MORNING} 15:35")


def bound(story: Story) -> int:
    """Give how many deliveries may be in flight at one instant, all channels together."""
    return sum(one.abilities.connections * one.abilities.depth for one in story.channels.values())


def arrived(log: Path) -> list[str]:
    """Give the delivery ids that a child wrote down as they arrived."""
    return log.read_text(encoding="utf-8").split() if log.exists() else []
