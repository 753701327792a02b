"""What the command line answers: in the words of the timeline, with the way out of a refusal."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crisis.ports import InDoubt
from crisis.runtime.embedded import Embedded
from crisis.store import open_store
from tests.unit.cli.test_commands import card_for, crisis, english, house, run
from tests.web.house import open_house

__all__ = ["english", "house"]

House = tuple[Path, Embedded]


async def opened(home: Path, *more: str) -> str:
    """Raise a flood; answer its incident."""
    raised = await crisis(home, "raise", "flood", "--site", "hq", *more)
    return "i-" + str(raised["report_id"]).removeprefix("r-")


async def said(home: Path, *arguments: str) -> str:
    """Everything that a command says to a person."""
    result = await asyncio.to_thread(run, home, *arguments)
    return result.output


async def test_an_act_is_answered_with_its_lines_in_the_timeline(house: House) -> None:
    """Whoever acts reads what now stands on the record, not the names of our classes."""
    home, service = house
    incident = await opened(home)
    offer = service.incident(incident).offers[f"{incident}-o1"]  # type: ignore[union-attr]  # raised
    answer = await said(home, "accept", f"{incident}-o1")
    assert f"{service.organisation().directory.name(offer.person)} accepts" in answer
    assert "RolesAccepted" not in answer


async def test_a_way_round_is_offered_only_where_there_is_one(house: House) -> None:
    """A refusal that no reason sets aside does not ask for one."""
    home, _ = house
    incident = await opened(home)
    lead = ("--incident", incident, "--as", "e102")
    await crisis(home, "take", "lead", *lead)
    assert "--override" in await said(home, "declare", "safe", *lead)
    assert "--override" not in await said(home, "done", "no-such-step", *lead)
    assert "--override" not in await said(home, "severity", "S9", *lead)


async def test_an_offer_that_is_not_there_is_said_to_be_so(house: House) -> None:
    """An id of no offer is named, and those that wait are listed."""
    home, _ = house
    incident = await opened(home)
    answer = await said(home, "accept", f"{incident}-o99")
    assert f"{incident}-o99" in answer
    assert f"{incident}-o1" in answer


async def test_what_may_have_been_done_is_not_said_to_be_undone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database hangs in the middle of it: whoever asked looks before asking again."""
    home, service = house

    async def hangs(_: str) -> None:
        raise InDoubt("no answer")

    monkeypatch.setattr(service, "unpark", hangs)
    result = await asyncio.to_thread(run, home, "unpark", "i-1")
    assert result.exit_code == 1
    assert "may have been done" in result.stderr
    assert "Nothing was recorded" not in result.stderr


async def test_a_directory_is_not_listed_in_a_refusal(house: House) -> None:
    """An unknown person is met with a dozen names at most."""
    home, _ = house
    incident = await opened(home)
    answer = await said(home, "measure", "x", "--incident", incident, "--as", "zzzzzzz")
    assert "…" in answer
    assert answer.count(", e1") < 12


async def test_an_unforeseen_word_is_taken_in_and_said_to_be_so(house: House) -> None:
    """G1: a slip of the finger opens the general playbook at once, and whoever slipped is told."""
    home, _ = house
    assert "flood" in await said(home, "raise", "floood", "--site", "hq")
    assert "general" in await said(home, "raise", "tornado", "--site", "hq")
    assert "general" not in await said(home, "raise", "Flood", "--site", "hq")


async def test_what_is_not_on_record_is_named_in_words(house: House) -> None:
    """An id that there is not is answered by a sentence, not by the id alone."""
    home, _ = house
    assert "no incident of this name" in await said(home, "timeline", "i-none")
    result = await asyncio.to_thread(run, home, "why", "i-none", "0")
    assert result.exit_code == 2


async def test_a_journal_that_was_tampered_with_names_the_event(tmp_path: Path) -> None:
    """G11: the first event that is not as written is named, and a broken text crashes nothing."""
    async with open_house(open_store(tmp_path / "crisis.db")) as (visitor, _):
        card_for(tmp_path, visitor)
        incident = await opened(tmp_path)
    (tmp_path / "service.json").unlink()
    for text, seq, readable in (("{", 5, 4), (None, 3, 4)):
        with closing(sqlite3.connect(tmp_path / "crisis.db")) as database, database:
            database.execute(
                "update journal set text = coalesce(?, replace(text, 'e10', 'e11'))"
                " where stream = 'incident' and seq = ?",
                (text, seq),
            )
        whole = await asyncio.to_thread(run, tmp_path, "timeline", "verify")
        assert whole.exit_code == 1
        assert f"{incident} : from event {seq} on" in whole.output
        one = await asyncio.to_thread(run, tmp_path, "timeline", incident)
        assert one.exit_code == 1
        assert f"from event {seq} on" in one.output
        assert f"\n{readable:>4}  " in one.output
