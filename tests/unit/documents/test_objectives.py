"""The published objectives: every word in both languages, the services with what they do."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from crisis.core.objectives import Result, Results
from crisis.documents.objectives import markdown, published
from tests.unit.core.story import pinned
from tests.unit.language.conftest import ROOT

KEPT = Results(
    by={("first", "people-on-site"): Result(kept=3, of=4), ("lead", ""): Result(kept=1, of=2)},
    promises=Result(kept=9, of=9),
)


class Nobody:
    """A directory that knows functions, and not one person."""

    def title(self, function: str, language: str) -> str:
        """The name of the function."""
        return f"{function} {language}"

    def contact(self, function: str, language: str) -> str:
        """Its telephone."""
        return f"{self.title(function, language)}, 4000"


def test_promises_services_and_results_stand_together() -> None:
    """Of the audience: what it is promised and how often that was kept; of a crisis: what we do."""
    flood = pinned("flood")
    told = published(flood.plan, {"flood": flood.in_force({})}, Nobody(), KEPT)
    told["counted"] = {"fr": "-", "en": "-"}
    french, english = ("\n".join(markdown(told, one)) for one in ("fr", "en"))
    assert (
        "S1: first word within 5 min, then every 20 min, a question answered within 1 h" in english
    )
    assert "S1 : premier message en 5 min, puis toutes les 20 min" in french
    assert "First word in time: 3 of 4" in english
    assert english.index("Somebody leads in time: 1 of 2") < english.index("## Crisis team")
    assert "Promises kept: 9 of 9" in english
    assert "guard-post fr, 4000" in french
    assert "Langues : français, anglais" in french
    assert "At once: The facilities duty team has been called." in english
    assert french.count("\n") == english.count("\n")
    assert "{" not in french + english


def test_every_published_word_has_two_languages_and_is_used() -> None:
    """What nothing says any more is taken out."""
    words = tomllib.loads(files("crisis.documents").joinpath("published.toml").read_text("utf-8"))
    assert {tuple(one) for one in words.values()} == {("fr", "en")}
    source = "".join(
        path.read_text("utf-8")
        for folder in ("documents", "web")
        for path in (ROOT / "crisis" / folder).glob("*.py")
    )
    said = {name for name in words if f'"{name}"' in source or f"'{name}'" in source}
    made = {name for name in words if name.endswith(("_kept", "_counted"))}
    made |= {"in_fr", "in_en"}
    made |= {f"avoidable_{answer}" for answer in ("yes", "partly", "no")}
    assert words.keys() - said - made == set()
