"""A sender and an organisation, as the tests of doors need them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from crisis.intake.submission import Known

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
KNOWN = Known(
    now=NOW, sites={"annex": ("north",), "tower": ()}, severities=("S1", "S2", "S3"), people=("p1",)
)


class FakeSource:
    """The settings of a source, as a test needs them."""

    site = "annex"
    by = "machine"
    kind = "other"

    def __init__(self, *, kinds: Mapping[str, str] | None = None, may: str | None = None) -> None:
        """Allow every kind unless told otherwise."""
        self.kinds: Mapping[str, str] = kinds or {}
        self.severities: Mapping[str, str] = {"critical": "S2", "page": "S1"}
        self._may = may

    def severity_of(self, word: str | None) -> str | None:
        """Map the sender's word."""
        return self.severities.get(word or "")

    def may(self, kind: str) -> bool:
        """Allow the one kind, or all."""
        return self._may in {None, kind}
