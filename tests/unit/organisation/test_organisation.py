"""The organisation as a whole, rebuilt from what the store keeps."""

from __future__ import annotations

import pytest

from crisis.core.values import Who
from crisis.organisation import Organisation
from crisis.ports import Scope
from tests.unit.organisation.conftest import Files
from tests.unit.organisation.test_directory import TUESDAY


def test_same_files_make_the_same_organisation(files: Files) -> None:
    """Another process, given the stored content, pins the same playbook and asks the same."""
    one = Organisation.from_files(files, version=3)
    two = Organisation.from_files(
        {path: files[path] for path in sorted(files, reverse=True)}, version=3
    )
    assert one.pinned("flood", "hq").digest == two.pinned("flood", "hq").digest
    scope = Scope(site="hq")
    for who in ("technical-duty", {"site": "same"}):
        asked = Who.parse(who)
        assert one.directory.candidates(asked, scope, TUESDAY) == (
            two.directory.candidates(asked, scope, TUESDAY)
        )
    assert one.directory.version == one.version == 3


def test_playbook_is_pinned_once_for_a_site(organisation: Organisation) -> None:
    """Every incident of a site shares one compiled playbook."""
    assert organisation.pinned("flood", "hq") is organisation.pinned("flood", "hq")
    assert organisation.pinned("flood", "annex").site.name == "annex"
    with pytest.raises(KeyError):
        organisation.pinned("flood", "moon")
    with pytest.raises(KeyError):
        organisation.pinned("earthquake", "hq")
