"""Signed links: bound to a purpose, a delivery and a time."""

from datetime import UTC, datetime, timedelta

import pytest

from crisis.intake.links import AckLink, BadLink, KeptLink, Links, SessionLink


class FakeClock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        """Begin at a fixed time."""
        self.at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

    def now(self) -> datetime:
        """Business time runs a year ahead: links must not care."""
        return self.at + timedelta(days=365)

    def real(self) -> datetime:
        """Real time."""
        return self.at


CLOCK = FakeClock()
LINKS = Links(secret="s" * 32, clock=CLOCK, public_url="http://crisis.test/")


def token_of(url: str) -> str:
    """The signed part of an address."""
    return url.rsplit("/", 1)[-1].rsplit("=", 1)[-1]


def test_a_link_says_its_delivery_and_offer() -> None:
    """What was signed comes back; the address is the organisation's."""
    url = LINKS.acknowledgement("d1", "o1")
    assert url.startswith("http://crisis.test/a/")
    assert LINKS.read_acknowledgement(token_of(url)) == AckLink(delivery_id="d1", offer_id="o1")
    assert LINKS.read_raising(token_of(LINKS.raising("annex"))) == "annex"
    assert LINKS.read_session(LINKS.session("p1", "i-1")) == SessionLink("p1", "i-1")
    assert LINKS.tracking("r-1") == "http://crisis.test/t/r-1"


def test_links_end_after_three_days() -> None:
    """72 hours of real time, not one second more."""
    clock = FakeClock()
    links = Links(secret="s" * 32, clock=clock, public_url="")
    token = token_of(links.acknowledgement("d1"))
    clock.at += timedelta(hours=72)
    assert links.read_acknowledgement(token).delivery_id == "d1"
    clock.at += timedelta(seconds=1)
    with pytest.raises(BadLink, match="expired"):
        links.read_acknowledgement(token)


def test_a_link_serves_one_purpose_only() -> None:
    """Nobody logs in with the link of a mail, nor by one that another service has signed."""
    token = token_of(LINKS.acknowledgement("d1"))
    other = Links(secret="t" * 32, clock=CLOCK, public_url="")
    for read in (LINKS.read_session, LINKS.read_raising, other.read_acknowledgement):
        with pytest.raises(BadLink, match="invalid"):
            read(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "x" * 10_000])
def test_rubbish_is_no_link(token: str) -> None:
    """Anything else is told to be invalid, never an error of another kind."""
    with pytest.raises(BadLink, match="invalid"):
        LINKS.read_acknowledgement(token)


def test_what_was_signed_with_another_shape_is_refused() -> None:
    """A token of the right purpose and the wrong content opens nothing."""
    for purpose, read in (
        ("acknowledge", LINKS.read_acknowledgement),
        ("raise", LINKS.read_raising),
        ("session", LINKS.read_session),
    ):
        with pytest.raises(BadLink, match="invalid"):
            read(LINKS._signed(purpose, 7))


def test_a_link_to_an_offer_says_whom_it_was_made_to() -> None:
    """So that their answer can be kept while nothing can be read; no other link names anybody."""
    url = LINKS.acknowledgement("d1", "i-7c1f-o2", person="e102", exercise=True)
    link = LINKS.read_acknowledgement(token_of(url))
    assert link == AckLink(delivery_id="d1", offer_id="i-7c1f-o2", person="e102", exercise=True)
    assert (link.incident_id, link.answerable) == ("i-7c1f", True)
    other = LINKS.read_acknowledgement(token_of(LINKS.acknowledgement("d1", person="e102")))
    assert (other.person, other.incident_id, other.answerable) == (None, "", True)
    older = LINKS.read_acknowledgement(token_of(LINKS.acknowledgement("d1", "i-7c1f-o2")))
    assert not older.answerable


def test_a_mark_says_what_was_kept_and_when() -> None:
    """Signed, so that an address which somebody made up calms nobody."""
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    mark = LINKS.kept("submit-r-1", at)
    assert LINKS.read_kept(mark) == KeptLink(command_id="submit-r-1", kept_at=at)
    for wrong in ("", mark[:-2], token_of(LINKS.acknowledgement("d1"))):
        with pytest.raises(BadLink):
            LINKS.read_kept(wrong)
