"""A spliced mail says what the standard library would have said, and nothing can break out."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.channels.mail_address import link
from crisis.channels.mail_body import LINK, html_body, text_body
from crisis.channels.mail_frame import Frames
from crisis.channels.mail_settings import EmailSettings
from crisis.ports import Outgoing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTINGS = EmailSettings(
    host="localhost",
    security="none",
    from_address="crisis@example.org",
    reply_to="duty@example.org",
)
FLOOD = Outgoing(
    delivery_id="flood-1.2.anna.mail",
    incident_id="flood-1",
    message_id="flood-1.2",
    number=2,
    kind="update",
    urgency="expected",
    exercise=False,
    address="anna@example.net",
    language="fr",
    subject="Fuite d’eau au sous-sol",
    text="L’eau est coupée.\n\n- N’entrez pas au sous-sol.\n- Prenez l’escalier B.\n",
    short="Fuite d'eau.",
    sender="Services généraux",
    contact="Standard, 01 23 45 67 89",
)
WORDS = st.text(max_size=200)
LINKS = st.one_of(
    st.none(),
    st.text(max_size=300),
    st.from_regex(r"https://[a-z]{1,20}\.org/a/[A-Za-z0-9._&=?-]{1,200}", fullmatch=True),
)
ANY = st.builds(
    replace,
    st.just(FLOOD),
    subject=WORDS,
    text=WORDS,
    sender=WORDS,
    contact=WORDS,
    incident_id=WORDS,
    ack_label=WORDS,
    ack_url=LINKS,
    thread=st.lists(WORDS, max_size=3).map(tuple),
    exercise=st.booleans(),
    language=st.sampled_from(["fr", "en", "de"]),
)


class Still:
    """Noon, always."""

    def now(self) -> datetime:
        """Business time."""
        return NOON

    def real(self) -> datetime:
        """Real time."""
        return NOON


def travelled(outgoing: Outgoing) -> bytes:
    """The mail as the server keeps it: the doubled dots are single again."""
    content = Frames(SETTINGS, Still()).content(outgoing, outgoing.address)
    return re.sub(rb"(?m)^\.", b"", content)


def mail(outgoing: Outgoing) -> EmailMessage:
    """The mail, parsed."""
    parsed = message_from_bytes(travelled(outgoing), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def built_plainly(outgoing: Outgoing) -> EmailMessage:
    """The same mail built the slow way, by the standard library alone."""
    url = link(outgoing.ack_url or "")
    message = EmailMessage(policy=SMTP)
    message.set_content(text_body(outgoing).replace(LINK, url), cte="quoted-printable")
    message.add_alternative(
        html_body(outgoing).replace(LINK, html.escape(url)), subtype="html", cte="quoted-printable"
    )
    return message


def bodies(message: EmailMessage) -> list[str]:
    """The decoded text and HTML."""
    return [str(part.get_content()).replace("\r\n", "\n") for part in message.iter_parts()]


@settings(max_examples=100)
@given(ANY)
def test_the_content_is_what_the_standard_library_makes(outgoing: Outgoing) -> None:
    """Whatever the words and the link, the decoded parts equal those of a plain EmailMessage."""
    assert bodies(mail(outgoing)) == bodies(built_plainly(outgoing))


@settings(max_examples=100)
@given(ANY)
def test_every_line_is_one_that_a_server_takes(outgoing: Outgoing) -> None:
    """Bare line ends, lines over 998 characters, bytes over 127 and lone dots never leave."""
    content = Frames(SETTINGS, Still()).content(outgoing, outgoing.address)
    assert content.endswith(b"\r\n")
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert all(len(line) <= 998 and line != b"." for line in lines)
    assert all(line.startswith(b"..") for line in lines if line.startswith(b"."))


@pytest.mark.parametrize(
    "break_out", ["\r\nBcc: eve@example.net", "\nBcc: eve@x.net\n\n.\n", "\r."]
)
@pytest.mark.parametrize(
    "field",
    ["subject", "sender", "contact", "ack_label", "incident_id", "delivery_id", "ack_url", "text"],
)
def test_no_field_can_add_a_header(field: str, break_out: str) -> None:
    """A line end in any field stays inside that field: no header can be smuggled in."""
    linked = replace(FLOOD, ack_url="https://x.org/a/1")
    changes: dict[str, Any] = {field: f"x{break_out}"}
    changed, plain = mail(replace(linked, **changes)), mail(linked)
    assert sorted(changed.keys()) == sorted(plain.keys())
    assert changed["Bcc"] is None
    assert len(list(changed.iter_parts())) == 2


def test_the_headers_of_an_ordinary_update() -> None:
    """Standard headers: who, when, which language, and that machines shall not answer."""
    message = mail(FLOOD)
    assert message["From"].addresses[0].display_name == "Services généraux"
    assert message["From"].addresses[0].addr_spec == "crisis@example.org"
    assert message["To"] == "anna@example.net"
    assert message["Reply-To"] == "duty@example.org"
    assert message["Subject"] == "Fuite d’eau au sous-sol"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"] == "<flood-1.2.anna.mail@example.org>"
    assert message["Content-Language"] == "fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    for absent in ("Importance", "X-Priority", "Expires", "In-Reply-To", "References"):
        assert message[absent] is None


def test_only_what_is_immediate_is_marked_important() -> None:
    """A mark on everything marks nothing."""
    message = mail(replace(FLOOD, urgency="immediate", expires_at=NOON))
    assert (message["Importance"], message["X-Priority"]) == ("high", "1")
    assert message["Expires"] == "Mon, 02 Mar 2026 12:00:00 +0000"


def test_mails_of_one_incident_form_a_thread() -> None:
    """Updates answer the last mail and refer to all, the first always among them."""
    ids = tuple(f"flood-1.{number}.anna.mail" for number in range(1, 41))
    message = mail(replace(FLOOD, thread=ids))
    assert message["In-Reply-To"].strip() == "<flood-1.40.anna.mail@example.org>"
    references = message["References"].split()
    assert references[0] == "<flood-1.1.anna.mail@example.org>"
    assert references[-1] == "<flood-1.40.anna.mail@example.org>"
    assert len(references) == 20


@pytest.mark.parametrize(("language", "word"), [("fr", "EXERCICE – "), ("en", "EXERCISE – ")])
def test_an_exercise_says_so_everywhere(language: str, word: str) -> None:
    """Subject, first and last line, and the page's first and last paragraph say so (G9)."""
    message = mail(replace(FLOOD, language=language, exercise=True))
    text, page = bodies(message)
    assert message["Subject"].startswith(word)
    assert text.splitlines()[0].startswith(word)
    assert text.splitlines()[-1].startswith(word)
    assert page.count(f"<strong>{word}") == 2
    plain = mail(replace(FLOOD, language=language))
    assert "EXERCI" not in plain["Subject"] + "".join(bodies(plain))


@pytest.mark.parametrize(("language", "word"), [("fr", "EXERCICE"), ("en", "EXERCISE")])
def test_an_exercise_says_so_once(language: str, word: str) -> None:
    """G9: words that begin by saying so are not marked a second time."""
    marked = replace(
        FLOOD, language=language, exercise=True,
        subject=f"{word} – Flood", text=f"{word}: this is none.\n\nFlood.\n\n{word}: none.",
    )  # fmt: skip
    message = mail(marked)
    assert message["Subject"].count(word) == 1
    assert bodies(message)[0].count(word) == 2


def test_the_page_is_one_that_everybody_can_read() -> None:
    """Language, a real heading and list, one large link, no image, no script."""
    page = bodies(mail(replace(FLOOD, ack_url="https://x.org/a?b=1&c=2", ack_label="J’arrive")))[1]
    assert '<html lang="fr"' in page
    assert "<h1" in page
    assert "<li>N’entrez pas au sous-sol.</li>" in page
    assert re.search(r'<a [^>]*href="https://x\.org/a\?b=1&amp;c=2"\s*>J’arrive</a>', page)
    assert not re.search(r"<(img|script|form|iframe)", page)


def test_markup_in_words_is_shown_not_obeyed() -> None:
    """Words are words: the page escapes them."""
    page = bodies(mail(replace(FLOOD, text="<b>Sortez</b> & vite", subject="<script>")))[1]
    assert "&lt;b&gt;Sortez&lt;/b&gt; &amp; vite" in page
    assert "<script>" not in page


def test_what_the_text_says_is_not_said_twice() -> None:
    """Speaker and contact stand below the text unless the text names them already."""
    said = bodies(mail(replace(FLOOD, text="Question : Standard, 01 23 45 67 89.")))[0]
    assert said.count("01 23 45 67 89") == 1
    assert bodies(mail(FLOOD))[0].count("01 23 45 67 89") == 1


def test_a_message_is_compiled_once_and_never_mixed_up() -> None:
    """One frame a message and language; another text, label or link state is another frame."""
    frames = Frames(SETTINGS, Still())
    variants = [
        FLOOD,
        replace(FLOOD, language="en"),
        replace(FLOOD, text="Autre texte."),
        replace(FLOOD, ack_url="https://x.org/a/1"),
        replace(FLOOD, ack_url="https://x.org/a/1", ack_label="J’arrive"),
    ]
    contents = {frames.content(each, each.address) for each in variants}
    assert len(contents) == len(variants)
    for number in range(200):
        frames.content(replace(FLOOD, message_id=f"flood-1.{number}"), FLOOD.address)
    assert len(frames._kept) == 64
