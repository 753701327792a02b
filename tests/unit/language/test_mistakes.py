"""The mistakes that people make when they write a playbook, made in the text of real ones.

Each is refused with file, line, column and what to write instead. The edits are found in the
files by name, so that the shipped playbooks can change their words freely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crisis.core.tell import PHASES
from crisis.core.written import instead
from crisis.library import check
from crisis.yamlfile import Document, read

ROOT = Path(__file__).parents[3]
PLAN = "communication-plan.yaml"
LIBRARIES = [
    (ROOT / "tests" / "fixtures" / "playbooks", "leak"),
    *((ROOT / "playbooks", name) for name in ("flood", "fire", "generic")),
]

Mistake = tuple[str, int, int, str, str]
"""The text with the mistake, the line and column where it is found, the rule, what is said."""


class Draft:
    """The text of a file, to be spoilt in one place."""

    def __init__(self, folder: Path, file: str) -> None:
        self.file = file
        self.text = (folder / file).read_text("utf-8")
        self.document: Document = read(self.text, file)
        self.source: dict[str, Any] = self.document.value
        self.lines = self.text.splitlines()

    def place(self, *pointer: str | int) -> tuple[int, int]:
        """Line and column of a value."""
        return self.document.place(pointer)

    def steps(self, *fields: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The steps that have all these fields."""
        for name, step in self.source["steps"].items():
            if all(field in step for field in fields):
                yield name, step

    def with_line(self, number: int, line: str) -> str:
        """The text with one line replaced."""
        return "\n".join([*self.lines[: number - 1], line, *self.lines[number:]]) + "\n"

    def after_line(self, number: int, line: str) -> str:
        """The text with a line more."""
        return "\n".join([*self.lines[:number], line, *self.lines[number:]]) + "\n"

    def without(self, *pointer: str | int) -> str:
        """The text without a field and all that stands under it."""
        line, column = self.place(*pointer)
        end = line
        while end < len(self.lines) and _indent(self.lines[end]) >= column:
            end += 1
        return "\n".join([*self.lines[: line - 1], *self.lines[end:]]) + "\n"


def _indent(line: str) -> int:
    """How far a line is indented; a blank one or a comment is as far as one likes."""
    bare = line.lstrip()
    return 999 if not bare or bare.startswith("#") else len(line) - len(bare)


def _field_misspelt(draft: Draft) -> Mistake:
    """`withn` for `within`."""
    name, _ = next(draft.steps("within"))
    line, column = draft.place("steps", name, "within")
    text = draft.with_line(line, draft.lines[line - 1].replace("within:", "withn:"))
    says = f'"withn" is not a field of steps.{name}; did you mean "within"?'
    return text, line, column, "unknown-field", says


def _role_misspelt(draft: Draft) -> Mistake:
    """A role without one of its letters."""
    name, step = next((n, s) for n, s in draft.steps("by") if isinstance(s["by"], str))
    line, column = draft.place("steps", name, "by")
    wrong = step["by"][:-2] + step["by"][-1]
    text = draft.with_line(line, draft.lines[line - 1].replace(step["by"], wrong))
    return (
        text,
        line,
        column,
        "unknown-name",
        f'there is no role "{wrong}"; did you mean "{step["by"]}"?',
    )


def _duration_in_words(draft: Draft) -> Mistake:
    """A duration in words."""
    name, step = next((n, s) for n, s in draft.steps("within") if isinstance(s["within"], str))
    line, column = draft.place("steps", name, "within")
    text = draft.with_line(line, draft.lines[line - 1].replace(step["within"], "45 minutes"))
    says = (
        f'steps.{name}.within: "45 minutes" is not a duration; write 45m '
        "(units: m, h, d, w, wd for working days; 1h30m)"
    )
    return text, line, column, "duration", says


def _language_forgotten(draft: Draft) -> Mistake:
    """A text in French only."""
    name, _ = next(draft.steps("undo"))
    pointer = ("steps", name, "undo")
    line, column = draft.place(*pointer)
    english = draft.place(*pointer, "en")[0]
    if english == line:
        spoilt = re.sub(r', en: ".*"}', "}", draft.lines[line - 1])
        text = draft.with_line(line, spoilt)
    else:
        text = draft.without(*pointer, "en")
    says = f"steps.{name}.undo has no English text; add en: beside fr"
    return text, line, column, "missing-language", says


def _colon_unquoted(draft: Draft) -> Mistake:
    """A colon in a text without quotes."""
    line, _ = draft.place("words", "event")
    spoilt = re.sub(r"\{fr: .*", "{fr: Attention : fuite, en: Leak}", draft.lines[line - 1])
    column = spoilt.index(" : ") + 2
    says = 'the text holds ": "; put the whole text between double quotes'
    return draft.with_line(line, spoilt), line, column, "not-yaml", says


def _condition_as_expression(draft: Draft) -> Mistake:
    """A condition written like a program."""
    name, _ = next((n, s) for n, s in draft.steps("when") if isinstance(s["when"], dict))
    line, column = draft.place("steps", name, "when")
    spoilt = re.sub(r"when: .*", "when: severity >= S2 and people == yes", draft.lines[line - 1])
    says = (
        f'steps.{name}.when: "severity >= S2 and people == yes" is an expression; '
        "write field: value, as in when: {severity: [S1, S2]}"
    )
    return draft.with_line(line, spoilt), line, column, "match", says


def _answer_misspelt(draft: Draft) -> Mistake:
    """A condition on an answer that cannot be given."""
    asked = {n: s["answers"] for n, s in draft.steps("answers")}
    for name, step in draft.steps("when"):
        for question in set(asked) & set(step["when"] if isinstance(step["when"], dict) else ()):
            line, column = draft.place("steps", name, "when", question)
            answer = next(
                a for a in asked[question] if re.search(rf"\b{a}\b", draft.lines[line - 1])
            )
            spoilt = re.sub(rf"\b{answer}\b", answer + "s", draft.lines[line - 1])
            says = f'{question} is never "{answer}s"; did you mean "{answer}"?'
            return draft.with_line(line, spoilt), line, column, "unknown-value", says
    raise LookupError("no step looks at a question with answers of its own")


def _ring(draft: Draft) -> Mistake:
    """Two steps that wait for each other."""
    for name, step in draft.steps("after"):
        first = next((a for a in _listed(step["after"]) if a not in PHASES), None)
        if first is None:
            continue
        if "after" in draft.source["steps"][first]:
            line, _ = draft.place("steps", first, "after")
            text = draft.with_line(
                line, re.sub(r"after: .*", f"after: {name}", draft.lines[line - 1])
            )
        else:
            text = draft.after_line(draft.place("steps", first)[0], f"    after: {name}")
        order = list(draft.source["steps"])
        one, other = sorted((first, name), key=order.index)
        line, column = read(text, draft.file).place(("steps", one))
        says = (
            f"{one} waits for itself: {one} → {other} → {one}; "
            'take one "after" or "when" out of the ring'
        )
        return text, line, column, "unreachable-step", says
    raise LookupError("no step waits for another")


def _listed(value: Any) -> list[Any]:
    """A list, or the one value that stands for it."""
    return value if isinstance(value, list) else [value]


def _first_words_forgotten(draft: Draft) -> Mistake:
    """An audience without its first words."""
    name = next(n for n, tell in draft.source["tell"].items() if "open" in tell)
    line, column = draft.place("tell", name)
    says = f'tell.{name} says nothing in phase "open"; add open: with impact and instruction'
    return draft.without("tell", name, "open"), line, column, "no-first-message", says


def _workaround_forgotten(draft: Draft) -> Mistake:
    """Nothing to do meanwhile."""
    name = next(
        n for n, tell in draft.source["tell"].items()
        if "workaround" in (tell.get("worked_around") or ())
    )  # fmt: skip
    line, column = draft.place("tell", name, "worked_around")
    text = draft.without("tell", name, "worked_around", "workaround")
    says = (
        f"tell.{name}.worked_around has no workaround; say what these people can do meanwhile, "
        "or workaround: none"
    )
    return text, line, column, "missing-workaround", says


def _last_resort_forgotten(draft: Draft) -> Mistake:
    """Nobody left when all stay silent."""
    line, column = draft.place("roles", "lead")
    says = "nobody is left when holder and deputies of lead stay silent; add last_resort: FUNCTION"
    return draft.without("roles", "lead", "last_resort"), line, column, "no-last-resort", says


def _result_forgotten(draft: Draft) -> Mistake:
    """A measure without its expected result."""
    name, _ = next(draft.steps("measure", "expected_result"))
    line, column = draft.place("steps", name, "measure")
    says = (
        f"steps.{name} tells a measure without its expected result; "
        "add expected_result: {fr: …, en: …}"
    )
    text = draft.without("steps", name, "expected_result")
    return text, line, column, "measure-without-result", says


def _rhythm_forgotten(draft: Draft) -> Mistake:
    """A rhythm that leaves out a severity."""
    name = next(n for n, tell in draft.source["tell"].items() if "update_every" not in tell)
    line, _ = draft.place("tell", name)
    text = draft.after_line(line, "    update_every: {S1: 5m, S2: 5m}")
    says = (
        f"at S3 messages to {name} promise a next update, and no cadence says when; "
        "add S3 to update_every"
    )
    return text, line + 1, 5, "promise-without-cadence", says


def _one_medium(draft: Draft) -> Mistake:
    """One medium for people in danger."""
    name = next(
        n for n, audience in draft.source["audiences"].items()
        if audience.get("at_risk") and "immediate" in audience.get("ladders", {}).get("alert", {})
    )  # fmt: skip
    cell = ("audiences", name, "ladders", "alert", "immediate")
    line, column = draft.place(*cell)
    rung, _ = draft.place(*cell, 0)
    spoilt = re.sub(r"by: \[[^]]*\]", "by: [mail]", draft.lines[rung - 1], count=1)
    says = (
        f"{name} may be in danger: the first rung of an immediate alert takes two media that need "
        "nothing in common, one interruptive; it has mail"
    )
    return draft.with_line(rung, spoilt), line, column, "one-medium-only", says


def _role_removed_by_a_layer(draft: Draft) -> Mistake:
    """A role that goes home at night, and is still waited for."""
    informed_by = draft.source["directorate"]["informed_by"]
    removed = next(s["by"] for _, s in draft.steps("by") if s["by"] not in ("lead", informed_by))
    end = f"  zz-night:\n    when: {{hours: off}}\n    roles: {{{removed}: ~}}\n"
    name = next(n for n, s in draft.steps("by") if s["by"] == removed)
    line, column = draft.place("steps", name, "by")
    known = {*draft.source["roles"], "directorate"} - {removed}
    says = f'there is no role "{removed}"; {instead(removed, known)} (with layer zz-night)'
    return draft.text.rstrip("\n") + "\n" + end, line, column, "unknown-name", says


MISTAKES: list[Callable[[Draft], Mistake]] = [
    _field_misspelt, _role_misspelt, _duration_in_words, _language_forgotten, _colon_unquoted,
    _condition_as_expression, _answer_misspelt, _ring, _first_words_forgotten,
    _workaround_forgotten, _last_resort_forgotten, _result_forgotten, _rhythm_forgotten,
    _one_medium, _role_removed_by_a_layer,
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__.strip("_"))
@pytest.mark.parametrize(("folder", "name"), LIBRARIES, ids=lambda each: str(each).split("/")[-1])
def test_a_mistake_is_refused_at_its_line_with_what_to_write(
    folder: Path, name: str, mistake: Callable[[Draft], Mistake]
) -> None:
    """File, line, column, rule, and a suggestion that mends it."""
    files = {file: (folder / file).read_text("utf-8") for file in (PLAN, f"{name}.yaml")}
    spoilt = PLAN if mistake is _one_medium else f"{name}.yaml"
    text, line, column, rule, says = mistake(Draft(folder, spoilt))

    found = [str(finding) for finding in check(files | {spoilt: text})]
    expected = f"{spoilt}:{line}:{column} [{rule}] {says}"
    assert any(finding.startswith(expected) for finding in found), "\n".join([expected, *found])


@pytest.mark.parametrize(("folder", "name"), LIBRARIES, ids=lambda each: str(each).split("/")[-1])
def test_without_the_mistake_nothing_is_refused(folder: Path, name: str) -> None:
    """What the mistakes are made in is sound."""
    files = {file: (folder / file).read_text("utf-8") for file in (PLAN, f"{name}.yaml")}

    assert check(files) == []
