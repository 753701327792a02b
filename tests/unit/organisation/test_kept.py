"""What the store keeps goes on working when a later release checks more strictly."""

from __future__ import annotations

import pytest

from crisis.config import read_folder, write_template
from crisis.organisation import Organisation
from crisis.yamlfile import NotAcceptable


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A folder that today's checks refuse: its flood has a lead without a last resort."""
    folder = tmp_path_factory.mktemp("kept") / "organisation"
    write_template(folder)
    files = dict(read_folder(folder))
    flood = files["playbooks/flood.yaml"]
    files["playbooks/flood.yaml"] = flood.replace("    last_resort: facilities-director\n", "", 1)
    assert files["playbooks/flood.yaml"] != flood
    return files


def test_a_new_folder_is_refused(stricter: dict[str, str]) -> None:
    """Nothing that the checks refuse is put into the store."""
    with pytest.raises(NotAcceptable, match="no-last-resort"):
        Organisation.from_files(stricter)


def test_what_was_accepted_once_is_still_read(stricter: dict[str, str]) -> None:
    """G1: after an upgrade a running incident keeps its playbook, whatever is checked by then."""
    organisation = Organisation.from_files(stricter, version=3, kept=True)

    assert organisation.pinned("flood", "hq").name == "flood"
    assert organisation.findings == ()


def test_a_playbook_that_cannot_be_read_costs_only_itself(stricter: dict[str, str]) -> None:
    """G13: one that has lost its form is left out; the others go on."""
    files = {**stricter, "playbooks/fire.yaml": "playbook: fire\n"}
    organisation = Organisation.from_files(files, kept=True)

    assert "fire" not in organisation.playbooks
    assert "flood" in organisation.playbooks
