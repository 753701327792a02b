"""Write docs/wording.md: the rules of wording, each with what is said of it and an example.

``--check`` writes nothing and fails when the page in the repository is not what the rules give.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from page import keep

sys.path.insert(0, str(Path(__file__).parents[1]))

from crisis.core.wording.finding import RULES
from tests.unit.wording.test_words import BAD

PAGE = Path(__file__).with_name("wording.md")
TESTS = Path(__file__).parents[1] / "tests"
GROUPS = {
    "ID": "Who speaks", "CT": "Content", "FU": "What comes next", "TN": "Tone",
    "RD": "Clarity", "CO": "Consistency", "PR": "What would do harm", "CH": "Room on each medium",
    "VO": "The organisation's own voice",
}  # fmt: skip
LONGEST_EXAMPLE = 80
HEAD = """# The rules of wording

What the words of a crisis are held against: those of a playbook by `crisis playbook check`, which
prints the name in brackets; those of a person by `crisis lint`, and by the service before they are
told. What must not be said so waits until it is mended, or is let through by name with a reason; to
people at risk who must act at once it goes, and the finding stands on the record. Words are looked
for in French and in English.

This page is made from the rules and from their tests (`make docs`).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_rules(), *_held()])


def _rules() -> Iterator[str]:
    for letters, title in GROUPS.items():
        yield f"## {title}\n"
        yield "| rule | what is said of it | what to write | not so | but so |"
        yield "|---|---|---|---|---|"
        for name, rule in RULES.items():
            if name.rstrip("0123456789") == letters:
                says, instead = rule.says["en"], rule.proposal["en"]
                bad, good = _examples(name)
                yield f"| {name} (`{rule.check}`) | {says} | {instead} | {bad} | {good} |"
        yield ""


def _examples(rule: str) -> tuple[str, str]:
    """The first of each language: what must not be said so, and how it may be said."""
    first: dict[str, tuple[str, str]] = {}
    for found, language, bad, good in BAD:
        if found.split()[0] == rule and len(bad) < LONGEST_EXAMPLE:
            first.setdefault(language, (bad, good))
    shown = [first[language] for language in sorted(first, reverse=True)]
    return "<br>".join(bad for bad, _ in shown), "<br>".join(good for _, good in shown)


def _held() -> Iterator[str]:
    """What no rule looks for in words, since a message is made so that it cannot be otherwise."""
    table = tomllib.loads(PAGE.with_suffix(".toml").read_text(encoding="utf-8"))
    yield "## Held by the way a message is made\n"
    yield "No word is looked for here: a message is made so that it cannot be otherwise.\n"
    yield "| what a message must not lack | how it is held | test |"
    yield "|---|---|---|"
    for one in table["held"]:
        file, _, test = one["test"].partition("::")
        if f"def {test}(" not in (TESTS / file).read_text(encoding="utf-8"):
            raise LookupError(f"there is no test {one['test']}")
        yield f"| {one['asks']} | {one['does']} | [`{test}`](../tests/{file}) |"
    yield ""
    yield "## Not looked for\n"
    yield from (f"- {one}" for one in table["left"])
    yield ""


if __name__ == "__main__":
    sys.exit(keep(PAGE, page()))
