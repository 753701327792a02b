"""Write docs/doctrine.md from docs/doctrine.toml: each row, its rule, its test, what a user sees.

A rule that is not there, or a test that is not there, is a fault and not a page. ``--check``
writes nothing and fails when the page in the repository is another.
"""

from __future__ import annotations

import sys
from pathlib import Path

from page import keep

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.doctrine.rows import ROOT, Row, chapters, left

PAGE = Path(__file__).with_name("doctrine.md")
HEAD = """# The doctrine

What this product exists to do, row by row: what was asked, what a person sees, the rule that does
it and the test that holds it. The rows come from facilities management, from communication with
internal clients and from service marketing; none may be dropped.

This page is made from `doctrine.toml` (`make docs`). A check takes the rule of each row away in
turn and fails unless an assertion of the row's test then fails:
`python -m tests.doctrine.taken_away`.
"""


def link(row: Row) -> str:
    """The rule and the test of a row, as links to their files."""
    test, _, name = row.test.partition("::")
    if f"def {name.partition('[')[0]}(" not in (ROOT / test).read_text(encoding="utf-8"):
        raise LookupError(f"row {row.number}: there is no test {row.test}")
    rule = row.rule.partition(":")[2]
    return f"[`{rule}`](../{row.file}) | [`{name}`](../{test})"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for number, chapter in enumerate(chapters(), start=1):
        parts.append(f"## {number}. {chapter.title}\n\n{chapter.about}\n")
        lines = ["| | what is asked | what a person sees | rule | test |", "|---|---|---|---|---|"]
        lines += [
            f"| {row.number} | {row.asks} | {row.does} | {link(row)} |" for row in chapter.rows
        ]
        parts.append("\n".join(lines) + "\n")
    parts.append("## Asked, and without a row\n")
    lines = ["| what is asked | what there is |", "|---|---|"]
    parts.append("\n".join([*lines, *(f"| {one['asks']} | {one['why']} |" for one in left()), ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    raise SystemExit(keep(PAGE, page()))
