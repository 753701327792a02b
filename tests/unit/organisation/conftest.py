"""The organisation that ships, and a way to change one line of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crisis.config import read_folder, write_template
from crisis.organisation import Organisation

Files = Mapping[str, str]
Change = Callable[[str, str, str], Files]
"""(file, old, new) -> the files with that one place changed."""


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The content of a folder that `crisis init` has just written."""
    folder: Path = tmp_path_factory.mktemp("init") / "org"
    write_template(folder)
    return read_folder(folder)


@pytest.fixture(scope="session")
def organisation(files: Files) -> Organisation:
    """The organisation that ships."""
    return Organisation.from_files(files, now=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.fixture
def change(files: Files) -> Change:
    """Change one place in one file; a place that is not there fails the test."""

    def changed(file: str, old: str, new: str) -> Files:
        assert old in files[file], f"{old!r} is not in {file}"
        return {**files, file: files[file].replace(old, new, 1)}

    return changed
