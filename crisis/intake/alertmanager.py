"""Alertmanager's webhook, version 4: a group of alerts that fires, or has stopped firing.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. Older senders
leave out ``fingerprint`` and ``truncatedAlerts``; an alert that is still open ends in the year 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated, Literal, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from crisis.core.commands import Answer3
from crisis.intake.faults import read_as
from crisis.intake.submission import (
    NAME_PATTERN,
    Incoming,
    Known,
    Sender,
    allowed,
    clean,
    in_the_past,
)

_NAME = re.compile(NAME_PATTERN)
_LONGEST_WORDS = 4000
_LONGEST_GROUP = 200

Labels = dict[str, str]
State = Literal["firing", "resolved"]


class _Alert(BaseModel):
    model_config = ConfigDict(strict=True, alias_generator=to_camel)

    status: State
    labels: Labels
    annotations: Labels = Field(default_factory=dict)
    starts_at: AwareDatetime


class _Webhook(BaseModel):
    """What is used of the document; all else may be there, and changes nothing."""

    model_config = ConfigDict(strict=True, alias_generator=to_camel)

    version: Literal["4"]
    status: State
    group_key: Annotated[str, Field(min_length=1)]
    alerts: Annotated[list[_Alert], Field(min_length=1)]
    truncated_alerts: Annotated[int, Field(ge=0)] = 0
    common_labels: Labels = Field(default_factory=dict)
    common_annotations: Labels = Field(default_factory=dict)


def read(body: bytes, sender: Sender, known: Known) -> Incoming:
    """The group as one report; :class:`~crisis.intake.faults.BadPayload` when it is none.

    The native id changes with each occurrence: a failure that comes back is a new report, while
    the hourly repeat of the same one is not.
    """
    hook = read_as(_Webhook, body)
    labels = _shared_labels(hook)
    site = labels.get("site", "")
    site = site if site in known.sites else sender.source.site
    building = labels.get("building")
    danger = labels.get("danger", "unknown")
    firing = [alert for alert in hook.alerts if alert.status == "firing"] or hook.alerts
    began = [at for a in firing if (at := in_the_past(a.starts_at, known.now)) is not None]
    return Incoming(
        source=sender.name,
        native_id=_native_id(hook),
        kind=allowed(sender, _kind(labels, sender), "/commonLabels/kind"),
        site=site,
        building=building if building in known.sites.get(site, ()) else None,
        what=_words(hook, labels),
        by_machine=True,
        severity=_severity(hook, sender, known),
        danger=cast("Answer3", danger) if danger in {"yes", "no"} else "unknown",
        observed_at=min(began, default=None),
        group=_group(hook.group_key),
        signal=hook.status,
    )


def _shared_labels(hook: _Webhook) -> Labels:
    """The labels of all alerts; some senders leave ``commonLabels`` out or half empty."""
    first, *others = (alert.labels for alert in hook.alerts)
    shared = {k: v for k, v in first.items() if all(other.get(k) == v for other in others)}
    return {**shared, **hook.common_labels}


def _native_id(hook: _Webhook) -> str:
    occurrences = sorted((sorted(a.labels.items()), a.starts_at.isoformat()) for a in hook.alerts)
    text = json.dumps([hook.group_key, hook.status, occurrences], ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def _kind(labels: Labels, sender: Sender) -> str:
    """By the settings' word for it, as the label says, by the settings' default."""
    for word in (labels.get("kind"), labels.get("alertname")):
        if word is not None and word in sender.source.kinds:
            return sender.source.kinds[word]
    said = labels.get("kind", "")
    return said if _NAME.match(said) else sender.source.kind


def _severity(hook: _Webhook, sender: Sender, known: Known) -> str | None:
    """The gravest that the alerts name, or all of them together (``commonLabels``).

    Severities are named from the gravest on: S1, S2 …
    """
    shared = hook.common_labels.get("severity")
    words = [a.labels.get("severity", shared) for a in hook.alerts if a.status == hook.status]
    named = (
        word if word in known.severities else sender.source.severity_of(word)
        for word in words or [shared]
    )
    return min((one for one in named if one and one in known.severities), default=None)


def _words(hook: _Webhook, labels: Labels) -> str:
    """What the room reads. It is a machine's text: no audience ever sees it."""
    lines = [labels.get("alertname", ""), *_told(hook.common_annotations)]
    for alert in hook.alerts:
        own = {k: v for k, v in alert.labels.items() if labels.get(k) != v}
        lines.append(" ".join(f"{key}={value}" for key, value in sorted(own.items())))
        lines.extend(_told(alert.annotations))
    if hook.truncated_alerts:
        lines.append(f"(+ {hook.truncated_alerts})")
    said = list(dict.fromkeys(line for line in map(clean, lines) if line))
    return "\n".join(said)[:_LONGEST_WORDS]


def _told(annotations: Labels) -> Iterable[str]:
    return (annotations[key] for key in ("summary", "description") if key in annotations)


def _group(key: str) -> str:
    key = clean(key)
    return key if len(key) <= _LONGEST_GROUP else sha256(key.encode()).hexdigest()
