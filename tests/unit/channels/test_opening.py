"""Opening a channel from settings and secrets: what is wrong is said, and no secret is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from ruamel.yaml import YAML

from crisis.channels import ChannelSettingsError, open_channel
from crisis.channels.credentials import SecretMissingError, Secrets
from crisis.channels.gateway import GatewayChannel
from crisis.channels.gateway_request import compose
from crisis.channels.gateway_settings import GatewaySettings
from crisis.ports import Outgoing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GUIDE = Path(__file__).parents[3] / "deploy" / "gateways.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES: dict[str, dict[str, Any]] = {
    name: dict(settings)
    for block in BLOCKS
    for name, settings in YAML(typ="safe").load(block).items()
}
MAIL = {"host": "127.0.0.1", "security": "none", "from_address": "crisis@example.org"}
DELIVERY = Outgoing(
    delivery_id="flood-1.2.anna.sms",
    incident_id="flood-1",
    message_id="flood-1.2",
    number=2,
    kind="update",
    urgency="immediate",
    exercise=False,
    address="+33612345678",
    language="fr",
    subject="Fuite d’eau",
    text="L’eau est coupée.",
    short="Fuite d'eau & <risque>",
    sender="Services généraux",
    contact="01 23 45 67 89",
    expires_at=NOON.replace(hour=13),
)


class Still:
    """Noon, always."""

    def now(self) -> datetime:
        """Business time."""
        return NOON

    def real(self) -> datetime:
        """Real time."""
        return NOON


class AnySecret(dict[str, str]):
    """Has every secret."""

    def __missing__(self, key: str) -> str:
        """Make one up."""
        return f"hidden-{key}"


def gateway(settings: dict[str, Any]) -> GatewayChannel:
    """Open a gateway with every secret there."""
    channel = open_channel("x", "gateway", settings, AnySecret(), Still())
    assert isinstance(channel, GatewayChannel)
    return channel


def request_of(name: str, delivery: Outgoing = DELIVERY) -> Any:
    """The request that one of the guide's examples makes."""
    settings = {key: value for key, value in EXAMPLES[name].items() if key != "kind"}
    channel = gateway(settings)
    return compose(channel.settings, channel.secrets, delivery, NOON)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_of_the_guide_works(name: str) -> None:
    """What the guide offers to copy is accepted as it stands and makes a request."""
    assert EXAMPLES[name]["kind"] == "gateway"
    request = request_of(name)
    assert request.url.startswith(("https://", "http://192.168."))
    assert "{" not in request.url
    assert "hidden" not in repr(request)


def test_a_text_message_by_twilio() -> None:
    """Form fields, basic authentication, validity, and a call-back with our delivery id."""
    request = request_of("sms")
    assert b"To=%2B33612345678" in request.body
    assert b"ValidityPeriod=3600" in request.body
    assert (
        b"StatusCallback=https%3A%2F%2Fcrisis.example.org%2Fcallbacks%2Fsms%3Fdeli" in request.body
    )
    assert request.headers["Authorization"].startswith("Basic ")
    assert b"ValidityPeriod" not in request_of("sms", _without_end()).body


def _without_end() -> Outgoing:
    """The delivery, never stale."""
    fields = {name: getattr(DELIVERY, name) for name in Outgoing.__slots__}
    return Outgoing(**(fields | {"expires_at": None}))


def test_a_call_by_twilio_escapes_what_it_says() -> None:
    """Words inside TwiML cannot become TwiML; the language is the provider's word for it."""
    from urllib.parse import parse_qs

    twiml = parse_qs(request_of("voice").body.decode())["Twiml"][0]
    assert 'language="fr-FR"' in twiml
    assert "&lt;risque&gt;" in twiml


def test_push_takes_a_number_for_the_urgency_and_leaves_out_what_is_absent() -> None:
    """A whole-field placeholder keeps its type; an absent link leaves no empty field."""
    import json

    body = json.loads(request_of("push").body)
    assert body["priority"] == 5
    assert "click" not in body


def test_values_are_made_safe_for_their_place() -> None:
    """Encoded in the URL, one line in headers, left out where absent; braces stay braces."""
    settings = {
        "url": "https://x.org/{address}?to={ack_url}",
        "headers": {"X-From": "{sender}", "X-Link": "{ack_url}"},
        "body": [{"text": "{{{short}}}", "tries": 3, "link": "{ack_url}"}, "{callback_url}"],
        "basic": None,
    }
    channel = gateway(settings)
    fields = {name: getattr(DELIVERY, name) for name in Outgoing.__slots__}
    delivery = Outgoing(**(fields | {"address": "../a?b#c", "sender": "x\r\nY: z"}))
    request = compose(channel.settings, channel.secrets, delivery, NOON)
    assert request.url == "https://x.org/..%2Fa%3Fb%23c?to="
    assert request.headers == {"Content-Type": "application/json", "X-From": "x Y: z"}
    assert request.body == b'[{"text": "{Fuite d\'eau & <risque>}", "tries": 3}]'


def test_a_request_without_a_body() -> None:
    """GET gateways take everything in the URL."""
    channel = gateway({"method": "GET", "url": "https://x.org/{address}"})
    request = compose(channel.settings, channel.secrets, DELIVERY, NOON)
    assert (request.body, request.headers) == (None, {})


def test_digits_for_providers_that_want_no_plus() -> None:
    """``{address.digits}`` keeps digits only."""
    assert b'"to": "33612345678"' in request_of("sms2").body


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "https://x.org/{adress}"}, "did you mean {address}?"),
        ({"url": "https://x.org/{address.json}"}, "use .xml or .digits"),
        ({"url": "https://x.org/{address"}, "a brace itself is written twice"),
        ({"url": "http://sms.example.org/"}, "http is only for the local network"),
        ({"url": "ftp://x.org/"}, "must begin with https://"),
        ({"url": "https://{address}.org/"}, "must be written out"),
        ({"encoding": "form", "body": "x"}, "must be an object"),
        ({"encoding": "text", "body": {}}, "must be a text"),
        ({"colour": "red"}, "channels.x.colour"),
        (
            {
                "callback": {
                    "state": "s",
                    "delivered": ["d"],
                    "failed": ["f"],
                    "signature": {"scheme": "token", "secret": "t"},
                }
            },
            "needs reference or delivery",
        ),
    ],
)
def test_wrong_gateway_settings_are_refused(changes: dict[str, Any], says: str) -> None:
    """An error names the place and what to write instead."""
    with pytest.raises(ChannelSettingsError, match=re.escape(says)):
        gateway({"url": "https://x.org/", **changes})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"from_address": "nobody"}, "from_address is not an e-mail address"),
        ({"username": "crisis"}, "go together"),
        ({"host": "mail.x.org", "username": "a", "password_secret": "b"}, "in the clear"),
        ({"depth": 0}, "channels.mail.depth"),
    ],
)
def test_wrong_mail_settings_are_refused(changes: dict[str, Any], says: str) -> None:
    """An error names the place and what to write instead."""
    with pytest.raises(ChannelSettingsError, match=re.escape(says)):
        open_channel("mail", "email", MAIL | changes, {}, Still())


def test_an_unknown_kind_names_the_known_ones() -> None:
    """A typing error in ``kind`` is answered with what exists."""
    with pytest.raises(ChannelSettingsError, match="use one of email, gateway"):
        open_channel("mail", "e-mail", MAIL, {}, Still())


def test_secrets_come_from_files_and_environment_and_are_never_shown(tmp_path: Path) -> None:
    """A file wins over the environment; showing them shows names only."""
    (tmp_path / "sms-token").write_text("from-file\n", encoding="utf-8")
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    environment = {"CRISIS_SECRET_SMTP": "from-env", "CRISIS_SECRET_SMS-TOKEN": "y", "PATH": "z"}
    secrets = Secrets.read(tmp_path, environment)
    assert dict(secrets) == {"smtp": "from-env", "sms-token": "from-file"}
    assert secrets["SMTP"] == "from-env"
    assert len(secrets) == 2
    assert repr(secrets) == "Secrets(sms-token, smtp)"
    assert not Secrets.read(None, {})


def test_a_missing_secret_says_where_to_write_it(tmp_path: Path) -> None:
    """A channel that lacks its secret does not open, and says where the secret belongs."""
    settings = {"host": "localhost", "username": "crisis", "password_secret": "smtp"}
    with pytest.raises(SecretMissingError, match=f"'smtp' is missing.*{tmp_path}"):
        open_channel("mail", "email", MAIL | settings, Secrets.read(tmp_path, {}), Still())


@pytest.mark.parametrize("encoding", ["json", "form", "text"])
def test_a_text_message_that_asks_carries_its_link(encoding: str) -> None:
    """A role that is offered by text message alone can be answered; where none asks, no link."""
    body: object = "{short_and_link}" if encoding == "text" else {"text": "{short_and_link}"}
    settings = GatewaySettings.model_validate(
        {"url": "https://sms.example.org/", "encoding": encoding, "body": body}
    )
    asking = replace(DELIVERY, ack_url="https://crisis.example.org/a/x.y-z")
    asked = compose(settings, {}, asking, NOON).body or b""
    told = compose(settings, {}, replace(DELIVERY, ack_url=None), NOON).body or b""
    assert "crisis.example.org/a/x.y-z" in unquote_plus(asked.decode())
    assert b"crisis.example.org" not in told
    assert not told.rstrip(b'"}').endswith(b" ")
