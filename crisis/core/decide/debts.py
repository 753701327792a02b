"""What is still promised to an audience, and what was not kept: they are told of both."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.core.incident import Incident
from crisis.core.message import BrokenTold, PromiseTold
from crisis.core.playbook import Playbook
from crisis.core.values import Text

END = Text({"fr": "Les travaux sont terminés.", "en": "The works are finished."})
"""What the announced end of works promises."""


def open_promises(
    incident: Incident, playbook: Playbook, audience: str | None = None
) -> Iterator[PromiseTold]:
    """Give what is promised to these people (None: to anybody) and not yet done."""
    for commitment in incident.commitments.values():
        if audience not in {None, commitment.audience} or commitment.kind == "update":
            continue
        step = playbook.steps.get(commitment.step) if commitment.step else None
        words = commitment.words or (step.text if step else None)
        if words is not None:
            owed = commitment.counterpart or (step.counterpart if step else None)
            yield PromiseTold(words=words, due_at=commitment.due_at, counterpart=owed)


def disappointed(incident: Incident, audience: str) -> bool:
    """Whether a promise to them was not kept, or made good, and nobody has told them so."""
    since = incident.audiences[audience].told_seq
    return any(
        max(one.seq, one.done_seq) > since
        for one in incident.broken.values() if one.audience == audience
    )  # fmt: skip


def indebted(incident: Incident, audience: str) -> bool:
    """Whether something is promised to them, or done instead, of which they will hear."""
    return any(
        one.audience == audience and one.kind != "update" for one in incident.commitments.values()
    ) or any(
        one.audience == audience and one.owed is not None and not one.done_seq
        for one in incident.broken.values()
    )


def broken_promises(incident: Incident, playbook: Playbook, audience: str) -> Iterator[BrokenTold]:
    """Give what was promised to these people and not kept, and what was done instead; once each."""
    heard = incident.audiences.get(audience)
    since = heard.told_seq if heard is not None else 0
    for one in incident.broken.values():
        step = playbook.steps.get(one.step) if one.step else None
        words = one.words or (step.text if step else END if one.end else None)
        if one.audience != audience or max(one.seq, one.done_seq) <= since or words is None:
            continue
        instead = one.counterpart or (step.counterpart if step else None)
        yield BrokenTold(
            words=words,
            due_at=one.due_at,
            news=one.seq > since,
            counterpart=instead if one.owed else None,
            done_at=one.done_at,
        )
