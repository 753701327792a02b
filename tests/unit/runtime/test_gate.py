"""A store that may be away: opened late, and answered for at once."""

from __future__ import annotations

import pytest

from crisis.ports import Store, Unavailable
from crisis.runtime.gate import Gate, LateStore
from crisis.store import MemoryStore, StoreAway


def test_a_store_is_opened_once_it_is_there() -> None:
    """Until then it is away, whatever the reason; afterwards it is the same one."""
    tries: list[int] = []

    def opens() -> Store:
        tries.append(1)
        if len(tries) < 3:
            raise StoreAway("the server does not answer")
        return MemoryStore()

    late = LateStore(opens)
    with pytest.raises(Unavailable, match="does not answer"):
        late.transact([])
    with pytest.raises(Unavailable), late.read():
        pass
    with late.read() as view:
        assert view.configuration() is None
    late.listen().close()
    assert late.open() is late.open()
    assert len(tries) == 3
    late.close()


def test_a_shut_gate_asks_nobody() -> None:
    """While it is known to be away nobody waits for the store to say so."""

    def opens() -> Store:
        raise AssertionError("it was asked")

    gate = Gate(LateStore(opens), "gone since noon")
    with pytest.raises(Unavailable, match="gone since noon"), gate.read():
        pass
    with pytest.raises(Unavailable):
        gate.transact([])
    with pytest.raises(Unavailable):
        gate.listen()
    gate.close()


def test_an_open_gate_is_the_store() -> None:
    """What is done through it is done."""
    gate = Gate(MemoryStore())
    assert gate.transact([lambda unit: unit.configuration()]) == [None]
    with gate.read() as view:
        assert view.queued_channels() == []
    gate.listen().close()
