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
from crisis.proof.invariants import (
    approvals,
    asked,
    chain,
    crossing,
    delivery,
    directorate,
    exercises,
    lead,
    media,
    promises,
    reports,
    review,
    safety,
)
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
    reports.g1_nothing_waits_unseen,
    delivery.g2_each_delivery_once,
    safety.g2_told_once_at_a_time,
    lead.g3_somebody_leads,
    told.g4_a_first_word_in_time,
    told.g4_the_directorate_in_time,
    told.g5_what_is_there_is_not_expected,
    told.g5_nobody_is_left_in_silence,
    told.g5_two_holding_statements_at_most,
    told.g5_every_word_names_the_next,
    told.g5_silence_is_escalated,
    directorate.g6_the_directorate_first,
    directorate.g7_the_end_reaches_who_was_told,
    directorate.g7_everyone_hears_the_end,
    promises.g8_promises_end,
    exercises.g9_an_exercise_stays_inside,
    review.g10_a_review_with_owner_and_date,
    review.g10_actions_are_chased,
    chain.g11_every_event_has_its_decision,
    chain.g11_the_state_is_rebuilt,
    delivery.g12_life_safety_is_never_delayed,
    safety.g12_a_word_of_safety_asks_nobody,
    delivery.g13_one_failure_stops_no_other,
    delivery.g13_every_claim_ends,
    approvals.d5_nothing_leaves_unapproved,
    approvals.d5_silence_has_an_answer,
    asked.g3_no_offer_outlives_its_time,
    asked.d3_questions_are_answered_or_chased,
    asked.d7_errands_are_carried_or_chased,
    asked.d3_the_silent_are_sought,
    asked.d3_costs_are_asked_again,
    asked.d8_the_law_is_reminded_of,
)
"""What must hold in each incident by itself."""

OF_WATCHED = (
    reports.g1_nothing_waits_unseen,
    delivery.g2_each_delivery_once,
    chain.g11_every_event_has_its_decision,
    chain.g11_the_state_is_rebuilt,
    delivery.g13_one_failure_stops_no_other,
)
"""What must hold of what was recorded and never opened: nobody was owed anything."""


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
        *crossing.g7_who_was_merged_is_told(view),
        *safety.g12_danger_is_told(view),
        *delivery.g2_nobody_gets_it_twice(view, seen),
        *chain.g11_the_chain_holds(view),
        *media.d7_what_fails_fails_for_all(view, now, away),
        *exercises.g9_the_real_thing_is_never_mixed_with_it(view),
        *delivery.g13_nothing_stops_the_rest(view, now, away),
    ]
    for row in view.streams("incident", limit=_EVERY):
        try:
            record = read_record(view, row, organisation=organisation, now=now, away=away)
            held = OF_WATCHED if record.watched else OF_INCIDENT
            found += [one for invariant in held for one in invariant(record)]
            found += delivery.g2_what_was_sent_arrived(record, seen)
            found += media.d7_nothing_by_what_is_dead(record, seen)
        except CannotRead as error:
            words = f"the incident cannot be read: {error}"
            found.append(Breach(guarantee="G11", where=row.stream_id, words=words))
    return found
