"""What `docker compose up` starts, held against the specification and against our own commands.

No engine is asked: the file is parsed as the Compose Specification says, unknown keys refused
(compose-spec, from PyPI); whatever the engine would find out later is compared here.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from compose_spec import PyCompose
from ruamel.yaml import YAML

from crisis.cli.app import app
from crisis.cli.folder import checked_folder
from crisis.runtime.send import LEASE
from tests.house.source import ROOT

IMAGE = ROOT / "deploy" / "Dockerfile"
FIRST_START = ROOT / "deploy" / "first-start"
VERSION = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?")
SECRET = re.compile(r"password|secret|token|key", re.IGNORECASE)


@cache
def compose() -> Any:
    """The file as an engine sees it, with the defaults of its variables."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return YAML(typ="safe").load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text))


def services() -> Mapping[str, Any]:
    """Name -> what is said of it."""
    return compose()["services"]  # type: ignore[no-any-return]  # a mapping


def ours() -> list[str]:
    """The services that run our own image."""
    return [name for name, one in services().items() if one["image"] == "crisis:local"]


def instructions() -> Iterator[tuple[str, str]]:
    """What the image is made of, line by line."""
    text = IMAGE.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


def said(name: str) -> list[str]:
    """All that one instruction says."""
    return [rest for found, rest in instructions() if found == name]


def test_it_is_a_compose_file() -> None:
    """Every key is one of the specification; networks and volumes that are used are declared."""
    parsed = PyCompose.from_json(json.dumps(compose()))
    parsed.validate()
    assert set(parsed.service_names()) == set(services())


def test_it_starts_every_part_twice_where_one_may_die() -> None:
    """Brokers, a database, a mail catcher, the topics, doors, two workers and two dispatchers."""
    begins = {name: one.get("command", [""])[0] for name, one in services().items()}
    counted = sorted(begins[name] for name in ours())
    assert counted == sorted(["", "topics", "web", "worker", "worker", "dispatch", "dispatch"])
    assert {"kafka", "database", "mail"} <= set(services())
    names = [one["command"][2] for one in services().values() if begins_with(one, "dispatch")]
    assert len(set(names)) == 2, "each dispatcher has a name of its own"


def begins_with(service: Mapping[str, Any], word: str) -> bool:
    """Whether a service runs this command of ours."""
    begins: str = service.get("command", [""])[0]
    return begins == word


@pytest.mark.parametrize("name", services())
def test_every_service_is_bounded_and_starts_again(name: str) -> None:
    """A pinned image, limits, no privileges; it comes back, and stops within a set time."""
    one = services()[name]
    assert one["image"] == "crisis:local" or VERSION.fullmatch(one["image"])
    limits = one["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert one.get("read_only") or name == "kafka"
    assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ()))
    once = one["restart"] == "no"
    assert once or one["restart"] == "unless-stopped"
    assert once == bool(one.get("healthcheck", {}).get("disable"))
    assert once or "healthcheck" in one or name in ours()
    assert once or name == "mail" or "stop_grace_period" in one


def test_a_part_that_stands_still_is_seen() -> None:
    """Each part that decides or sends is asked whether it gets on; living is not enough."""
    for name, one in services().items():
        for kind in ("worker", "dispatch"):
            if begins_with(one, kind):
                check = one["healthcheck"]
                assert check["test"] == ["CMD", "crisis", "doctor", "--part", kind], name
                assert check["retries"] > 1, "once may be the moment after an outage"


def test_a_dispatcher_is_waited_for_as_long_as_its_lease() -> None:
    """G2: killed in the middle of a hand-over, what had left could not be told."""
    for name, one in services().items():
        if begins_with(one, "dispatch"):
            seconds = int(one["stop_grace_period"].removesuffix("s"))
            assert seconds >= min(LEASE.total_seconds(), 60), name


@pytest.mark.parametrize("name", services())
def test_what_a_service_waits_for_comes(name: str) -> None:
    """It waits for services that exist: for their health where they have one, or for their end."""
    for other, how in services()[name].get("depends_on", {}).items():
        awaited = services()[other]
        ends = awaited["restart"] == "no"
        assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")


def test_no_secret_stands_in_it() -> None:
    """What could be one is read from a file of a volume; no address holds a password."""
    for name, one in services().items():
        for variable, value in one.get("environment", {}).items():
            assert not SECRET.search(variable) or variable.endswith("_FILE"), (name, variable)
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), (name, variable)
    assert "secrets:/run/crisis" in services()["first-start"]["volumes"]


@pytest.mark.parametrize("name", [one for one in ours() if "command" in services()[one]])
def test_every_command_is_one_of_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words and its environment are what the command line takes; its check of health too."""
    one = services()[name]
    for variable, value in one["environment"].items():
        monkeypatch.setenv(variable, value)
    lines = [one["command"]]
    test = one.get("healthcheck", {}).get("test", ["CMD", "crisis"])
    assert test[:2] == ["CMD", "crisis"]
    lines += [test[2:]] if test[2:] else []
    for line in lines:
        words, command = list(map(str, line)), typer.main.get_command(app)
        while isinstance(getattr(command, "commands", None), dict):
            command = command.commands[words.pop(0)]  # type: ignore[attr-defined]  # a group
        context = command.make_context(str(line[0]), words)
        assert context.params["bootstrap"] == "kafka:9092"
        assert (
            context.params.get("store", "postgresql://crisis@database/crisis")
            .split("@")[1]
            .startswith("database/")
        )


def test_the_image_is_small_pinned_and_nobody_s() -> None:
    """Built in one stage, run in another, as a user who owns nothing of the machine."""
    bases = [one.split()[0] for one in said("FROM")]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.1\d\.\d+-slim", one) for one in bases)
    user = said("USER")[-1]
    assert user.isdecimal()
    assert int(user) >= 10_000
    assert f"--uid {user}" in " ".join(said("RUN"))
    assert json.loads(said("ENTRYPOINT")[0]) == ["crisis"]
    assert not any(name == "ADD" for name, _ in instructions())


def test_the_image_finds_what_it_is_made_of() -> None:
    """Every file that is copied exists, is sent to the engine, and is all that the build needs."""
    let_in = [
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    ]
    copied = [
        path for one in said("COPY") if not one.startswith("--from") for path in one.split()[:-1]
    ]
    for path in copied:
        assert (ROOT / path).exists(), path
        assert any(fnmatch(path, one) for one in let_in), path
    build = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(build)["project"]
    named = {project["readme"], *project["license-files"]}
    assert {*named, "crisis", "playbooks", "pyproject.toml"} <= set(copied)


def test_its_own_check_of_health_is_a_program() -> None:
    """The check needs nothing but what is in the image, and asks the port of the doors."""
    [check] = said("HEALTHCHECK")
    command = json.loads(check[check.index("CMD") + 3 :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "healthcheck", "exec")
    assert re.search(rf"\b{services()['web']['command'][-1]}\b", command[2])
    assert said("EXPOSE") == [services()["web"]["command"][-1]]


@pytest.fixture
def first_start(tmp_path: Path) -> Any:
    """The first start, on folders of the test's own."""
    shim = tmp_path / "bin" / "crisis"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crisis "$@"\n')
    shim.chmod(0o755)
    (shim.parent / "python").symlink_to(sys.executable)
    for name in ("org", "run", "home"):
        (tmp_path / name).mkdir()

    def start() -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own script
            [str(FIRST_START), str(tmp_path / "org"), str(tmp_path / "run")],
            env=os.environ | {
                "PATH": f"{shim.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
                "CRISIS_HOME": str(tmp_path / "home"),
            },
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return start


def test_the_first_start_invents_what_nobody_chose(tmp_path: Path, first_start: Any) -> None:
    """A password for the database, for its owner's eyes; an organisation whose mail is caught."""
    begun = first_start()
    assert begun.returncode == 0, begun.stderr
    word = (tmp_path / "run" / "database-password").read_text().strip()
    kept = tmp_path / "run" / "pgpass"
    assert kept.read_text() == f"database:5432:crisis:crisis:{word}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    email = checked_folder(tmp_path / "org").organisation.settings.channels["email"].own()
    assert (email["host"], email["port"]) == ("mail", 1025)
    assert (tmp_path / "home" / "secrets" / "reception-token").exists()
    assert word not in begun.stdout + begun.stderr

    (tmp_path / "org" / "rota.ics").touch()
    again = first_start()
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "run" / "database-password").read_text().strip() == word


def test_a_password_that_was_lost_is_named(tmp_path: Path, first_start: Any) -> None:
    """Half of a volume is no first start: it says what is missing, and invents no other one."""
    assert first_start().returncode == 0
    (tmp_path / "run" / "pgpass").unlink()
    lost = first_start()
    assert lost.returncode == 1
    assert "pgpass" in lost.stderr
