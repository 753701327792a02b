"""What must hold whatever happens: each guarantee of the design, told over journal and ledger.

Nothing here looks at how the rules decide; simulator, crash runs, stories and ``crisis doctor``
hold the same functions against what was recorded. A guarantee that does not hold is a
:class:`Breach`: which one, where, and what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from crisis.codec import CannotRead
from crisis.ports import View
from crisis.proof.invariants import chain, delivery, directorate, lead, promises, reports, review
from crisis.proof.invariants import words as told
from crisis.proof.invariants.record import (
    SENT,
    SLACK,
    Away,
    Breach,
    Record,
    Sinks,
    Version,
    may_have_been_sent,
    read_record,
    was_seen_to,
    was_sent,
)

__all__ = [
    "OF_INCIDENT",
    "SENT",
    "SLACK",
    "Away",
    "Breach",
    "Record",
    "Sinks",
    "Version",
    "check",
    "may_have_been_sent",
    "read_record",
    "was_seen_to",
    "was_sent",
]

_EVERY = 1_000_000

OF_INCIDENT: tuple[Callable[[Record], Iterator[Breach]], ...] = (
    reports.g1_somebody_is_told,
    delivery.g2_each_delivery_once,
    lead.g3_somebody_leads,
    told.g4_a_first_word_in_time,
    told.g4_the_directorate_in_time,
    told.g5_nobody_is_left_in_silence,
    told.g5_two_holding_statements_at_most,
    told.g5_every_word_names_the_next,
    told.g5_silence_is_escalated,
    directorate.g6_the_directorate_first,
    directorate.g7_the_end_reaches_who_was_told,
    directorate.g7_everyone_hears_the_end,
    promises.g8_promises_end,
    review.g10_a_review_with_owner_and_date,
    review.g10_actions_are_chased,
    chain.g11_every_event_has_its_decision,
    chain.g11_the_state_is_rebuilt,
    delivery.g12_life_safety_is_never_delayed,
    delivery.g13_one_failure_stops_no_other,
)
"""What must hold in each incident by itself."""


def check(
    view: View,
    *,
    organisation: Version,
    now: datetime,
    sinks: Sinks | None = None,
    away: Sequence[Away] = (),
) -> list[Breach]:
    """Hold everything that is recorded against every guarantee; nothing broken: an empty list.

    ``now`` is business time; what fell due while the service was ``away`` counts from its return.
    """
    seen = sinks or Sinks()
    found = [
        *reports.g1_reports_end_somewhere(view, seen),
        *delivery.g2_nobody_gets_it_twice(view, seen),
        *chain.g11_the_chain_holds(view),
        *delivery.g13_nothing_stops_the_rest(view, now, away),
    ]
    for row in view.streams("incident", limit=_EVERY):
        try:
            record = read_record(view, row, organisation=organisation, now=now, away=away)
            found += [one for invariant in OF_INCIDENT for one in invariant(record)]
            found += delivery.g2_what_was_sent_arrived(record, seen)
        except CannotRead as error:
            words = f"the incident cannot be read: {error}"
            found.append(Breach(guarantee="G11", where=row.stream_id, words=words))
    return found
