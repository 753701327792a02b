"""What may stand in a mail's envelope and headers: nothing here lets a line end through."""

from __future__ import annotations

import re
from urllib.parse import quote

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"\s+")
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
_LONGEST_ADDRESS = 254  # RFC 3696 erratum 1690: what fits in a forward-path


def mail_address(text: str) -> str | None:
    """The address as ASCII, or None where it cannot be written to.

    An international domain becomes its IDNA form. A local part that is not a dot-atom (RFC 5322
    §3.2.3: quoted, or not ASCII) would need what most relays refuse, so it is not an address.
    """
    local, at, domain = text.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    address = f"{local}{at}{domain}"
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        return None
    return address


def message_id(delivery_id: str, domain: str) -> bytes:
    """``<delivery_id@domain>``: the same for every attempt, and different for different ids.

    What may not stand in a Message-ID (RFC 5322 §3.6.4) is percent-encoded.
    """
    left = delivery_id
    if not _DOT_ATOM.fullmatch(left) or "%" in left:
        left = quote(left.encode("utf-8", "replace"), safe="!#$&'*+-/=?^_`{|}~").replace(".", "%2E")
    return f"<{left}@{domain}>".encode("ascii")


def one_line(text: str) -> str:
    """``text`` without line ends or control characters: safe in a header."""
    return _BLANKS.sub(" ", lines(text)).strip()


def lines(text: str) -> str:
    r"""``text`` with ``\n`` as its only line end, no other control but tabs, and encodable."""
    whole = _LINE_ENDS.sub("\n", text).encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("", whole)


def link(url: str) -> str:
    """``url`` with everything encoded that could leave the place it is put in."""
    return quote(url.encode("utf-8", "replace"), safe=_URL_CHARACTERS)
