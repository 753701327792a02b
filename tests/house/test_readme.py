"""The README and the runbook: every command in them works as it stands."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
import typer

from crisis.cli.app import app
from crisis.yamlfile import read
from tests.house.source import ROOT

README = ROOT / "README.md"
RUNBOOK = ROOT / "deploy" / "README.md"

_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "8420"
"""The port that the template names; the test takes a free one instead."""

ALERT = {
    "version": "4",
    "groupKey": '{}:{alertname="WaterLeak"}',
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "WaterLeak", "severity": "warning"},
            "annotations": {"summary": "Something terrible is happening"},
            "startsAt": "2026-11-22T13:00:00Z",
        }
    ],
}


def blocks(page: Path, kind: str) -> list[str]:
    """The blocks of a page that are marked so."""
    text = page.read_text(encoding="utf-8")
    return [found["text"] for found in _BLOCK.finditer(text) if found["kind"] == kind]


def commands(page: Path) -> list[str]:
    """Every command of the page's console blocks, those of several lines joined."""
    joined = "".join(blocks(page, "console")).replace("\\\n", " ")
    lines = joined.splitlines()
    assert all(line.startswith("$ ") for line in lines), "a console block holds commands only"
    return [line.removeprefix("$ ") for line in lines]


class Terminal:
    """A shell in an empty folder, in which `crisis` is this product."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._service: subprocess.Popen[bytes] | None = None
        tools = folder / "bin"
        tools.mkdir()
        crisis = tools / "crisis"
        crisis.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crisis "$@"\n', encoding="utf-8")
        crisis.chmod(0o755)
        self._env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CRISIS_")},
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "CRISIS_LANG": "en",
        }

    def run(self, command: str) -> str:
        """Run a line to its end; what it printed. AssertionError when it fails."""
        done = subprocess.run(  # noqa: S603 - the lines of our own pages
            ["/bin/sh", "-c", command.replace(PORT, str(self.port))],
            cwd=self.folder,
            env=self._env,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def serve(self, command: str) -> None:
        """Start a line that runs until it is stopped, and wait until its door answers."""
        settings = self.folder / "my-house" / "settings.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace(PORT, str(self.port)), encoding="utf-8")
        with (self.folder / "service.log").open("wb") as log:
            self._service = subprocess.Popen(  # noqa: S603 - our own program
                shlex.split(f"exec {command}")[1:],
                cwd=self.folder,
                env=self._env,
                stdout=log,
                stderr=log,
                executable=str(self.folder / "bin" / "crisis"),
            )
        for _ in range(300):
            if self._answers():
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "service.log").read_text(encoding="utf-8"))

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz") == 200
        except (OSError, HTTPException):
            return False

    def ask(self, method: str, path: str, body: str = "", token: str = "") -> int:
        """Knock at the door of the service; the status that it answers."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=20)
        with closing(asked):
            asked.request(method, path, body, {"Authorization": f"Bearer {token}"})
            return asked.getresponse().status

    def stop(self) -> None:
        """Stop the service as a machine that is shut down does."""
        if self._service is not None:
            self._service.terminate()
            self._service.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """An empty folder with a shell."""
    made = Terminal(tmp_path)
    yield made
    made.stop()


def test_every_command_of_the_readme_works(terminal: Terminal) -> None:
    """From `crisis init` to `crisis timeline verify`, line by line, with nothing else done."""
    incident = ""
    for command in commands(README):
        if command.startswith("pip install"):
            continue  # what a wheel needs is tried where wheels are built
        if command.startswith("crisis serve"):
            terminal.serve(command)
            continue
        if "INCIDENT" in command and not incident:
            [incident] = [one["incident"] for one in json.loads(terminal.run(_AS_JSON))]
        said = terminal.run(command.replace("INCIDENT", incident))
        if command.startswith("curl"):
            assert json.loads(said)["report_id"].startswith("r-")
    _alertmanager_is_let_in(terminal)
    [backup] = [one for one in commands(RUNBOOK) if "backup(" in one]
    terminal.run(backup)
    assert (terminal.folder / "crisis-copy.db").stat().st_size > 0


_AS_JSON = "crisis incidents --json"


def _alertmanager_is_let_in(terminal: Terminal) -> None:
    """The receiver that the README shows reaches the door, and its token opens it."""
    [block] = blocks(README, "yaml")
    document = read(block, "alertmanager.yml").value
    [hook] = document["receivers"][0]["webhook_configs"]
    kept_in = hook["http_config"]["authorization"]["credentials_file"]
    token = (terminal.folder / kept_in).read_text(encoding="utf-8").strip()
    path = hook["url"].removeprefix(f"http://127.0.0.1:{PORT}")
    assert terminal.ask("POST", path, json.dumps(ALERT), token) == 202
    assert terminal.ask("POST", path, json.dumps(ALERT)) == 401


def _known(words: list[str]) -> bool:
    """Whether the command line has this command, with these options."""
    command = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]  # a group
    options = {option for one in command.params for option in one.opts}
    return bool(command.params) and {one for one in words if one.startswith("-")} <= options


_INLINE = re.compile(r"`(?:\S*/)?crisis ([a-z][^`\n]*)`")


@pytest.mark.parametrize("page", [README, RUNBOOK], ids=["readme", "runbook"])
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    """What is written between backquotes, or run as somebody else, is a command we have."""
    text = page.read_text(encoding="utf-8").partition("## Not there yet")
    named = _INLINE.findall(text[0] + text[2].partition("## ")[2])
    named += re.findall(r"/bin/crisis ([^\n`]*)", text[0])
    unknown = [one for one in named if not _known(shlex.split(one))]
    assert named
    assert unknown == []


def test_every_target_that_the_readme_names_exists() -> None:
    """`make …` in the README is a target of the Makefile."""
    targets = re.findall(r"\bmake ([a-z]+)\b", "\n".join(blocks(README, "sh")))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {"demo", "test"} <= set(targets)
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
