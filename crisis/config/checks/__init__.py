"""What must fit together in the organisation's files, each finding at its line.

What a playbook asks of the organisation is checked where playbooks are known: see
`crisis.organisation`.
"""

from __future__ import annotations

from datetime import datetime

from crisis.config.checks import people, plan, rota, settings, texts
from crisis.config.documents import Configuration
from crisis.yamlfile import Finding


def check(configuration: Configuration, now: datetime | None = None) -> list[Finding]:
    """Everything that does not fit, errors and warnings, in the order of files and lines.

    With ``now``, the rota is looked at for the days ahead, too.
    """
    found = [
        *settings.findings(configuration),
        *texts.findings(configuration),
        *people.findings(configuration),
        *plan.findings(configuration),
    ]
    if now is not None:
        found.extend(rota.findings(configuration, now))
    return sorted(set(found))
