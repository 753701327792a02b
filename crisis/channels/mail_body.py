"""The words of a mail: the message inside the product's frame, as text and as HTML.

Both forms are the same for all recipients of a message in one language; the only personal piece,
the link behind the button, is left as :data:`LINK` for the caller to fill.
"""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from crisis.channels.mail_address import lines, one_line
from crisis.ports import Outgoing

LINK = "\x00link\x00"
"""Stands for the personal link. Control characters are taken out of every word that is given, so
no text can forge it."""

_WORDS = {
    "fr": {
        "exercise": "EXERCICE",
        "exercise_line": "EXERCICE – ceci n’est pas une situation réelle.",
        "answer": "Répondre",
        "colon": "\u00a0:",
        "message": "Référence\u00a0: {incident}, message {number}",
    },
    "en": {
        "exercise": "EXERCISE",
        "exercise_line": "EXERCISE – this is not a real situation.",
        "answer": "Answer",
        "colon": ":",
        "message": "Reference: {incident}, message {number}",
    },
}

_PAGES = Environment(
    loader=PackageLoader("crisis.channels", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,
)
_PAGE = _PAGES.get_template("mail.html.j2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, or a list where every line began with a dash."""

    lines: tuple[str, ...]
    items: bool


def language_of(outgoing: Outgoing) -> str:
    """The language of the frame: the recipient's, or English where we have no words in theirs."""
    return outgoing.language if outgoing.language in _WORDS else "en"


def subject_of(outgoing: Outgoing) -> str:
    """The subject; an exercise says so first, and once."""
    subject = one_line(outgoing.subject)
    if not outgoing.exercise or _says_so(outgoing, subject):
        return subject
    return f"{_WORDS[language_of(outgoing)]['exercise']} – {subject}"


def text_body(outgoing: Outgoing) -> str:
    r"""The plain text, ``\n`` at line ends, :data:`LINK` alone on its line where there is one."""
    words = _WORDS[language_of(outgoing)]
    parts = [lines(outgoing.text).strip("\n")]
    if outgoing.ack_url is not None:
        parts.append(f"{_label(outgoing)}{words['colon']}\n{LINK}")
    parts.append("\n".join(_footer(outgoing)))
    if outgoing.exercise and not _says_so(outgoing, parts[0]):
        parts = [words["exercise_line"], *parts, words["exercise_line"]]
    return "\n\n".join(parts) + "\n"


def html_body(outgoing: Outgoing) -> str:
    """The same words as a page: real headings and lists, one large link, no image, no script."""
    words = _WORDS[language_of(outgoing)]
    return _PAGE.render(
        language=language_of(outgoing),
        subject=subject_of(outgoing),
        exercise_line=words["exercise_line"] if outgoing.exercise else "",
        blocks=_blocks(lines(outgoing.text)),
        ack_url=LINK if outgoing.ack_url is not None else "",
        ack_label=_label(outgoing),
        footer=_footer(outgoing),
    )


def _says_so(outgoing: Outgoing, words: str) -> bool:
    """Whether these words begin by saying that it is an exercise; this frame is the last guard."""
    return words.startswith(_WORDS[language_of(outgoing)]["exercise"])


def _label(outgoing: Outgoing) -> str:
    return one_line(outgoing.ack_label) or _WORDS[language_of(outgoing)]["answer"]


def _footer(outgoing: Outgoing) -> list[str]:
    """Who speaks, whom to ask, and which message this is; what the text says is not repeated."""
    words = _WORDS[language_of(outgoing)]
    reference = words["message"].format(
        number=outgoing.number, incident=one_line(outgoing.incident_id)
    )
    said = one_line(outgoing.text)
    speaks = [part for part in map(one_line, (outgoing.sender, outgoing.contact)) if part]
    return [*(part for part in speaks if part not in said), reference]


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    for part in text.split("\n\n"):
        rows = [row.strip() for row in part.split("\n") if row.strip()]
        start = 0
        while start < len(rows):
            dashed = _is_item(rows[start])
            end = start
            while end < len(rows) and _is_item(rows[end]) == dashed:
                end += 1
            kept = rows[start:end]
            blocks.append(
                Block(lines=tuple(row[2:].strip() if dashed else row for row in kept), items=dashed)
            )
            start = end
    return blocks


def _is_item(row: str) -> bool:
    return row.startswith(("- ", "• ", "– "))
