"""An organisation as large as a benchmark needs: the shipped template and generated people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crisis.config import read_folder, write_template

CROWDED = "z"
"""The building in which all the generated people work; they are away but for one minute a night."""

_CHANNELS = """\
channels:
  email:
    kind: email
    host: 127.0.0.1
    port: {mail}
    security: none
    from_address: crisis@example.org
    reply_to: duty@example.org
{gateways}
"""
_GATEWAY = """\
  {name}:
    kind: gateway
    address_from: {address}
    url: http://127.0.0.1:{port}/{name}
    body: {{to: "{{address}}", text: "{{short}}", reference: "{{delivery_id}}"}}
"""
_GATEWAYS = {"sms": "sms", "sms-modem": "sms", "call": "sms", "voice": "voice", "push": "push"}


def write_house(
    folder: Path,
    *,
    people: int,
    buildings: int,
    mail_port: int,
    gateway_port: int,
    spread: bool = False,
) -> Mapping[str, str]:
    """Write an organisation folder, and answer its content as the store takes it.

    ``people`` more than the template has, all in building :data:`CROWDED`, or ``spread`` over the
    others, reached by mail alone; ``buildings`` more, ``k0`` and on, in each of which a flood is an
    incident of its own. There are no quiet hours: a benchmark of the evening measures what one of
    the morning does.
    """
    write_template(folder)
    _edit(folder / "settings.yaml", lambda text: _settings(text, mail_port, gateway_port))
    _edit(folder / "sites" / "hq.yaml", lambda text: _site(text, buildings))
    _edit(folder / "communication-plan.yaml", _no_quiet_hours)
    rows = [
        f"g{number:06},Personne {number},{('fr', 'en')[number % 2]},hq,"
        f"{f'k{number % buildings}' if spread else CROWDED},03:00-03:01,"
        f"{address(number)}"
        for number in range(people)
    ]
    text = "\n".join(["id,name,language,site,building,hours,email", *rows, ""])
    (folder / "people.csv").write_text(text, encoding="utf-8")
    return read_folder(folder)


def address(number: int) -> str:
    """The mail address of a generated person."""
    return f"g{number:06}@example.org"


def _edit(path: Path, change: object) -> None:
    assert callable(change)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def _settings(text: str, mail_port: int, gateway_port: int) -> str:
    """The template's settings with sinks on this machine behind every channel."""
    before, _, after = text.partition("channels:\n")
    gateways = "".join(
        _GATEWAY.format(name=name, address=address, port=gateway_port).replace(
            "    address_from: " + name + "\n", ""
        )
        for name, address in _GATEWAYS.items()
    )
    rest = after[after.index("# --- sources") :]
    return before + _CHANNELS.format(mail=mail_port, gateways=gateways) + rest


def _site(text: str, buildings: int) -> str:
    more = [CROWDED, *(f"k{number}" for number in range(buildings))]
    lines = "".join(f"  {one}: {{title: {{fr: '{one}', en: '{one}'}}}}\n" for one in more)
    begin = text.index("  b: {title:")
    return text[:begin] + lines + text[begin:]


def _no_quiet_hours(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("quiet_hours:"))
