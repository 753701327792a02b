"""Who is reached by what when something is down: the first rung that still works."""

from __future__ import annotations

from crisis.core.plan import Rung
from crisis.core.reaching import Reached, dead_media, reached
from tests.unit.core.story import pinned

PLAN = pinned("flood").plan
RUNGS = tuple(
    Rung.model_validate(one) for one in ({"by": ["mail", "sms"]}, {"by": ["sms-modem"]},
                                         {"by": ["runner"]})
)  # fmt: skip
ADDRESSES = {PLAN.media[name].channel: "x" for name in ("mail", "sms-modem", "runner")}


def test_the_first_rung_that_works_reaches_them() -> None:
    """By the media for which they have an address, and no others."""
    assert reached(PLAN, RUNGS, ADDRESSES, ()) == Reached(rung=0, media=("mail",), by_person=False)


def test_what_depends_on_what_failed_is_passed_over() -> None:
    """Mail is down: the modem; the mobile network too: somebody with a list; then nobody."""
    assert reached(PLAN, RUNGS, ADDRESSES, ("mail",)) == Reached(
        rung=1, media=("sms-modem",), by_person=False
    )
    both = reached(PLAN, RUNGS, ADDRESSES, ("mail", "mobile"))
    assert both == Reached(rung=2, media=("runner",), by_person=True)
    assert reached(PLAN, RUNGS[:2], ADDRESSES, ("mail", "mobile")) is None
    assert reached(PLAN, RUNGS, {}, ()) is None


def test_a_reserve_still_works_for_a_while() -> None:
    """The public address lasts two hours on its battery; the screens are dead at once."""
    dead = dead_media(PLAN, ("power",))
    assert "public-address" not in dead
    assert {name for name in dead if not PLAN.media[name].needs["power"].delta} == dead
