"""The topics of Kafka, made and compared. They are the cluster's: no service needs to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from crisis.cli.addresses import Bootstrap
from crisis.cli.output import NOT_RUNNING, REFUSED, AsJson, fail, show
from crisis.cli.speech import language, say

if TYPE_CHECKING:
    from crisis.runtime.differences import Difference
    from crisis.runtime.provision import Outcome


def apply(bootstrap: Bootstrap, json_: AsJson = False) -> None:
    """Make the topics that are missing; name what differs in the others, and leave it."""
    _run("apply", bootstrap, json_=json_)


def check(bootstrap: Bootstrap, json_: AsJson = False) -> None:
    """Compare the topics with what this release needs; change nothing."""
    _run("check", bootstrap, json_=json_)


@contextmanager
def asking(bootstrap: str, *, json_: bool) -> Iterator[None]:
    """Say in words of our own what goes wrong with a broker."""
    import logging

    from crisis.runtime import provision

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        yield
    except provision.NoBroker as absent:
        at = f"{bootstrap} ({absent.reason})"
        nobody = say(
            f"Aucun Kafka ne répond à {at}. Vérifiez l'adresse, et que les brokers tournent.",
            f"No Kafka answers at {at}. Check the address, and that the brokers run.",
        )
        raise fail("no-broker", [nobody], as_json=json_, code=NOT_RUNNING) from None
    except provision.BrokerRefused as refusal:
        said = say(f"Le broker refuse : {refusal}", f"The broker refuses: {refusal}")
        raise fail("broker-refused", [said], as_json=json_) from None


def _run(act: str, bootstrap: str, *, json_: bool) -> None:
    import asyncio

    from crisis.runtime import provision, topics

    asked = provision.apply if act == "apply" else provision.check
    with asking(bootstrap, json_=json_):
        outcome = asyncio.run(asked(bootstrap, topics.TOPICS))
    show(_shown(outcome), *_lines(outcome), as_json=json_)
    if _errors(outcome):
        raise typer.Exit(REFUSED)


def _shown(outcome: Outcome) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "cluster_id": outcome.cluster_id,
        "brokers": outcome.brokers,
        "created": list(outcome.created),
        "errors": _errors(outcome),
        "findings": [asdict(one) for one in outcome.differences],
    }


def _errors(outcome: Outcome) -> int:
    return sum(one.severity == "error" for one in outcome.differences)


def _lines(outcome: Outcome) -> Iterator[str]:
    for name in outcome.created:
        yield say(f"{name} est créé.", f"{name} has been created.")
    for one in outcome.differences:
        yield from _said(one)
    errors, warnings = _errors(outcome), len(outcome.differences) - _errors(outcome)
    if outcome.differences:
        yield say(
            f"{errors} erreur(s), {warnings} avertissement(s) ; rien de ce qui existait n'est "
            "changé.",
            f"{errors} error(s), {warnings} warning(s); nothing that stood there was changed.",
        )
    else:
        yield say("Les topics sont tels que prévus.", "The topics are as they should be.")


def _said(one: Difference) -> Iterator[str]:
    gravity = say("avertissement : ", "warning: ") if one.severity == "warning" else ""
    yield f"{one.topic} [{one.rule}] {gravity}{one.what[language()]}"
    yield f"    {one.fix[language()]}"
