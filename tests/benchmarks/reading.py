"""What an organisation costs to read, in seconds of CPU: as a service does, and with every check.

    python -m tests.benchmarks reading

What is kept was accepted once, and a service that begins only reads it (``Organisation.from_files``
with ``kept``). Each is read in a process of its own, where nothing is known yet.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median

_READ = """
import time
from crisis.cli.drill_stage import organisation_files
from crisis.organisation import Organisation
files = organisation_files(None)
started = time.process_time()
Organisation.from_files(files, kept={kept})
print(time.process_time() - started)
"""


def seconds(*, kept: bool, rounds: int = 5) -> float:
    """The median of so many processes, for the organisation that ``crisis init`` writes."""
    return median(
        float(subprocess.check_output([sys.executable, "-c", _READ.format(kept=kept)]))  # noqa: S603 - our own words
        for _ in range(rounds)
    )
