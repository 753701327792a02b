"""A service that commits one job after the other and says each that stands, until it is killed.

Run as ``python -m tests.contract.store.committing PATH`` by the test of durability.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from crisis.core import chain
from crisis.ports import Unit
from crisis.store import open_store
from tests.contract.store.rows import delivery, event, stream


def job(unit: Unit) -> int:
    """One event more, its delivery, and where the stream stands then."""
    row = unit.stream("incident", "inc-1")
    seq = row.version + 1 if row else 1
    head = chain.head_of(row.head if row else chain.GENESIS, event(seq))
    unit.append([replace(event(seq), head=head)])
    unit.add_deliveries([delivery(f"d{seq}")])
    unit.save_stream(stream(version=seq, head=head), expected_version=seq - 1)
    return seq


if __name__ == "__main__":
    store = open_store(Path(sys.argv[1]))
    while True:
        for said in store.transact([job] * 3):
            print(said, flush=True)  # noqa: T201 - what the test reads
