"""A person's words are read before they are told: what must not be said so waits to be mended.

A person may let it through by name, with a reason (a waiver, on the record). Where people must act
at once nothing waits: what was found stands on the record after the sending (G12).
"""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core.deciding import Deciding
from crisis.core.events import WordingFound
from crisis.core.prose import TextRef
from crisis.core.wording import Finding, of_words
from crisis.core.wording.lengths import cut
from crisis.core.wording.typed import typed

NAMED = 3
"""Findings that a refusal tells of: more are mended once these are."""
KEPT = 12
"""Findings that one event carries."""


def read(
    d: Deciding,
    subject: str,
    given: Mapping[str, TextRef | None],
    *,
    before: tuple[str, ...] = (),
    at_once: bool = False,
) -> tuple[Finding, ...]:
    """Read these words; refuse those that must not be told so, unless people must act at once.

    ``given`` is field -> words; ``before`` are the last messages of those who will hear them.
    Answers what was found, for :func:`note` once it is done.
    """
    found = tuple(
        dict.fromkeys(
            finding
            for field, ref in given.items()
            if ref is not None
            for earlier in (before or ("",))
            for finding in of_words(
                f"/{field}",
                d.facts.text(ref.id),
                before=_text_of(d, earlier),
                exercise=d.incident.exercise,
                measure=field == "measure",
                voice=d.pinned.plan.voice,
            )
        )
    )
    held = [one for one in found if one.severity == "block"]
    if held and not at_once:
        d.object("wording", _said(held, "fr"), _said(held, "en"))
        _record(d, subject, found, waived=True)
        return ()
    return found


def at_once(d: Deciding) -> bool:
    """Whether people must act at once: then nothing that they may need waits for its wording."""
    return d.pinned.urgency(d.playbook, d.incident.severity) == "immediate"


def note(d: Deciding, subject: str, found: tuple[Finding, ...]) -> None:
    """What was found in words that are told all the same: the author and the review see it."""
    if found:
        _record(d, subject, found, waived=False)


def as_sent(d: Deciding, since: int) -> tuple[Finding, ...]:
    """Give what the messages with a person's words that have left since then lack.

    A field that their readers need, or their end, where a text message has no room for it.
    """
    said = [message for message in d.messages[since:] if message.own_words is not None]
    languages = d.pinned.plan.languages
    lacking = (finding for message in said for finding in typed(message))
    short = (
        finding
        for message in said
        for name in languages
        for finding in cut(f"/short/{name}", d.facts.text(f"{message.id}.{name}").get("short", ""))
    )
    return tuple(dict.fromkeys((*lacking, *short)))


def _record(d: Deciding, subject: str, found: tuple[Finding, ...], *, waived: bool) -> None:
    marks = tuple(one.mark for one in found[:KEPT])
    d.record(WordingFound(subject=subject, findings=marks, waived=waived), rule="wording")


def _text_of(d: Deciding, message_id: str) -> Mapping[str, str]:
    """The words of a message, by language."""
    if not message_id:
        return {}
    languages = d.pinned.plan.languages
    texts = {name: d.facts.text(f"{message_id}.{name}").get("text", "") for name in languages}
    return {name: text for name, text in texts.items() if text}


def _said(held: list[Finding], language: str) -> str:
    space = "\u00a0" if language == "fr" else ""
    lines = [
        f"{one.rule}{space}: {one.says[language]}{space}; {one.proposal[language]}."
        for one in held[:NAMED]
    ]
    return " ".join((*lines, _END[language]))


_END = {
    "fr": "Corrigez, ou passez outre avec un motif : le journal le dira.",
    "en": "Mend it, or override it with a reason: the record will say so.",
}
