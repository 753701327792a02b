"""The library: files in, all of them sound or none; which playbook opens; a schema for editors."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from crisis.core.place import Site
from crisis.library import Library, NoPlaybook, NotAcceptable, check, load, schema
from crisis.yamlfile import Finding, read

PLAN = "communication-plan.yaml"


def said(findings: list[Finding]) -> list[str]:
    """Findings as people read them."""
    return [str(finding) for finding in findings]


@pytest.fixture
def library(files: dict[str, str]) -> Library:
    """The small library, loaded."""
    return load(files)


def test_a_library_holds_playbooks_and_their_plan(library: Library, tower: Site) -> None:
    """Each playbook keeps its file and source; an incident pins it with the plan and a site."""
    assert set(library.playbooks) == {"generic", "leak"}
    assert library.playbooks["leak"].file == "leak.yaml"
    assert library.playbooks["leak"].playbook.name == "leak"
    assert library.plan.communication_plan == "house"
    pinned = library.pin("leak", tower)
    assert (pinned.name, pinned.site) == ("leak", tower)


@pytest.mark.parametrize(
    ("kind", "source", "name"),
    [
        ("leak", "person", "leak"),
        ("leak", "machine", "leak"),
        ("wet-floor", "machine", "leak"),
        ("wet-floor", "person", "generic"),
        ("meteorite", "machine", "generic"),
    ],
)
def test_a_report_opens_the_playbook_that_fits_or_the_generic_one(
    library: Library, kind: str, source: str, name: str
) -> None:
    """G1: an unforeseen kind, or a source that no opening names, falls to `generic`."""
    assert library.choose(kind, source) == name


def test_an_opening_that_names_the_source_goes_first(files: dict[str, str]) -> None:
    """Two playbooks may share a kind when one of them is for one source only."""
    sensor = files["leak.yaml"].replace("playbook: leak", "playbook: sensor")
    sensor = sensor.replace("{kind: leak}", "{kind: leak, source: machine}")
    sensor = sensor.replace("  - {kind: wet-floor, source: machine}\n", "")
    library = load(files | {"sensor.yaml": sensor})

    assert library.choose("leak", "machine") == "sensor"
    assert library.choose("leak", "person") == "leak"


def test_without_a_generic_playbook_nothing_is_loaded(files: dict[str, str]) -> None:
    """G1 needs it; should it go missing all the same, the error says what to add."""
    some = {name: text for name, text in files.items() if name != "generic.yaml"}
    assert check(some) == []
    with pytest.raises(
        NotAcceptable, match=r"communication-plan.yaml:1:1 \[missing-field\] no play"
    ):
        load(some)

    whole = load(files)
    without = Library(playbooks={"leak": whole.playbooks["leak"]}, plan=whole.plan)
    with pytest.raises(NoPlaybook, match="no playbook called generic"):
        without.choose("meteorite")


def test_one_error_refuses_the_whole_library(files: dict[str, str]) -> None:
    """Nothing is half loaded; every error of every file is said."""
    spoilt = {name: text.replace("owner:", "ownr:") for name, text in files.items()}
    with pytest.raises(NotAcceptable) as caught:
        load(spoilt)

    assert {finding.file for finding in caught.value.findings} == {"generic.yaml", "leak.yaml"}
    assert all(finding.severity == "error" for finding in caught.value.findings)


def test_warnings_do_not_stop_a_library(files: dict[str, str]) -> None:
    """They are kept for whoever looks."""
    spare = "  spare: {title: {fr: R, en: R}, mission: {fr: R, en: R}, holder: x}\nsteps:\n"
    library = load(files | {"leak.yaml": files["leak.yaml"].replace("steps:\n", spare, 1)})

    assert [warning.rule for warning in library.warnings] == ["role-idle"]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (
            "notes.yaml",
            "plabook: x",
            (
                "notes.yaml:1:1 [missing-field] this is neither a playbook nor "
                'a communication plan; begin with playbook: NAME (did you mean "playbook"?)'
            ),
        ),
        ("notes.yaml", "", "notes.yaml:1:1 [missing-field] this file is empty; write a playbook"),
        ("notes.yaml", "a: [", "notes.yaml:1:5 [not-yaml] a bracket is opened and never closed"),
        (
            "plan2.yaml",
            "communication_plan: two",
            (
                "plan2.yaml:1:1 [duplicate-name] there is a plan "
                "already, in communication-plan.yaml; keep one"
            ),
        ),
        ("leak.scenario.yaml", "a: [", None),
        (
            "water.yaml",
            "playbook: [a]",
            "water.yaml:1:1 [unknown-value] playbook: this cannot stand",
        ),
        (
            "water.yaml",
            "playbook: 3",
            'water.yaml:1:1 [unknown-value] playbook: "3" cannot stand he',
        ),
    ],
)
def test_a_file_that_does_not_belong_is_named(
    files: dict[str, str], file: str, text: str, says: str | None
) -> None:
    """Notes, second plans and layers in files of their own; stories beside a playbook are left."""
    found = [finding for finding in said(check(files | {file: text})) if finding.startswith(file)]

    if says is None:
        assert found == []
    else:
        assert any(says in finding for finding in found), found


def test_a_plan_must_be_there_and_be_sound(files: dict[str, str]) -> None:
    """Playbooks are checked against it: without one, that is all that is said."""
    playbooks = {name: text for name, text in files.items() if name != PLAN}

    assert said(check(playbooks)) == [
        (
            "generic.yaml:1:1 [missing-field] there is no communication plan; "
            "add communication-plan.yaml beside the playbooks"
        )
    ]
    assert said(check({}))[0].startswith("playbooks:1:1 [missing-field] there is no communication")
    (finding,) = check(files | {PLAN: files[PLAN].replace("severities:", "severties:")})[:1]
    assert finding.rule in ("missing-field", "unknown-field")
    broken = check(files | {PLAN: files[PLAN].replace("by: runner", "by: walker")})
    assert str(broken[0]).startswith(f'{PLAN}:27:10 [unknown-name] there is no medium "walker"')


def test_a_playbook_is_called_like_its_file(files: dict[str, str]) -> None:
    """One name, one file; a second playbook of that name is refused."""
    twice = check(files | {"other.yaml": files["leak.yaml"]})

    assert [str(finding) for finding in twice if finding.rule in ("name", "duplicate-name")] == [
        (
            'other.yaml:1:1 [duplicate-name] another file holds a playbook called "leak"; '
            "rename one of them"
        ),
        'other.yaml:1:1 [name] the file of playbook "leak" is called other.yaml; call it leak.yaml',
    ]


def test_two_playbooks_must_not_open_on_one_report(files: dict[str, str]) -> None:
    """Nobody could say which of them opens."""
    other = files["leak.yaml"].replace("playbook: leak", "playbook: other")
    findings = check(files | {"other.yaml": other})

    assert [(one.file, one.line, one.column, one.rule) for one in findings] == [
        (file, line, 6, "opens-twice") for file in ("leak.yaml", "other.yaml") for line in (6, 7)
    ]
    here = other.replace("{kind: leak}", "{kind: leak, site: annex}")
    assert [one.line for one in check(files | {"other.yaml": here})] == [7, 7]
    broken = check(files | {"other.yaml": other.replace("owner:", "ownr:")})
    assert "opens-twice" not in {finding.rule for finding in broken}


def test_a_finding_of_a_layer_stands_where_it_is_written(files: dict[str, str]) -> None:
    """In the layer that writes the wrong value, else where the base has it; layers are named."""
    leak = files["leak.yaml"]
    wrong = leak.replace("steps: {assist: {by: security}", "steps: {assist: {by: securty}")
    line = next(n for n, text in enumerate(wrong.splitlines(), 1) if "securty" in text)
    (finding,) = check(files | {"leak.yaml": wrong})
    assert (finding.line, finding.column) == (line, 22)
    assert finding.message.endswith('did you mean "security"? (with layer at-night)')

    gone = leak.replace("steps: {assist: {by: security}, close", "steps: {close")
    (finding,) = check(files | {"leak.yaml": gone})
    by = gone.splitlines()[finding.line - 1]
    assert by.strip() == "by: wardens"
    assert finding.message.endswith("(with layer at-night)")

    added = leak.replace(
        "steps: {assist: {by: security}", "steps: {assist: {by: security}, new: {by: it}"
    )
    (finding,) = check(files | {"leak.yaml": added})
    assert added.splitlines()[finding.line - 1].strip().startswith("steps: {assist")
    assert finding.rule == "verb"


def test_sites_are_asked_for_what_playbooks_need(
    files: dict[str, str], tower: Site, annex: Site
) -> None:
    """With the organisation's sites, a missing fact is found at the words that need it."""
    sites = {"tower": tower.model_copy(update={"facts": {}}), "annex": annex}

    assert check(files, {"tower": tower, "annex": annex}) == []
    assert load(files, {"tower": tower, "annex": annex}).plan
    assert {finding.rule for finding in check(files, sites)} == {"missing-site-fact"}


def test_the_schema_accepts_what_is_sound_and_names_every_field(files: dict[str, str]) -> None:
    """Editors complete and check with it: titles and descriptions come from the language itself."""
    schemas = schema()
    for name, key in (
        (PLAN, "communication_plan"),
        ("leak.yaml", "playbook"),
        ("generic.yaml", "playbook"),
    ):
        jsonschema.Draft202012Validator.check_schema(schemas[key])
        jsonschema.validate(read(files[name], name).value, schemas[key])
    step = schemas["playbook"]["$defs"]["Step"]
    assert step["properties"]["for"]["description"] == "What the contractor is called for."
    assert "description" in schemas["playbook"]
    undescribed = [
        (name, field)
        for name, part in schemas["playbook"]["$defs"].items()
        for field, described in part.get("properties", {}).items()
        if "description" not in described
    ]
    assert undescribed == []


@pytest.mark.parametrize(
    "edit",
    [
        ("    by: security\n    within: 5m\n", "    withn: 5m\n"),
        ("    unanswered: yes\n", ""),
        ("kind: leak", "kynd: leak"),
        ("until: safe}", "until: saved}"),
        ("{fr: Fuite d'eau, en: Water leak}", "Fuite"),
    ],
)
def test_the_schema_refuses_what_is_wrong(files: dict[str, str], edit: tuple[str, str]) -> None:
    """The commonest mistakes show while one writes."""
    source: Any = read(files["leak.yaml"].replace(*edit, 1), "leak.yaml").value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(source, schema()["playbook"])


def with_step(text: str, step: str) -> str:
    """A playbook with one step more."""
    return text.replace("steps:\n", f"steps:\n  aside: {step}\n", 1)


def test_a_playbook_that_is_named_must_be_there(files: dict[str, str]) -> None:
    """What a step opens, whose roles it keeps, and what explains a signal: the nearest is named."""
    text = with_step(files["leak.yaml"], "{open: generik, keep: [lead]}")
    text = text.replace("{kind: wet-floor, source: machine}",
                        "{kind: wet-floor, source: machine, quiet_while: [outage]}")  # fmt: skip
    found = [str(one) for one in check(files | {"leak.yaml": text})]
    assert any('no playbook "generik"; did you mean "generic"?' in one for one in found)
    assert any('no playbook "outage"' in one for one in found)

    kept = with_step(files["leak.yaml"], "{open: generic, keep: [technical]}")
    (finding,) = check(files | {"leak.yaml": kept})
    assert finding.rule == "unknown-name"
    assert 'generic has no role "technical"' in str(finding)


def test_playbooks_do_not_open_one_another(files: dict[str, str]) -> None:
    """A ring would open incidents for ever."""
    ring = {"leak.yaml": with_step(files["leak.yaml"], "{open: leak}")}
    found = check(files | ring)
    assert {one.rule for one in found} == {"opens-ring"}
    assert {one.file for one in found} == set(ring)
