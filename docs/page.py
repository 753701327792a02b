"""A page of this folder that is made from the product: written, or held against what is there."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path


def keep(page: Path, made: str) -> int:
    """Write the page; with ``--check``, print how it differs and write nothing.

    Answers the exit code: 1 where a page that was only checked is stale.
    """
    if "--check" not in sys.argv:
        page.write_text(made, encoding="utf-8")
        return 0
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    print(*difflib.unified_diff(before.splitlines(), made.splitlines(), lineterm=""), sep="\n")
    return int(before != made)
