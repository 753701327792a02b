"""What opens a playbook: only machines are waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crisis.core.checks.fault import Fault

Broken = Callable[..., list[Fault]]

BY_PERSON = {"kind": "leak-seen", "source": "person"}


@pytest.mark.parametrize(
    ("opening", "field", "says"),
    [
        ({**BY_PERSON, "lasting": "10m"}, "lasting", "a person's report opens at once"),
        ({**BY_PERSON, "confirmed_by": 2}, "confirmed_by", "write source: machine"),
        ({**BY_PERSON, "quiet_while": "leak"}, "quiet_while", "a person's report opens at once"),
        ({"kind": "leak-seen", "confirmed_within": "5m"}, "confirmed_within", "confirmed_by: 2"),
        ({"kind": "leak-seen", "quiet_within": "5h"}, "quiet_within", "quiet_while: PLAYBOOK"),
    ],
)
def test_nothing_waits_for_a_person_or_for_nothing(
    broken: Broken, opening: dict[str, Any], field: str, says: str
) -> None:
    """G1: a condition that could never hold anything back is refused, with what to write."""
    (fault,) = broken({("opens_on", 0): opening}, rule="machine-only")

    assert fault.at == ("opens_on", 0, field)
    assert says in fault.says


def test_a_machine_may_have_to_last_and_to_be_confirmed(broken: Broken) -> None:
    """The whole construct, as it may be written."""
    opening = {
        "kind": "leak-seen", "source": "machine", "lasting": "10m", "confirmed_by": 2,
        "confirmed_within": "5m", "quiet_while": "leak", "quiet_within": "2h",
    }  # fmt: skip
    assert broken({("opens_on", 0): opening}) == []
    assert broken({("opens_on", 0): {**opening, "lasting": "2wd"}}, rule="duration")
