"""What a rule of wording finds: which rule, how grave, where, and what to write instead."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, NamedTuple

from crisis.core.values import Text

Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with words."""

    rule: str
    """``TN3``: its words stand in ``rules.toml``."""
    severity: Severity
    at: str
    """Where, as a JSON pointer into the typed message (``/own_words/fr``), or into its rendered
    words (``/short/fr``)."""
    found: str = ""
    """The words of the lexicon, or the number, that it found; never a person's sentence."""
    instead: str = ""
    """The word to say in its place, where the organisation has one."""

    @property
    def says(self) -> Text:
        """What is wrong, in both languages."""
        return _filled(RULES[self.rule].says, self.found)

    @property
    def proposal(self) -> Text:
        """What to write instead, in both languages."""
        proposal = RULES[self.rule].proposal
        return _filled(proposal, self.instead, "{instead}") if self.instead else proposal

    @property
    def mark(self) -> str:
        """The short form that the record keeps: rule, severity and place."""
        return f"{self.rule} {self.severity} {self.at}"


class Rule(NamedTuple):
    """The words of one rule."""

    check: str
    """The name by which the checks of a playbook print it."""
    says: Text
    proposal: Text


def _filled(words: Text, found: str, name: str = "{found}") -> Text:
    return Text({language: said.replace(name, found) for language, said in words.items()})


def _rules() -> Mapping[str, Rule]:
    table = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))
    return {
        name: Rule(check=rule["check"], says=Text(rule["says"]), proposal=Text(rule["try"]))
        for name, rule in table.items()
    }


RULES = _rules()
"""Every rule by its name."""
