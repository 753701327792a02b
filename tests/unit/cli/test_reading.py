"""What a person reads of the record: names, titles and days, and the line of a playbook."""

import subprocess
import sys
from pathlib import Path

from crisis.cli.score import runs
from tests.unit.cli.test_answers import House, opened, said
from tests.unit.cli.test_commands import crisis, english, house

__all__ = ["english", "house"]


async def test_the_list_names_people_and_says_what_is_an_exercise(house: House) -> None:
    """G9: an exercise is marked in every list; a lead is a name, a phase is in words."""
    home, _ = house
    drill = await opened(home, "--exercise")
    real = await opened(home)
    await crisis(home, "take", "lead", "--incident", real, "--as", "e102")
    lines = (await said(home, "incidents")).splitlines()
    [first] = [line for line in lines if line.startswith(drill)]
    [second] = [line for line in lines if line.startswith(real)]
    assert "EXERCISE" in first
    assert "EXERCISE" not in second
    assert "Flood or major water leak" in second
    assert "Marc Delmas" in second
    assert "under way" in second


async def test_an_action_is_due_on_the_day_that_was_said(house: House) -> None:
    """By the clock of the site: its midnight is another day in UTC."""
    home, _ = house
    incident = await opened(home)
    lead = ("--incident", incident, "--as", "e102")
    await crisis(home, "take", "lead", *lead)
    for phase in ("safe", "normal"):
        await crisis(home, "declare", phase, "--override", "seen", *lead)
    await crisis(home, "review", "no", "a rare storm", *lead)
    await crisis(
        home, "actions", "agree", "--owner", "e107", "--by", "2026-12-24", "--what", "Pipe", *lead
    )
    listed = await said(home, "actions")
    assert "2026-12-24  Pipe" in listed
    assert "Julien Perrot" in listed
    assert "complete the playbook" in listed


async def test_why_leads_to_the_line_of_the_playbook(house: House) -> None:
    """Rule, file and line, what the rules looked at: what a person needs to disagree."""
    home, service = house
    incident = await opened(home)
    offered = next(
        one.seq for one in service.events("incident", incident) if one.pointer == "/roles/lead"
    )
    answer = await crisis(home, "why", incident, str(offered))
    file, line, _ = answer["place"].split(":")
    text = (Path("playbooks") / Path(file).name).read_text("utf-8").splitlines()
    assert "lead:" in "\n".join(text[int(line) - 2 : int(line)])
    shown = await said(home, "why", incident, str(offered))
    assert answer["place"] in shown
    assert "holder" in shown
    assert "digest" not in shown[shown.index("Facts") :]


def test_a_mistake_of_ours_is_two_lines_and_no_traceback() -> None:
    """At three in the morning a person reads where it broke and what to do."""
    code = (
        "import crisis.cli.app as a; from crisis.cli import main; "
        "a.app.__class__.__call__ = lambda *_, **__: {}['title']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    assert done.returncode == 70
    assert "Traceback" not in done.stderr
    assert "KeyError" in done.stderr


def test_all_the_evidence_is_named_on_the_page() -> None:
    """Whoever asks which entries a figure is made of reads it there; a row is said by its ends."""
    assert runs([19, 21, 22, 23, 24, 30, 31, 40]) == "19 21–24 30 31 40"
    assert runs([]) == ""
