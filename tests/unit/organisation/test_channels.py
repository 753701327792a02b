"""A channel that could not be opened is found by the check, at its line, not at the start."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from crisis.channels.credentials import SecretMissingError, Secrets
from crisis.cli.app import app
from crisis.cli.folder import checked_folder
from crisis.config import write_template
from crisis.yamlfile import NotAcceptable


@pytest.fixture
def org(tmp_path: Path) -> Path:
    """What ``crisis init`` writes."""
    write_template(tmp_path / "org")
    return tmp_path / "org"


def changed(org: Path, old: str, new: str) -> int:
    """Change the settings; answer the line where the change stands."""
    settings = org / "settings.yaml"
    text = settings.read_text("utf-8")
    assert old in text
    settings.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("security: none", "secrity: none", 'did you mean "security"'),
        ("port: 1025", "port: 70000", "port"),
        ("kind: gateway", "kind: gatewy", "use one of email, gateway"),
        ("from_address: crisis@example.org", "from_address: crisis", "name@example.org"),
    ],
)
def test_what_would_keep_a_channel_shut_is_named(org: Path, old: str, new: str, says: str) -> None:
    """The kind's own settings are checked, each mistake by line with what to write instead."""
    line = changed(org, old, new)
    with pytest.raises(NotAcceptable) as refused:
        checked_folder(org)
    [finding] = refused.value.findings
    assert says in finding.message
    assert "value error" not in finding.message
    assert abs(finding.line - line) <= 9


def test_a_placeholder_that_there_is_not_is_named(org: Path) -> None:
    """A slip in a gateway's request is found before anybody waits for its message."""
    changed(org, "{short}", "{shrot}")
    with pytest.raises(NotAcceptable) as refused:
        checked_folder(org)
    assert "did you mean {short}?" in str(refused.value)


def test_a_secret_that_is_missing_is_an_error_for_a_channel(org: Path) -> None:
    """Its mails could not leave; the check says which file to write."""
    changed(org, "# username: crisis", "username: crisis")
    changed(org, "# password_secret:", "password_secret:")
    with pytest.raises(NotAcceptable) as refused:
        checked_folder(org)
    assert "smtp-password" in str(refused.value)
    (org / "secrets" / "smtp-password").touch(mode=0o600)
    (org / "secrets" / "smtp-password").write_text("x")
    changed(org, "security: none", "security: starttls")
    assert not checked_folder(org).findings


def test_a_source_without_its_token_is_warned_of(org: Path) -> None:
    """It is refused at the door; the others are let in, and so is everybody else."""
    (org / "secrets" / "reception-token").unlink()
    [finding] = checked_folder(org).findings
    assert (finding.severity, "reception cannot send" in finding.message) == ("warning", True)


def test_secrets_are_a_mapping_like_any_other() -> None:
    """What asks for a secret that may be missing gets its default, not an error."""
    secrets = Secrets({"a": "x"})
    assert secrets.get("b", "") == ""
    assert "b" not in secrets
    with pytest.raises(SecretMissingError, match=r"^the secret 'b' is missing"):
        secrets["b"]


def test_serve_says_what_is_missing_in_one_line(org: Path, tmp_path: Path) -> None:
    """A wrong port, a taken one and a missing secret end in a sentence, never in a traceback."""
    changed(org, "# username: crisis", "username: crisis")
    changed(org, "# password_secret:", "password_secret:")
    home = str(tmp_path / "home")
    for more, says in (((), "smtp-password"), (("--port", "70000"), "65535")):
        result = CliRunner().invoke(app, ["serve", "--org", str(org), "--home", home, *more])
        assert result.exit_code in {1, 2}
        assert says in result.stderr
        assert "Traceback" not in result.output
