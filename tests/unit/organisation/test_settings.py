"""What settings answer: where to listen, what a source may say, which channels reach people."""

from __future__ import annotations

import pytest

from crisis.config.forms import Shift, email_problem, phone_problem
from crisis.config.settings import ChannelSettings, Settings
from crisis.organisation import Organisation


@pytest.fixture
def settings(organisation: Organisation) -> Settings:
    """The settings that ship."""
    return organisation.settings


def test_service_listens_to_this_machine_only(settings: Settings) -> None:
    """Out of the box nothing outside this machine reaches the pages or the doors."""
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8420)


def test_words_of_a_source_become_kinds_and_severities(settings: Settings) -> None:
    """A sender keeps its words; the settings say what they mean here, and what it may raise."""
    alertmanager = settings.sources["alertmanager"]
    assert alertmanager.kind_of("WaterLeak") == "water-leak"
    assert alertmanager.kind_of("DiskFull") == alertmanager.kind_of(None) == "other"
    assert alertmanager.severity_of("critical") == "S2"
    assert alertmanager.severity_of("odd") is None
    assert alertmanager.may("anything")
    building = settings.sources["building"]
    assert building.may("smoke")
    assert not building.may("fire")


def test_channel_settings_are_passed_on_as_written(settings: Settings) -> None:
    """What belongs to a kind of channel is its own business; the rest is ours."""
    voice = settings.channels["voice"]
    assert voice.kind == "gateway"
    assert voice.own()["url"] == "http://127.0.0.1:8081/voice"
    assert not {"kind", "address", "address_from"} & voice.own().keys()
    assert settings.channels["sms-modem"].form("sms-modem") == "phone"
    assert voice.form("voice") == "any"


def test_what_is_not_configured_reaches_nobody_but_by_hand_and_on_our_pages(
    settings: Settings,
) -> None:
    """A demo sends everything to its own mailbox: no other channel is left."""
    alone = settings.model_copy(update={"channels": {"email": ChannelSettings(kind="email")}})
    assert alone.reaches("email")
    assert not alone.reaches("sms")
    assert alone.reaches("paper")
    assert alone.reaches("board")
    assert settings.reaches("sms")


@pytest.mark.parametrize("address", ["a@example.org", "zoe.o'neil+x@mail.example.org"])
def test_mail_address_that_relays_take(address: str) -> None:
    """Ordinary addresses are taken."""
    assert email_problem(address) is None


@pytest.mark.parametrize(
    "address", ["a@localhost", "a b@example.org", "a@example.org\nBcc: x@example.org",
                "@example.org", "a@-example.org", "a" * 250 + "@example.org"],
)  # fmt: skip
def test_mail_address_that_cannot_be_written_to(address: str) -> None:
    """Anything that no relay takes, or that would break a header, is refused."""
    assert email_problem(address) is not None


def test_telephone_numbers_are_international() -> None:
    """E.164: a number that is dialled the same from everywhere."""
    assert phone_problem("+33639980101") is None
    for number in ("0639980101", "+0639980101", "+33", "33639980101", ""):
        assert phone_problem(number) is not None


@pytest.mark.parametrize("written", ["08:00-19:00", "19:00-07:00", "00:00-24:00"])
def test_shift_is_written_as_it_was_read(written: str) -> None:
    """A shift comes back as its file says it."""
    assert Shift.parse(written).written() == written


@pytest.mark.parametrize("wrong", ["8-19", "08:00-08:00", "24:00-08:00", "08:00", 8, None])
def test_shift_that_makes_no_hours_is_refused(wrong: object) -> None:
    """Hours that have no length, or are not hours, are refused with an example."""
    with pytest.raises(ValueError, match='write "08:00-19:00"'):
        Shift.parse(wrong)
