"""A store that may be away: opened late, and answered for at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crisis.ports import Store, Unavailable, View
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


class Moody(MemoryStore):
    """A store that says nothing for a while, or refuses at once."""

    def __init__(self) -> None:
        super().__init__()
        self.silent_s: float | None = None
        self.asked = 0

    @contextmanager
    def read(self) -> Iterator[View]:
        """After its silence it turns out to be away."""
        self.asked += 1
        if self.silent_s is not None:
            time.sleep(self.silent_s)
            raise Unavailable("it has said nothing")
        with super().read() as view:
            yield view


def test_whoever_waits_in_vain_waits_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs holds up a loop once; the gate opens by itself once it answers."""
    monkeypatch.setattr("crisis.runtime.gate.IN_VAIN", 0.05)
    monkeypatch.setattr("crisis.runtime.gate.KNOCKS_EVERY", 0.02)
    store = Moody()
    gate = Gate(store)
    store.silent_s = 0.06
    with pytest.raises(Unavailable), gate.read():
        pass
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(Unavailable, match="has said nothing"), gate.read():
            pass
        with pytest.raises(Unavailable):
            gate.transact([])
    assert time.monotonic() - began < 0.06, "none of them has waited"
    store.silent_s = None
    until = time.monotonic() + 5
    while gate.away is not None and time.monotonic() < until:
        time.sleep(0.01)
    with gate.read() as view:
        assert view.queued_channels() == []
    gate.close()


def test_what_is_refused_at_once_shuts_nothing() -> None:
    """It holds up nobody, and may be the fault of who asked: the others go on."""
    store = Moody()
    gate = Gate(store)
    store.silent_s = 0
    with pytest.raises(Unavailable), gate.read():
        pass
    assert gate.away is None
    gate.close()


def test_a_gate_that_is_looked_after_does_not_knock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lookout of a door hears of it, and opens it again."""
    monkeypatch.setattr("crisis.runtime.gate.IN_VAIN", 0.05)
    monkeypatch.setattr("crisis.runtime.gate.KNOCKS_EVERY", 0.01)
    store, told = Moody(), list[str]()
    gate = Gate(store)
    gate.lost = told.append
    store.silent_s = 0.06
    with pytest.raises(Unavailable), gate.read():
        pass
    store.silent_s = None
    time.sleep(0.1)
    assert (told, gate.away, store.asked) == (["it has said nothing"], "it has said nothing", 1)
    gate.close()
