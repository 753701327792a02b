"""The command line: the same doors as everyone else, for whoever sits at the machine.

It wires the parts together too, so it stands above all of them. What is heavy is imported only by
the commands that need it: ``crisis --help`` must answer at once.
"""

from __future__ import annotations

import os
import sys

BROKEN = 70
"""Exit code where the command line itself broke (EX_SOFTWARE of sysexits.h)."""


def main() -> None:
    """Run the command line, and exit with its code.

    A mistake of ours ends in two lines that say where it is and what to do; ``CRISIS_DEBUG=1``
    shows all of it.
    """
    from crisis.cli.app import app

    try:
        app()
    except Exception as error:
        if os.environ.get("CRISIS_DEBUG"):
            raise
        sys.stderr.write(_broke(error))
        sys.exit(BROKEN)


def _broke(error: Exception) -> str:
    from traceback import extract_tb

    from crisis.cli.speech import say

    last = extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
    return say(
        f"crisis s'est trompé ici : {where}\n"
        "Si le service est d'une autre version, redémarrez-le. En cas d'urgence, téléphonez.\n",
        f"crisis broke here: {where}\n"
        "If the service is of another version, restart it. If it is urgent, telephone.\n",
    )
