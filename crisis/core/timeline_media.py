"""What the timeline says of media that fail, and of what people carry meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crisis.core import events as e
from crisis.core.timeline_values import Pair

MEDIA_FORMS: Mapping[type, Callable[[Any], str]] = {
    **{
        kind: lambda body: "" if body.audience else "people"
        for kind in (e.LeftToCarry, e.CarriedByHand, e.CarryingLate)
    },
    e.SheetsHung: lambda body: "again" if body.replaced else "",
    e.TakeDownAsked: lambda body: "late" if body.count else "",
}
"""People with a role have no title of their own, as an audience has; and what comes again."""

MEDIA: Mapping[type, Mapping[str, Pair]] = {
    e.WentDown: {
        "": (
            "En panne depuis {since} : {what}. Rien ne passe plus par ce qui en dépend.",
            "Down since {since}: {what}. Nothing goes any more by what depends on it.",
        ),
    },
    e.CameBack: {
        "": ("De nouveau en marche : {what}.", "Works again: {what}."),
    },
    e.LeftToCarry: {
        "people": (
            "À dire de vive voix avant {due_at} : titulaires de rôle ({count}), par {carriers}.",
            "To be told in person by {due_at}: people who hold a role ({count}), by {carriers}.",
        ),
        "": (
            "À prévenir de vive voix avant {due_at} : {audience} ({count}), par {carriers}.",
            "To be told in person by {due_at}: {audience} ({count}), by {carriers}.",
        ),
    },
    e.CarriedByHand: {
        "people": (
            "Des personnes qui tiennent un rôle sont prévenues de vive voix (restent : {left}).",
            "People who hold a role were told in person (left: {left}).",
        ),
        "": (
            "Prévenus de vive voix : {audience} (restent à prévenir : {left}).",
            "Told in person: {audience} (left to tell: {left}).",
        ),
    },
    e.CarryingLate: {
        "people": (
            "Des personnes qui tiennent un rôle ne sont toujours pas prévenues, rappel n° {count}.",
            "People who hold a role have still not been told, reminder no. {count}.",
        ),
        "": (
            "Toujours pas prévenus de vive voix, rappel n° {count} : {audience}.",
            "Still not told in person, reminder no. {count}: {audience}.",
        ),
    },
    e.SheetsHung: {
        "": (
            "Feuille n° {number} ({audience}) affichée par {person} : {places}.",
            "Sheet no. {number} ({audience}) hung by {person}: {places}.",
        ),
        "again": (
            "Feuille n° {number} ({audience}) affichée par {person} : {places}, sur n° {replaced}.",
            "Sheet no. {number} ({audience}) hung by {person}: {places}, over no. {replaced}.",
        ),
    },
    e.TakeDownAsked: {
        "": (
            "À retirer par {person} avant {due_at} : feuilles n° {numbers} ({spots}).",
            "To be taken down by {person} by {due_at}: sheets no. {numbers} ({spots}).",
        ),
        "late": (
            "Toujours affichées, rappel n° {count} à {person} : feuilles n° {numbers} ({spots}).",
            "They still hang, reminder no. {count} to {person}: sheets no. {numbers} ({spots}).",
        ),
    },
    e.SheetsTakenDown: {
        "": (
            "Feuilles retirées (n° {numbers}) : {places}.",
            "Sheets taken down (no. {numbers}): {places}.",
        ),
    },
}
