"""The pages for people are true: made from the product, and their links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT, named

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "deploy").glob("*.md"),
        *(ROOT / "playbooks").glob("*.md"),
    ]
)


@pytest.mark.parametrize(
    "page", ["walk", "commands", "asyncapi", "doctrine", "chronicles", "wording"]
)
def test_a_page_is_what_the_product_gives(page: str) -> None:
    """A page that a run writes is the one in the repository; if not: `make docs`."""
    made = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(ROOT / "docs" / f"{page}.py"), "--check"],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert made.returncode == 0, f"make docs\n{made.stdout}\n{made.stderr}"


def _anchors(page: Path) -> set[str]:
    """What a heading can be linked as, by the rule of the places that show Markdown."""
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link to a file or a heading of this repository is not broken."""
    broken = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http:", "https:", "../../")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []
