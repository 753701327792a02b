"""Where simulated stories play: the house that ``crisis init`` writes, on the real service."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from crisis.config import read_folder, write_template
from crisis.organisation import Organisation
from crisis.ports import Channel, Store
from crisis.proof.simulator.clock import SimulatedClock
from crisis.proof.simulator.world import House
from crisis.proof.stage import Runtime
from crisis.runtime.embedded import Embedded

SECOND = (
    "e108", "e117", "e124", "e128", "e129", "e131", "e132", "e133", "x202",
)  # fmt: skip
"""Left out: others of the same kind stay, and stories of half as many deliveries say as much."""

LEAVER = "e130"
"""Who is there no more in the second version."""
APPROVAL = {
    "co-tenants": "[{by: [communication, lead], within: 2m, silence: send}]",
    "users-away": "[{by: communication, within: 3m, silence: next},"
    " {by: lead, within: 3m, silence: send}]",
}
CLOCKS = {
    "cyber-attack": "  tell-nis: {clock: nis2, by: lead}\n  tell-cnil: {clock: gdpr, by: lead}\n",
    "fire": "  tell-inspection: {clock: labour-accident, by: lead}\n",
}


def example_house() -> House:
    """Read the example house once; each story opens its service on a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write_template(Path(folder) / "org")
        files = dict(read_folder(Path(folder) / "org"))
    for one in SECOND:
        _without(files, one)
    _enriched(files)
    newer_files = dict(files)
    _without(newer_files, LEAVER)
    flood = files["playbooks/flood.yaml"]
    newer_files["playbooks/flood.yaml"] = flood.replace('fr: "Inondation', 'fr: "Eau : inondation')
    organisation = Organisation.from_files(files, version=1)
    newer = Organisation.from_files(newer_files, version=2)

    def opens(store: Store, clock: SimulatedClock, channels: Sequence[Channel]) -> Runtime:
        salts = count()
        return Embedded(
            store=store,
            secrets={},
            link_secret="a secret between pages and messages",
            operator_token="operator",
            clock=clock,
            channels=channels,
            known=[organisation, newer],
            salt=lambda: f"{clock.monotonic():.0f}-{next(salts)}",
            beside=False,
        )

    return House(
        organisation=organisation, files=files, newer=newer, newer_files=newer_files, opens=opens
    )


def _without(files: dict[str, str], person: str) -> None:
    entry = re.compile(rf"^  {person}:\n(?:    .*\n)+", re.MULTILINE)
    files["people.yaml"], found = entry.subn("", files["people.yaml"])
    assert found == 1, person


def _enriched(files: dict[str, str]) -> None:
    """What the example does not use, and a house may: approvals, and clocks of the law."""
    plan, found = re.subn(
        r"^  (co-tenants|users-away):.*\n",
        lambda one: (
            f"{one[0]}    preapproved: [alert, holding]\n    approval: {APPROVAL[one[1]]}\n"
        ),
        files["communication-plan.yaml"],
        flags=re.MULTILINE,
    )
    assert found == len(APPROVAL)
    files["communication-plan.yaml"] = plan
    for name, clocks in CLOCKS.items():
        path = f"playbooks/{name}.yaml"
        files[path] = files[path].replace("\nsteps:\n", f"\nsteps:\n{clocks}", 1)
        assert clocks in files[path]
