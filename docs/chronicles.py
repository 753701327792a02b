"""Write docs/chronicles.md: ten real outages, played again as if the product had run them.

``--check`` writes nothing and fails when the page in the repository is not what the replays give.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import structlog
from page import keep

sys.path.insert(0, str(Path(__file__).parents[1]))

from crisis.proof.chronicle import Replay
from tests.chronicles.replaying import all_replayed

PAGE = Path(__file__).with_name("chronicles.md")
HEAD = """# Ten chronicles, played again

The times and states of ten outages that were told on a public status page. Each is played again in
the example house as if the product had run it: people record one new fact and speak at exactly the
times at which somebody spoke then, and at no other. Everything else is what the product does by
itself. *Rhythm* is what the communication plan promises at that severity; minutes count from the
first word. The severity is read from the impact that the source gives: S1 for *major*, S2 for
*minor*. This page is made from the replays (`make docs`), and a test holds it to them.

"""
COLUMNS = (
    "", "severity, rhythm", "people spoke", "people silent for", "holding statements",
    "the lead is asked", "silence is escalated", "longest wait for any word",
    "words with something new",
)  # fmt: skip


def minutes(found: Iterable[int]) -> str:
    """Minutes, one after the other."""
    return ", ".join(map(str, found)) or "none"


def row(one: Replay) -> str:
    """One chronicle."""
    then = one.chronicle.longest_silence
    cells = (
        one.chronicle.name.replace("chronicle-", ""),
        f"{one.chronicle.severity}, {_min(one.every)}",
        ", ".join(f"{minute} {state}" for minute, state in one.chronicle.words),
        f"**{_min(then)}**" if then > one.every else _min(then),
        minutes(one.holding),
        minutes(one.asked),
        minutes(one.escalated),
        _min(one.longest_silence),
        f"{sum(said.new for said in one.said)} of {len(one.said)}",
    )
    return "| " + " | ".join(cells) + " |"


def _min(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)} min"


def page() -> str:
    """The whole page."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(all_replayed(Path(folder)))
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS), *map(row, found)]
    broken = sum(one.chronicle.longest_silence > one.every for one in found)
    held = sum(len(one.holding) for one in found)
    said = sum(len(one.said) for one in found)
    new = sum(sum(word.new for word in one.said) for one in found)
    tail = f"""In {broken} of the {len(found)} people were silent for longer than the rhythm,
and they are as silent in the replay.
{held} holding statements leave meanwhile, so that nobody waits longer for a word; the lead is asked
before each of them, while there is time to say something better. Two follow
one another at most. Nothing is escalated in these ten, because somebody spoke each time before a
third was due; a silence without end, and whom it is told to, is a test of its own
(`tests/chronicles`). The first holding statement may come before the rhythm: the example playbook
asks after a quarter of an hour how far the outage reaches, and promises a word about it.

{new} of {said} words tell a measure or a result that their readers did not know. That is so by
construction for the words of people, who record one new fact each time they spoke; the rest are
holding statements and the ends. The scorecard counts something else: updates without anything new,
and the share of the time that automatic words hold.

The slower rhythm of a long crisis begins after two hours, and is named in the word before.
"""
    return HEAD + "\n".join(lines) + "\n\n" + tail


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    raise SystemExit(keep(PAGE, page()))
