"""The command line in front of a running service, and where none runs."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crisis.cli.app import app
from crisis.cli.speech import language
from crisis.config import write_template
from crisis.runtime.embedded import Embedded
from tests.web.fakes import OPERATOR_TOKEN, Visitor
from tests.web.house import folder, open_house

FIRST = "Duty: Ada, +33639980101"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever sits at the machine reads English."""
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    yield
    language.cache_clear()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[Path, Embedded]]:
    """A running service, and the folder with its card."""
    async with open_house() as (visitor, service):
        card_for(tmp_path, visitor)
        yield tmp_path, service


def card_for(home: Path, visitor: Visitor) -> None:
    """What ``crisis serve`` leaves for the command line."""
    card = {"url": visitor.base, "token": OPERATOR_TOKEN, "call_first": {"en": [FIRST]}}
    (home / "service.json").write_text(json.dumps(card), encoding="utf-8")


def run(home: Path, *arguments: str) -> Result:
    """Run a command to its end."""
    return CliRunner().invoke(app, [*arguments, "--home", str(home)])


async def crisis(home: Path, *arguments: str) -> Any:
    """Run a command that must succeed beside the service, and read its JSON."""
    result = await asyncio.to_thread(run, home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


async def test_an_incident_from_the_alarm_to_the_review(house: tuple[Path, Embedded]) -> None:
    """Every act of the arc can be done from the command line, and stands on the record."""
    home, service = house
    raised = await crisis(
        home, "raise", "flood", "water in the hall", "--site", "hq", "--at", "hall", "--as", "e102"
    )
    incident = "i-" + raised["report_id"].removeprefix("r-")
    now = service.incident(incident)
    assert now is not None
    offer_id, offer = next((i, o) for i, o in now.offers.items() if "lead" in o.roles)
    assert (await crisis(home, "accept", offer_id))["accepted"]
    lead = ("--as", offer.person)
    await crisis(home, "measure", "Pump on", "--expect", "It stops rising", *lead)
    await crisis(home, "workaround", "Take the other stairs", *lead)
    await crisis(home, "severity", "S2", *lead)
    await crisis(home, "brief", *lead)
    assert [one["incident"] for one in await crisis(home, "brief", "--all")] == [incident]
    await crisis(home, "escalate", "We are too few", "--to", "directorate", *lead)
    for phase in ("safe", "normal"):
        await crisis(home, "declare", phase, "--override", "seen", *lead)
    await crisis(home, "review", "no", "a rare storm", *lead)
    [first, *_] = await crisis(home, "actions")
    action = first["action"]
    await crisis(home, "actions", "agree", action, "--owner", "e102", "--by", "2027-01-10T12:00",
                 "--what", "New pump", *lead)  # fmt: skip
    await crisis(home, "actions", "finish", action, "--proof", "bill 7", "--as", "e102")
    await crisis(home, "actions", "verify", action, *lead)
    assert action not in [one["action"] for one in await crisis(home, "actions")]
    told = await crisis(home, "timeline", incident)
    assert told["verified"]
    assert "Pump on" in str(told["entries"])
    assert (await crisis(home, "timeline", "verify"))["verified"]
    owed = await crisis(home, "drill", "--due")
    assert "flood" in {one["playbook"] for one in owed}
    score = await crisis(home, "score", incident)
    assert [one["error"] for one in score["errors"]] == ["E1", "E2", "E3", "E4", "E5"]
    shared = json.dumps(await crisis(home, "score", incident, "--anonymous"))
    assert "Pump on" not in shared
    assert offer.person not in shared
    assert (await crisis(home, "why", incident, "2"))["seq"] == 2
    assert [one["incident"] for one in await crisis(home, "incidents")] == [incident]


async def test_by_proxy_and_after_the_fact(house: tuple[Path, Embedded]) -> None:
    """What was done on paper is entered with who, for whom, and when it really happened."""
    home, service = house
    raised = await crisis(home, "raise", "flood", "--site", "hq")
    incident = "i-" + raised["report_id"].removeprefix("r-")
    await crisis(home, "measure", "Guard at the door", "--as", "e101", "--for", "e102",
                 "--happened-at", "2026-11-22T14:05")  # fmt: skip
    event = service.events("incident", incident)[-1]
    assert event.actor == "person:e101 for person:e102"
    assert event.happened_at is not None
    assert event.happened_at.isoformat() == "2026-11-22T13:05:00+00:00"


async def test_a_refusal_says_why_and_exits_with_one(house: tuple[Path, Embedded]) -> None:
    """The rule, the reason and the way out; for a program the problem document."""
    home, _ = house
    await crisis(home, "raise", "flood", "--site", "hq")
    for arguments, says in (
        (("declare", "safe", "--as", "e102"), "--override"),
        (("done", "no-such-step", "--as", "e102"), "no-such-step"),
        (("measure", "x", "--as", "nobody-here"), "/as"),
        (("measure", "x", "--incident", "i-none", "--as", "e102"), "/incident"),
        (("raise", "flood", "--site", "moon"), "/site"),
        (("accept", "i-none"), "/incident"),
    ):
        result = await asyncio.to_thread(run, home, *arguments)
        assert result.exit_code == 1, arguments
        assert says in result.stderr
        assert not result.stdout
    result = await asyncio.to_thread(run, home, "measure", "x", "--as", "nobody-here", "--json")
    assert json.loads(result.stderr)["type"] == "urn:crisis:problem:unknown-name"


async def test_a_stopped_incident_is_tried_again(house: tuple[Path, Embedded]) -> None:
    """It says whether the incident goes on; one that does not stand still is refused."""
    home, service = house
    raised = await crisis(home, "raise", "flood", "water", "--site", "hq", "--as", "e102")
    incident = "i-" + raised["report_id"].removeprefix("r-")
    now = service.clock.now()
    service.store.transact(
        [lambda unit: service.decider._coordinator.park(unit, incident, "a bug", now)]
    )
    tried = await asyncio.to_thread(run, home, "unpark", incident)
    assert tried.exit_code == 0
    assert f"{incident} goes on." in tried.output
    again = await asyncio.to_thread(run, home, "unpark", incident)
    assert again.exit_code == 1
    assert "No incident of this name is set aside" in again.output


async def test_an_answer_without_a_name_needs_one_open_offer(
    house: tuple[Path, Embedded],
) -> None:
    """``crisis accept INCIDENT`` never accepts for somebody by guess."""
    home, service = house
    raised = await crisis(home, "raise", "flood", "--site", "hq")
    incident = "i-" + raised["report_id"].removeprefix("r-")
    result = await asyncio.to_thread(run, home, "accept", incident)
    assert result.exit_code == 1
    assert "--as" in result.stderr
    now = service.incident(incident)
    assert now is not None
    assert now.lead is None


@pytest.mark.parametrize("card", ["missing", "stale", "rubbish"])
def test_when_nothing_runs_the_alarm_claims_nothing(tmp_path: Path, card: str) -> None:
    """Exit code 3, the duty numbers as last known, and no word that sounds like success."""
    if card == "stale":
        written = {"url": "http://127.0.0.1:9", "token": "t", "call_first": {"en": [FIRST]}}
        (tmp_path / "service.json").write_text(json.dumps(written), encoding="utf-8")
    if card == "rubbish":
        (tmp_path / "service.json").write_text("{", encoding="utf-8")
    result = run(tmp_path, "raise", "fire", "--site", "hq")
    assert result.exit_code == 3
    assert not result.stdout
    assert "Nothing was recorded." in result.stderr
    assert (FIRST in result.stderr) == (card == "stale")
    as_json = run(tmp_path, "raise", "fire", "--json")
    assert as_json.exit_code == 3
    assert json.loads(as_json.stderr)["error"] == "not-running"


def test_it_speaks_french_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By ``CRISIS_LANG`` or the locale of the machine."""
    monkeypatch.delenv("CRISIS_LANG")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    language.cache_clear()
    assert "Rien n'a été enregistré." in run(tmp_path, "raise", "fire").stderr


def test_init_writes_an_organisation_that_passes_its_check(tmp_path: Path) -> None:
    """``init`` then ``org check`` then ``org apply``, without a service; never twice into one."""
    place, home = str(tmp_path / "org"), str(tmp_path / "home")
    runner = CliRunner()
    assert runner.invoke(app, ["init", place]).exit_code == 0
    again = runner.invoke(app, ["init", place, "--json"])
    assert again.exit_code == 1
    assert json.loads(again.stderr)["error"] == "cannot-write"
    checked = runner.invoke(app, ["org", "check", place, "--json"])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["errors"] == 0
    applied = runner.invoke(app, ["org", "apply", place, "--home", home, "--json"])
    assert applied.exit_code == 0, applied.output
    assert json.loads(applied.stdout)["version"] == 1
    same = runner.invoke(app, ["org", "apply", place, "--home", home, "--json"])
    assert json.loads(same.stdout)["version"] == 1
    verified = runner.invoke(app, ["timeline", "verify", "--home", home, "--json"])
    assert json.loads(verified.stdout) == {
        "verified": True, "streams": 0, "events": 0, "broken": [],
    }  # fmt: skip
    unknown = runner.invoke(app, ["timeline", "i-none", "--home", home])
    assert unknown.exit_code == 1
    assert "i-none" in unknown.stderr


def test_mistakes_in_a_folder_stand_at_their_line(tmp_path: Path) -> None:
    """``org check`` and ``org apply`` name file, line and column, and exit with 1."""
    place = tmp_path / "org"
    for path, text in folder().items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")
    settings = place / "settings.yaml"
    settings.write_text(settings.read_text().replace("default_site: ", "default_site: moon-"))
    for command in ("check", "apply"):
        result = CliRunner().invoke(app, ["org", command, str(place)])
        assert result.exit_code == 1
        assert "settings.yaml:" in result.stdout
    assert CliRunner().invoke(app, ["org", "check", str(tmp_path / "none")]).exit_code == 1


async def test_a_running_service_takes_a_new_version(
    house: tuple[Path, Embedded], tmp_path: Path
) -> None:
    """``org apply`` goes through the door of the service that runs."""
    home, service = house
    place = tmp_path / "org"
    for path, text in folder().items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")
    (place / "README.yaml").unlink(missing_ok=True)
    people = place / "people.yaml"
    people.write_text(
        people.read_text("utf-8").replace("Claire Fontaine", "Claire Source"), "utf-8"
    )
    assert (await crisis(home, "org", "apply", str(place)))["version"] == 2
    assert service.organisation().directory.name("e101") == "Claire Source"


def test_playbooks_are_checked_by_file_and_line(tmp_path: Path) -> None:
    """A mistake is named at its place; the shipped plan stands in where none is given."""
    book = tmp_path / "flood.yaml"
    text = folder()["playbooks/flood.yaml"]
    book.write_text(text, encoding="utf-8")
    good = CliRunner().invoke(app, ["playbook", "check", str(book), "--json"])
    assert good.exit_code == 0, good.output
    book.write_text(text.replace("within:", "withn:", 1), encoding="utf-8")
    bad = CliRunner().invoke(app, ["playbook", "check", str(tmp_path)])
    assert bad.exit_code == 1
    assert "flood.yaml:" in bad.stdout
    assert "within" in bad.stdout
    assert CliRunner().invoke(app, ["playbook", "check", str(tmp_path / "no.yaml")]).exit_code == 1


def test_a_playbook_of_a_house_is_checked_beside_all_that_the_house_has(tmp_path: Path) -> None:
    """What it extends is there, its own plan counts, and two that open on one report are named."""
    house = tmp_path / "house"
    write_template(house, relay=("127.0.0.1", 1025))
    plan = house / "communication-plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace('to: "07:00"', 'to: "22:00"'), "utf-8")
    own = house / "playbooks" / "annex-fire.yaml"
    own.write_text(
        "playbook: annex-fire\nextends: fire\ntitle: {fr: Feu, en: Fire}\n"
        "reviewed_on: 2026-11-20\nopens_on: [{kind: fire}]\n",
        "utf-8",
    )
    said = CliRunner().invoke(app, ["playbook", "check", str(house)]).output
    assert f"{own}:5:13 [opens-twice]" in said
    assert "no playbook here is called" not in said
    assert "people.yaml" not in said
    assert f"{plan}:" in said


def test_help_comes_at_once() -> None:
    """``crisis --help`` imports nothing heavy: no web, no store, no pydantic."""
    code = (
        "import sys, crisis.cli.app; "
        "heavy = {'pydantic', 'sqlalchemy', 'starlette', 'aiohttp', 'uvicorn', 'rich'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == "[]"
    assert time.monotonic() - started < 5


def test_every_command_has_json() -> None:
    """Each command can answer a program, but those that run until they are told to stop."""
    for command in app.registered_commands:
        if command.name in {"serve", "web", "worker", "dispatch"}:
            continue
        result = CliRunner().invoke(app, [str(command.name), "--help"])
        assert "--json" in result.stdout, command.name
