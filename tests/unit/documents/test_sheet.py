"""The sheet of a playbook: everything that is in force, in words that can be printed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.cli.folder import checked_folder
from crisis.cli.speech import language
from crisis.config import write_template
from crisis.core.values import Span, When
from crisis.core.window import Mark
from crisis.documents.sheet import sheet
from crisis.documents.sheet_words import condition, mark_said, span_said
from crisis.organisation import Organisation
from tests.unit.core.story import pinned
from tests.unit.language.conftest import ROOT

LANGUAGES = ("fr", "en")
AT = {"site": "hq", "hours": "office", "danger": "unknown", "down": "nothing"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation to begin with."""
    folder = tmp_path_factory.mktemp("house") / "org"
    write_template(folder, relay=("127.0.0.1", 1025))
    return folder


@pytest.fixture(scope="module")
def organisation(house: Path) -> Organisation:
    """The same, read."""
    return checked_folder(house).organisation


def printed(organisation: Organisation, language: str, **situation: str) -> str:
    """The sheet of the flood."""
    pinned = organisation.pinned("flood", "hq")
    return sheet(pinned, AT | {"severity": "S3"} | situation, organisation.directory, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_playbook_can_be_printed_at_every_severity(
    organisation: Organisation, language: str
) -> None:
    """Whoever hangs it up at the guard post needs all of it: each role, step and audience."""
    for name in organisation.library.playbooks:
        pinned = organisation.pinned(name, "hq")
        for severity in organisation.library.plan.severities:
            text = sheet(pinned, AT | {"severity": severity}, organisation.directory, language)
            in_force = pinned.in_force(AT | {"severity": severity})
            for named in (*in_force.roles, *in_force.steps, *in_force.tell):
                assert f"`{named}`" in text, (name, severity, named)


def test_what_a_layer_changes_is_what_is_printed(organisation: Organisation) -> None:
    """At night other people do it: the sheet says which layers hold, and what they come to."""
    day, night = printed(organisation, "en"), printed(organisation, "en", hours="off")

    assert "Layers in force: out-of-hours" in night
    assert "Layers in force" not in day
    assert day != night


def test_who_owes_what_by_when_and_what_silence_means(organisation: Organisation) -> None:
    """A line to tick, an owner, a time, the prudent answer; the site's own facts filled in."""
    text = printed(organisation, "en")

    assert "- [ ] **Decide**: Who must leave? (`leave`)\n  Incident lead, within " in text
    assert "(if nobody chooses)" in text
    assert "Without an answer: " in text
    assert "{site." not in text
    assert "spend up to 10000 EUR" in text
    assert "If it does not come: Secours Eau Exemple" in text


def test_the_first_page_says_who_does_what_in_the_first_minutes_and_whom_to_call(
    organisation: Organisation,
) -> None:
    """The soonest first, with the numbers: it hangs where the telephone rings."""
    pinned = organisation.pinned("power-outage", "hq")
    situation = AT | {"severity": "S1", "lifts": "trapped"}
    text = sheet(pinned, situation, organisation.directory, "en")
    first = text.partition("## The first minutes")[2].partition("## Who\n")[0]
    called = "Call Ascenseurs Exemple +33199006016 – Open a lift that has stopped"

    assert "- 5 min – Security of people and entrances: Is anyone trapped in a lift?" in first
    assert f"- 5 min – Security of people and entrances: {called}" in first
    assert first.index("- 5 min") < first.index("- 30 min")
    assert "- Électricité Exemple (`electrician`), +33199006013" in first
    assert "Goes up to S1 if the answer to “Is anyone trapped in a lift?” is trapped" in text
    assert "Answers: site / supplier / not-known. Without an answer: not-known." in text
    assert "  from 30 min" not in text


def test_what_matters_at_three_in_the_morning_is_on_the_sheet() -> None:
    """Who comes next, how many must agree, whom else to call, what is told, what an end needs."""
    text = sheet_of({
        "silent": True, "down": ["power"],
        "opens_on": [{"kind": "flood", "source": "machine", "site": "hq", "lasting": "5m",
                      "confirmed_by": 2, "quiet_while": ["power-outage"], "begins": "expected"}],
        "roles/technical/wave": 2, "roles/lead/relieve_after": "8h",
        "steps/leave/by": {"role": "directorate", "need": 2},
        "phases/safe/when": {"people": "no"}, "phases/safe/within": "1h",
        "tell/co-tenants/approval": [{"by": "lead", "within": "5m", "silence": "send"}],
        "tell/co-tenants/reminders": ["2d"],
        "review/publish_to": ["people-on-site"], "review/present_to": ["directorate"],
    })  # fmt: skip
    for one in (
        "flood (reported by a machine) – only at: hq – if the signal lasts 5 min",
        "if 2 sensors say so within 10 min – not during: power-outage – begins as expected",
        "In silence: nothing that rings",
        "Not to be used until somebody says that it is safe: power",
        "2 people are asked at a time", "Relieved after 8 h, then 11 h of rest",
        "2 people must choose the same: Directorate", "after silence: ",
        "Until it is known, people are told: ", "people are told “", "Never told outside",
        "Only when: the answer to", "Aimed at within 1 h",
        "Reminders before the beginning: 2 days", "after silence it leaves",
        "Not reached after 10 min", "talk it through within", "Invited: ",
        "Presented to: Directorate", "What has changed is told to: ",
    ):  # fmt: skip
        assert one in text, one


def sheet_of(edits: Mapping[str, Any]) -> str:
    """The sheet of a flood that is written otherwise."""
    return sheet(pinned("flood", edits), AT | {"severity": "S2"}, Nameless(), "en")


class Nameless:
    """A directory in which functions are called by their names."""

    def title(self, function: str, language: str) -> str:
        """The name itself."""
        return f"{function} ({language})"

    contact = title


@pytest.mark.parametrize(
    ("written", "french", "english"),
    [
        ("5m", "5 min", "5 min"), ("1h30m", "1 h 30", "1 h 30"), ("2h", "2 h", "2 h"),
        ("1d", "24 h", "24 h"), ("3d", "3 jours", "3 days"), ("1w", "7 jours", "7 days"),
        ("5wd", "5 jours ouvrés", "5 working days"), ("30h", "30 h", "30 h"),
        ("1wd", "1 jour ouvré", "1 working day"),
    ],
)  # fmt: skip
def test_times_are_said_as_people_say_them(written: str, french: str, english: str) -> None:
    """No letter of the language is left on the wall."""
    assert [span_said(Span.parse(written), one) for one in LANGUAGES] == [french, english]


def test_moments_of_announced_works_are_said_in_words(organisation: Organisation) -> None:
    """No sign of the language: so long before the beginning, at the end."""
    marks = ("start-1d", "start+2h", "end-30m", "end")
    said = [mark_said(Mark.parse(one), "en") for one in marks]
    assert said == ["24 h before the beginning", "2 h after the beginning", "30 min before the end",
                    "at the end"]  # fmt: skip
    pinned = organisation.pinned("planned-works", "hq")
    text = sheet(pinned, AT | {"severity": "S4"}, organisation.directory, "fr")
    assert "24 h avant le début" in text
    assert "## Les premières minutes" not in text


def test_a_condition_is_read_as_a_sentence(organisation: Organisation) -> None:
    """What was asked, and the answers that fit; a choice with its words."""
    playbook = organisation.pinned("flood", "hq").in_force({})
    said = [
        condition(When.parse(one), playbook, "en")
        for one in (
            {"severity": ["S1", "S2"], "hours": "off"}, [{"danger": "yes"}, {"down": "power"}],
            {"stop-it": "stop"}, {"source": {"not": "roof"}}, {"server-room": "unknown"},
        )
    ]  # fmt: skip

    assert said == [
        "the severity is S1 or S2 and the hours are outside office hours",
        "danger reported: yes; or down: power",
        (
            "the answer to “Must the servers be stopped before the water reaches them?” is stop "
            "(Stop the servers in the planned order)"
        ),
        "the answer to “Where does the water come from?” is other than roof",
        (
            "the answer to “Is the server room or a network room threatened by the water?” is "
            "not known yet"
        ),
    ]


def test_both_languages_say_the_same_things(organisation: Organisation) -> None:
    """Line for line."""
    french, english = (printed(organisation, one).splitlines() for one in LANGUAGES)

    assert len(french) == len(english)
    marks = [[line[:2] for line in one if line[:1] in {"#", "-"}] for one in (french, english)]
    assert marks[0] == marks[1]
    assert "## Que faire" in french
    assert "## What to do" in english


def test_every_word_of_the_sheet_has_two_languages_and_is_used() -> None:
    """What nothing says any more is taken out."""
    words = tomllib.loads(files("crisis.documents").joinpath("words.toml").read_text("utf-8"))
    folder = ROOT / "crisis" / "documents"
    source = "".join(
        (folder / one).read_text("utf-8")
        for one in ("sheet.py", "sheet_steps.py", "sheet_words.py")
    )

    assert {tuple(one) for one in words.values()} == {("fr", "en")}
    made = {"do", "ask", "call", "decide", "promise", "open", "clock"}
    made |= {"by_machine", "by_person", "per_floor", "per_building", "per_site"}
    made |= {f"approved_{silence}" for silence in ("next", "send", "hold")}
    made |= {f"{when}_{of}" for when in ("before", "after", "at") for of in ("start", "end")}
    kinds = ("_phase", "_power", "_field", "_value", "_proof")
    unused = {name for name in words if f'"{name}"' not in source and f"'{name}'" not in source}
    assert {name for name in unused - made if not name.endswith(kinds)} == set()


def test_the_command_prints_it_from_a_folder(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``crisis playbook show``: of the folder, at that severity; a wrong name lists the others."""
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    said = CliRunner().invoke(
        app, ["playbook", "show", "flood", "--org", str(house), "--severity", "S1"]
    )
    wrong = CliRunner().invoke(app, ["playbook", "show", "flod", "--org", str(house)])
    half = CliRunner().invoke(
        app, ["playbook", "show", "flood", "--org", str(house), "--when", "hours"]
    )
    nowhere = CliRunner().invoke(app, ["playbook", "show", "flood", "--home", str(house / "no")])
    language.cache_clear()

    assert said.exit_code == 0
    assert "severity S1" in said.output
    assert (wrong.exit_code, half.exit_code, nowhere.exit_code) == (1, 2, 1)
    assert "flood" in wrong.output
    assert "--org" in nowhere.output
