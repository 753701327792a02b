"""Who is on duty: summer time, nights, swaps, days left out, gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crisis.config.calendar import read_rota
from crisis.config.people import People
from crisis.config.rota import Rota, no_rota
from crisis.yamlfile import NotAcceptable

PARIS = ZoneInfo("Europe/Paris")

PEOPLE = People.model_validate({
    "functions": {
        "facilities-duty": {"title": {"fr": "Astreinte", "en": "Duty"}},
        "guard-post": {"title": {"fr": "Garde", "en": "Guard"}},
    },
    "people": {
        name: {
            "name": name.title(),
            "language": "fr",
            "site": "hq",
            "addresses": {"email": f"{name}@example.org"},
        }
        for name in ("nadia", "thomas", "olivier", "fatou")
    },
})  # fmt: skip


def event(*lines: str, function: str = "facilities-duty", who: str = "nadia") -> str:
    """One event of the calendar."""
    return "\n".join(("BEGIN:VEVENT", f"SUMMARY:{function}", f"X-CRISIS-PERSON:{who}", *lines,
                      "END:VEVENT"))  # fmt: skip


def calendar(*events: str) -> str:
    """A whole calendar."""
    return "\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", *events, "END:VCALENDAR")
    )


def rota(*events: str) -> Rota:
    """The rota that these events make."""
    return read_rota(calendar(*events), "rota.ics", PEOPLE, PARIS)


def refused(text: str) -> list[str]:
    """What is said of a calendar that cannot be used."""
    with pytest.raises(NotAcceptable) as refusal:
        read_rota(text, "rota.ics", PEOPLE, PARIS)
    return [str(finding) for finding in refusal.value.findings]


def local(text: str) -> datetime:
    """An instant by the clock on the wall in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


WEEKS = (
    event("UID:n", "DTSTART;TZID=Europe/Paris:20261019T080000",
          "DTEND;TZID=Europe/Paris:20261026T080000", "RRULE:FREQ=WEEKLY;INTERVAL=2"),
    event("UID:t", "DTSTART;TZID=Europe/Paris:20261026T080000",
          "DTEND;TZID=Europe/Paris:20261102T080000", "RRULE:FREQ=WEEKLY;INTERVAL=2", who="thomas"),
)  # fmt: skip
NIGHTS = (
    event("UID:d", "DTSTART;TZID=Europe/Paris:20261001T070000",
          "DTEND;TZID=Europe/Paris:20261001T190000", "RRULE:FREQ=DAILY",
          function="guard-post", who="olivier"),
    event("UID:g", "DTSTART;TZID=Europe/Paris:20261001T190000",
          "DTEND;TZID=Europe/Paris:20261002T070000", "RRULE:FREQ=DAILY",
          function="guard-post", who="fatou"),
)  # fmt: skip


def test_handover_keeps_to_the_wall_clock_when_summer_time_ends() -> None:
    """The week that holds 25 October 2026 ends at 08:00 on the wall, which is 07:00 UTC."""
    weeks = rota(*WEEKS)
    assert weeks.on_duty("facilities-duty", datetime(2026, 10, 19, 6, 0, tzinfo=UTC)) == ("nadia",)
    assert weeks.on_duty("facilities-duty", datetime(2026, 10, 26, 6, 59, tzinfo=UTC)) == ("nadia",)
    assert weeks.on_duty("facilities-duty", datetime(2026, 10, 26, 7, 0, tzinfo=UTC)) == ("thomas",)


@pytest.mark.parametrize("weekend", ["2026-10-24T12:00", "2027-03-27T12:00"])
def test_night_in_which_the_clock_changes_has_its_guard(weekend: str) -> None:
    """No minute of a change of summer time, either way, is without somebody on duty."""
    nights = rota(*NIGHTS)
    begins = local(weekend).astimezone(UTC)
    assert nights.gaps(["guard-post"], begins, begins + timedelta(days=2)) == []
    assert nights.on_duty("guard-post", local(weekend).replace(hour=23)) == ("fatou",)


def test_night_shift_holds_after_midnight() -> None:
    """The guard of the night that began yesterday is on duty in the small hours."""
    assert rota(*NIGHTS).on_duty("guard-post", local("2026-11-03T03:00")) == ("fatou",)


def test_swap_replaces_one_occurrence_only() -> None:
    """RECURRENCE-ID moves one turn to somebody else; the turns before and after stay."""
    swap = event("UID:n", "RECURRENCE-ID;TZID=Europe/Paris:20261102T080000",
                 "DTSTART;TZID=Europe/Paris:20261102T080000",
                 "DTEND;TZID=Europe/Paris:20261109T080000", who="olivier")  # fmt: skip
    weeks = rota(*WEEKS, swap)
    assert weeks.on_duty("facilities-duty", local("2026-10-20T12:00")) == ("nadia",)
    assert weeks.on_duty("facilities-duty", local("2026-11-04T12:00")) == ("olivier",)
    assert weeks.on_duty("facilities-duty", local("2026-11-18T12:00")) == ("nadia",)


def test_swap_of_half_a_week_leaves_a_gap_that_is_found() -> None:
    """A turn that was cut short and that nobody completes is a gap, with its two ends."""
    swap = event("UID:n", "RECURRENCE-ID;TZID=Europe/Paris:20261102T080000",
                 "DTSTART;TZID=Europe/Paris:20261102T080000",
                 "DTEND;TZID=Europe/Paris:20261105T080000", who="olivier")  # fmt: skip
    [gap] = rota(*WEEKS, swap).gaps(
        ["facilities-duty"], local("2026-11-01T00:00"), local("2026-11-20T00:00")
    )
    assert (gap.begins, gap.ends) == (local("2026-11-05T08:00"), local("2026-11-09T08:00"))


def test_day_left_out_has_nobody() -> None:
    """EXDATE takes one turn out; on that day nobody is on duty."""
    days = rota(event("UID:x", "DTSTART;TZID=Europe/Paris:20261101T080000",
                      "DTEND;TZID=Europe/Paris:20261101T180000", "RRULE:FREQ=DAILY",
                      "EXDATE;TZID=Europe/Paris:20261103T080000"))  # fmt: skip
    assert days.on_duty("facilities-duty", local("2026-11-02T10:00")) == ("nadia",)
    assert days.on_duty("facilities-duty", local("2026-11-03T10:00")) == ()


def test_whole_days_and_floating_times_are_of_the_default_site() -> None:
    """A whole day begins at midnight in Paris, and a time without a zone is the clock there."""
    days = rota(
        event("UID:w", "DTSTART;VALUE=DATE:20261103", "DTEND;VALUE=DATE:20261104"),
        event("UID:f", "DTSTART:20261103T003000", "DTEND:20261103T013000", function="guard-post"),
    )
    assert days.on_duty("facilities-duty", datetime(2026, 11, 2, 23, 0, tzinfo=UTC)) == ("nadia",)
    assert days.on_duty("facilities-duty", datetime(2026, 11, 3, 23, 0, tzinfo=UTC)) == ()
    assert days.on_duty("guard-post", datetime(2026, 11, 2, 23, 45, tzinfo=UTC)) == ("nadia",)
    assert days.on_duty("guard-post", datetime(2026, 11, 3, 0, 45, tzinfo=UTC)) == ()


def test_two_at_once_are_both_on_duty_the_earlier_turn_first() -> None:
    """Turns that overlap name several people, each once."""
    both = rota(
        event("UID:1", "DTSTART:20261103T120000", "DTEND:20261103T180000", who="thomas"),
        event("UID:2", "DTSTART:20261103T080000", "DTEND:20261103T140000", who="nadia, thomas"),
    )
    assert both.on_duty("facilities-duty", local("2026-11-03T13:00")) == ("nadia", "thomas")


def test_people_are_named_as_calendar_programs_do() -> None:
    """CATEGORIES or the summary before a colon is the function; attendees are found by e-mail."""
    turn = calendar(
        "BEGIN:VEVENT\nUID:a\nSUMMARY:facilities-duty: the long weekend\n"
        'ATTENDEE;CN="Nadia B":mailto:Nadia@Example.org\nATTENDEE:MAILTO:thomas@example.org\n'
        "DTSTART:20261103T080000\nDTEND:20261103T140000\nEND:VEVENT",
        "BEGIN:VEVENT\nUID:b\nSUMMARY:Ronde de nuit\nCATEGORIES:guard-post,important\n"
        "DESCRIPTION:fatou\nDTSTART:20261103T080000\nDURATION:PT6H\nEND:VEVENT",
    )
    read = read_rota(turn, "rota.ics", PEOPLE, PARIS)
    assert read.on_duty("facilities-duty", local("2026-11-03T13:00")) == ("nadia", "thomas")
    assert read.on_duty("guard-post", local("2026-11-03T13:00")) == ("fatou",)
    assert read.people("guard-post") == {"fatou"}


def test_second_look_works_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is on duty is asked at every offer: one day's turns are worked out once."""
    weeks = rota(*WEEKS)
    weeks.on_duty("facilities-duty", local("2026-10-20T12:00"))
    monkeypatch.delattr(weeks, "_occurrences")
    assert weeks.on_duty("facilities-duty", local("2026-10-20T23:00")) == ("nadia",)


def test_days_that_are_kept_are_bounded() -> None:
    """A service that runs for years keeps a bounded number of days."""
    weeks = rota(*WEEKS)
    for ahead in range(200):
        weeks.on_duty("facilities-duty", local("2026-11-03T12:00") + timedelta(days=ahead))
    assert len(weeks._windows) <= 64


def test_no_rota_has_nobody() -> None:
    """An organisation without a rota has nobody on duty, and no turns."""
    assert no_rota().on_duty("facilities-duty", local("2026-11-03T12:00")) == ()
    assert no_rota().turns(local("2026-11-03T12:00"), local("2026-12-03T12:00")) == []


TURN = ("DTSTART:20261103T080000", "DTEND:20261103T140000")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (event(*TURN, function="facilites-duty"),
         ('rota.ics:5:1 [unknown-name] "facilites-duty" is not a function of people.yaml; '
          'did you mean "facilities-duty"?')),
        (event(*TURN, who="nadja"),
         'rota.ics:6:1 [unknown-name] "nadja" is nobody in people.yaml; did you mean "nadia"?'),
        ("BEGIN:VEVENT\n" + "\n".join(TURN) + "\nX-CRISIS-PERSON:nadia\nEND:VEVENT",
         "rota.ics:4:1 [unknown-name] nothing says which function this is; write SUMMARY:FUNCTION"),
        ("BEGIN:VEVENT\nSUMMARY:guard-post\n" + "\n".join(TURN) + "\nEND:VEVENT",
         ("rota.ics:4:1 [nobody] nothing says who is on duty; "
          "write ATTENDEE:mailto:THEIR E-MAIL ADDRESS")),
        ("BEGIN:VEVENT\nSUMMARY:guard-post\nATTENDEE:mailto:x@example.org\n" + "\n".join(TURN)
         + "\nEND:VEVENT",
         ('rota.ics:6:1 [unknown-name] nobody has the e-mail address "x@example.org"; '
          "mend the address, or write X-CRISIS-PERSON:ID")),
        (event("DTSTART:20261103T080000"),
         "rota.ics:4:1 [no-time] a turn of duty begins and ends; write DTSTART and DTEND"),
        (event("DTSTART:20261103T080000", "DTEND:20261102T080000"),
         "rota.ics:8:1 [no-time] this ends before it begins; mend DTSTART or DTEND"),
        (event("DTSTART;TZID=Europe/Pari:20261103T080000", "DTEND:20261104T080000"),
         'rota.ics:7:1 [clock] "Europe/Pari" is not a time zone; write one as Europe/Paris'),
        (event("DTSTART:2026-11-03", "DTEND:20261104T080000"),
         "rota.ics:7:1 [not-a-calendar]"),
        (event(*TURN, "RRULE:FREQ=SOMETIMES"), "rota.ics:9:1 [not-a-calendar]"),
        (event(*TURN, "RRULE:FREQ=DAILY;UNTIL=soon"), "rota.ics:9:1 [not-a-calendar]"),
        (event(*TURN, "RRULE:FREQ=DAILY;INTERVAL=1,2"), "rota.ics:9:1 [not-a-calendar]"),
        (event(*TURN, "RRULE:FREQ=MONTHLY;BYDAY=99MO"), "rota.ics:9:1 [not-a-calendar]"),
        ("BEGIN:VEVENT\nno colon here\nEND:VEVENT",
         ('rota.ics:5:1 [not-a-calendar] "no colon here" is not a line of a calendar; '
          "write NAME:VALUE, as in SUMMARY:it-duty")),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line(text: str, expected: str) -> None:
    """What is wrong in the rota is said with its line and what to write instead."""
    found = refused(calendar(text))
    assert any(one.startswith(expected) for one in found), found


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=SECONDLY", "never repeats SECONDLY"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 cannot be"),
        ("FREQ=DAILY;COUNT=-1", "COUNT=-1 cannot be"),
        ("FREQ=DAILY;BYMONTH=13", "BYMONTH=13 cannot be"),
        ("FREQ=DAILY;BYMONTHDAY=40", "BYMONTHDAY=40 cannot be"),
        ("FREQ=YEARLY;BYWEEKNO=99", "BYWEEKNO is not used in a rota"),
        ("INTERVAL=2", "never repeats at no time; write one of DAILY"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no month of this rule has such a day"),
    ],
)
def test_rule_that_would_keep_everybody_waiting_is_refused(rule: str, words: str) -> None:
    """A rule that strikes each second, or never, is refused at once: nobody waits at 3 a.m."""
    [found] = refused(calendar(event(*TURN, f"RRULE:{rule}")))
    assert found.startswith("rota.ics:9:1 [repetition]")
    assert words in found


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYDAY=1MO", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=DAILY;COUNT=3",
             "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270101T000000Z", "FREQ=MONTHLY;BYMONTHDAY=-1"],
)  # fmt: skip
def test_rules_that_calendar_programs_make_are_taken(rule: str) -> None:
    """First Mondays, last days, some weekdays until a date: all are turns."""
    assert rota(event(*TURN, f"RRULE:{rule}")).functions == {"facilities-duty"}


def test_shared_mail_address_names_nobody() -> None:
    """Two people behind one e-mail address: the rota does not choose between them."""
    twins = People.model_validate({
        **PEOPLE.model_dump(),
        "people": {
            name: {"name": name, "language": "fr", "site": "hq",
                   "addresses": {"email": "desk@example.org"}}
            for name in ("one", "two")
        },
    })  # fmt: skip
    text = calendar("BEGIN:VEVENT\nSUMMARY:guard-post\nATTENDEE:mailto:desk@example.org\n"
                    + "\n".join(TURN) + "\nEND:VEVENT")  # fmt: skip
    with pytest.raises(NotAcceptable, match="one and two share the e-mail address"):
        read_rota(text, "rota.ics", twins, PARIS)


def test_file_that_is_no_calendar_is_refused() -> None:
    """A half-written export is refused, not read as an empty rota."""
    assert refused("BEGIN:VCALENDAR\nVERSION:2.0\n")[0].startswith("rota.ics:1:1 [not-a-calendar]")
