"""The parts as a user starts them: real processes, one of which is killed in the middle."""

from __future__ import annotations

import signal
import time

import pytest

from tests.cluster.parts import READY_WITHIN_S, TAKEN_OVER_WITHIN_S, Parts
from tests.postgres import Postgres

ANSWERED_WITHIN_S, ENDED_WITHIN_S = 25, 30
"""What a part takes at most, on a machine that runs other tests beside."""

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def test_a_worker_is_killed_and_the_other_goes_on(parts: Parts) -> None:
    """G1: reports are answered at once, and decided by whoever is left; nothing is done twice."""
    parts.start("web", "--org", str(parts.folder / "org"), "--port", str(parts.port))
    parts.until(parts.open, READY_WITHIN_S)
    assert parts.report(0)["pending"] is True, "nobody works yet: it is kept, the answer follows"
    workers = [parts.start("worker"), parts.start("worker")]
    parts.start("dispatch", "--name", "one")
    parts.until(lambda: "incident.message-sent" in parts.journal(), READY_WITHIN_S)
    for number in range(1, 11):
        parts.report(number)
    workers[0].send_signal(signal.SIGKILL)
    for number in range(11, 21):
        parts.report(number)
    parts.until(lambda: parts.journal().count("report.routed") == 21, TAKEN_OVER_WITHIN_S)

    journal = parts.journal()
    assert journal.count("report.accepted") == 21
    assert journal.count("incident.declared") == 1
    assert journal.count("incident.report-linked") == 20
    verified = parts.run("incidents", "--json")
    assert verified.returncode == 0, verified.stderr
    workers[1].send_signal(signal.SIGTERM)
    assert workers[1].wait(20) == 0, parts.logs()


def test_a_database_that_hangs_keeps_no_part_from_its_end(parts: Parts, postgres: Postgres) -> None:
    """G1: an organisation is refused in time, not for ever; each part ends when it is told to."""
    parts.start("web", "--org", str(parts.folder / "org"), "--port", str(parts.port))
    parts.until(parts.open, READY_WITHIN_S)
    parts.start("worker")
    parts.start("dispatch", "--name", "one")
    parts.report(0)
    parts.until(lambda: "incident.message-sent" in parts.journal(), READY_WITHIN_S)
    with postgres.hanging():
        began = time.monotonic()
        applied = parts.run("org", "apply", str(parts.folder / "org"))
        assert applied.returncode in {1, 3}, applied.stderr
        assert time.monotonic() - began < ANSWERED_WITHIN_S
        parts.report(1)
        for one in parts.started:
            one.send_signal(signal.SIGTERM)
        assert [one.wait(ENDED_WITHIN_S) for one in parts.started] == [0, 0, 0], parts.logs()
    parts.start("worker")
    parts.until(lambda: parts.journal().count("report.routed") == 2, TAKEN_OVER_WITHIN_S)
