"""The `{placeholders}` that a text may hold: a closed list of bare names, no filters."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = frozenset({
    "place", "lead", "speaker", "contact", "opened_at", "observed_at", "next_update_at",
    "next_workday", "number", "starts_at", "ends_at",
})  # fmt: skip
"""What every text may hold."""

FAMILIES = ("site", "answer", "eta")
"""`{site.FACT}` a fact of the site, `{answer.STEP}` and `{eta.STEP}` what a step brought."""

OF_A_MESSAGE = frozenset({
    "speaker", "contact", "next_update_at", "number", "starts_at", "ends_at",
})  # fmt: skip
"""Known only where words are told to an audience: a step or a card has none of them."""

OF_WORKS = frozenset({"starts_at", "ends_at"})
"""The times of announced works."""

_BRACES = re.compile(r"\{([^{}]*)\}")


class UnfilledPlaceholder(LookupError):  # noqa: N818  it names what is missing
    """A text needs a value that nobody gave; the words cannot be released like this."""

    def __init__(self, name: str) -> None:
        super().__init__(f"nothing fills in {{{name}}}")
        self.name = name


def placeholders(template: str) -> frozenset[str]:
    """The names between braces in a text, known or not."""
    return frozenset(_BRACES.findall(template))


def is_known(name: str) -> bool:
    """Whether a placeholder is one of the list or of a family that has it."""
    family, dot, member = name.partition(".")
    return name in PLACEHOLDERS or (family in FAMILIES and bool(dot) and bool(member))


def fill(template: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced by its value, once (values are not read again).

    Raises UnfilledPlaceholder for the first one that has no value.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            raise UnfilledPlaceholder(name)
        return values[name]

    return _BRACES.sub(value, template)
