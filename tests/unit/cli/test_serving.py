"""Where a service listens, where its links lead, and what stands on its card."""

import asyncio
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crisis.cli.door import Card
from crisis.cli.serving import announce, listen, local_url
from crisis.intake.links import leads_here_alone
from crisis.runtime.home import Home
from tests.web.house import folder, open_house


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens already."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_named_with_the_way_out(taken: int) -> None:
    """Address, port and what to do: nobody has to look up an error number."""
    with pytest.raises(OSError, match=rf"{taken}.*--port"):
        listen("127.0.0.1", taken)


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:"),  # noqa: S104 - what is tested
     ("::", "http://[::1]:")],
)  # fmt: skip
def test_the_card_has_an_address_that_can_be_spoken_to(host: str, url: str) -> None:
    """A wildcard is where it listens, not where it is reached; IPv6 stands in brackets."""
    try:
        listener = listen(host, 0)
    except OSError:
        pytest.skip("this machine has no such address")
    with listener:
        assert local_url(listener).startswith(url)


def test_links_that_lead_outside_are_never_changed() -> None:
    """``--port`` behind a proxy changes where the service listens, not what links begin with."""
    assert leads_here_alone("http://127.0.0.1:8420")
    assert leads_here_alone("http://localhost:1")
    assert not leads_here_alone("https://crisis.example.org")


async def test_the_card_follows_the_rota_and_each_new_version(tmp_path: Path) -> None:
    """Whom to telephone when the service is down is who is on call now, under today's name."""
    home = Home.at(tmp_path)
    async with open_house() as (_, service):
        announce(service, home, "http://127.0.0.1:1")
        before = Card.of(tmp_path).call_first
        written = home.card.stat().st_mtime_ns
        announce(service, home, "http://127.0.0.1:1")
        assert home.card.stat().st_mtime_ns == written
        await service.advance(service.clock.now() + timedelta(days=7))
        announce(service, home, "http://127.0.0.1:1")
        assert Card.of(tmp_path).call_first != before
        people = folder()["people.yaml"].replace("Claire Fontaine", "Clara Neuve")
        await service.apply({**folder(), "people.yaml": people})
        announce(service, home, "http://127.0.0.1:1")
        lines = json.loads(home.card.read_text("utf-8"))["call_first"]["fr"]
    assert any(" : Clara Neuve" in line for line in lines)
    await asyncio.sleep(0)


async def test_a_channel_that_changed_waits_for_a_restart() -> None:
    """``org apply`` says which settings take hold with the next start only."""
    async with open_house() as (_, service):
        settings = folder()["settings.yaml"].replace("port: 1025", "port: 1026")
        await service.apply({**folder(), "settings.yaml": settings})
        assert service.outdated() == ["channels.email"]
