"""Words with ``{placeholders}`` from a closed list, filled for one delivery.

``{name}`` is put in as it is and made safe for its place by the caller (URL, header, JSON, form);
``{name.xml}`` is escaped for XML inside a text (TwiML), ``{name.digits}`` keeps digits only,
``{secret.NAME}`` is a secret; ``{{`` and ``}}`` are braces.
"""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Value = str | int | float | bool | None

PLACEHOLDERS = (
    "address",
    "short",
    "short_and_link",
    "text",
    "subject",
    "sender",
    "contact",
    "delivery_id",
    "incident_id",
    "language",
    "urgency",
    "kind",
    "ack_url",
    "callback_url",
    "valid_within",
)
"""What a template may name. ``short_and_link`` is the short form, and behind it the personal link
where an answer is asked: a role that is offered by text message alone must be answerable.
``ack_url``, ``callback_url`` and ``valid_within`` (seconds until the message is stale) can be
absent; what they stand in is then left out."""

_FILTERS: Mapping[str, Callable[[str], str]] = {
    "xml": html.escape,
    "digits": lambda text: re.sub(r"\D", "", text),
}
_SECRET = "secret"  # noqa: S105 - the word in a template, not a secret
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class TemplateError(ValueError):
    """A template names something that does not exist, or has a stray brace."""


class Absent(Exception):  # noqa: N818 - not an error: the delivery has no such thing
    """The delivery has no value for a placeholder: leave out what it stands in."""


def check_template(template: Any) -> None:
    """Check every text in a template, nested or not; :class:`TemplateError` says what to write."""
    for text in _texts(template):
        for token in _TOKEN.finditer(text):
            if token[0] in ("{{", "}}"):
                continue
            if token[1] is None:
                raise TemplateError(
                    f"stray {token[0]!r} in {text!r}: a brace itself is written twice"
                )
            _check_name(token[1])


def secrets_named(template: Any) -> set[str]:
    """The names of the secrets that a template asks for."""
    return {
        token[1].partition(".")[2]
        for text in _texts(template)
        for token in _TOKEN.finditer(text)
        if token[1] and token[1].startswith(f"{_SECRET}.")
    }


def fill(
    template: str,
    values: Mapping[str, Value],
    secrets: Mapping[str, str],
    safe: Callable[[str], str] = str,
) -> str:
    """Fill a checked template; ``safe`` makes each value fit for its place."""

    def replace(token: re.Match[str]) -> str:
        if token[1] is None:
            return token[0][0]
        name, _, rest = token[1].partition(".")
        if name == _SECRET:
            return safe(secrets[rest])
        value = values[name]
        if value is None:
            raise Absent(name)
        text = str(value)
        return safe(_FILTERS[rest](text) if rest else text)

    return _TOKEN.sub(replace, template)


def fill_all(template: Any, values: Mapping[str, Value], secrets: Mapping[str, str]) -> Any:
    """Fill every text in a JSON-like template; entries with an absent value are left out.

    A text that is exactly one placeholder takes the value with its type: ``"{urgency}"`` may
    become the number 5.
    """
    if isinstance(template, Mapping):
        return dict(_filled(template.items(), values, secrets))
    if isinstance(template, list | tuple):
        return [value for _, value in _filled(enumerate(template), values, secrets)]
    if not isinstance(template, str):
        return template
    name = template[1:-1]
    if template[:1] == "{" and template[-1:] == "}" and values.get(name) is not None:
        return values[name]
    return fill(template, values, secrets)


def _filled(
    entries: Any, values: Mapping[str, Value], secrets: Mapping[str, str]
) -> Iterator[tuple[Any, Any]]:
    for key, template in entries:
        try:
            yield key, fill_all(template, values, secrets)
        except Absent:
            continue


def _texts(template: Any) -> Iterator[str]:
    if isinstance(template, str):
        yield template
    elif isinstance(template, Mapping):
        for each in template.values():
            yield from _texts(each)
    elif isinstance(template, list | tuple):
        for each in template:
            yield from _texts(each)


def _check_name(name: str) -> None:
    base, _, rest = name.partition(".")
    if base == _SECRET and rest:
        return
    if base not in PLACEHOLDERS:
        near = difflib.get_close_matches(base, (*PLACEHOLDERS, "secret.NAME"), n=1, cutoff=0.5)
        hint = f"did you mean {{{near[0]}}}?" if near else f"use one of {', '.join(PLACEHOLDERS)}"
        raise TemplateError(f"no placeholder {{{name}}}: {hint}")
    if rest and rest not in _FILTERS:
        raise TemplateError(f"no form {rest!r} in {{{name}}}: use .xml or .digits, or none")
