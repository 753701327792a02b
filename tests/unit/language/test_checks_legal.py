"""Legal clocks in a playbook: those that there are, and the nearest to what was written."""

from __future__ import annotations

from typing import Any

from crisis.library import check
from crisis.library.legal import legal_clocks
from tests.unit.core.story import SHIPPED


def findings(*clocks: str) -> list[str]:
    """What is said of a flood with such clocks, as people read it."""
    files = {path.name: path.read_text("utf-8") for path in SHIPPED.glob("*.yaml")}
    steps = "".join(
        f"  notify-{number}: {{clock: {clock}, by: lead}}\n" for number, clock in enumerate(clocks)
    )
    files["flood.yaml"] = files["flood.yaml"].replace("\nsteps:\n", f"\nsteps:\n{steps}", 1)
    return [str(one) for one in check(files) if one.severity == "error"]


def test_a_clock_that_there_is_has_no_fault() -> None:
    """Every clock that is shipped may stand in a step, without `within`: the law has the time."""
    names: Any = legal_clocks()
    assert names
    assert findings(*names) == []


def test_a_clock_that_there_is_not_is_said_with_the_nearest() -> None:
    """The text that the author reads, at its line."""
    (said,) = findings("labor-accident")

    assert said.endswith(
        '[unknown-name] there is no legal clock "labor-accident"; did you mean "labour-accident"?'
    )
