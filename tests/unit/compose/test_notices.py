"""What is asked of people with a role: every topic has its words, and its command can be typed."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import crisis.core.decide
from crisis.cli.app import app
from crisis.compose.phrases import lexicon
from tests.unit.compose.approve import LANGUAGES, rendered
from tests.unit.compose.house import text
from tests.unit.compose.world import notice

RULES = Path(crisis.core.decide.__file__).parent
TOPICS = sorted(set(lexicon("en").topics) - {"any"})


def topics_of_the_rules() -> Iterator[str]:
    """The topic of every ``notify(d, people, TOPIC, ...)`` that the rules say, as it is written.

    A rule of their own may take it as an argument named ``topic``.
    """
    for path in RULES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                third = node.args[2:3] if getattr(node.func, "id", "") == "notify" else []
                named = [one.value for one in node.keywords if one.arg == "topic"]
                said = [*third, *named]
            elif isinstance(node, ast.FunctionDef):
                given = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
                said = [default for one, default in given if one.arg == "topic" and default]
            else:
                continue
            yield from (str(one.value) for one in said if isinstance(one, ast.Constant))


def test_every_topic_has_words_of_its_own() -> None:
    """Nobody is woken to read that something needs attention, and not what."""
    said = set(topics_of_the_rules())

    assert {"steps-ready", "steps-help", "hot-wash", "relieved", "message-failed"} <= said
    assert said <= set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_command_of_a_notice_can_be_typed(topic: str) -> None:
    """Copied at three in the morning it is understood, and no id is taken for words to be said."""
    for line in lexicon("en").topics[topic].command.splitlines():
        is_understood(shlex.split(line.format(id="i-abcdef", raw="safe")))


def is_understood(typed: list[str]) -> None:
    """What is typed is a command that there is, with the incident where it belongs."""
    assert typed.pop(0) == "crisis"
    command = get_command(app)
    context = command.make_context("crisis", typed, resilient_parsing=False)
    while (group := getattr(command, "commands", None)) is not None:
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        command = group[rest[0]]
        context = command.make_context(rest[0], rest[1:], parent=context)
    given = {name: value for name, value in context.params.items() if value is not None}
    if "incident" in given:
        assert given["incident"] == "i-abcdef"
    assert "i-abcdef" not in (given.get("words"), given.get("why"), given.get("option"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_audiences_are_named_by_their_titles(language: str) -> None:
    """One word about four audiences names each as people call it, never by its id."""
    told = notice("ask-update", subject="people-on-site,front-line")

    said = json.loads(rendered(told).texts[language])["text"]

    assert "people-on-site" not in said
    assert "front-line" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_says_what_is_asked(language: str) -> None:
    """Whoever has only the text message reads the step itself, not that there is one."""
    step = text("Fermez la vanne rouge.", "Close the red valve.")
    told = notice("steps-ready", subject="valve", items=(step,))

    said = json.loads(rendered(told).texts[language])["short"]

    assert ("vanne" if language == "fr" else "valve") in said
