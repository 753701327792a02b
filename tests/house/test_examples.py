"""The examples of the page on playbooks: each is laid over the file that it names, and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from crisis.core.layers import merged
from crisis.library import check
from crisis.proof.script import findings
from crisis.yamlfile import read
from tests.house.source import ROOT

PAGE = ROOT / "playbooks" / "README.md"
_EXAMPLE = re.compile(r"^```yaml\n# (?P<file>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
BESIDE = ("generic.yaml", "service-outage.yaml")
"""What a playbook of the examples opens, and what that one extends."""
_ANY = re.compile(r"^```yaml$", re.MULTILINE)


def examples() -> Mapping[str, Sequence[str]]:
    """The examples of the page, by the file in which they would stand."""
    found: dict[str, list[str]] = {}
    for one in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")):
        found.setdefault(PurePath(one["file"]).name, []).append(one["text"])
    return found


def laid_over(name: str, shown: Sequence[str]) -> str:
    """The shipped file of that name with the examples in it; an example alone where none is."""
    file = ROOT / "playbooks" / name
    if not file.exists() or name.endswith(".scenario.yaml"):
        [whole] = shown
        return whole
    shipped, *changes = (read(text, name).value for text in (file.read_text("utf-8"), *shown))
    return json.dumps(merged(shipped, changes), ensure_ascii=False, default=str)


def test_every_example_says_in_which_file_it_would_stand() -> None:
    """A reader knows where to write what the page shows."""
    shown = sum(map(len, examples().values()))
    assert shown == len(_ANY.findall(PAGE.read_text(encoding="utf-8")))


def test_every_example_of_the_page_on_playbooks_is_right() -> None:
    """Laid over the shipped playbooks, all of them together, they leave nothing to mend."""
    files = {name: laid_over(name, shown) for name, shown in examples().items()}
    beside = {name: (ROOT / "playbooks" / name).read_text("utf-8") for name in BESIDE}
    wrong = [one for one in check(files | beside) if one.file in files]
    known = sorted(PurePath(name).stem for name in files)
    assert list(map(str, [*wrong, *findings(files, known)])) == []
