"""What may stand in an envelope or a header."""

from __future__ import annotations

import pytest

from crisis.channels.mail_address import lines, link, mail_address, message_id, one_line


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("anna@example.net", "anna@example.net"),
        ("  anna.b+crisis@example.net\n", "anna.b+crisis@example.net"),
        ("anna@hôpital.example", "anna@xn--hpital-ixa.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_addresses_that_can_be_written_to(given: str, address: str) -> None:
    """Ordinary addresses, and international domains in their ASCII form."""
    assert mail_address(given) == address


@pytest.mark.parametrize(
    "given",
    [
        "",
        "anna",
        "anna@",
        "@example.net",
        "a b@example.net",
        "a@b@example.net",
        ".a@example.net",
        "a..b@example.net",
        "a@example..net",
        "a>\r\nRCPT TO:<eve@example.net",
        "anna@example.net\r\nDATA",
        "hélène@example.net",
        "a@" + "é" * 80 + ".net",
        "a" * 250 + "@example.net",
    ],
)
def test_addresses_that_cannot(given: str) -> None:
    """Anything that could leave its place in a command, or that relays refuse."""
    assert mail_address(given) is None


def test_message_ids_are_deterministic_and_distinct() -> None:
    """One delivery, one Message-ID, whatever its id looks like (G2)."""
    ids = ["a.b", "a:b", "a%3Ab", "a b", "a..b", ".a", "é", "a\r\nb", "<a>", "a@b"]
    made = [message_id(each, "example.org") for each in ids]
    assert len(set(made)) == len(ids)
    assert made[0] == b"<a.b@example.org>"
    assert all(each.count(b"@") == 1 and not set(each[1:-1]) & set(b"<>\r\n ") for each in made)


def test_text_is_cleaned_for_its_place() -> None:
    """One kind of line end in bodies, none in headers, never a control character."""
    assert lines("a\r\nb\rc\u2028d\x85e\x0cf\x00g\th") == "a\nb\nc\nd\ne\nfg\th"
    assert one_line(" a\r\n b\x00\tc\u2029d ") == "a b c d"
    assert lines("\ud800") == "?"
    assert link('https://x.org/a b"<\n>é') == "https://x.org/a%20b%22%3C%0A%3E%C3%A9"
