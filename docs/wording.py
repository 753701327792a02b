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
WEIGHTS = {"holds": "holds", "both": "warns; holds where it is grave", "warns": "warns"}
LONGEST_EXAMPLE = 80
TABLE = tomllib.loads(PAGE.with_suffix(".toml").read_text(encoding="utf-8"))
HEAD = """# The rules of wording

What the words of a crisis are held against. `crisis lint` and the service read what a person
writes before it is told: what *holds* waits until it is mended or let through by name with a
reason; to people at risk who must act at once it goes, and the finding stands on the record. What
*warns* is noted, and holds nothing. Of the message in which a person speaks, what it lacks is
noted beside it. `crisis playbook check` only warns, under the name in brackets. Words are looked
for in French and in English.

This page is made from the rules and from their tests (`make docs`).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_rules(), *_held()])


def _rules() -> Iterator[str]:
    for letters, title in GROUPS.items():
        yield f"## {title}\n"
        yield "| rule | read in | weight | what is said of it | what to write | not so | but so |"
        yield "|---|---|---|---|---|---|---|"
        for name, rule in RULES.items():
            if name.rstrip("0123456789") == letters:
                where, weight = _read(name)
                says, instead = rule.says["en"], rule.proposal["en"]
                bad, good = _examples(name)
                yield (
                    f"| {name} (`{rule.check}`) | {where} | {weight} | {says} | {instead} "
                    f"| {bad} | {good} |"
                )
        yield ""


def _read(rule: str) -> tuple[str, str]:
    """Where a rule is read, and what it weighs; LookupError where nobody has said so."""
    for one in TABLE["rules"]:
        for field, weight in WEIGHTS.items():
            if rule in one.get(field, "").split():
                return one["where"], weight
    raise LookupError(f"{rule}: say in {PAGE.stem}.toml where it is read")


def _examples(rule: str) -> tuple[str, str]:
    """The first of each language: what must not be said so, and how it may be said."""
    first: dict[str, tuple[str, str]] = {}
    for found, language, bad, good in BAD:
        if found.split()[0] == rule and len(bad) < LONGEST_EXAMPLE:
            first.setdefault(language, (bad, good))
    shown = [first[language] for language in sorted(first, reverse=True)]
    return "<br>".join(bad for bad, _ in shown), "<br>".join(good for _, good in shown)


def _held() -> Iterator[str]:
    """What the product sees to when it makes a message, whoever writes its words."""
    yield "## Held by the way a message is made\n"
    yield "What the rules of the product see to, whoever writes.\n"
    yield "| what a message must not lack | how it is held | test |"
    yield "|---|---|---|"
    for one in TABLE["held"]:
        file, _, test = one["test"].partition("::")
        if f"def {test}(" not in (TESTS / file).read_text(encoding="utf-8"):
            raise LookupError(f"there is no test {one['test']}")
        yield f"| {one['asks']} | {one['does']} | [`{test}`](../tests/{file}) |"
    yield ""
    yield "## Not looked for\n"
    yield from (f"- {one}" for one in TABLE["left"])
    yield ""


if __name__ == "__main__":
    sys.exit(keep(PAGE, page()))
