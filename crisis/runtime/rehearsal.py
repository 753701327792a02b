"""Before the service answers: every playbook is opened once, on paper that is thrown away.

The first flood of the worst day must not be the one for which everything is prepared: documents
laid over each other, codecs compiled, templates read. It would be told four times later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import structlog

from crisis.compose import Composer
from crisis.coordinator import Coordinator
from crisis.core.commands import Actor, Command, SubmitReport
from crisis.core.report import GENERIC, report_id
from crisis.organisation import Organisation
from crisis.ports import Abilities
from crisis.store.memory import MemoryStore

_log = structlog.get_logger(__name__)


def rehearse(
    organisation: Organisation, abilities: Mapping[str, Abilities], now: datetime
) -> list[str]:
    """Open each playbook at each site in a store of its own; nobody is told anything.

    Answers the playbooks that could not be opened: the service runs all the same, and the log
    says which, before anybody needs them.
    """
    coordinator = Coordinator(
        organisation=lambda _: organisation, words=Composer(), abilities=abilities
    )
    failed = []
    for name, openings in {GENERIC: (), **organisation.library.openings}.items():
        kind = openings[0][0] if openings else GENERIC
        only = {one for *_, sites in openings[:1] for one in sites} or set(organisation.sites)
        for site in sorted(only & organisation.sites.keys()):
            opened = partial(coordinator.handle, command=_report(name, kind, site), now=now)
            (answer,) = MemoryStore().transact([opened])
            if isinstance(answer, Exception):
                _log.error(
                    "a playbook cannot be opened", playbook=name, site=site, why=repr(answer)
                )
                failed.append(name)
    return failed


def _report(playbook: str, kind: str, site: str) -> Command:
    body = SubmitReport(source="rehearsal", native_id=f"{playbook}/{site}", kind=kind, site=site)
    stream_id = report_id(body.source, body.native_id)
    return Command(
        id=f"submit-{stream_id}",
        stream="report",
        stream_id=stream_id,
        body=body,
        actor=Actor(kind="rule", id="rehearsal"),
        authority="rehearsal",
        door="rehearsal",
    )
