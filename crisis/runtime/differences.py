"""Where the topics of a broker are not as they are declared, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crisis.runtime.topics import Topic, copies_on

Words = Mapping[str, str]
"""One sentence, language -> text; French and English are always there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A topic as a broker describes it."""

    partitions: int
    copies: int
    """Of the partition that has the fewest."""
    leaderless: tuple[int, ...] = ()
    """Partitions that nobody can write to or read from now."""
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it is declared."""

    topic: str
    rule: str
    """``missing``, ``not-created``, ``partitions``, ``no-leader``, ``copies``, or a setting."""
    what: Words
    fix: Words
    severity: Literal["error", "warning"] = "error"


def compare(
    wanted: Sequence[Topic], found: Mapping[str, Standing], *, brokers: int
) -> list[Difference]:
    """Everything in which what stands is not what is declared, in the order of the declaration.

    Settings are held against the copies that a topic has, not those that it should have: what one
    copy needs, it needs until there are more.
    """
    differences: list[Difference] = []
    for topic in wanted:
        standing = found.get(topic.name)
        if standing is None:
            differences.append(_missing(topic))
            continue
        differences += _of_partitions(topic, standing)
        differences += _of_copies(topic, standing, copies_on(brokers))
        differences += _of_settings(topic, standing)
    return differences


def not_created(topic: Topic, answer: str) -> Difference:
    """The broker would not make a topic; ``answer`` is what it said."""
    return _difference(
        topic,
        "not-created",
        what=(f"le broker ne l'a pas créé : {answer}", f"the broker did not create it: {answer}"),
        fix=(
            "réglez ce que le broker nomme, puis relancez crisis topics apply",
            "mend what the broker names, then run crisis topics apply again",
        ),
    )


def _missing(topic: Topic) -> Difference:
    return _difference(
        topic,
        "missing",
        what=("ce topic n'existe pas", "this topic does not exist"),
        fix=("lancez : crisis topics apply", "run: crisis topics apply"),
    )


def _of_partitions(topic: Topic, standing: Standing) -> Iterator[Difference]:
    here, there = topic.partitions, standing.partitions
    what = (f"{there} partition(s) au lieu de {here}", f"{there} partition(s), not {here}")
    if there < here:
        tool = f"kafka-topics.sh --alter --topic {topic.name} --partitions {here}"
        fix = (
            f"arrêtez les portes, laissez les workers finir, puis : {tool}",
            f"stop the doors, let the workers finish, then: {tool}",
        )
        yield _difference(topic, "partitions", what=what, fix=fix)
    if there > here:
        yield _difference(topic, "partitions", what=what, fix=_MORE, severity="warning")


_MORE = (
    "rien à faire si c'est ainsi depuis le début ; sinon l'ordre n'est sûr que pour la suite",
    "nothing to do if it was always so; if not, order is certain only for what comes from now on",
)


def _of_copies(topic: Topic, standing: Standing, copies: int) -> Iterator[Difference]:
    there = standing.copies
    if standing.leaderless:
        listed = ", ".join(map(str, standing.leaderless))
        tool = f"kafka-topics.sh --describe --topic {topic.name}"
        yield _difference(
            topic,
            "no-leader",
            what=(
                f"partitions sans réponse : {listed}",
                f"partitions that nobody serves: {listed}",
            ),
            fix=(
                f"redémarrez les brokers que nomme : {tool}",
                f"start the brokers that this names: {tool}",
            ),
        )
    if there < copies:
        tool = "kafka-reassign-partitions.sh"
        yield _difference(
            topic,
            "copies",
            what=(f"{there} copie(s) au lieu de {copies}", f"{there} copy or copies, not {copies}"),
            fix=(
                f"ajoutez-en avec {tool}, puis relancez crisis topics check",
                f"add them with {tool}, then run crisis topics check again",
            ),
        )


def _of_settings(topic: Topic, standing: Standing) -> Iterator[Difference]:
    for name, value in topic.settings(standing.copies).items():
        there = standing.settings.get(name)
        if there == value:
            continue
        where = f"--entity-type topics --entity-name {topic.name}"
        tool = f"kafka-configs.sh --alter {where} --add-config {name}={value}"
        yield _difference(
            topic,
            name,
            what=(f"{name} vaut {there} au lieu de {value}", f"{name} is {there}, not {value}"),
            fix=(f"lancez : {tool}", f"run: {tool}"),
        )


def _difference(
    topic: Topic,
    rule: str,
    *,
    what: tuple[str, str],
    fix: tuple[str, str],
    severity: Literal["error", "warning"] = "error",
) -> Difference:
    """A difference from pairs of French and English."""
    return Difference(
        topic=topic.name,
        rule=rule,
        what={"fr": what[0], "en": what[1]},
        fix={"fr": fix[0], "en": fix[1]},
        severity=severity,
    )
