"""Commands about the organisation's content: write it, check it, put it into the store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from crisis.cli.door import NotRunning, ask, store_beside
from crisis.cli.output import HOME, REFUSED, AsJson, Home, fail, show, told
from crisis.cli.speech import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crisis.yamlfile import Finding

Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help=say("Le dossier de l'organisation.", "Its folder.")),
]
Files = Annotated[list[Path], typer.Argument(help=say("Fichiers ou dossiers.", "Files, folders."))]


def _host_and_port(given: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+:[0-9]{1,5}", given):
        raise typer.BadParameter(say("écrivez MACHINE:PORT", "write HOST:PORT"))
    return given


Relay = Annotated[
    str,
    typer.Option(
        metavar="HOST:PORT",
        callback=_host_and_port,
        help=say("Le relais de courrier.", "The mail relay."),
    ),
]


def init(folder: Folder, relay: Relay = "127.0.0.1:1025", json_: AsJson = False) -> None:
    """Write an organisation to begin with."""
    from crisis.config import write_template

    host, _, port = relay.rpartition(":")
    try:
        written = write_template(folder, relay=(host, int(port)))
    except OSError as error:
        raise fail("cannot-write", [str(error)], as_json=json_) from None
    show(
        {"folder": str(folder), "files": [str(path) for path in written]},
        *(f"  {path}" for path in written),
        say(
            f"Adaptez ces fichiers, puis : crisis org check {folder} ; crisis serve --org {folder}",
            f"Adapt these files, then: crisis org check {folder}; crisis serve --org {folder}",
        ),
        as_json=json_,
    )


def check(folder: Folder, json_: AsJson = False) -> None:
    """Check an organisation folder: everything that is wrong, by file, line and column."""
    _, findings = _checked(folder, json_=json_)
    _report(findings, json_=json_)


def apply(folder: Folder, home: Home = HOME, json_: AsJson = False) -> None:
    """Check an organisation folder, and put it into the store as a numbered version."""
    files, findings = _checked(folder, json_=json_)
    if any(one.severity == "error" for one in findings):
        _report(findings, json_=json_)
    with told(as_json=json_):
        try:
            row = ask(home, "/organisation", {"files": files})
        except NotRunning as absent:
            where = store_beside(home, absent)
            if where is None:
                raise
            row = _put(where, files, json_=json_)
    version, digest = row["version"], str(row["digest"])[:12]
    show(
        row,
        *map(str, findings),
        say(f"Version {version} en vigueur ({digest}).", f"Version {version} holds ({digest})."),
        *_restart(row.get("restart_for", ())),
        as_json=json_,
    )


def _restart(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    listed = ", ".join(names)
    return [
        say(
            "Redémarrez crisis serve (ou les crisis web et crisis dispatch) pour que ceci prenne"
            f" effet : {listed}",
            "Restart crisis serve (or each crisis web and crisis dispatch) for this to take hold:"
            f" {listed}",
        )
    ]


def check_playbooks(files: Files, json_: AsJson = False) -> None:
    """Check playbooks: everything that is wrong, by file, line and column.

    Beside those that come with the product; those of an organisation's folder with its own plan
    and its other playbooks.
    """
    from crisis.library import check as check_library
    from crisis.yamlfile import NotAcceptable, decoded

    paths = [one for path in files for one in _yaml_of(path)]
    if not paths:
        nothing = say("Aucun fichier .yaml ici : ", "There is no .yaml file here: ")
        raise fail("cannot-read", [nothing + ", ".join(map(str, files))], as_json=json_)
    try:
        texts = {str(path): decoded(path.read_bytes(), str(path)) for path in paths}
        texts = _beside(paths) | texts
    except NotAcceptable as refusal:
        _report(refusal.findings, json_=json_)
    except OSError as error:
        raise fail("cannot-read", [str(error)], as_json=json_) from None
    today = datetime.now(UTC).date()  # noqa: TID251 - files are read without a service
    found = [*check_library(texts, today=today), *_in_scenarios(texts)]
    _report(sorted(found), json_=json_)


def _in_scenarios(texts: Mapping[str, str]) -> Sequence[Finding]:
    """What is wrong in the scenarios among these files; what is shipped may be played too."""
    from crisis.config import shipped_playbooks
    from crisis.proof.script import ENDING, findings

    known = {Path(name).stem for name in (*texts, *shipped_playbooks()) if ENDING not in name}
    return findings(texts, sorted(known))


def _beside(paths: Sequence[Path]) -> dict[str, str]:
    """What stands beside the files that are checked: without it they are not whole.

    In an organisation's folder its plan and playbooks, and those that come with the product; for
    files that lie anywhere else, and bring no plan, those that come with the product.
    """
    from crisis.config import read_folder, shipped_playbooks
    from crisis.config.documents import PLAN, PLAYBOOKS

    given = {path.name for path in paths}
    house = next(filter(None, map(_house_of, paths)), None)
    if house is not None:
        kept = {
            name: text for name, text in read_folder(house).items()
            if name == PLAN or name.startswith(PLAYBOOKS)
        }  # fmt: skip
        return {
            str(house / name) if (house / name).exists() else Path(name).name: text
            for name, text in kept.items() if Path(name).name not in given
        }  # fmt: skip
    if PLAN in given:
        return {}
    return {name: text for name, text in shipped_playbooks().items() if name not in given}


def _house_of(path: Path) -> Path | None:
    """The organisation's folder in which a file lies: the one with its settings."""
    above = path.resolve().parents
    return next((one for one in above if (one / "settings.yaml").is_file()), None)


def _yaml_of(path: Path) -> list[Path]:
    """The playbooks of a folder; also those that end in .yml, to say how they are called.

    Of an organisation's folder its plan and its playbooks: `crisis org check` reads the rest.
    """
    if not path.is_dir():
        return [path]
    if (path / "settings.yaml").is_file():
        plan = path / "communication-plan.yaml"
        return [*([plan] if plan.is_file() else ()), *_yaml_of(path / "playbooks")]
    return sorted(path.rglob("*.y*ml"))


def _checked(folder: Path, *, json_: bool) -> tuple[Mapping[str, str], Sequence[Finding]]:
    """The files of a folder, and everything that is wrong with them."""
    from crisis.cli.folder import checked_folder
    from crisis.yamlfile import NotAcceptable

    try:
        checked = checked_folder(folder)
    except NotAcceptable as refusal:
        return {}, refusal.findings
    except OSError as error:
        raise fail("cannot-read", [str(error)], as_json=json_) from None
    return checked.files, checked.findings


def _put(where: str | Path, files: Mapping[str, str], *, json_: bool) -> Any:
    """Put a checked folder into the store of a service that does not run."""
    from crisis.runtime.clock import ServiceClock
    from crisis.runtime.home import Home as DataFolder
    from crisis.store import StoreRefused, open_store

    if isinstance(where, Path):
        DataFolder.at(where.parent)
    try:
        store = open_store(where, upgrading=False)
    except StoreRefused as refusal:
        raise fail("store-refused", [str(refusal)], as_json=json_) from None
    try:
        with store.read() as view:
            now = ServiceClock(view.clock_offset()).now()
        [row] = store.transact([lambda unit: unit.add_configuration(files, at=now)])
    finally:
        store.close()
    if isinstance(row, Exception):
        raise row
    return {"version": row.version, "digest": row.digest, "at": row.at.isoformat()}


def _report(findings: Sequence[Finding], *, json_: bool) -> NoReturn:
    """Print the findings and end: 1 when there is an error among them."""
    from dataclasses import asdict

    errors = sum(one.severity == "error" for one in findings)
    show(
        {"errors": errors, "findings": [asdict(one) for one in findings]},
        *map(str, findings),
        say("Tout est en ordre.", "All is well.")
        if not findings
        else say(f"{errors} erreur(s), {len(findings) - errors} avertissement(s).",
                 f"{errors} error(s), {len(findings) - errors} warning(s)."),
        as_json=json_,
    )  # fmt: skip
    raise typer.Exit(REFUSED if errors else 0)
