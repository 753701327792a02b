"""How brokers are reached: what the environment says, and what is refused of it, in words."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.cli.speech import language
from crisis.runtime.access import AccessRefused, access, reached_at
from crisis.runtime.cluster import streams

NAMES = ("CA", "TLS", "CERT", "KEY", "USER", "PASSWORD", "PASSWORD_FILE", "MECHANISM")
SECRET = "open-sesame-7"

Tell = Callable[..., None]


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Sets what is told, and nothing beside it."""

    def told(**settings: str) -> None:
        for name in NAMES:
            monkeypatch.delenv(f"CRISIS_KAFKA_{name}", raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(f"CRISIS_KAFKA_{name}", value)

    told()
    return told


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key."""
    path = shutil.which("openssl")
    if path is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = [
        path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=a part",
        "-out", str(cert), "-keyout", str(key),
    ]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True, timeout=30)  # noqa: S603 - as given
    return cert, key


def test_nothing_is_told_and_nothing_is_asked_for(tell: Tell) -> None:
    """Brokers of one's own machine need no more than their address; empty is not given."""
    tell(CA="", USER="", TLS="0")
    assert reached_at("kafka:9092") == {"bootstrap_servers": "kafka:9092"}


def test_tls_alone_makes_sure_who_the_brokers_are(tell: Tell) -> None:
    """The system's own certificates are trusted; the name in the broker's must be right."""
    tell(TLS="1")
    said = reached_at("kafka:9093")
    assert (said["bootstrap_servers"], said["security_protocol"]) == ("kafka:9093", "SSL")
    assert said["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert said["ssl_context"].check_hostname


def test_a_name_is_shown_by_scram_unless_another_way_is_told(tell: Tell, tmp_path: Path) -> None:
    """The file holds the password up to its line end, and wins over the variable."""
    (tmp_path / "password").write_text(f"{SECRET}\n", encoding="utf-8")
    tell(TLS="1", USER="ada", PASSWORD="older", PASSWORD_FILE=str(tmp_path / "password"))
    said = reached_at("kafka:9093")
    assert said["security_protocol"] == "SASL_SSL"
    assert said["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (said["sasl_plain_username"], said["sasl_plain_password"]) == ("ada", SECRET)
    tell(TLS="1", USER="ada", PASSWORD=SECRET, MECHANISM="PLAIN")
    said = reached_at("kafka:9093")
    assert (said["sasl_mechanism"], said["sasl_plain_password"]) == ("PLAIN", SECRET)
    assert SECRET not in repr(access())


def test_a_certificate_of_our_own_is_shown(tell: Tell, certificate: tuple[Path, Path]) -> None:
    """With its key, to brokers whose own certificate was signed by those of the file."""
    cert, key = map(str, certificate)
    tell(CA=cert, CERT=cert, KEY=key)
    context = reached_at("kafka:9093")["ssl_context"]
    assert [dict(one["subject"][0]) for one in context.get_ca_certs()] == [{"commonName": "a part"}]
    tell(CA=cert, CERT=cert, KEY=cert)
    with pytest.raises(AccessRefused, match="CRISIS_KAFKA_KEY"):
        access()


def test_streams_are_told_the_same(tell: Tell) -> None:
    """Faust's own clients show the same name, over the same TLS."""

    async def nothing(*_: object, **__: object) -> None:
        """Never called."""

    tell(TLS="1", USER="ada", PASSWORD=SECRET, MECHANISM="SCRAM-SHA-256")
    app = streams(
        brokers="a:9093,b:9093", group="g", topics=(), handle=nothing, handled=dict, met=nothing
    )
    told: Any = app.conf.broker_credentials
    assert told.protocol.value == "SASL_SSL"
    assert (told.username, told.password) == ("ada", SECRET)
    assert told.mechanism.value == "SCRAM-SHA-256"
    assert [str(one) for one in app.conf.broker] == ["kafka://a:9093", "kafka://b:9093"]
    tell(TLS="1")
    app = streams(brokers="a:1", group="g", topics=(), handle=nothing, handled=dict, met=nothing)
    told = app.conf.broker_credentials
    assert told.protocol.value == "SSL"


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"TLS": "1", "USER": "ada"}, "CRISIS_KAFKA_PASSWORD_FILE"),
        ({"TLS": "1", "PASSWORD": SECRET}, "CRISIS_KAFKA_USER"),
        ({"TLS": "1", "MECHANISM": "PLAIN"}, "CRISIS_KAFKA_USER"),
        ({"TLS": "1", "USER": "ada", "PASSWORD": "x", "MECHANISM": SECRET}, "SCRAM-SHA-512"),
        ({"USER": "ada", "PASSWORD": SECRET}, "CRISIS_KAFKA_CA"),
        ({"TLS": "1", "USER": "ada", "PASSWORD_FILE": f"/{SECRET}"}, "No such file"),
        ({"TLS": "1", "USER": "ada", "PASSWORD_FILE": "/dev/null"}, "CRISIS_KAFKA_PASSWORD_FILE"),
        ({"TLS": SECRET}, "CRISIS_KAFKA_TLS"),
        ({"CA": "/nowhere.pem"}, "CRISIS_KAFKA_CA"),
        ({"CA": "/dev/null"}, "CRISIS_KAFKA_CA"),
        ({"TLS": "1", "CERT": "cert.pem"}, "CRISIS_KAFKA_KEY"),
        ({"TLS": "1", "KEY": "key.pem"}, "CRISIS_KAFKA_CERT"),
        ({"CERT": "cert.pem", "KEY": "key.pem"}, "CRISIS_KAFKA_CA"),
        ({"TLS": "1", "CERT": "/nowhere.pem", "KEY": "/nowhere.pem"}, "CRISIS_KAFKA_CERT"),
    ],
)
def test_half_of_something_is_refused(told: dict[str, str], named: str, tell: Tell) -> None:
    """Both languages name what to mend, and neither shows what may be a password."""
    tell(**told)
    with pytest.raises(AccessRefused) as refused:
        reached_at("kafka:9093")
    assert set(refused.value.said) == {"fr", "en"}
    for said in (*refused.value.said.values(), str(refused.value), repr(refused.value)):
        assert named in said
        assert SECRET not in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["worker"], 1), (["dispatch"], 1), (["web"], 1), (["doctor", "--part", "worker"], 0),
        (["doctor"], 3), (["topics", "apply"], 1), (["dead-letters", "list"], 1),
    ],
)  # fmt: skip
def test_every_command_refuses_at_its_start(
    words: list[str], code: int, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the reader's language, and before any broker is asked: there is none at this address.

    To a supervisor the doctor finds no fault: no new start would mend it.
    """
    tell(TLS="1", USER="ada")
    monkeypatch.setenv("CRISIS_LANG", "fr")
    language.cache_clear()
    store = (
        [] if words[0] in {"topics", "dead-letters"} else ["--store", "postgresql://n@[::1]:1/n"]
    )
    done = CliRunner().invoke(app, [*words, "--bootstrap", "127.0.0.1:1", *store])
    language.cache_clear()
    assert done.exit_code == code, done.output
    assert "CRISIS_KAFKA_USER est donné sans CRISIS_KAFKA_PASSWORD_FILE" in done.output


def test_no_client_is_told_its_brokers_by_hand() -> None:
    """One place knows how brokers are reached: a client made beside it would speak in the clear."""
    crisis = Path(__file__).parents[3] / "crisis"
    found = [one.name for one in crisis.rglob("*.py") if "bootstrap_servers" in one.read_text()]
    assert found == ["access.py"]
