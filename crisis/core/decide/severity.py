"""How grave it is: raised by the playbook's rules, once each; lowered by a person only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crisis.core.commands import ChangeSeverity, SubmitReport
from crisis.core.decide.readiness import held_since, reached
from crisis.core.decide.rights import require
from crisis.core.deciding import Deciding
from crisis.core.events import HoursChanged, SeverityChanged
from crisis.core.incident import Incident
from crisis.core.obligation import Owed
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Raise


def graver(pinned: Pinned, one: str, other: str) -> bool:
    """Whether one severity is graver than another: the plan lists the gravest first."""
    order = list(pinned.plan.severities)
    return order.index(one) < order.index(other)


def raises_at(incident: Incident, rule: Raise) -> datetime | None:
    """Give when a rule raises the severity, if its situation lasts; None: it does not hold."""
    if incident.over or (rule.until is not None and reached(incident, rule.until)):
        return None
    if rule.when is not None and not rule.when.holds(incident.situation):
        return None
    since = held_since(incident, rule.when)
    return since + rule.wait.delta if rule.wait else since


def owed_raises(incident: Incident, playbook: Playbook, pinned: Pinned) -> Iterator[Owed]:
    """The severity goes up by itself when its reason has lasted."""
    for name, rule in playbook.severity.raise_.items():
        if name in incident.raised or not graver(pinned, rule.to, incident.severity):
            continue
        at = raises_at(incident, rule)
        if at is not None:
            yield Owed(at, "severity-raise", name)


def _for_danger(d: Deciding) -> Iterator[str]:
    """Rules that look at danger and would raise the severity at once, spent or not."""
    situation = {**d.incident.situation, "danger": "yes"}
    for name, rule in d.playbook.severity.raise_.items():
        looks = rule.when is not None and "danger" in rule.when.names() and not rule.wait
        ended = rule.until is not None and reached(d.incident, rule.until)
        if looks and rule.when is not None and rule.when.holds(situation) and not ended:
            yield name


def danger_raises(d: Deciding) -> bool:
    """Whether danger that is reported again would raise what a person has lowered since."""
    rules = d.playbook.severity.raise_
    return any(graver(d.pinned, rules[name].to, d.incident.severity) for name in _for_danger(d))


def raise_for_danger(d: Deciding) -> None:
    """People are in danger, newly reported: that raises the severity, whatever was before."""
    for name in tuple(_for_danger(d)):
        severity_raise(d, name)


def severity_follows(d: Deciding) -> None:
    """Raise the severity for every rule that holds now."""
    for owed in tuple(owed_raises(d.incident, d.playbook, d.pinned)):
        if owed.at <= d.now:
            severity_raise(d, owed.subject)


def severity_raise(d: Deciding, name: str) -> None:
    """Raise it, if it is not as grave already."""
    to = d.playbook.severity.raise_[name].to
    if graver(d.pinned, to, d.incident.severity):
        d.record(
            SeverityChanged(severity=to, was=d.incident.severity, by_rule=name),
            rule="severity-raise",
            pointer=f"/severity/raise/{name}",
        )


def raise_for_report(d: Deciding, report_id: str, report: SubmitReport) -> None:
    """Raise it where a report says it is graver than it has ever been: nobody has judged that yet.

    What a person has lowered since is not raised by an alarm that only repeats itself.
    """
    to, had = report.severity, (d.incident.severity, *d.incident.severities)
    if to is None or to not in d.pinned.plan.severities:
        return
    if d.incident.over or report.signal == "resolved":
        return
    if all(graver(d.pinned, to, one) for one in had):
        d.record(
            SeverityChanged(severity=to, was=d.incident.severity, by_report=report_id),
            rule="severity-report",
        )


def change_severity(d: Deciding, body: ChangeSeverity) -> None:
    """A person raises it, or lowers it where the playbook lets that role do so."""
    known = d.pinned.plan.severities
    if body.to not in known:
        d.refuse(
            "severity",
            f"Gravités possibles : {', '.join(known)}.",
            f"Possible severities: {', '.join(known)}.",
        )
    if body.to == d.incident.severity:
        d.refuse("severity", f"C'est déjà {body.to}.", f"It is {body.to} already.")
    if d.incident.over:
        d.refuse(
            "severity",
            "La crise est finie : sa gravité ne change plus.",
            "The crisis is over: its severity does not change any more.",
        )
    lowered = graver(d.pinned, d.incident.severity, body.to)
    roles = d.playbook.severity.lowered_by if lowered else tuple(d.playbook.roles)
    require(d, "severity", authority="severity", roles=roles)
    d.record(
        SeverityChanged(
            severity=body.to, was=d.incident.severity, spent=_spent(d) if lowered else ()
        ),
        rule="severity",
    )


def _spent(d: Deciding) -> tuple[str, ...]:
    """Rules whose reason holds already: the person knows it, and has judged otherwise."""
    return tuple(
        name for name, rule in d.playbook.severity.raise_.items()
        if name not in d.incident.raised
        and (at := raises_at(d.incident, rule)) is not None and at <= d.now
    )  # fmt: skip


def owed_hours(incident: Incident, _playbook: Playbook, _pinned: Pinned) -> Iterator[Owed]:
    """Office hours of the site begin or end: who is there, and who answers, may change."""
    if incident.hours_until is not None and not incident.over:
        yield Owed(incident.hours_until, "hours")


def hours_change(d: Deciding, _subject: str) -> None:
    """Note the site's hours as they are now."""
    site = d.pinned.site
    d.record(
        HoursChanged(hours=site.hours_at(d.now), hours_until=site.hours_change_after(d.now)),
        rule="hours",
    )
