"""Contractors: called, on the way, there, gone, not come; their delay is a commitment too."""

from __future__ import annotations

from datetime import timedelta

from crisis.core import commands as c
from crisis.core import events as e
from tests.unit.core.story import Story


def led(**more: object) -> Story:
    """A flood with all roles held."""
    story = Story("flood", **more)  # type: ignore[arg-type]  # fields by name
    story.report()
    story.accept()
    return story


def reported(story: Story, stage: str, minutes: int | None = None) -> None:
    """The technical lead notes where the pumping firm stands."""
    eta_at = story.now + timedelta(minutes=minutes) if minutes else None
    story.does(
        c.ReportContractor(step="pump", stage=stage, eta_at=eta_at),  # type: ignore[arg-type]
        "technical",
    )


def measure(story: Story) -> object:
    """The measure of the pump in the last message to people on site."""
    message = story.sent("people-on-site")[-1]
    return next((one for one in message.measures if one.id == "step:pump"), None)


def test_the_call_is_a_measure_and_the_arrival_time_is_in_every_update() -> None:
    """Told when it is called; while it is on its way every update speaks of it."""
    story = led()
    reported(story, "called")
    story.does(c.Say())
    first = measure(story)
    reported(story, "eta", 50)
    story.does(c.Say())
    second = measure(story)
    reported(story, "arrived")
    story.does(c.Say())
    third = measure(story)
    reported(story, "left")
    story.does(c.Say())

    assert getattr(first, "eta_at", 0) is None
    assert getattr(second, "eta_at", None) == story.now + timedelta(minutes=50)
    assert getattr(third, "eta_at", 0) is None
    assert story.incident.steps["pump"].state == "done"


def test_once_it_has_been_called_nobody_is_asked_to_call() -> None:
    """The step is not late by its own time any more; the contract counts."""
    story = led()
    reported(story, "called")
    story.passes("1h")

    assert not [one for one in story.said(e.StepEscalated) if one.step == "pump"]


def test_a_contractor_is_late_by_its_contract_then_by_twice_the_wait() -> None:
    """Two hours after the call holder and lead are told, and whom to call next."""
    story = led()
    reported(story, "called")
    story.at("12:00")
    (notice,) = story.notices("lead", "contractor-late")
    assert notice.notice is not None
    assert notice.notice.subject == "pumping-second"
    assert story.notices("technical", "contractor-late")
    story.at("13:59")
    assert len(story.notices("lead", "contractor-late")) == 1
    story.at("14:00")

    assert len(story.notices("lead", "contractor-late")) == 2


def test_the_time_it_gave_itself_is_asked_about_too() -> None:
    """Audiences were told 10:40: at 10:40 somebody must know, and the contract is not forgotten."""
    story = led()
    reported(story, "called")
    reported(story, "eta", 40)
    story.at("10:39")
    assert story.notices("lead", "contractor-late") == []
    story.at("10:40")
    assert len(story.notices("lead", "contractor-late")) == 1
    story.at("12:00")

    assert len(story.notices("lead", "contractor-late")) == 2


def test_a_contractor_that_arrived_is_not_late() -> None:
    """Arrived is arrived."""
    story = led()
    reported(story, "called")
    reported(story, "arrived")
    story.passes("8h")

    assert story.notices("lead", "contractor-late") == []


def test_a_no_show_is_told_and_the_next_call_is_chased() -> None:
    """Whoever must call the second firm is told at once; not calling is late again."""
    story = led()
    reported(story, "called")
    story.does(c.Say())
    assert measure(story) is not None
    story.passes("30m")
    assert story.notices("lead", "no-show") == []
    reported(story, "no-show")
    (notice,) = story.notices("lead", "no-show")
    assert notice.notice is not None
    assert notice.notice.subject == "pumping-second"
    assert story.notices("technical", "no-show") == [], "it was the technical lead who said so"
    story.does(c.Say())
    assert measure(story) is None
    before = story.seq
    story.passes("15m")
    assert [one.step for one in story.said(e.StepEscalated, before)].count("pump") == 1
    reported(story, "called")

    assert story.incident.steps["pump"].escalations == 0


def test_what_is_on_its_way_was_called() -> None:
    """A firm that gives its time was called: that is noted, and told, with it."""
    story = led()
    reported(story, "eta", 30)

    assert [one.stage for one in story.said(e.ContractorReported)] == ["called", "eta"]


def test_a_contractor_without_a_contract_at_this_severity_is_asked_about_by_its_word() -> None:
    """No contractual delay: only the time it gave counts; none given, nothing to be late by."""
    story = led(edits={"steps/pump/arrive_within": {"S1": "1h"}})
    reported(story, "called")
    story.passes("3h")
    assert story.notices("lead", "contractor-late") == []
    reported(story, "eta", 20)
    story.passes("20m")

    assert len(story.notices("lead", "contractor-late")) == 1


def test_a_contract_that_a_lower_severity_does_not_have_is_not_asked_about_again() -> None:
    """The severity went down after the first escalation: no contract, but it is not forgotten."""
    story = led(edits={"steps/pump/arrive_within": {"S2": "1h"}})
    reported(story, "called")
    story.passes("1h")
    assert len(story.notices("lead", "contractor-late")) == 1
    story.does(c.ChangeSeverity(to="S4"))
    story.passes("1h")

    assert len(story.notices("lead", "contractor-late")) > 1


def test_what_cannot_be_is_refused() -> None:
    """No contractor in that step, no time given, a time that has passed."""
    story = led()
    called = c.ReportContractor(step="lifts", stage="called")
    assert story.refused(called, "technical").rule == "contractor"
    assert "time" in story.refused(c.ReportContractor(step="pump", stage="eta")).words["en"]
    past = c.ReportContractor(step="pump", stage="eta", eta_at=story.now)
    assert "passed" in story.refused(past).words["en"]
    assert story.refused(c.ReportContractor(step="x", stage="called")).rule == "step"


def test_after_the_end_nobody_waits_for_a_contractor() -> None:
    """Once it is over, a contractor that did not come is not a crisis any more."""
    story = led()
    reported(story, "called")
    story.does(c.CancelIncident())
    story.passes("4h")

    assert story.notices("lead", "contractor-late") == []
