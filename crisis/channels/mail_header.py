"""Words in the headers of a mail, as RFC 5322 and RFC 2047 want them."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator

_PLAIN_UP_TO = 66
"""Characters that fit behind a header's name on a line of 78 (RFC 5322 §2.1.1)."""
_WORD_BYTES = 39
"""What an encoded word holds, so that its line stays within 76 characters (RFC 2047 §2)."""


def unstructured(text: str) -> str:
    """One line of text as the value of Subject: as it is, or in encoded words where it must."""
    plain = text.isascii() and len(text) <= _PLAIN_UP_TO and "=?" not in text
    return text if plain else "\r\n ".join(_encoded(text))


def mailbox(name: str, address: str) -> str:
    """A name, which may be empty, and its ASCII address as the value of From."""
    if not name:
        return address
    plain = unstructured(name)
    if plain == name:
        plain = '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    return f"{plain}\r\n <{address}>"


def _encoded(text: str) -> Iterator[str]:
    """Encoded words; no character is torn between two of them."""
    word = b""
    for character in text:
        encoded = character.encode("utf-8")
        if len(word) + len(encoded) > _WORD_BYTES:
            yield _word(word)
            word = b""
        word += encoded
    yield _word(word)


def _word(part: bytes) -> str:
    return f"=?utf-8?b?{b2a_base64(part, newline=False).decode('ascii')}?="
