"""The sentences of the timeline for legal clocks."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import events as e
from crisis.core.timeline_values import Pair

LEGAL: Mapping[type, Mapping[str, Pair]] = {
    e.ClockStarted: {
        "": (
            "Un délai légal court depuis {aware_at} : {clock}.",
            "A legal clock runs since {aware_at}: {clock}.",
        ),
    },
    e.DelayReminded: {
        "": (
            "Délai légal rappelé, jusqu'à {due_at} : {delay}.",
            "Reminder of a legal delay, until {due_at}: {delay}.",
        ),
    },
    e.DelayMissed: {
        "": (
            "Délai légal dépassé depuis {due_at}, rappel n° {count} : {delay}.",
            "Legal delay missed since {due_at}, reminder no. {count}: {delay}.",
        ),
    },
    e.NotificationFiled: {
        "": ("Déposé à {filed_at} : {delay}.", "Filed at {filed_at}: {delay}."),
    },
    e.ClockWaived: {
        "": (
            "Une personne dit pourquoi la loi ne le demande pas ici : {step}.",
            "A person says why the law does not ask for it here: {step}.",
        ),
    },
}
