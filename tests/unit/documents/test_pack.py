"""The crisis pack: on paper, whole, in both languages, and it says of which version it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crisis.cli.app import app
from crisis.cli.folder import checked_folder
from crisis.cli.speech import language
from crisis.config import write_template
from crisis.documents.pack import ROWS, Source, pack, version_of
from crisis.organisation import Organisation

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DIGEST = "a1" * 32


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation to begin with."""
    folder = tmp_path_factory.mktemp("house") / "org"
    write_template(folder, relay=("127.0.0.1", 1025))
    return folder


@pytest.fixture(scope="module")
def content(house: Path) -> Mapping[str, str]:
    """Its files."""
    return checked_folder(house).files


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """The command line, in English."""
    monkeypatch.setenv("CRISIS_LANG", "en")
    language.cache_clear()
    yield CliRunner()
    language.cache_clear()


def printed(content: Mapping[str, str], known: str, site: str, *playbooks: str) -> str:
    """The pack of a site, with some playbooks."""
    made = Organisation.from_files(content)
    source = Source(
        configuration=made.configuration, names=made.directory, site=made.sites[site],
        playbooks=[made.pinned(name, site) for name in playbooks], digest=DIGEST,
    )  # fmt: skip
    return pack(source, known, NOW)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ("fr", ("DONNÉES PERSONNELLES", "Astreinte technique", "Heure du fait", "Pompe")),
        ("en", ("PERSONAL DATA", "Technical duty", "Time it happened", "Pump")),
    ],
)
def test_it_holds_whom_to_call_what_to_do_and_where_to_write(
    content: Mapping[str, str], known: str, says: tuple[str, ...]
) -> None:
    """Everything is down at nine: numbers, who is on duty, the flood, role cards, blank sheets."""
    made = Organisation.from_files(content)
    text = printed(content, known, "hq", "flood")
    for words in says:
        assert words in text
    for firm in made.sites["hq"].contractors.values():
        assert str(firm.telephone) in text
    people = made.configuration.people.people.values()
    for person in (one for one in people if {"facilities-duty", "directorate"} & {*one.functions}):
        assert text.count(person.name) > 0
        assert person.addresses["sms"] in text
    cards = text.count('<div class="card">')
    playbook = made.pinned("flood", "hq").in_force({"severity": "S3"})
    assert cards == len(playbook.roles)
    lead = text.partition('<div class="card">')[2].partition("</div>")[0]
    assert re.findall(r"<li>(\w+ \w+), \+", lead)[:3] == [
        "Nadia Benali", "Thomas Keller", "Sophie Marchand",
    ]  # fmt: skip
    assert text.count("<tr><td></td>") == ROWS
    assert "crisis measure" in text


def test_it_asks_for_nothing_from_outside_and_runs_nothing(content: Mapping[str, str]) -> None:
    """It is opened from a stick on a machine without network; words of a file are words."""
    title = "Siège <script>alert(1)</script>"
    edited = {
        name: text.replace('title: {fr: "Siège"', f'title: {{fr: "{title}"', 1)
        for name, text in content.items()
    }
    assert edited != content
    text = printed(edited, "fr", "hq", "flood")
    assert "&lt;script&gt;" in text
    for outside in ("<script", "src=", "url(", "<link", "@import", 'href="http'):
        assert outside not in text


def test_a_site_has_its_own_people_and_a_rota_may_be_empty(content: Mapping[str, str]) -> None:
    """Of what each site has its own, those of this site; nobody on the rota is said."""
    empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"
    text = printed({**content, "rota.ics": empty}, "en", "annex")
    assert "The rota names nobody" in text
    people = Organisation.from_files(content).configuration.people.people.values()
    posts = [one for one in people if "guard-post" in one.functions]
    here = {one.name for one in posts if one.site == "annex"}
    shown = {one.name for one in posts if one.name in text}
    assert shown == (here or {one.name for one in posts})


def test_it_names_its_version(content: Mapping[str, str]) -> None:
    """Whoever holds two copies sees which one to destroy."""
    assert version_of(printed(content, "en", "hq")) == DIGEST
    assert version_of("<html></html>") == ""


def test_every_word_of_it_is_used() -> None:
    """Words that nobody prints go."""
    here = files("crisis.documents")
    words = tomllib.loads(here.joinpath("pack.toml").read_text("utf-8"))
    frame = here.joinpath("frames", "pack.html").read_text("utf-8")
    source = here.joinpath("pack.py").read_text("utf-8")
    for name, said in words.items():
        assert set(said) == {"fr", "en"}
        base = name.partition("_")[0]
        assert f'"{name}"' in frame + source or f'"{base}"' in frame + source, name


def test_the_command_writes_it_and_says_when_it_is_out_of_date(
    house: Path, tmp_path: Path, spoken: CliRunner
) -> None:
    """For its owner's eyes, with a warning; the next version of the folder makes it old."""
    out = tmp_path / "pack.html"
    ask = ["pack", "--org", str(house)]
    said = spoken.invoke(app, [*ask, "--site", "annex", "--lang", "fr", "--out", str(out)])
    assert said.exit_code == 0, said.output
    assert "personal data" in said.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert '<html lang="fr">' in out.read_text("utf-8")
    assert "up to date" in spoken.invoke(app, [*ask, "--check", str(out)]).output
    out.write_text(out.read_text("utf-8").replace('version" content="', 'version" content="x'))
    old = spoken.invoke(app, [*ask, "--check", str(out)])
    assert (old.exit_code, "another version" in old.output) == (1, True)
    for wrong in (["--site", "moon"], ["--lang", "de"], ["--check", "none.html"]):
        assert spoken.invoke(app, [*ask, *wrong]).exit_code == 1
    nowhere = spoken.invoke(app, [*ask, "--out", str(tmp_path / "no" / "pack.html")])
    assert nowhere.exit_code == 1
