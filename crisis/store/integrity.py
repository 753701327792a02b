"""What every store insists on before it writes, and the digest that names a configuration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crisis.ports import DeliveryRow, LeaseRow


def insist_on_attempt_times(rows: Iterable[DeliveryRow]) -> None:
    """Refuse a row that is queued without a time: nobody would ever send it."""
    for row in rows:
        if row.state == "queued" and row.next_attempt_at is None:
            raise ValueError(
                f"delivery {row.id} is queued without next_attempt_at: it would wait for ever"
            )


def insist_on_going_forward(now: timedelta, then: timedelta) -> None:
    """Refuse an offset that would turn business time back: what is past stays past."""
    if then < now:
        raise ValueError(f"business time never goes back: it runs {now} ahead, {then} was asked")


def lease_of(
    stands: LeaseRow | None, name: str, owner: str, real: datetime, span: timedelta
) -> LeaseRow | None:
    """The lease as this owner gets it; None while somebody else holds it."""
    until = real + span
    if stands is None:
        return LeaseRow(name=name, owner=owner, until=until)
    if stands.owner != owner and stands.until > real:
        return None
    return replace(stands, owner=owner, until=until)


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 over the JSON object of path -> text, paths sorted: the name of this content."""
    canonical = json.dumps(dict(files), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
