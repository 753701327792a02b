"""The sentences of the timeline for messages that wait for an approval."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import events as e
from crisis.core.timeline_values import Pair

APPROVALS: Mapping[type, Mapping[str, Pair]] = {
    e.MessageDrafted: {
        "": (
            "Un message est prêt ({kind}) et attend un accord : {audience}.",
            "A message is ready ({kind}) and waits for an approval: {audience}.",
        ),
    },
    e.ApprovalSought: {
        "": (
            "L'accord est demandé à {to}, avant {until} : {audience}.",
            "The approval is asked of {to}, by {until}: {audience}.",
        ),
        "nobody": (
            "Personne n'est là pour donner l'accord avant {until} : {audience}.",
            "Nobody is there to approve by {until}: {audience}.",
        ),
    },
    e.DraftApproved: {
        "": ("{person} approuve le message : {audience}.", "{person} approves: {audience}."),
    },
    e.DraftRejected: {
        "": (
            "{person} refuse le message, avec un motif : {audience}.",
            "{person} rejects the message, with a reason: {audience}.",
        ),
    },
    e.ApprovalSilent: {
        "send": (
            "Sans réponse à temps, le message part : {audience}.",
            "Without an answer in time, the message leaves: {audience}.",
        ),
        "next": (
            "Sans réponse à temps, la question passe aux suivants : {audience}.",
            "Without an answer in time, the next are asked: {audience}.",
        ),
        "hold": (
            "Sans réponse à temps, le message attend toujours : {audience}.",
            "Without an answer in time, the message still waits: {audience}.",
        ),
    },
    e.DraftDropped: {
        "": (
            "Le message qui attendait est dépassé par les faits : {audience}.",
            "Events have overtaken the message that waited: {audience}.",
        ),
    },
}
"""Each event of this family, and its sentence in both languages."""
