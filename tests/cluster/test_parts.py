"""The parts as a user starts them: real processes, one of which is killed in the middle."""

from __future__ import annotations

import signal

import pytest

from tests.cluster.parts import READY_WITHIN_S, TAKEN_OVER_WITHIN_S, Parts

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
