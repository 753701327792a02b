"""A site has a plan of its own for a kind of report; the other sites have the one of all."""

from __future__ import annotations

from crisis.core import commands as c
from crisis.core.decide.opening import playbook_for
from crisis.core.decide.works import foreseen
from tests.unit.core.story import pinned


def submitted(site: str, *, by_machine: bool = False) -> c.SubmitReport:
    """A report of a leak."""
    return c.SubmitReport(
        source="web", native_id="7", kind="water-leak", site=site, by_machine=by_machine
    )


def test_a_site_s_own_plan_goes_before_the_one_of_all_sites() -> None:
    """Two sites have plans of their own for one kind; a sensor's report opens the site's, too."""
    own = {
        "flood": (("water-leak", None, ()),), "sensors": (("water-leak", "machine", ()),),
        "annex-flood": (("water-leak", None, ("annex", "depot")),),
    }  # fmt: skip
    for site, name in (("annex", "annex-flood"), ("depot", "annex-flood"), ("hq", "sensors")):
        assert playbook_for(submitted(site, by_machine=True), own) == name
    assert playbook_for(submitted("hq"), own) == "flood"
    both = [{"kind": "flood", "begins": "expected"}, {"kind": "flood", "site": "annex"}]
    playbook = pinned("flood", {"opens_on": both}).in_force({})
    assert [foreseen(playbook, "flood", one, by_machine=False) for one in ("hq", "annex")] == [
        "expected", "open",
    ]  # fmt: skip
    assert playbook.serves("hq")
    assert not pinned("flood", {"opens_on": both[1:]}).in_force({}).serves("hq")
