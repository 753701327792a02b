"""What a store promises of quarantine, configuration, clock, positions, leases, register."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crisis.ports import ConfigurationRow, Conflict, LeaseRow, RegisterRow, Store, Unit
from tests.contract.store.rows import MINUTE, NOON, commit, quarantined


def test_what_could_not_be_read_is_kept_newest_first(store: Store) -> None:
    """G1: the raw body is kept byte for byte, where a person sees it."""
    rows = [quarantined(name) for name in "zam"]
    for row in rows:
        commit(store, lambda unit, row=row: unit.quarantine(row))  # type: ignore[misc]  # binds
    with store.read() as view:
        assert view.quarantined() == rows[::-1]
        assert view.quarantined(limit=1) == rows[2:]


def test_configurations_are_numbered(store: Store) -> None:
    """Each content is a version, from 1; any version can be read again, for incidents pin one."""
    first, second = {"a.yaml": "é: 1\n"}, {"a.yaml": "é: 2\n", "b.yaml": ""}
    one = commit(store, lambda unit: unit.add_configuration(first, at=NOON))
    two = commit(store, lambda unit: unit.add_configuration(second, at=NOON + MINUTE))
    assert (one.version, one.files, one.at) == (1, first, NOON)
    assert (two.version, two.files) == (2, second)
    assert one.digest != two.digest
    with store.read() as view:
        assert view.configuration(1) == one
        assert view.configuration() == two
        assert view.configuration(3) is None
        assert view.configuration(0) is None


def test_no_configuration_is_none(store: Store) -> None:
    """A store that nobody configured says so."""
    with store.read() as view:
        assert view.configuration() is None


def test_the_same_content_is_the_same_version(store: Store) -> None:
    """Applying the newest content again adds nothing; an older one becomes the newest."""

    def apply(content: str) -> ConfigurationRow:
        files = {"a": content, "b": ""}
        return commit(store, lambda unit: unit.add_configuration(files, at=NOON))

    first = apply("1")
    assert apply("1") == first
    assert apply("2").version == 2
    third = apply("1")
    assert (third.version, third.digest) == (3, first.digest)


def test_business_time_never_goes_back(store: Store) -> None:
    """It may stand still and run ahead; asking it back is refused and changes nothing."""
    with store.read() as view:
        assert view.clock_offset() == timedelta(0)
    ahead = timedelta(days=400, microseconds=1)
    for offset in (MINUTE, MINUTE, ahead):
        commit(store, lambda unit, to=offset: unit.set_clock_offset(to))  # type: ignore[misc]
    with pytest.raises(ValueError, match="back"):
        commit(store, lambda unit: unit.set_clock_offset(MINUTE))
    with store.read() as view:
        assert view.clock_offset() == ahead


def test_a_position_is_kept_for_each_partition(store: Store) -> None:
    """G1: where to go on in the log, by cluster, topic and partition; nothing known is empty."""
    with store.read() as view:
        assert view.positions("one") == {}

    def handled(unit: Unit) -> None:
        unit.save_position("one", "crisis.reports", 0, 41)
        unit.save_position("one", "crisis.reports", 1, 7)
        unit.save_position("one", "crisis.commands", 0, 2**40)
        unit.save_position("two", "crisis.reports", 0, 3)
        unit.save_position("one", "crisis.reports", 0, 42)
        assert unit.positions("two") == {("crisis.reports", 0): 3}

    commit(store, handled)
    with store.read() as view:
        assert view.positions("one") == {
            ("crisis.reports", 0): 42,
            ("crisis.reports", 1): 7,
            ("crisis.commands", 0): 2**40,
        }


def test_a_topic_made_anew_starts_again(store: Store) -> None:
    """G1: a position may go back; a store that kept the highest would swallow new reports."""
    commit(store, lambda unit: unit.save_position("one", "crisis.reports", 0, 900))
    commit(store, lambda unit: unit.save_position("one", "crisis.reports", 0, 0))
    with store.read() as view:
        assert view.positions("one") == {("crisis.reports", 0): 0}


def test_what_is_handled_late_moves_no_position_back(store: Store) -> None:
    """G11: a worker that stood still wakes up with an old message; others are further by now."""

    def handled(unit: Unit) -> None:
        for offset in (7, 900, 8, 901, 2):
            unit.advance_position("one", "crisis.reports", 0, offset)
        unit.save_position("one", "crisis.reports", 1, -1)
        unit.advance_position("one", "crisis.reports", 1, 0)

    commit(store, handled)
    with store.read() as view:
        assert view.positions("one") == {("crisis.reports", 0): 901, ("crisis.reports", 1): 0}


def test_a_position_stands_with_its_job_alone(store: Store) -> None:
    """G1: where the job is undone, the message counts as not handled and comes again."""

    def fails(unit: Unit) -> None:
        unit.save_position("one", "crisis.reports", 0, 41)
        raise LookupError

    with pytest.raises(LookupError):
        commit(store, fails)
    with store.read() as view:
        assert view.positions("one") == {}


def leased(store: Store, owner: str, *, minutes: int = 0, span: timedelta = MINUTE) -> int | None:
    """Somebody asks for the lease, so many minutes after noon: how far it has come, if theirs."""
    real = NOON + minutes * MINUTE
    row = commit(store, lambda unit: unit.lease("news", owner=owner, real=real, span=span))
    return None if row is None else row.reached


def test_a_lease_is_one_holders_until_it_ends(store: Store) -> None:
    """G2: whoever holds it may renew it; another one gets it only when its time is over."""
    assert leased(store, "one") == 0
    assert leased(store, "two") is None
    assert leased(store, "one", span=2 * MINUTE) == 0
    assert leased(store, "two", minutes=1) is None
    assert leased(store, "two", minutes=2) == 0
    assert leased(store, "one", minutes=2) is None
    with store.read() as view:
        assert view.leased("news") == LeaseRow(name="news", owner="two", until=NOON + 3 * MINUTE)
        assert view.leased("another") is None


def test_a_lease_that_is_given_back_is_free_at_once(store: Store) -> None:
    """G13: whoever stops in order makes nobody wait."""
    leased(store, "one", span=timedelta(0))
    assert leased(store, "two") == 0


def test_what_was_reached_stays_with_the_next_holder(store: Store) -> None:
    """G1: they go on where it had come to; another lease has come nowhere."""
    leased(store, "one")
    commit(store, lambda unit: unit.reach("news", expected=0, reached=2**40))
    assert leased(store, "two", minutes=1) == 2**40
    with pytest.raises(Conflict, match="another is not at 0"):
        commit(store, lambda unit: unit.reach("another", expected=0, reached=1))


def test_who_stood_still_past_their_lease_takes_nothing_back(store: Store) -> None:
    """G1: the other one has gone on meanwhile, so the step of the first is a conflict."""
    leased(store, "zombie")
    leased(store, "successor", minutes=1)
    commit(store, lambda unit: unit.reach("news", expected=0, reached=9))
    with pytest.raises(Conflict, match="news is not at 0 any more"):
        commit(store, lambda unit: unit.reach("news", expected=0, reached=5))
    assert leased(store, "successor", minutes=1) == 9


def test_the_last_word_of_each_person_stands_in_the_register(store: Store) -> None:
    """Whoever changes their mind is counted once, by incident and subject, in order of ids."""

    def said(person: str, word: str, subject: str = "roll-1", minutes: int = 0) -> RegisterRow:
        at = NOON + minutes * MINUTE
        return RegisterRow(incident_id="i-1", subject=subject, person=person, said=word, at=at)

    first, other = said("p2", "safe"), said("p1", "safe", subject="roll-2")
    commit(store, lambda unit: unit.save_register([first, other]))
    later = [said("p2", "help", minutes=1), said("p1", "safe", minutes=2)]
    commit(store, lambda unit: unit.save_register(later))
    with store.read() as view:
        assert view.register("i-1", "roll-1") == later[::-1]
        assert view.registered("i-1", "roll-1", "p2") == later[0]
        assert view.registered("i-1", "roll-1", "p3") is None
        assert view.register("i-2", "roll-1") == []
