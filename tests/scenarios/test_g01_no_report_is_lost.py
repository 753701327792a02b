"""G1: a report that was answered with success ends in an incident, a link, or a seen refusal."""

from __future__ import annotations

from crisis.core.events import EndProposed, ReportLinked, ReportSetAside
from crisis.ports import QuarantineRow
from crisis.proof.scenario import Story
from tests.scenarios.acts import a_led_flood, a_whole_flood


async def test_two_people_see_the_same_flood(story: Story) -> None:
    """G1: the second report joins the incident of the first, and nobody is woken twice."""
    first = await story.at("14:05").report("flood", building="a", says="De l'eau au sous-sol")
    second = await story.at("14:09").report("water-leak", building="a", says="Ça coule !")
    assert second == first
    assert len(story.happened(ReportLinked)) == 1
    story.expect_no_more(kind="role_offer", to="Thomas Keller")
    assert story.incident.reports == 2


async def test_another_building_is_another_flood(story: Story) -> None:
    """G1: what is not the same trouble is not swallowed by the one that is open."""
    first = await story.at("14:05").report("flood", building="a")
    second = await story.at("14:06").report("flood", building="b")
    assert first != second


async def test_a_signal_that_it_is_over_is_only_a_proposal(story: Story) -> None:
    """G1: a machine says that it is over; a person declares it, or does not."""
    await story.at("14:05").report("water-leak", building="a", source="alertmanager")
    await story.at("14:07").accept_all()
    await story.at("14:30").report("water-leak", building="a", source="alertmanager", resolved=True)
    assert len(story.happened(EndProposed)) == 1
    story.expect_mail(to="lead", kind="reminder")
    assert story.incident.phase == "open"
    await story.passes("1h")
    assert story.incident.phase == "open"


async def test_a_resolved_signal_with_nothing_open_is_set_aside_and_seen(story: Story) -> None:
    """G1: it opens nothing, is not lost, and says why."""
    incident = await story.at("14:05").report("water-leak", source="alertmanager", resolved=True)
    assert incident == ""
    (end,) = [
        one.body for one in story.runtime.events("report", story.answered[0])
        if isinstance(one.body, ReportSetAside)
    ]  # fmt: skip
    assert end.reason == "resolved-nothing-open"


async def test_what_nobody_foresaw_falls_to_the_generic_playbook(story: Story) -> None:
    """G1: an unforeseen kind opens an incident all the same, and somebody is asked to lead."""
    await story.at("03:10").report("meteorite", says="Un trou dans le parking")
    assert story.incident.playbook == "generic"
    story.expect_call(to="lead", kind="role_offer")


async def test_a_machines_words_reach_no_audience(story: Story) -> None:
    """G1: its text is for the room; audiences hear people's words and the playbook's."""
    await story.at("14:05").report(
        "water-leak", building="a", source="alertmanager", says="Something terrible is happening"
    )
    await story.at("14:07").accept_all()
    await story.passes("4h")
    story.expect_no_more(says="terrible", ever=True)
    assert story.seen(to="people-on-site", ever=True)


async def test_the_same_report_sent_again_changes_nothing(story: Story) -> None:
    """G1: a sender that tries again gets the same answer, and no second incident."""
    first = await story.at("14:05").report("flood", building="a", native_id="ticket-7")
    before = story.incident.seq
    again = await story.at("14:05").report("flood", building="a", native_id="ticket-7")
    assert again == first
    assert story.incident.seq == before


async def test_a_report_after_the_end_is_told_to_the_lead(story: Story) -> None:
    """G1: when things are normal a new report neither reopens by itself nor goes unseen."""
    await a_whole_flood(story)
    await story.at("19:00").report("flood", building="a", says="L'eau revient")
    story.expect_mail(to="lead", kind="reminder", says="L'eau revient")
    assert story.incident.phase == "normal"


async def test_a_body_that_cannot_be_read_is_kept_where_it_is_seen(story: Story) -> None:
    """G1: what could not be accepted stands in quarantine with its reason."""
    row = QuarantineRow(
        id="q-1",
        at=story.clock.now(),
        door="reports",
        source="building",
        reason="the JSON ends too early",
        body=b'{"kind": "flo',
    )
    await story.runtime.quarantine(row)
    with story.runtime.store.read() as view:
        assert view.quarantined() == [row]


async def test_a_report_entered_late_keeps_the_time_at_which_it_was_seen(story: Story) -> None:
    """G1: noted on paper during a power cut, entered by somebody else, true to its time."""
    await a_led_flood(story)
    await story.at("14:40").measure(
        "Le hall est balisé",
        result="Personne n'approche",
        by="security",
        written_by="Léa Dupuis",
        happened="2026-03-10 14:20",
    )
    (event,) = [
        one for one in story.runtime.events("incident", story.incident_id)
        if one.happened_at is not None
    ]  # fmt: skip
    assert story.shown(event.happened_at or event.at) == "2026-03-10 14:20:00"
    assert event.actor == f"person:e123 for person:{story.person('security')}"
