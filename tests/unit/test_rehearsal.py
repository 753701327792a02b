"""A service that starts has opened every playbook once, and says which it could not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crisis.compose import Composer
from crisis.config import read_folder, write_template
from crisis.organisation import Organisation
from crisis.runtime import rehearsal
from crisis.runtime.rehearsal import rehearse

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def organisation(tmp_path: Path) -> Organisation:
    """The organisation that is shipped to begin with."""
    write_template(tmp_path / "org")
    return Organisation.from_files(read_folder(tmp_path / "org"))


def test_every_shipped_playbook_can_be_opened_at_every_site(organisation: Organisation) -> None:
    """Nothing that is shipped fails for want of a fact, a person or a word."""
    assert rehearse(organisation, {}, NOON) == []
    opened = set(organisation._pinned)
    assert opened == {
        (name, site) for name in organisation.playbooks for site in organisation.sites
    }


def test_a_playbook_that_fails_is_named_and_stops_nothing(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G13: the service starts all the same, and the others have been opened."""

    class Mute(Composer):
        def render(self, message: Any, **given: Any) -> Any:
            if given["pinned"].name == "flood":
                raise ValueError("no words")
            return super().render(message, **given)

    monkeypatch.setattr(rehearsal, "Composer", Mute)
    assert set(rehearse(organisation, {}, NOON)) == {"flood"}
