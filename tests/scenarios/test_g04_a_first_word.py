"""G4: each audience has its first word within its objective, and the word that it needs."""

from __future__ import annotations

from itertools import combinations

from crisis.proof.scenario import Story


async def test_each_audience_hears_at_once_what_concerns_it(story: Story) -> None:
    """G4: at 14:05 everyone who is concerned has a first word, and no two are the same."""
    await story.at("14:05").report("flood", building="a", place="Niveau -1")
    first = {
        audience: story.expect(to=audience, kind="alert")[0].outgoing.text
        for audience in ("people-on-site", "front-line", "users-away", "co-tenants")
    }
    assert all(one != other for one, other in combinations(first.values(), 2))


async def test_the_front_line_is_given_a_sentence_to_say(story: Story) -> None:
    """G4: whoever answers the telephone can say it aloud."""
    await story.at("14:05").report("flood", building="a")
    story.expect(to="Léa Dupuis", says="Je note votre question")


async def test_each_reads_their_own_language(story: Story) -> None:
    """G4: French and English say the same at the same time."""
    await story.at("14:05").report("flood", building="a")
    story.expect_sms(to="Kate Murphy", says="flood")
    story.expect_sms(to="Louis Bernard", says="inondation")


async def test_only_those_of_the_building_are_disturbed(story: Story) -> None:
    """G4: the annex has nothing to do with it."""
    await story.at("14:05").report("flood", building="a")
    story.expect_no_more(to="Henri Vidal")


async def test_a_danger_is_told_at_once_to_those_at_risk(story: Story) -> None:
    """G4: the first report says that people are in danger: the gravest severity, at once."""
    await story.at("14:05").report("flood", building="a", danger="yes")
    assert story.incident.severity == "S1"
    story.expect(to="people-on-site", by=("voice",), kind="alert")
    story.expect_mail(to="directorate", kind="brief")


async def test_those_away_hear_when_it_begins_at_night(story: Story) -> None:
    """G4: at 23:00 nobody is woken for what concerns tomorrow; at seven they know."""
    await story.at("23:00").report("flood", building="a")
    await story.expect_silence(of="Louis Bernard", until="06:59")
    await story.until("07:00")
    story.expect(to="Louis Bernard", kind="alert")
