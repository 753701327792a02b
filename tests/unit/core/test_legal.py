"""Legal clocks: started by facts, reminded, insisted on, filed by a person and by nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crisis.core import commands as c
from crisis.core import events as e
from crisis.core import legal_commands as law
from crisis.core import life_commands as life
from crisis.core.events import Event
from crisis.core.evolve import evolve
from crisis.core.legal import in_force, legal_title
from crisis.core.place import Site
from crisis.core.timeline import entries
from crisis.library.legal import legal_clocks
from tests.unit.core.story import Story, pinned, site, words

PARIS = ZoneInfo("Europe/Paris")


def breach(clock: str = "gdpr", **more: object) -> Story:
    """A flood that may have reached personal records: a question, and the clock of the law."""
    ask = {
        "ask": {"fr": "Des données sont-elles touchées ?", "en": "Are records touched?"},
        "by": "lead", "within": "4h", "unanswered": "no",
    }  # fmt: skip
    edits = {
        "steps/records": ask,
        "steps/notify": {"clock": clock, "by": "technical", "when": {"records": "yes"}},
    }
    story = Story("flood", edits=edits, **more)  # type: ignore[arg-type]  # fields by name
    story.report()
    story.accept()
    story.at("10:05")
    return story


def known(story: Story, **more: Any) -> None:
    """Somebody finds out that records are touched."""
    story.does(c.AnswerStep(step="records", answer="yes"), **more)


def files(story: Story, delay: str, by: str = "technical", **more: Any) -> None:
    """A person has filed it."""
    body = law.FileNotification(step="notify", delay=delay, reference=words("ref"))
    story.does(body, by, **more)


def test_a_clock_counts_from_when_we_know_and_not_from_the_opening() -> None:
    """It starts with the typed fact; what was known on paper before counts from then."""
    story = breach()
    assert not story.incident.clocks
    story.at("11:00")
    known(story, happened_at=story.now - timedelta(minutes=40))

    assert story.clock(story.incident.clocks["notify"].aware_at) == "10:20"
    started = story.notices("technical", "clock-started")[-1].notice
    assert started is not None
    assert started.due_at == story.now - timedelta(minutes=40) + timedelta(hours=72)
    assert started.words == legal_clocks()["gdpr"][0].delays["authority"].title
    assert "clock-started" not in {
        one.notice.topic for one in story.notices("lead") if one.notice is not None
    }


def test_those_who_file_are_reminded_before_each_delay_with_a_draft_of_the_record() -> None:
    """At half of the time, at 80 % and at 95 %, with measures and what is known; never filed."""
    story = breach()
    known(story)
    story.passes("71h")

    reminders = [one for one in story.said(e.DelayReminded) if one.delay == "authority"]
    assert [one.count for one in reminders] == [1, 2, 3]
    draft = story.notices("technical", "clock-reminder")[-2]
    assert draft.measures
    assert draft.notice is not None
    assert draft.notice.items[0] == legal_clocks()["gdpr"][0].delays["authority"].to
    assert not story.said(e.NotificationFiled)


def test_a_delay_that_nobody_filed_reaches_lead_and_directorate_and_stays_on_the_record() -> None:
    """It is said again, each time after twice the wait, and becomes an action of the review."""
    story = breach(clock="labour-accident")
    known(story)
    story.passes("60h")

    assert [one.count for one in story.said(e.DelayMissed)] == [1, 2]
    assert story.notices("lead", "clock-missed")
    assert story.notices("directorate", "clock-missed")
    assert ("delay-missed", "notify") in {
        (one.reason, one.subject) for one in story.incident.lapses
    }
    since = story.seq
    files(story, "declaration")
    story.passes("10d")
    assert not story.said(e.DelayMissed, since=since)
    assert story.incident.steps["notify"].state == "done"


def test_after_a_long_absence_a_missed_delay_is_told_once() -> None:
    """No reminder of what has passed already."""
    story = breach()
    known(story)
    story.away("100h")

    assert not story.notices("technical", "clock-reminder")
    assert len(story.notices("technical", "clock-missed")) == 2
    assert len(story.said(e.DelayMissed)) == 2


def test_a_person_says_that_it_was_filed_and_when() -> None:
    """The time and the reference are the person's; the final report counts from the notification.

    NIS 2: 24 hours, 72 hours, then one month by the calendar, which goes on after the close.
    """
    story = breach(clock="nis2")
    known(story)
    story.passes("3h")
    files(story, "early-warning", happened_at=story.now - timedelta(hours=1))
    started = story.notices("technical", "clock-started")[-1].notice
    assert started is not None
    assert started.due_at == story.now - timedelta(hours=3) + timedelta(hours=24)
    story.passes("20h")
    filed_at = story.now
    files(story, "notification")
    story.does(c.SendBrief())
    brief = story.sent(kind="brief")[-1].brief
    assert brief is not None
    assert [story.clock(one.due_at) for one in brief.delays] == [story.clock(filed_at)]
    assert brief.delays[0].due_at.astimezone(PARIS).day == filed_at.astimezone(PARIS).day
    files(story, "final-report")

    assert story.incident.steps["notify"].state == "done"
    assert len(story.said(e.NotificationFiled)) == 3


def test_the_time_from_which_we_knew_can_be_corrected() -> None:
    """All delays count anew; nobody has become aware of what is to come."""
    story = breach()
    known(story)
    earlier = story.now - timedelta(hours=2)
    story.does(law.BecomeAware(step="notify", aware_at=earlier), "technical")

    assert story.incident.clocks["notify"].aware_at == earlier
    for delay in ("authority", "people"):
        files(story, delay)
    before = len(story.notices("technical", "clock-started"))
    story.does(law.BecomeAware(step="notify", aware_at=earlier), "technical")
    assert len(story.notices("technical", "clock-started")) == before
    tomorrow = law.BecomeAware(step="notify", aware_at=story.now + timedelta(days=1))
    story.refused(tomorrow, "technical")


def test_a_person_says_why_the_law_does_not_ask_for_it() -> None:
    """Whether it applies is a person's word, with a reason; the clock stands still from then on."""
    story = breach()
    known(story)
    story.does(law.WaiveClock(step="notify", reason=words("why")))
    since = story.seq
    story.passes("10d")

    assert not story.said(e.DelayMissed, since=since)
    assert story.incident.steps["notify"].state == "done"


def test_what_proves_to_be_wrong_stops_the_clock_and_can_still_be_waived() -> None:
    """The answer is corrected: the step is moot, and nothing is reminded of."""
    story = breach()
    known(story)
    story.does(c.AnswerStep(step="records", answer="no"))
    since = story.seq
    story.passes("10d")

    assert not story.said(e.DelayReminded, since=since)
    story.does(law.WaiveClock(step="notify", reason=words("why")))
    assert story.incident.clocks["notify"].waived


def missed(story: Story) -> int:
    """How often it is told that the delay has ended, once it has."""
    since = story.seq
    story.now += timedelta(days=4)
    story.catch_up()
    return len(story.said(e.DelayMissed, since=since))


def test_no_change_of_plan_and_no_false_alarm_stops_a_legal_clock_unseen() -> None:
    """The playbook's new text lacks the step, or it was no flood at all: the breach is one still.

    It is told until somebody files, or waives it by name.
    """
    story = breach()
    known(story)
    story.pinned = pinned("flood")
    story.does(life.RepinPlaybook())
    assert story.incident.steps["notify"].state == "moot"
    assert missed(story)
    story.does(law.WaiveClock(step="notify", reason=words("no personal records")))
    assert not missed(story)

    story = breach()
    known(story)
    story.does(c.CancelIncident())
    assert missed(story)
    files(story, "authority")


def test_when_it_begins_again_a_clock_runs_on_and_one_seen_to_may_start_again() -> None:
    """Normal on Monday, water again on Tuesday: 72 hours count from Monday, or anew if waived."""
    story = breach()
    known(story)
    aware_at = story.now
    for phase in ("normal", "open"):
        story.does(c.DeclarePhase(phase=phase), override=words("seen"))
        story.passes("2h")
    known(story)
    assert story.incident.clocks["notify"].aware_at == aware_at
    assert missed(story)
    story.does(law.WaiveClock(step="notify", reason=words("none")))

    story.does(c.DeclarePhase(phase="normal"), override=words("seen"))
    story.does(c.DeclarePhase(phase="open"), override=words("seen"))
    aware_at = story.now
    known(story)
    assert story.incident.clocks["notify"].aware_at == aware_at
    assert missed(story)
    files(story, "authority")


def test_what_cannot_be_filed_is_said() -> None:
    """An unknown clock or delay, twice the same, somebody without the authority."""
    story = breach()
    known(story)
    story.refused(law.FileNotification(step="none", delay="authority", reference=words("r")))
    story.refused(law.FileNotification(step="notify", delay="none", reference=words("r")))
    body = law.FileNotification(step="notify", delay="authority", reference=words("r"))
    assert story.refused(body, "p9").overridable
    files(story, "authority")
    story.refused(body)


def test_a_clock_does_not_keep_a_crisis_from_being_closed() -> None:
    """Its delays outlast the crisis: they are owed after the close, and nobody is chased twice."""
    story = breach(clock="nis2")
    known(story)
    for phase in ("safe", "normal"):
        story.does(c.DeclarePhase(phase=phase), override=words("go"))
    story.does(c.CloseIncident(), override=words("closed"))
    assert "notify" not in {one.subject for one in story.said(e.ActionProposed)}
    story.passes("30h")

    assert [one.delay for one in story.said(e.DelayMissed)] == ["early-warning", "early-warning"]
    files(story, "early-warning")


def test_the_lead_files_where_the_playbook_names_nobody() -> None:
    """A clock without `by` is the lead's; one that a later plan no longer has runs on."""
    edits = {"steps/notify": {"clock": "gdpr"}}
    story = Story("flood", edits=edits)
    story.report()
    story.accept()
    story.passes("40h")

    assert story.notices("lead", "clock-reminder")
    story.pinned = pinned("flood")
    since = story.seq
    story.passes("40h")
    assert story.notices("lead", "clock-missed", since=since)
    files(story, "authority", by="lead")


def test_the_law_of_another_day_counts_from_its_own() -> None:
    """The version that counted on the day; before the first one, that."""
    clocks = legal_clocks()
    assert in_force(clocks, "none", datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert in_force(clocks, "gdpr", datetime(2010, 1, 1, tzinfo=UTC)) is clocks["gdpr"][0]


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-11-20 10:00", "2026-11-23 10:00"),  # Friday: Sunday does not count
        ("2026-11-22 10:00", "2026-11-25 00:00"),  # Sunday: from midnight on
        ("2026-11-09 10:00", "2026-11-12 10:00"),  # Armistice day in between
        ("2026-11-24 10:00", "2026-11-26 10:00"),
    ],
)
def test_48_hours_without_sundays_and_public_holidays(since: str, due: str) -> None:
    """Code de la sécurité sociale, R. 441-3."""
    there = Site.model_validate(
        {**site().model_dump(by_alias=True), "holidays": [date(2026, 11, 11)]}
    )
    delay = legal_clocks()["labour-accident"][0].delays["declaration"]
    at = datetime.fromisoformat(since).replace(tzinfo=PARIS).astimezone(UTC)

    assert delay.due_at(at, there) == datetime.fromisoformat(due).replace(tzinfo=PARIS)


def test_a_month_is_one_of_the_calendar() -> None:
    """From 31 January to 28 February, at the same time of day, over the change of clocks too."""
    delay = legal_clocks()["nis2"][0].delays["final-report"]
    for since, due in (
        ("2026-01-31 10:00", "2026-02-28 10:00"),
        ("2026-12-15 09:00", "2027-01-15 09:00"),
        ("2026-03-15 09:00", "2026-04-15 09:00"),
    ):
        at = datetime.fromisoformat(since).replace(tzinfo=PARIS).astimezone(UTC)
        assert delay.due_at(at, site()) == datetime.fromisoformat(due).replace(tzinfo=PARIS)


def test_every_clock_says_its_source_its_day_and_whom_to_tell_in_both_languages() -> None:
    """Dated data: who reads it can check it."""
    for versions in legal_clocks().values():
        for clock in versions:
            assert clock.source
            assert clock.source_on <= clock.in_force_from
            assert clock.url.startswith("https://")
            texts = [clock.title, clock.counts_from, *clock.says]
            texts += [t for one in clock.delays.values() for t in (one.title, one.to, one.law)]
            assert all(set(text) == {"fr", "en"} for text in texts)
            assert all(one.hours or one.months for one in clock.delays.values())


def test_the_timeline_calls_clocks_and_delays_by_their_titles() -> None:
    """What stands on the record can be read by whoever has never seen the playbook."""
    story = breach()
    known(story)
    files(story, "authority")
    lines = [one.says["en"] for one in entries(story.log, names=str, pinned=story.pinned)]

    assert any("Personal data breach" in line for line in lines)
    assert any("Notification to the supervisory authority" in line for line in lines)
    assert not legal_title({}, "gdpr")


def test_a_fold_of_a_clock_that_is_gone_changes_nothing() -> None:
    """The fold cannot fail, whatever an old journal holds."""
    story = breach()
    at = story.now
    for body in (
        e.DelayReminded(step="x", delay="y", count=1, due_at=at),
        e.DelayMissed(step="x", delay="y", count=2, due_at=at),
        e.NotificationFiled(step="x", delay="y", reference=words("r"), filed_at=at),
        e.ClockWaived(step="x", reason=words("r")),
    ):
        event = Event(seq=story.seq + 1, at=at, body=body)
        assert evolve(story.incident, event).clocks == {}
