"""A large house: a hundred thousand people, and a page of an audience costs what a page costs."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from crisis.config import Configuration, read_configuration
from crisis.core.values import Who
from crisis.directory import PeopleDirectory
from crisis.ports import Scope
from tests.unit.organisation.conftest import Files
from tests.unit.organisation.test_directory import EVERY, HQ_A, TUESDAY

PEOPLE = 100_000
PAGE = 1_000


@pytest.fixture(scope="module")
def large(files: Files) -> Configuration:
    """The organisation that ships, with a hundred thousand people out of a CSV file."""
    lines = ["id,name,language,site,building,email"]
    for number in range(PEOPLE):
        building = "ab"[number % 2]
        lines.append(f"p{number:06},P {number},fr,hq,{building},p{number}@example.org")
    own = {path: text for path, text in files.items() if not path.startswith("playbooks/")}
    return read_configuration({**own, "people.csv": "\n".join(lines)})


@pytest.fixture(scope="module")
def directory(large: Configuration) -> PeopleDirectory:
    """Its directory."""
    return PeopleDirectory(large)


def spent(work: Callable[[], object]) -> float:
    """Processor seconds, the best of three."""
    times = []
    for _ in range(3):
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return min(times)


def test_last_page_costs_no_more_than_the_first(directory: PeopleDirectory) -> None:
    """A fan-out goes on at the same speed to its end (within a factor of five)."""

    def page(after: str) -> Callable[[], object]:
        return lambda: directory.audience(
            "people-on-site", EVERY, HQ_A, TUESDAY, after=after, limit=PAGE
        )

    early, late = spent(page("p000000")), spent(page("p097000"))
    assert late < 5 * early + 0.005
    assert early < 0.25


def test_few_are_found_without_looking_at_all(directory: PeopleDirectory) -> None:
    """The directorate, two people among a hundred thousand, costs nothing of their number."""

    def ask() -> None:
        page = directory.audience("directorate", EVERY, HQ_A, TUESDAY, after="", limit=PAGE)
        assert [one.id for one in page] == ["e113", "e114"]
        assert directory.candidates(Who.parse("facilities-duty"), HQ_A, TUESDAY) == ("e104",)

    ask()
    assert spent(ask) < 0.005


def test_everybody_comes_once_over_all_pages(directory: PeopleDirectory) -> None:
    """G2: all of building A and nobody else, each once, over a hundred pages."""
    seen: list[str] = []
    scope = Scope(site="hq", building="a")
    while page := directory.audience(
        "people-on-site", EVERY, scope, TUESDAY, after=seen[-1] if seen else "", limit=PAGE
    ):
        seen.extend(one.id for one in page)
    crowd = [one for one in seen if one.startswith("p")]
    assert crowd == [f"p{number:06}" for number in range(0, PEOPLE, 2)]
    assert len(seen) == len(set(seen))
