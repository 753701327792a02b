"""The demo as its reader gets it: one flood on the real service, from the report to the review."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import jsonschema
import pytest

from crisis.cli.demo import Demo, once
from crisis.core.incident import Incident
from tests.demo.alike import differences

SEEDS = (1, 2, 12)
SCHEMA = json.loads(files("crisis.proof").joinpath("outcome.schema.json").read_text("utf-8"))


@cache
def told(seed: int, *, silent_lead: bool) -> tuple[dict[str, Any], list[Incident]]:
    """What a seed's story came to, and the crises that the flood has opened."""

    async def play() -> tuple[dict[str, Any], list[Incident]]:
        async with Demo(seed=seed, silent_lead=silent_lead) as demo:
            result, flood = await demo.play(), demo.incident()
            names = flood.related if flood is not None else ()
            return result, [one for one in map(demo.service.incident, names) if one is not None]

    return asyncio.run(play())


def played(seed: int, *, silent_lead: bool = False) -> dict[str, Any]:
    """What a seed's story came to; each is played once."""
    return told(seed, silent_lead=silent_lead)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_object_is_as_the_shipped_schema_says(seed: int) -> None:
    """Whoever reads the demo's output can rely on its JSON Schema."""
    jsonschema.Draft202012Validator(SCHEMA).validate(played(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_promise_is_broken_and_the_chain_holds(seed: int) -> None:
    """G5, G8, G11: people who act keep every promise, and the record proves it."""
    story = played(seed)

    assert story["promises"]["broken"] == []
    assert story["promises"]["made"]
    assert story["chain_verified"] is True


@pytest.mark.parametrize("seed", SEEDS)
def test_one_role_is_declined_and_taken_by_the_deputy(seed: int) -> None:
    """G3: whoever cannot is followed at once by the deputy, never by nobody."""
    declined = [
        role for role in played(seed)["roles"]
        if any(offer["answer"] == "declined" for offer in role["offers"])
    ]  # fmt: skip

    assert declined
    for role in declined:
        took = {o["rank"] for o in role["offers"] if o["answer"] == "accepted"}
        assert any(rank.startswith("deputy") for rank in took)
        assert role["person"]


@pytest.mark.parametrize("seed", SEEDS)
def test_four_audiences_hear_what_concerns_them(seed: int) -> None:
    """G4: each audience has words of its own, in both languages, and got them."""
    told = [one for one in played(seed)["audiences"] if one["audience"] != "directorate"]

    assert len([one for one in told if one["recipients"]]) >= 4
    for language in ("fr", "en"):
        for one, other in combinations(told, 2):
            assert one["impact"][language] != other["impact"][language]
            assert one["instruction"][language] != other["instruction"][language]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_directorate_is_briefed_with_the_first_words(seed: int) -> None:
    """G6: brief no. 1 leaves before or with whatever goes outside."""
    story = played(seed)
    outside = [m for m in story["messages"] if m["audience"] == "co-tenants"]

    assert story["briefs"][0]["at"] <= outside[0]["released_at"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bystander_gets_three_messages_at_most(seed: int) -> None:
    """Those who are away hear what concerns them, not every difference."""
    kinds = [m["kind"] for m in played(seed)["messages"] if m["audience"] == "users-away"]

    assert len(kinds) <= 3
    assert kinds[-1] == "end"


@pytest.mark.parametrize("seed", SEEDS)
def test_it_ends_in_a_review_and_verified_actions(seed: int) -> None:
    """G10: the review has an owner and a date, and every action is chased to its end."""
    story = played(seed)

    assert story["review"]["owner"]
    assert story["review"]["held_at"]
    assert story["actions"]
    assert {action["state"] for action in story["actions"]} == {"verified"}


def test_seeds_tell_different_stories() -> None:
    """A seed shifts who declines, and when people answer."""
    declined = {
        offer["person"]
        for seed in SEEDS
        for role in played(seed)["roles"]
        for offer in role["offers"]
        if offer["answer"] == "declined"
    }

    assert len(declined) > 1


def test_a_seed_tells_its_story_again() -> None:
    """Whoever plays a seed twice, or on a cluster, sees the same; only instants shift a little."""
    assert differences(played(1), asyncio.run(once(1, silent_lead=False))) == []


def test_a_silent_lead_is_seen_escalated_and_replaced() -> None:
    """G3, G5: nobody acts; a promise breaks, those above are told, the last resort leads."""
    story = played(1, silent_lead=True)
    lead = next(role for role in story["roles"] if role["role"] == "lead")
    answers = {offer["rank"]: offer["answer"] for offer in lead["offers"]}

    assert story["promises"]["broken"]
    assert any(one["kind"] == "no-lead" for one in story["escalations"])
    assert answers["holder"] == "silent"
    assert answers["last-resort"] == "accepted"
    assert story["chain_verified"] is True


def test_a_crisis_that_the_flood_opens_is_dealt_with_too() -> None:
    """Nobody said that the servers may stay on: they are stopped, and that outage ends as well."""
    _, opened = told(1, silent_lead=True)

    assert [(one.playbook, one.phase) for one in opened] == [("service-outage", "closed")]


def test_never_more_than_two_holding_statements_in_a_row() -> None:
    """E4: a third automatic answer in a row would be a failure; the promise breaks instead."""
    story = played(1, silent_lead=True)
    heard: dict[str, list[str]] = {}
    for message in story["messages"]:
        if message["audience"] and message["kind"] != "brief":
            heard.setdefault(message["audience"], []).append(message["kind"])

    for kinds in heard.values():
        runs = "".join("h" if kind == "holding" else "." for kind in kinds)
        assert "hhh" not in runs
    assert Counter(kind for kinds in heard.values() for kind in kinds)["holding"] >= 2


def test_the_first_notification_takes_less_than_a_second() -> None:
    """From the report at the door to the first message at somebody's phone or mailbox."""
    assert played(1)["first_notification_ms"] < 1000
    assert datetime.fromisoformat(played(1)["phases"]["open"])
