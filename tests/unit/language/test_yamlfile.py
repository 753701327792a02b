"""Plain YAML 1.2 with the line and column of every value; more than plain is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

from crisis.core.checks.fault import Fault
from crisis.yamlfile import Finding, NotAcceptable, findings_of, read

FIXTURES = Path(__file__).parents[2] / "fixtures" / "playbooks"


def test_values_are_those_of_yaml_1_2() -> None:
    """`yes` is text, dates and octals stay as written, quotes make text."""
    text = """
a: yes
b: true
c: 12
d: -1.5
e: ~
f:
g: 2026-11-20
h: 012
i: "12"
j: |
  two
  lines
k: [1, {l: m}]
"""
    assert read(text, "x.yaml").value == {
        "a": "yes", "b": True, "c": 12, "d": -1.5, "e": None, "f": None, "g": "2026-11-20",
        "h": "012", "i": "12", "j": "two\nlines\n", "k": [1, {"l": "m"}],
    }  # fmt: skip


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.yaml")), ids=lambda file: file.name)
def test_a_document_reads_as_any_yaml_1_2_reader_would_read_it(file: Path) -> None:
    """Dates apart, which stay text, the values are those of the library's own reader."""
    yaml = YAML(typ="safe", pure=True)
    other = yaml.load(file.read_text("utf-8"))
    if "reviewed_on" in other:
        other["reviewed_on"] = other["reviewed_on"].isoformat()

    assert read(file.read_text("utf-8"), file.name).value == other


def test_every_value_has_its_place() -> None:
    """A name stands where it begins, counted from 1; so does an item of a list."""
    document = read("a:\n  b: {c: 1}\n  d: [x, y]\n  e: z\n", "x.yaml")

    assert document.place(()) == (1, 1)
    assert document.place(("a",)) == (1, 1)
    assert document.place(("a", "b", "c")) == (2, 7)
    assert document.place(("a", "d", 1)) == (3, 10)
    assert document.place(("a", "e", 0)) == (4, 3)  # one value standing for a list
    assert document.place(("a", "gone", "b")) == (1, 1)  # the nearest above
    assert document.reach(("a", "gone")) == (("a",), False)
    assert document.reach(("a", "e", 0)) == (("a", "e"), True)


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words", "12"])
def test_a_document_may_be_empty_or_one_value(text: str) -> None:
    """What is then wrong with it is for the reader of its content to say."""
    document = read(text, "x.yaml")

    assert document.value in (None, "just words", 12)
    assert document.place(("a",)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "place", "rule", "says"),
    [
        ("a: b: c", "1:5", "not-yaml", 'the text holds ": "; put the whole text between double'),
        ("a: {fr: b: c}", "1:10", "not-yaml", 'the text holds ": "; put the whole text'),
        ("a: {fr: b", "1:10", "not-yaml", "a bracket is not closed"),
        ("a: [b", "1:6", "not-yaml", "a bracket is not closed"),
        ("a: 'b", "1:6", "not-yaml", "a quote is opened and never closed"),
        ("a: @b", "1:4", "not-yaml", "no text begins with this character"),
        ("\ta: b", "1:1", "not-yaml", "indent with spaces"),
        ('a: "\\q"', "1:6", "not-yaml", "write it twice"),
        ("a: \x07", "1:4", "not-yaml", "invisible control character"),
        ("a:\n  b: 1\nc\n", "4:1", "not-yaml", "a name has no colon"),
        ("- a\nb: 1", "2:1", "not-yaml", "look at the indentation"),
        ("a: 1\n---\nb: 1", "2:1", "not-yaml", "keep one in a file"),
        ("a: 1\n...\n---\nb: 1", "3:1", "not-yaml", "keep one in a file"),
        ("[a]: 1", "1:1", "not-yaml", "cannot be a name"),
        ("? {a: b}\n: 1", "1:3", "not-yaml", "cannot be a name"),
        ("a: " + "[" * 50 + "]" * 50, "1:43", "not-yaml", "too many blocks inside one another"),
        ("a: &x 1", "1:4", "no-anchor", "&x is an anchor; write the value out"),
        ("a: &x [1]", "1:4", "no-anchor", "&x is an anchor"),
        ("&x a: 1", "1:1", "no-anchor", "&x is an anchor"),
        ("a: &x 1\nb: *x", "1:4", "no-anchor", "&x is an anchor"),
        ("b: *x", "1:4", "no-anchor", "*x is an alias"),
        ("a: !!str 1", "1:4", "no-anchor", "is a tag; take it out"),
        ("a: !secret {b: 1}", "1:4", "no-anchor", "!secret is a tag"),
        ("<<: {a: 1}", "1:1", "no-anchor", "<< is a merge key"),
        ("a: 1\nb: 2\na: 3", "3:1", "duplicate-name", "first in line 1"),
    ],
)
def test_more_than_plain_yaml_is_refused(text: str, place: str, rule: str, says: str) -> None:
    """The line and column, and what to write instead."""
    with pytest.raises(NotAcceptable) as caught:
        read(text, "x.yaml")

    (finding,) = caught.value.findings
    assert str(finding).startswith(f"x.yaml:{place} [{rule}] ")
    assert says in finding.message


class _Part(BaseModel, extra="forbid"):
    """A block of a document."""

    size: int


class _Whole(BaseModel, extra="forbid"):
    """A document of the organisation."""

    part: _Part
    note: str


def test_what_pydantic_finds_is_put_at_its_place() -> None:
    """Any model of the organisation has the same errors: rule, line, advice."""
    document = read("part: {size: big, siz: 1}\n", "site.yaml")
    with pytest.raises(ValidationError) as caught:
        _Whole.model_validate(document.value)

    assert [str(f) for f in findings_of(caught.value, document, _Whole)] == [
        "site.yaml:1:1 [missing-field] this document has no note; add note: NAME",
        'site.yaml:1:8 [unknown-value] part.size: "big" cannot stand here; write a whole number',
        'site.yaml:1:19 [unknown-field] "siz" is not a field of part; did you mean "size"?',
    ]


def test_findings_are_sorted_and_said_once() -> None:
    """An error prints one finding a line, in the order of the files; a warning says it is one."""
    one = Finding("b.yaml", 2, 1, "name", "says")
    two = Finding("a.yaml", 10, 1, "name", "says", "warning")
    error = NotAcceptable([one, two, one])

    assert error.findings == [two, one]
    assert str(error) == "a.yaml:10:1 [name] warning: says\nb.yaml:2:1 [name] says"


def test_a_fault_becomes_a_finding_of_its_document() -> None:
    """A pure check says where by names; the document knows the line."""
    document = read("a:\n  b: 1\n", "x.yaml")
    fault = Fault(at=("a", "b"), rule="name", says="no", severity="warning")

    assert document.finding(fault) == Finding("x.yaml", 2, 3, "name", "no", "warning")
