"""An organisation folder as it lies on disk, checked whole, with its secrets and its channels."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crisis.channels.checks import channel_findings
from crisis.channels.credentials import Secrets
from crisis.config import check_secrets, read_folder
from crisis.organisation import Organisation
from crisis.proof.script import findings as scenario_findings
from crisis.yamlfile import Finding, NotAcceptable

SECRETS = "secrets"
"""Folder of the organisation in which each secret is a file; never part of what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a folder says, once nothing in it is wrong."""

    files: Mapping[str, str]
    organisation: Organisation
    findings: tuple[Finding, ...]
    """What a person should look at."""


def checked_folder(folder: Path) -> Checked:
    """Read and check a folder.

    Raises NotAcceptable with every finding; NotADirectoryError; PermissionError where others on
    this machine could read a secret.
    """
    files = read_folder(folder)
    check_secrets(folder)
    now = datetime.now(UTC)  # noqa: TID251 - there is no service with a clock yet
    organisation = Organisation.from_files(files, now=now)
    secrets = Secrets.read(folder / SECRETS, os.environ)
    found = (
        *organisation.findings,
        *channel_findings(organisation.configuration, secrets),
        *scenario_findings(files, sorted(organisation.library.playbooks)),
    )
    if any(one.severity == "error" for one in found):
        raise NotAcceptable(found)
    return Checked(files=files, organisation=organisation, findings=tuple(sorted(found)))
