"""A playbook that changes another: one step deep, its own lines found in its own file."""

from __future__ import annotations

import pytest

from crisis.library import NotAcceptable, check, load
from crisis.yamlfile import Finding

STORM = """\
playbook: storm
extends: leak
title: {fr: Tempête, en: Storm}
reviewed_on: 2026-11-20
opens_on: {kind: storm}
words:
  event: {fr: Tempête, en: Storm}
steps:
  close-area:
    within: 30m
roles:
  it:
    holder: network-duty
"""


def storm(files: dict[str, str], text: str = STORM) -> dict[str, str]:
    """The small library, and a storm that is a leak but for this."""
    return {**files, "storm.yaml": text}


def of_storm(findings: list[Finding]) -> list[Finding]:
    """What is wrong, but for what was wrong without the storm."""
    return [one for one in findings if one.severity == "error"]


def test_what_is_not_said_is_as_in_the_other(files: dict[str, str]) -> None:
    """Maps merge, lists and values replace; the other one stays as it is."""
    library = load(storm(files))
    storms, leaks = library.playbooks["storm"].playbook, library.playbooks["leak"].playbook

    assert str(storms.words.event["en"]) == "Storm"
    assert storms.words.holding == leaks.words.holding
    assert [one.kind for one in storms.opens_on] == ["storm"]
    assert storms.steps["close-area"].by == leaks.steps["close-area"].by
    assert storms.steps["close-area"].within != leaks.steps["close-area"].within
    assert storms.roles["it"].title == leaks.roles["it"].title
    assert storms.extends == "leak"
    assert leaks.extends is None


def test_what_the_other_one_says_of_what_is_taken_out_is_explained(files: dict[str, str]) -> None:
    """A line that is right where it stands: it says whose mistake it is, and what to write."""
    without = STORM.replace("    within: 30m\n", "").replace("  close-area:\n", "  source: ~\n")
    found = of_storm(check(storm(files, without)))
    waiting = next(one for one in found if one.message.startswith("steps.shut-water.when"))

    assert waiting.file == "leak.yaml"
    assert waiting.message.endswith(
        "(as storm.yaml extends it; write steps.shut-water: ~ there to take it out, or change it"
        " there)"
    )


def test_what_is_taken_out_is_waited_for_by_nobody(files: dict[str, str]) -> None:
    """``~`` removes, as in a layer; the other playbook keeps it."""
    library = load(storm(files, STORM.replace("    within: 30m\n", "").replace(
        "  close-area:\n", "  close-area: ~\n"
    )))  # fmt: skip
    storms = library.playbooks["storm"].playbook

    assert "close-area" not in storms.steps
    assert not [name for name, step in storms.steps.items() if "close-area" in step.after]
    assert "close-area" in library.playbooks["leak"].playbook.steps


def test_an_incident_pins_what_both_come_to(files: dict[str, str]) -> None:
    """Its source is whole: an incident needs no other playbook to go on."""
    source = load(storm(files)).playbooks["storm"].source

    assert source["words"]["event"]["en"] == "Storm"
    assert source["words"]["holding"]["en"].startswith("Nothing new")


@pytest.mark.parametrize(
    ("mistake", "line", "rule", "says"),
    [
        (
            ("extends: leak", "extends: leek"),
            2,
            "unknown-name",
            'called "leek"; did you mean "leak"',
        ),
        (("extends: leak", "extends: storm"), 2, "unknown-name", "storm extends itself"),
        (("extends: leak", "extends: [leak]"), 2, "unknown-name", "no playbook here is called"),
        (
            ("title: {fr: Tempête, en: Storm}\n", ""),
            1,
            "missing-field",
            "storm has no title of its",
        ),
        (("within: 30m", "withn: 30m"), 10, "unknown-field", '"withn" is not a field'),
        (("holder: network-duty", "holder: ["), 14, "not-yaml", "a bracket is opened"),
        (("within: 30m", "by: technicl"), 10, "unknown-name", 'there is no role "technicl"'),
    ],
)
def test_what_is_wrong_in_it_is_found_in_its_own_file(
    files: dict[str, str], mistake: tuple[str, str], line: int, rule: str, says: str
) -> None:
    """File and line are those in which it is written."""
    found = of_storm(check(storm(files, STORM.replace(*mistake))))

    assert (found[0].file, found[0].line, found[0].rule) == ("storm.yaml", line, rule)
    assert says in found[0].message


def test_what_is_wrong_in_the_other_is_found_there_once(files: dict[str, str]) -> None:
    """Whoever mends the one mends both."""
    broken = files["leak.yaml"].replace("    within: 15m\n", "    within: 15 minutes\n", 1)
    found = of_storm(check(storm({**files, "leak.yaml": broken})))

    assert {one.file for one in found} == {"leak.yaml"}
    assert len(found) == len(set(found))


def test_a_playbook_extends_one_that_extends_none(files: dict[str, str]) -> None:
    """One step deep: whoever reads it has two files to look at, never five."""
    hail = STORM.replace("playbook: storm", "playbook: hail").replace(
        "extends: leak", "extends: storm"
    )
    hail = hail.replace("{kind: storm}", "{kind: hail}")
    with pytest.raises(NotAcceptable, match="storm extends another one itself") as refused:
        load({**storm(files), "hail.yaml": hail})

    assert {one.file for one in refused.value.findings} == {"hail.yaml"}
