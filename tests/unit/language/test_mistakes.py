"""Each static check has a playbook that breaks it, and the whole text that it prints.

Both stand on docs/mistakes.md, which is made of them: whoever changes a sentence sees it there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.language.mistakes import HEAD, PAGE, ROOT, parts, section

CHECKS = [
    *sorted((ROOT / "crisis" / "core" / "checks").glob("*.py")),
    *(ROOT / "crisis" / "library" / f"{name}.py"
      for name in ("annexes", "check", "crossing", "extending")),
    *(ROOT / "crisis" / "organisation" / f"{name}.py" for name in ("fit", "staffing")),
    *(ROOT / "crisis" / "core" / f"{name}.py"
      for name in ("matching", "section", "step", "values", "window")),
    ROOT / "crisis" / "yamlfile.py",
]  # fmt: skip
"""Where a fault of a playbook, a plan, a layer or what they ask of the house is worded."""

A_SENTENCE = 4
"""Words that follow one another in the code from which on they are part of a sentence."""

ELSEWHERE = frozenset({
    "there is no communication plan; add communication-plan.yaml beside the playbooks",
    "characters; say it in",  # 2001 of them
    "nothing stands here; write the words, or none",  # what is empty is said before
    "too many blocks inside one another; take some out",
    "this file is not UTF-8; save it as UTF-8",
    "; look at the indentation and the quotes of this line and the one above",
})  # fmt: skip
"""Sentences that are too long to show: see test_library, test_values and test_yamlfile."""


def sentences(tree: ast.Module) -> Iterator[str]:
    """The longest fixed piece of each sentence of a module; docstrings are none."""
    bare = {
        id(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    inside = {
        id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
        for piece in node.values
    }  # fmt: skip
    looked_up = {
        id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys
    }
    for node in ast.walk(tree):
        if id(node) in looked_up:
            continue
        if isinstance(node, ast.JoinedStr):
            pieces = [one.value for one in node.values if isinstance(one, ast.Constant)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            pieces = [] if id(node) in bare | inside else [node.value]
        else:
            continue
        longest = max(map(str, pieces), key=len, default="")
        for piece in longest.split("{"):
            words = piece.partition("}")[2] or piece
            if len(words.split()) >= A_SENTENCE:
                yield words.strip()


PARTS = dict(parts())
STANDS = re.split(r"\n(?=## )", PAGE.read_text(encoding="utf-8"))


def test_the_page_has_its_parts() -> None:
    """Each part of docs/mistakes.toml, in order, under what the page says of itself."""
    assert STANDS[0] == HEAD
    assert [one.partition("\n")[0] for one in STANDS[1:]] == [f"## {title}" for title in PARTS]


@pytest.mark.parametrize("title", PARTS)
def test_what_is_printed_of_each_mistake_stands_on_the_page(title: str) -> None:
    """Place, rule, cause and what to write; if not: `make docs`, and read what has changed."""
    [stands] = [one for one in STANDS if one.startswith(f"## {title}\n")]
    assert section(title, PARTS[title]).rstrip() == stands.rstrip()


def test_each_mistake_is_printed() -> None:
    """Nothing passes in silence: under each mistake stands a line with its place and its rule."""
    for block in PAGE.read_text(encoding="utf-8").split("```diff")[1:]:
        said = block.partition("```")[0].partition("\n\n")[2]
        assert "] " in said, block


@pytest.mark.parametrize("module", CHECKS, ids=lambda path: path.stem)
def test_every_sentence_of_a_check_is_shown(module: Path) -> None:
    """No check without a playbook that breaks it."""
    tree, made = ast.parse(module.read_text("utf-8")), PAGE.read_text("utf-8")
    missing = [one for one in sentences(tree) if one not in made and one not in ELSEWHERE]
    assert missing == [], "write such a mistake into docs/mistakes.toml, then: make docs"
