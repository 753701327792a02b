"""What a broker is given that shows a certificate, and asks whoever comes for a name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.cluster import jars

_MADE_WITHIN_S = 30

_SETTINGS = """\
listeners=SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inner},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inner}
listener.security.protocol.map=SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PKCS12
ssl.keystore.location={keystore}
ssl.keystore.password={password}
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A certificate for 127.0.0.1, and the one user who has a password."""

    folder: Path
    user: str
    password: str

    @classmethod
    def made(cls, folder: Path) -> Lock:
        """Make it with what comes with Java."""
        folder.mkdir(parents=True)
        lock = cls(folder=folder, user="crisis", password=uuid4().hex)
        store = ("-keystore", str(lock._keystore), "-storepass", lock.password, "-alias", "broker")
        _keytool(
            "-genkeypair", *store, "-storetype", "PKCS12", "-keyalg", "EC", "-validity", "2",
            "-dname", "CN=a broker of a test", "-ext", "san=ip:127.0.0.1", "-ext", "bc:c=ca:true",
        )  # fmt: skip
        _keytool("-exportcert", *store, "-rfc", "-file", str(lock.certificate))
        lock.password_file.write_text(f"{lock.password}\n", encoding="utf-8")
        return lock

    @property
    def certificate(self) -> Path:
        """Its own, which nobody else has signed."""
        return self.folder / "broker.pem"

    @property
    def password_file(self) -> Path:
        """The password of the user, as a person writes it down."""
        return self.folder / "password"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a part is told, to be let in."""
        return {
            "CRISIS_KAFKA_CA": str(self.certificate),
            "CRISIS_KAFKA_USER": self.user,
            "CRISIS_KAFKA_PASSWORD_FILE": str(self.password_file),
        }

    @property
    def user_added(self) -> tuple[str, ...]:
        """How the user is made known while a broker is formatted."""
        return ("-S", f"SCRAM-SHA-512=[name={self.user},password={self.password}]")

    def settings(self, *, port: int, inner: int, controller: int) -> str:
        """What stands in the settings of the broker; the ``inner`` port is open to everybody."""
        return _SETTINGS.format(
            port=port, inner=inner, controller=controller, keystore=self._keystore,
            password=self.password,
        )  # fmt: skip

    @property
    def _keystore(self) -> Path:
        return self.folder / "broker.p12"


def _keytool(*words: str) -> None:
    path = shutil.which("keytool")
    if path is None:
        raise jars.NoKafkaError("there is no keytool beside Java")
    done = subprocess.run(  # noqa: S603 - a tool of the Java of this machine
        [path, *words], check=False, capture_output=True, text=True, timeout=_MADE_WITHIN_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
