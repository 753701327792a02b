"""Words in headers arrive as they were written, on lines that every server takes."""

from __future__ import annotations

from email import message_from_string
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.channels.mail_address import one_line
from crisis.channels.mail_header import mailbox, unstructured

WORDS = st.text(max_size=300).map(one_line)
NAMES = st.text(st.characters(exclude_categories=("C", "Z")), max_size=120)


def parsed(header: str) -> EmailMessage:
    """A mail with one header, as the standard library reads it."""
    message = message_from_string(f"{header}\r\n\r\n", policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


@given(WORDS)
def test_a_subject_arrives_as_it_was_written(text: str) -> None:
    """Whatever the words, the subject that is read is the one that was given."""
    assert parsed(f"Subject: {unstructured(text)}")["Subject"] == text


@given(NAMES)
def test_a_name_arrives_as_it_was_written(name: str) -> None:
    """Whatever the name, it and the address beside it are read as they were given."""
    encoded, address = parseaddr(mailbox(name, "crisis@example.org").replace("\r\n", ""))
    assert (str(make_header(decode_header(encoded))), address) == (name, "crisis@example.org")


def test_nobody_needs_a_name() -> None:
    """Without a name there is the address alone."""
    assert mailbox("", "crisis@example.org") == "crisis@example.org"


@pytest.mark.parametrize("text", ["é" * 200, "a" * 200, "\U0001f30a" * 60, "=?utf-8?b?eA==?="])
def test_no_line_is_longer_than_a_line_may_be(text: str) -> None:
    """Encoded words keep to lines of 76 characters (RFC 2047), and are plain ASCII."""
    lines = f"Subject: {unstructured(text)}".split("\r\n")
    assert all(len(line) <= 76 and line.isascii() for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])


def test_short_plain_words_stay_readable() -> None:
    """A subject in plain letters is not encoded: whoever looks at the raw mail can read it."""
    assert unstructured("Flood, building A") == "Flood, building A"
    assert mailbox('Desk "A"', "a@example.org") == '"Desk \\"A\\""\r\n <a@example.org>'
