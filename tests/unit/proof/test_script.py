"""Scenario files: what is wrong in one is said at its line, in words of whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisis.proof.script import ENDING, Act, Expected, findings, script
from crisis.yamlfile import NotAcceptable

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"

HEAD = """scenario: tap
playbook: flood
title: {fr: "Un robinet", en: "A tap"}
begins: "2026-03-15 10:30"
moments:
"""


def refused(moments: str, head: str = HEAD) -> str:
    """What is said about a file with these moments."""
    with pytest.raises(NotAcceptable) as caught:
        script(head + moments, f"tap{ENDING}")
    return str(caught.value)


def test_a_scenario_is_acts_and_expectations_in_order() -> None:
    """Whoever acts, what is done with its fields, and what is to come of it; each at its line."""
    moments = """\
  - {at: "10:42", who: guard-post, does: report, kind: flood, says: {fr: "Eau", en: "Water"}}
  - {who: technical, does: done, steps: [lifts, shut-water], happened: "10:40"}
  - {expect: silence, of: users-away, until: "12:00", tells: {fr: "Calme", en: "Calm"}}
"""
    first, second, third = script(HEAD + moments, f"a/tap{ENDING}").lines
    assert isinstance(first, Act)
    assert (first.where, first.at, first.who, first.verb) == (
        "tap.scenario.yaml:6", "10:42", "guard-post", "report",
    )  # fmt: skip
    assert first.fields == {"kind": "flood", "says": {"fr": "Eau", "en": "Water"}}
    assert isinstance(second, Act)
    assert (second.several, second.fields) == (("lifts", "shut-water"), {"happened": "10:40"})
    assert isinstance(third, Expected)
    assert third.tells == {"fr": "Calme", "en": "Calm"}


MISTAKES = (
    ('{at: "10:42", does: raport, kind: flood}',
     '6:19 [verb] nobody can "raport" in a scenario; did you mean "report"?'),
    ("{does: accept, rol: lead}",
     '6:20 [unknown-field] "rol" is not a field of moments[1]; did you mean "role"?'),
    ("{does: accept}", "6:5 [missing-field] moments[1] has no role;"),
    ("{at: noon, does: cancel}", '6:6 [clock] at: "noon" is no time; write "14:05"'),
    ('{does: measure, words: {fr: "Seul"}}',
     "6:21 [missing-language] words: this text has no en; add en: beside"),
    ("{does: contractor, step: pump, stage: gone}",
     '6:36 [unknown-value] stage is never "gone"; known here: arrived,'),
    ("{who: lead}", "6:5 [verb] say what somebody does, or what is to be expected"),
    ("{expect: mial, to: lead}",
     '6:6 [unknown-value] nobody can expect "mial"; did you mean "mail"?'),
    ("{expect: entry, is: commitment-borken}",
     'there is no entry "commitment-borken"; did you mean "commitment-broken"?'),
    ("{expect: mail, too: lead}", '"too" is not a field of moments[1]; did you mean "to"?'),
    ("{does: agree, action: a-1, owner: lead, within: soon}",
     '6:45 [duration] within: "soon" is not a duration'),
    ("what", '[unknown-value] moments[1]: "what" cannot stand here'),
)  # fmt: skip
"""A moment as somebody may write it -> the place, the rule, and what to write instead."""


@pytest.mark.parametrize(("moment", "says"), MISTAKES)
def test_each_mistake_is_named_where_it_stands(moment: str, says: str) -> None:
    """A word that nobody knows, a field too many or too few, one language, a time that is none."""
    assert says in refused(f"  - {moment}\n")


def test_the_head_is_held_to_its_form() -> None:
    """Its name is the file's, its day a day; and what is no scenario at all is said to be none."""
    act = "  - {does: cancel}\n"
    assert 'the file of scenario "tub" is called tub.scenario.yaml' in refused(
        act, HEAD.replace("tap", "tub")
    )
    assert 'begins: "Sunday" is not a day and a time' in refused(
        act, HEAD.replace("2026-03-15 10:30", "Sunday")
    )
    assert "moments" in refused("", HEAD.replace("moments:\n", "moments: soon\n"))
    assert "this is not a scenario" in refused("- a\n", "")


def test_the_scenarios_among_files_are_checked_with_the_playbooks_that_they_play() -> None:
    """A scenario of a playbook that is not there is found, and nothing else is looked at."""
    sound = HEAD + "  - {does: cancel}\n"
    files = {f"tap{ENDING}": sound, f"bad{ENDING}": "- a\n", "flood.yaml": "nothing"}
    [bad] = findings(files, ["flood"])
    assert bad.file == f"bad{ENDING}"
    [_, unknown] = findings(files, ["fire"])
    assert str(unknown) == (
        'tap.scenario.yaml:2:1 [unknown-name] there is no playbook "flood"; known here: fire'
    )


def test_what_is_shipped_is_sound() -> None:
    """Each scenario beside a playbook is one, and plays a playbook that is there."""
    files = {file.name: file.read_text("utf-8") for file in PLAYBOOKS.glob("*.yaml")}
    playbooks = [name.removesuffix(".yaml") for name in files if not name.endswith(ENDING)]
    assert [str(one) for one in findings(files, playbooks)] == []
