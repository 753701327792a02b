"""Where Kafka cannot be started, a person learns why and what to install."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import jars


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What was found out about this machine's Java is found out again."""
    jars.java.cache_clear()
    yield
    jars.java.cache_clear()


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Java: the reason names the version that is needed and the packages that bring it."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(jars.NoKafkaError, match=r"Java 17 or newer .*apt-get install .*maven"):
        jars.java()


def test_an_old_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Java that is too old is not tried: the reason names its path and its version."""
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n", "utf-8")
    old.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(old))
    with pytest.raises(jars.NoKafkaError, match=f"{old} is 11.0.2"):
        jars.java()


def test_without_maven_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Maven, and no jars from before: the reason says what to install, and nothing is left."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(jars, "CACHE", tmp_path)
    with pytest.raises(jars.NoKafkaError, match=r"fetched by Maven.*apt-get install"):
        jars.jars()
    assert [one.name for one in tmp_path.iterdir()] == ["lock"]
