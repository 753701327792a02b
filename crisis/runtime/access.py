"""How we show the brokers who we are, and make sure who they are: told by the environment.

As with libpq, no client is told anything by hand: each asks here, and whatever is set holds for
all of them. It is read once, so a new password or certificate holds from the next start.

``CRISIS_KAFKA_CA`` names a file of PEM certificates, one of which has signed those of the brokers;
``CRISIS_KAFKA_TLS=1`` trusts those of the system instead. ``CRISIS_KAFKA_CERT`` and ``_KEY`` name
a certificate of our own and its key, ``CRISIS_KAFKA_USER`` a user whose password is in the file
``CRISIS_KAFKA_PASSWORD_FILE`` (or in ``CRISIS_KAFKA_PASSWORD``; the file wins), and
``CRISIS_KAFKA_MECHANISM`` how it is shown.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import BrokerResponseError, KafkaError

T = TypeVar("T")

_PREFIX = "CRISIS_KAFKA_"
_NAMES = ("CA", "TLS", "CERT", "KEY", "USER", "PASSWORD", "PASSWORD_FILE", "MECHANISM")

GOODBYE = 0.25
"""Seconds for the farewell of TLS on lines that were refused: nobody waits for it otherwise, and
whoever ends the loop next would leave them open."""

MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")
"""How a password is shown; the first where nothing is said: the brokers never see it."""


class AccessRefused(Exception):  # noqa: N818 - what is the case
    """Nobody can be spoken to like this; it says why, and never shows a password."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.said: Mapping[str, str] = {"fr": fr, "en": en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What every client is told beside the addresses."""

    tls: ssl.SSLContext | None = None
    """None: nothing is encrypted, and nobody is known."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    mechanism: str = MECHANISMS[0]


def access() -> Access:
    """What the environment says; :class:`AccessRefused` where that is half of something."""
    return _read(tuple(os.environ.get(_PREFIX + name, "") for name in _NAMES))


def reached_at(bootstrap: str) -> dict[str, Any]:
    """The keyword arguments that let any client of aiokafka reach these brokers.

    Raises :class:`AccessRefused`.
    """
    return {"bootstrap_servers": bootstrap} | _connected(access())


def credentials(named: Callable[..., T]) -> T | ssl.SSLContext | None:
    """The ``broker_credentials`` of an app of Faust; ``named`` is its ``SASLCredentials``.

    Raises :class:`AccessRefused`.
    """
    given = access()
    if given.user is None:
        return given.tls
    return named(
        username=given.user, password=given.password, mechanism=given.mechanism,
        ssl_context=given.tls,
    )  # fmt: skip


async def refusal_at(bootstrap: str) -> AccessRefused | None:
    """Why brokers will not have us, or we not them; None where they are silent, or all is well.

    aiokafka says of either only that it could not connect: so this knocks once more, and listens.
    """
    try:
        return await _knock(bootstrap)
    finally:
        await asyncio.sleep(GOODBYE)


async def _knock(bootstrap: str) -> AccessRefused | None:
    for host, port, _ in collect_hosts(bootstrap):
        try:
            met = await create_conn(host, port, request_timeout_ms=5_000, **_connected(access()))
            met.close()
        except BrokerResponseError as error:
            return AccessRefused(
                f"{host}:{port} refuse l'utilisateur, son mot de passe ou le mécanisme "
                f"({type(error).__name__}) : vérifiez CRISIS_KAFKA_USER, "
                "CRISIS_KAFKA_PASSWORD_FILE et CRISIS_KAFKA_MECHANISM.",
                f"{host}:{port} refuses the user, its password or the mechanism "
                f"({type(error).__name__}): check CRISIS_KAFKA_USER, CRISIS_KAFKA_PASSWORD_FILE "
                "and CRISIS_KAFKA_MECHANISM.",
            )
        except ssl.SSLError as error:
            return AccessRefused(
                f"Pas de TLS avec {host}:{port} ({_why(error)}) : vérifiez CRISIS_KAFKA_CA, "
                "l'adresse, et le certificat du broker.",
                f"No TLS with {host}:{port} ({_why(error)}): check CRISIS_KAFKA_CA, the address, "
                "and the certificate of the broker.",
            )
        except (KafkaError, OSError):
            continue
    return None


def _connected(given: Access) -> dict[str, Any]:
    if given.tls is None:
        return {}
    if given.user is None:
        return {"security_protocol": "SSL", "ssl_context": given.tls}
    return {
        "security_protocol": "SASL_SSL", "ssl_context": given.tls,
        "sasl_mechanism": given.mechanism, "sasl_plain_username": given.user,
        "sasl_plain_password": given.password,
    }  # fmt: skip


@lru_cache(maxsize=1)
def _read(values: tuple[str, ...]) -> Access:
    given = {name: value for name, value in zip(_NAMES, values, strict=True) if value}
    tls = _tls(given)
    password = _password(given)
    mechanism = given.get("MECHANISM", MECHANISMS[0])
    if mechanism not in MECHANISMS:
        one_of = ", ".join(MECHANISMS)
        raise AccessRefused(
            f"CRISIS_KAFKA_MECHANISM doit être l'un de : {one_of}.",
            f"CRISIS_KAFKA_MECHANISM must be one of {one_of}.",
        )
    if "USER" not in given:
        if password is not None or "MECHANISM" in given:
            raise _without("PASSWORD_FILE" if password is not None else "MECHANISM", "USER")
        return Access(tls=tls)
    if password is None:
        raise _without("USER", "PASSWORD_FILE")
    if tls is None:
        raise AccessRefused(
            "CRISIS_KAFKA_USER sans TLS : n'importe qui sur le réseau pourrait prendre sa place. "
            "Donnez aussi CRISIS_KAFKA_CA, ou CRISIS_KAFKA_TLS=1.",
            "CRISIS_KAFKA_USER without TLS: anybody on the network could take its place. "
            "Give CRISIS_KAFKA_CA too, or CRISIS_KAFKA_TLS=1.",
        )
    return Access(tls=tls, user=given["USER"], password=password, mechanism=mechanism)


def _tls(given: Mapping[str, str]) -> ssl.SSLContext | None:
    if given.get("TLS", "0") not in {"0", "1"}:
        raise AccessRefused(
            "CRISIS_KAFKA_TLS doit être 1, ou rien.", "CRISIS_KAFKA_TLS must be 1, or nothing."
        )
    for one, other in (("CERT", "KEY"), ("KEY", "CERT")):
        if one in given and other not in given:
            raise _without(one, other)
    if "CA" not in given and given.get("TLS") != "1":
        if "CERT" in given:
            raise _without("CERT", "CA")
        return None
    try:
        context = ssl.create_default_context(cafile=given.get("CA"))
    except OSError as error:  # SSLError is one
        raise _unreadable("CA", error) from None
    if "CERT" in given:
        try:
            # an encrypted key would ask for its password at a terminal that may not be there
            context.load_cert_chain(given["CERT"], given["KEY"], password=lambda: "")
        except OSError as error:
            raise _unreadable("CERT, CRISIS_KAFKA_KEY", error) from None
    return context


def _password(given: Mapping[str, str]) -> str | None:
    """As of other secrets, the last line end of the file is no part of it."""
    if "PASSWORD_FILE" not in given:
        return given.get("PASSWORD")
    try:
        password = Path(given["PASSWORD_FILE"]).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise _unreadable("PASSWORD_FILE", error) from None
    if not password:
        raise AccessRefused(
            "Le fichier de CRISIS_KAFKA_PASSWORD_FILE est vide.",
            "The file of CRISIS_KAFKA_PASSWORD_FILE is empty.",
        )
    return password


def _without(one: str, other: str) -> AccessRefused:
    one, other = _PREFIX + one, _PREFIX + other
    return AccessRefused(
        f"{one} est donné sans {other} : donnez les deux, ou aucun.",
        f"{one} is given without {other}: give both, or neither.",
    )


def _unreadable(name: str, error: Exception) -> AccessRefused:
    """The reason without the path: somebody may have written the password there."""
    name = _PREFIX + name
    return AccessRefused(
        f"{name} : le fichier ne peut pas être lu ({_why(error)}).",
        f"{name}: the file cannot be read ({_why(error)}).",
    )


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return error.reason or "SSLError"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
