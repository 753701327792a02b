"""A part that begins while no broker answers waits: whoever supervises need not start it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from crisis.cli import parts
from crisis.cli.parts import Part
from crisis.runtime import provision
from crisis.runtime.brokers import Brokers


@dataclass
class Away:
    """Brokers that answer at the third try."""

    tries: int = 0

    def answers(self) -> bool:
        """Whether they do now."""
        self.tries += 1
        return self.tries >= 3


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is long."""
    monkeypatch.setattr(parts, "AGAIN", 0.001)


async def test_the_brokers_are_waited_for_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G13: a cluster that is switched on comes up in whatever order."""
    away = Away()

    async def check(*_: object) -> object:
        if not away.answers():
            raise provision.NoBroker("127.0.0.1:1", KafkaConnectionError())
        return "there"

    monkeypatch.setattr(provision, "check", check)
    with capture_logs() as logs:
        assert cast("object", await parts._answered("127.0.0.1:1")) == "there"
    assert [one["bootstrap"] for one in logs] == ["127.0.0.1:1"]


async def test_a_producer_waits_for_brokers_that_have_gone_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G13: they were there a moment before; what was opened in vain is closed again."""
    away, open_now = Away(), []

    class Producer:
        def __init__(self, **_: object) -> None:
            open_now.append(self)

        async def start(self) -> None:
            """Not yet."""
            if not away.answers():
                raise KafkaConnectionError

        async def stop(self) -> None:
            """Close."""
            open_now.remove(self)

    monkeypatch.setattr(parts, "AIOKafkaProducer", Producer)
    none: Any = None
    part = Part(
        store=none, late=none, home=none, secrets=none, clock=none, world=none,
        brokers=Brokers(bootstrap="127.0.0.1:1", cluster="c"),
    )  # fmt: skip
    async with part.producer() as producer:
        assert open_now == [producer]
    assert not open_now
    assert away.tries == 3
