"""What the command line says of a command that is kept and not decided yet."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crisis.cli.speech import language
from crisis.runtime.embedded import Embedded
from tests.unit.cli.test_commands import crisis, english, house, run
from tests.web.fakes import LateInbox

__all__ = ["english", "house"]

House = tuple[Path, Embedded]
KEPT = {
    "en": "The answer follows; you need not send it again.",
    "fr": "La réponse suit ; inutile de l'envoyer de nouveau.",
}


@pytest.fixture
async def incident(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    """An open incident of a service that from now on answers nothing in time."""
    home, service = house
    raised = await crisis(home, "raise", "flood", "--site", "hq")
    late = LateInbox(service.clock.now())
    monkeypatch.setattr(Embedded, "inbox", property(lambda _: late))
    return "i-" + str(raised["report_id"]).removeprefix("r-")


@pytest.mark.parametrize("spoken", ["fr", "en"])
async def test_a_person_reads_that_it_is_kept(
    house: House, incident: str, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: done as far as the person goes: exit code 0, and where the answer will be."""
    monkeypatch.setenv("CRISIS_LANG", spoken)
    language.cache_clear()
    home, _ = house
    for arguments in (("brief", "--as", "e102"), ("raise", "fire", "--site", "hq")):
        result = await asyncio.to_thread(run, home, *arguments)
        assert result.exit_code == 0, result.output
        assert KEPT[spoken] in result.stdout
    result = await asyncio.to_thread(run, home, "brief", "--as", "e102")
    assert f"crisis timeline {incident}" in result.stdout


async def test_a_program_is_told_that_it_is_pending(house: House, incident: str) -> None:
    """``pending`` stands in the JSON of what is only kept, and of nothing else."""
    home, service = house
    assert isinstance(service.inbox, LateInbox)
    asked = await crisis(home, "brief", "--as", "e102")
    assert asked["pending"] is True
    assert asked["incident"] == incident
    assert asked["command_id"] == service.inbox.waiting[-1].id
    raised = await crisis(home, "raise", "fire", "--site", "hq")
    assert raised["pending"] is True
    assert raised["report_id"] == service.inbox.waiting[-1].stream_id


async def test_a_program_is_not_told_so_of_what_is_decided(house: House) -> None:
    """What was decided has no ``pending``."""
    home, _ = house
    raised = await crisis(home, "raise", "flood", "--site", "hq")
    assert "pending" not in raised
    assert "pending" not in await crisis(home, "brief", "--as", "e102")
