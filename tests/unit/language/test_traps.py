"""What a tired person writes without meaning it: refused, where it stands, with what to write.

Each trap was once accepted, or crashed, or was answered by words that led astray.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from crisis.core.checks.fault import Fault
from crisis.core.step import Step
from crisis.core.values import Text
from crisis.library import check
from crisis.yamlfile import NotAcceptable, decoded
from tests.unit.language.conftest import Edits

TEXT = {"fr": "a", "en": "a"}
Broken = Callable[..., list[Fault]]
INSIDE = ("steps", "server-room", "known")

PLAYBOOK: list[tuple[Edits, str, tuple[str | int, ...], str]] = [
    ({("opens_on", 1, "source"): "sensor"}, "unknown-value", ("opens_on", 1, "source"), "machine"),
    ({("steps", "people", "within"): "99999999999w"}, "duration", ("steps", "people", "within"),
     "longer than ten years"),
    ({("steps", "round", "every"): "0m"}, "duration", ("steps", "round", "every"), "write 1m"),
    ({("steps", "people", "within"): {"S1": "5m", "S2": "0m", "S3": "9m"}}, "duration",
     ("steps", "people", "within", "S2"), '"0m" is no time at all'),
    ({("severity", "raise", "lasting", "wait"): "2wd"}, "duration",
     ("severity", "raise", "lasting", "wait"), "write 2d"),
    ({("directorate", "unreachable_after"): "1wd"}, "duration",
     ("directorate", "unreachable_after"), "write 1d"),
    ({("severity", "raise", "lasting"): {"to": "S2"}}, "missing-field",
     ("severity", "raise", "lasting"), "has no when"),
    ({("severity", "lowered_by"): []}, "too-short", ("severity", "lowered_by"), "at least one"),
    ({("steps", "round", "until"): "cancelled"}, "unknown-value", ("steps", "round", "until"),
     "write safe or worked_around or normal"),
    ({("steps", "round", "until"): "open"}, "unknown-value", ("steps", "round", "until"), "safe"),
    ({("steps", "round", "until"): "expected"}, "unknown-value", ("steps", "round", "until"),
     "write safe or worked_around or normal"),
    ({("severity", "raise", "lasting", "until"): "cancelled"}, "unknown-value",
     ("severity", "raise", "lasting", "until"), "cannot stand here"),
    ({("steps", "insurer", "after"): ["photos", "cancelled"]}, "unknown-value",
     ("steps", "insurer", "after", 1), "cannot stand here"),
    ({("phases", "safe", "after"): ["expected"]}, "never-expected",
     ("phases", "safe", "after", 0), "nothing opens this playbook before it begins"),
    ({("tell", "co-tenants", "from"): "normal"}, "unknown-value", ("tell", "co-tenants", "from"),
     "write open or safe or worked_around"),
    ({("phases", "open"): {"means": TEXT}}, "unknown-value", ("phases", "open"), "take it out"),
    ({("phases", "cancelled"): {"means": TEXT}}, "unknown-value", ("phases", "cancelled"),
     "words.false_alarm is said"),
    ({("phases", "safe"): ..., ("steps", "round", "until"): "normal"}, "no-end", ("phases",),
     "add phases.safe"),
    ({("layers", "at-night", "phases"): {"normal": None}}, "no-end", ("phases",),
     "add phases.normal"),
    ({("steps", "assist", "when"): {"down": "steam"}}, "unknown-value",
     ("steps", "assist", "when", 0, "down"), 'down is never "steam"'),
    ({("roles", "it", "when"): {"leave": "stay", "severity": "unknown"}}, "never-holds",
     ("roles", "it", "when"), "no situation fits"),
    ({("steps", "assist", "when"): None}, "too-short", ("steps", "assist", "when"),
     "nothing stands here"),
    ({("opens_on", 0, "source"): None}, "too-short", ("opens_on", 0, "source"), "take the line"),
    ({("steps", "assist", "by"): []}, "missing-field", ("steps", "assist"), "has no by"),
    ({("steps", "people", "optional"): True, ("steps", "people", "within"): ...}, "missing-field",
     ("steps", "people"), "has no within"),
    ({("steps", "belongings", "optional"): True, ("steps", "belongings", "within"): ...},
     "missing-field", ("steps", "belongings"), "has no within"),
    ({("steps", "belongings", "inside_only"): True}, "unknown-field",
     ("steps", "belongings", "inside_only"), "not a field of a step that says promise"),
    ({("steps", "pump", "evidence"): "file"}, "unknown-field", ("steps", "pump", "evidence"),
     "not a field of a step that says call"),
    ({("steps", "pump", "then_call"): "pumping"}, "unknown-name", ("steps", "pump", "then_call"),
     "calls pumping twice"),
    ({("steps", "people", "answers"): ["yes", "no", "unknown"]}, "name",
     ("steps", "people", "answers"), "write not-known"),
    ({("steps", "stop-it", "options", "unknown"): TEXT}, "name", ("steps", "stop-it", "options"),
     "before anybody has answered"),
    ({("title", "en"): "Leak in {place"}, "unknown-placeholder", ("title", "en"), "stands alone"),
    ({("title",): {"fr": "{{place}}", "en": "{{place}}"}}, "unknown-placeholder", ("title", "fr"),
     "stands alone"),
    ({("title", "en"): "Leak\u202e"}, "text", ("title", "en"), "U+202E"),
    ({("title", "en"): "Leak\x07"}, "text", ("title", "en"), "U+0007"),
    ({("title", "en"): "x" * 2001}, "text", ("title", "en"), "2000 at most"),
    ({INSIDE: {"yes": TEXT, "no": TEXT},
      ("words", "measure"): {"fr": "{answer.server-room}", "en": "{answer.server-room}"}},
     "inside-only", ("words", "measure"), "these words are told to everyone"),
    ({("tell", "front-line", "update_at"): ["08:00", "18:00"]}, "slower-than-promised",
     ("tell", "front-line", "update_at", "S1"), "is 14h, and the plan promises 20m"),
    ({("tell", "front-line", "update_at"): "18:00", ("tell", "front-line", "update_every"): "5m"},
     "update-twice", ("tell", "front-line", "update_every"), "keep one of the two"),
    ({("steps", "assist", "by"): "Wardens"}, "name", ("steps", "assist", "by", 0),
     "write wardens"),
    ({("steps", "assist", "by"): "w\u0430rdens"}, "name", ("steps", "assist", "by", 0),
     "is cyrillic small letter a"),
    ({("severity", "start"): "s3"}, "unknown-name", ("severity", "start", 0), 'mean "S3"'),
    ({("steps", "people", "unanswered"): True}, "unknown-value", ("steps", "people", "unanswered"),
     "write yes for the word"),
    ({("reviewed_on",): 86400}, "unknown-value", ("reviewed_on",), "write one as 2026-11-20"),
    ({("roles", "lead", "spend_up_to"): "10 000 €"}, "money", ("roles", "lead", "spend_up_to"),
     "write 10000 EUR"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "rule", "at", "says"), PLAYBOOK)
def test_a_playbook_says_nothing_that_would_not_act(
    broken: Broken, edits: Edits, rule: str, at: tuple[str | int, ...], says: str
) -> None:
    """What would change a crisis, and does not, is refused where it stands."""
    found = broken(edits, rule=rule)

    assert [fault for fault in found if fault.at == at and says in fault.says], found


def test_a_value_that_is_misspelt_is_said_once(broken: Broken) -> None:
    """What follows from it, that the condition never holds, would hide what has to be mended."""
    for at in [("steps", "assist", "when"), ("roles", "it", "when"), ("layers", "stay", "when")]:
        (fault,) = broken({at: {"leave": "styx"}})

        assert (fault.rule, fault.at) == ("unknown-value", (*at, 0, "leave"))


def test_a_time_that_is_longer_where_it_is_graver_is_a_warning(broken: Broken) -> None:
    """S1 is the gravest: somebody has exchanged two figures."""
    within = {"S1": "2h", "S2": "20m", "S3": "30m"}
    (fault,) = broken({("steps", "people", "within"): within}, rule="graver-slower")

    assert (fault.rule, fault.severity) == ("graver-slower", "warning")
    assert fault.at == ("steps", "people", "within", "S1")
    assert "S1 is graver than S2, and has 2h to its 20m; write 20m or less" in fault.says


def test_an_act_that_nobody_owes_needs_no_time_and_nobody(broken: Broken) -> None:
    """`optional` alone is enough for an act; a question needs its time even so."""
    assert broken({("steps", "assist"): {"do": TEXT, "optional": True}}, rule="missing-field") == []


def test_whoever_calls_a_contractor_reads_what_it_may_cost() -> None:
    """The ceiling goes with the words of the task, in every language."""
    call: dict[str, Any] = {
        "call": "pumping", "for": {"fr": "Pomper.", "en": "Pump."}, "by": "lead", "within": "1h",
        "arrive_within": "2h",
    }  # fmt: skip

    assert Step.model_validate(call).text == Text(call["for"])
    limited = Step.model_validate(call | {"spend_up_to": "5000 EUR"})
    assert limited.text == Text({"fr": "Pomper (max 5000 EUR).", "en": "Pump (max 5000 EUR)."})


PLAN: list[tuple[Edits, str, tuple[str | int, ...], str]] = [
    ({("quiet_hours", "from"): "22:00 Asia/Tokyo"}, "clock", ("quiet_hours", "from"), '"22:00"'),
    ({("quiet_hours", "to"): "22:00"}, "clock", ("quiet_hours", "to"), "another time"),
    ({("cadence", "long_after"): "30m"}, "slower-than-promised", ("cadence", "long_after"), "1h"),
    ({("cadence", "long_every"): {"S1": "1h", "S2": "2h"}}, "promise-without-cadence",
     ("cadence", "long_every"), "add S3"),
    ({("cadence", "brief_every", "S1"): "0m"}, "duration", ("cadence", "brief_every", "S1"), "1m"),
    ({("ladders", "alert", "immediate", 0, "wait"): "1wd"}, "duration",
     ("ladders", "alert", "immediate", 0, "wait"), "write 1d"),
    ({("ladders", "role_offer", "any"): [{"by": ["mail"]}]}, "no-medium",
     ("ladders", "role_offer", "any"), "must wake people up"),
    ({("ladders", "role_offer", "any"): [{"by": ["sms"]}]}, "lost-without",
     ("ladders", "role_offer", "any"), "without internet no offer of a role arrives"),
    ({("audiences", "front-line", "moments_of_truth"): ["frist_word"]}, "unknown-name",
     ("audiences", "front-line", "moments_of_truth", 0), 'mean "first_word"'),
    ({("audiences", "co-tenants", "update_at"): "18:00"}, "update-twice",
     ("audiences", "co-tenants", "update_every"), "keep one of the two"),
    ({("severities", "S 1"): TEXT}, "name", ("severities", "S 1"), "names no severity"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "rule", "at", "says"), PLAN)
def test_a_plan_says_nothing_that_would_not_act(
    broken_plan: Callable[[Edits], list[Fault]],
    edits: Edits,
    rule: str,
    at: tuple[str | int, ...],
    says: str,
) -> None:
    """Media, rhythms and quiet hours that are not what they seem are refused where they stand."""
    found = broken_plan(edits)

    assert [one for one in found if (one.rule, one.at) == (rule, at) and says in one.says], found


LEAK, PLAN_FILE = "leak.yaml", "communication-plan.yaml"
FILES: list[tuple[str, str, str, str]] = [
    (LEAK, "  start: S3", "\u00a0\u00a0start: S3",
     "leak.yaml:10:3 [not-yaml] a field begins here while the text of the line above goes on"),
    (LEAK, "start: S3", "start\uff1a S3", "leak.yaml:10:3 [not-yaml] a field begins here"),
    (LEAK, "en: Water leak}\nowner", "en: Water leak\nowner",
     "leak.yaml:2:8 [not-yaml] the bracket opened here is not closed by line 3"),
    (LEAK, "en: Water leak", "en: Water #leak", "leak.yaml:2:8 [not-yaml] the bracket opened here"),
    (LEAK, "en: Water leak", "en: Water\x00leak",
     "leak.yaml:2:37 [not-yaml] an invisible control character"),
    (LEAK, "  round:\n    do:", "  round:\n   do:",
     "leak.yaml:124:5 [not-yaml] this line is indented unlike its neighbours"),
    (LEAK, "start: S3", "start: !!str S3", "leak.yaml:9:10 [no-anchor] !!str is a tag"),
    (LEAK, "playbook: leak", "playbook: ~",
     "leak.yaml:1:1 [too-short] playbook: nothing stands here"),
    (LEAK, "playbook: leak", "playbook: Leak", 'leak.yaml:1:1 [name] playbook: "Leak" is not a'),
    (LEAK, "    within: 5m\n    unanswered", "    within:\n    unanswered",
     "leak.yaml:56:5 [too-short] steps.people.within: nothing stands here"),
    (PLAN_FILE, "  lead_within: {S1: 10m, S2: 20m, S3: 30m}", "  lead_within:",
     "communication-plan.yaml:11:3 [too-short] cadence.lead_within: nothing stands here"),
    (PLAN_FILE, "speaker: liaison", "speaker: liason",
     'communication-plan.yaml:41:5 [unknown-name] no playbook has a role "liason"; did you mean'),
    (PLAN_FILE, "who: {function: directorate}", "who: {role: leed}",
     'communication-plan.yaml:36:11 [unknown-name] no playbook has a role "leed"; did you mean'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "says"), FILES)
def test_a_trap_of_the_file_is_named_alone_where_it_stands(
    files: dict[str, str], file: str, before: str, after: str, says: str
) -> None:
    """One error, at the place that has to be mended, in words that lead to it."""
    assert before in files[file]
    found = check(files | {file: files[file].replace(before, after, 1)})

    assert [str(one)[: len(says)] for one in found] == [says]


@pytest.mark.parametrize(
    "change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")]
)
def test_what_an_editor_of_windows_adds_does_no_harm(
    files: dict[str, str], change: Callable[[str], str]
) -> None:
    """A byte order mark, and lines that end in two characters."""
    assert check({name: change(text) for name, text in files.items()}) == []


def test_a_file_in_another_encoding_is_refused_at_its_first_strange_byte() -> None:
    """Never half read: the line and the column are those that an editor shows."""
    with pytest.raises(NotAcceptable) as caught:
        decoded("a: été\nb: à".encode()[:-1] + b"\xe9", "flood.yaml")

    (finding,) = caught.value.findings
    assert str(finding) == "flood.yaml:2:4 [not-utf-8] this file is not UTF-8; save it as UTF-8"


def test_a_very_long_playbook_is_checked_in_seconds(leak: dict[str, Any], broken: Broken) -> None:
    """Five hundred steps in a row, each after the one before."""
    steps = {
        ("steps", f"s{n}"): {
            "do": TEXT, "by": "lead", "within": "5m", "after": f"s{n - 1}" if n else "photos",
        }
        for n in range(500)
    }  # fmt: skip
    assert leak["steps"]

    assert broken(steps) == []


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2026, 11, 19), "2026-11-20 is still to come"),
        (date(2026, 11, 20), None),
        (date(2027, 11, 20), None),
        (date(2027, 11, 21), "last read on 2026-11-20, and to be read again by 2027-11-20"),
    ],
)
def test_a_playbook_that_nobody_has_read_for_too_long_is_a_warning(
    files: dict[str, str], today: date, says: str | None
) -> None:
    """By default a year after `reviewed_on`; nothing is said without a day to compare with."""
    found = [one for one in check(files, today=today) if one.file == LEAK]

    assert [(one.line, one.rule, one.severity) for one in found] == (
        [(4, "review-overdue", "warning")] if says else []
    )
    assert all(str(says) in one.message for one in found)
    assert check(files) == []
