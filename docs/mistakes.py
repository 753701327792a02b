"""Write docs/mistakes.md: what people write without meaning it, and what is printed of it.

``--check`` writes nothing and fails when the page in the repository is not what is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from page import keep

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.unit.language.mistakes import PAGE, page

if __name__ == "__main__":
    sys.exit(keep(PAGE, page()))
