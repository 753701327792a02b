"""The organisation folder on disk: written once by `crisis init`, read by `crisis org`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from crisis.config.documents import PLAN, PLAYBOOKS
from crisis.yamlfile import Finding, NotAcceptable, decoded

SECRETS = "secrets"
"""The folder inside the organisation's whose files are secrets: never read into the content."""

_SCENARIO = ".scenario.yaml"
_READ = frozenset({".yaml", ".yml", ".csv", ".ics"})
_OPEN_TO_OTHERS = 0o077
_SETTINGS = "settings.yaml"
_RELAY = ("127.0.0.1", 1025)
"""Where the template sends its mail."""
_INVENTED = ("reception-token", "alertmanager-token", "building-token")
"""Secrets that nobody else has to know: `crisis init` invents them."""


def write_template(folder: Path, *, relay: tuple[str, int] = _RELAY) -> list[Path]:
    """Write an organisation to begin with, and answer its files; secrets are for the owner only.

    ``relay`` is where its mail goes: host and port. Raises FileExistsError when the folder has
    anything in it: nothing is ever overwritten.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder: crisis init DIR")
    written = []
    template = resources.files("crisis.config") / "template"
    content = {path: file.read_bytes() for path, file in _walk(template)}
    content[PLAN] = shipped_playbooks()[PLAN].encode()
    for name, before, now in zip(("host", "port"), _RELAY, relay, strict=True):
        line, wanted = f"    {name}: {before}", f"    {name}: {now}"
        content[_SETTINGS] = content[_SETTINGS].replace(line.encode(), wanted.encode(), 1)
    for path, text in sorted(content.items()):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        written.append(target)
    (folder / PLAYBOOKS).mkdir()
    (folder / SECRETS).mkdir(mode=0o700)
    for name in _INVENTED:
        target = folder / SECRETS / name
        target.touch(mode=0o600)
        target.write_text(secrets.token_urlsafe(32) + "\n", encoding="utf-8")
        written.append(target)
    return written


def read_folder(folder: Path) -> dict[str, str]:
    """The content of an organisation folder: path -> text, and the shipped playbooks with it.

    A playbook of the folder replaces the shipped one of the same name. Secrets are left where
    they are. Raises NotAcceptable for a file that is not UTF-8, and NotADirectoryError.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder; crisis init {folder} writes one")
    files = {PLAYBOOKS + path: text for path, text in shipped_playbooks().items() if path != PLAN}
    findings: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.suffix not in _READ or not path.is_file() or _hidden(relative):
            continue
        try:
            files[relative.as_posix()] = decoded(path.read_bytes(), relative.as_posix())
        except NotAcceptable as refusal:
            findings += refusal.findings
    if findings:
        raise NotAcceptable(findings)
    return files


def check_secrets(folder: Path) -> None:
    """Raise PermissionError where somebody else on this machine could read a secret."""
    place = folder / SECRETS
    if not place.is_dir():
        return
    for path in (place, *sorted(place.iterdir())):
        if path.stat().st_mode & _OPEN_TO_OTHERS:
            raise PermissionError(
                f"{path} can be read by others on this machine; run: chmod -R go= {place}"
            )


def shipped_playbooks() -> Mapping[str, str]:
    """The playbooks and the plan that come with the product: file name -> text."""
    place = _shipped()
    return {path: file.read_text(encoding="utf-8") for path, file in _walk(place) if _ships(path)}


def shipped_scenarios() -> Mapping[str, str]:
    """The scenarios that come with the product: file name -> text."""
    place = _shipped()
    return {path: file.read_text(encoding="utf-8") for path, file in _walk(place)
            if path.endswith(_SCENARIO)}  # fmt: skip


def _shipped() -> Traversable:
    packaged = resources.files("crisis") / "playbooks"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "playbooks"


def _ships(path: str) -> bool:
    return path.endswith(".yaml") and not path.endswith(_SCENARIO)


def _walk(place: Traversable, above: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
        path = str(PurePosixPath(above, entry.name))
        if entry.is_dir():
            yield from _walk(entry, path)
        else:
            yield path, entry


def _hidden(relative: Path) -> bool:
    return relative.parts[0] == SECRETS or any(part.startswith(".") for part in relative.parts)
