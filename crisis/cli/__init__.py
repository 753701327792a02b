"""The command line: the same doors as everyone else, for whoever sits at the machine.

It wires the parts together too, so it stands above all of them. What is heavy is imported only by
the commands that need it: ``crisis --help`` must answer at once.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line, and exit with its code."""
    from crisis.cli.app import app

    app()
