"""The folder on disk: written once, read whole, its secrets left where they are."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from crisis.config import check_secrets, read_folder, shipped_playbooks, write_template
from crisis.organisation import Organisation
from crisis.yamlfile import NotAcceptable


def test_init_writes_a_folder_that_can_be_used(tmp_path: Path) -> None:
    """What is written is read, accepted, and has people, sites, rota, plan and playbooks."""
    written = write_template(tmp_path / "org")
    assert {path.name for path in written} >= {"settings.yaml", "people.yaml", "rota.ics",
                                               "hq.yaml", "README.md"}  # fmt: skip
    organisation = Organisation.from_files(read_folder(tmp_path / "org"))
    assert set(organisation.sites) == {"hq", "annex"}
    assert {"flood", "fire", "generic"} <= set(organisation.playbooks)
    assert organisation.settings.default_site == "hq"


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """A folder that has anything in it is refused, and left as it is."""
    (tmp_path / "settings.yaml").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty; name a new folder"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["settings.yaml"]


def test_secrets_are_invented_and_for_the_owner_only(tmp_path: Path) -> None:
    """Each folder has tokens of its own, which nobody else on the machine can read."""
    for name in ("one", "two"):
        write_template(tmp_path / name)
        check_secrets(tmp_path / name)
    place = tmp_path / "one" / "secrets"
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    tokens = {path.name: path.read_text() for path in place.iterdir()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in place.iterdir())
    assert all(len(token) > 40 for token in tokens.values())
    assert (
        tokens["reception-token"] != (tmp_path / "two" / "secrets" / "reception-token").read_text()
    )
    sources = Organisation.from_files(read_folder(tmp_path / "one")).settings.sources
    named = {source.token for source in sources.values()}
    assert named == set(tokens), "a secret that nothing reads would be guarded for nothing"


def test_secrets_never_enter_the_content(tmp_path: Path) -> None:
    """Whatever its name, no file of secrets/ is read into what the store keeps."""
    write_template(tmp_path / "org")
    (tmp_path / "org" / "secrets" / "more.yaml").write_text("password: hunter2")
    (tmp_path / "org" / ".git").mkdir()
    (tmp_path / "org" / ".git" / "config.yaml").write_text("x: y")
    files = read_folder(tmp_path / "org")
    assert "hunter2" not in "".join(files.values())
    assert not any(path.startswith(("secrets", ".git")) for path in files)


def test_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A token with a wrong mode stops the start, and the error says the command that mends it."""
    write_template(tmp_path / "org")
    (tmp_path / "org" / "secrets" / "building-token").chmod(0o640)
    with pytest.raises(PermissionError, match="chmod -R go= "):
        check_secrets(tmp_path / "org")
    check_secrets(tmp_path / "nowhere")


def test_playbook_of_the_folder_replaces_the_shipped_one(tmp_path: Path) -> None:
    """Shipped playbooks are part of the content; one's own of the same name goes before."""
    write_template(tmp_path / "org")
    shipped = shipped_playbooks()
    assert read_folder(tmp_path / "org")["playbooks/flood.yaml"] == shipped["flood.yaml"]
    own = shipped["flood.yaml"].replace("# ", "# own ", 1)
    (tmp_path / "org" / "playbooks" / "flood.yaml").write_text(own, encoding="utf-8")
    files = read_folder(tmp_path / "org")
    assert files["playbooks/flood.yaml"] == own
    assert "playbooks/communication-plan.yaml" not in files


def test_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    """An accent saved as Latin-1 is found where it is, instead of being read wrong."""
    write_template(tmp_path / "org")
    (tmp_path / "org" / "people.csv").write_bytes("id,name\ne1,Zoé\n".encode("latin-1"))
    with pytest.raises(NotAcceptable, match=r"people.csv:2:6 \[not-utf-8\]"):
        read_folder(tmp_path / "org")


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    """A mistyped path says how to make a folder."""
    with pytest.raises(NotADirectoryError, match="crisis init"):
        read_folder(tmp_path / "org")
