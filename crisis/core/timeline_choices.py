"""What the timeline says of decisions and of costs: asked for, passed on, taken, corrected."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.core import events as e
from crisis.core.timeline_values import Pair

CHOICES: Mapping[type, Mapping[str, Pair]] = {
    e.ChoiceAsked: {
        "ready": (
            "Décision n° {number} demandée avant {due_at} : {step}.",
            "Decision no. {number} requested by {due_at}: {step}.",
        ),
        "joined": (
            "Décision n° {number} demandée aussi à {to}, avant {due_at} : {step}.",
            "Decision no. {number} requested of {to} too, by {due_at}: {step}.",
        ),
        "soon": (
            "Décision n° {number} rappelée, à prendre avant {due_at} : {step}.",
            "Reminder of decision no. {number}, to be taken by {due_at}: {step}.",
        ),
        "passed-on": (
            "Décision n° {number} demandée ensuite à {to}, avant {due_at} : {step}.",
            "Decision no. {number} then requested of {to}, by {due_at}: {step}.",
        ),
        "split": (
            "Décision n° {number} : les avis diffèrent, à accorder avant {due_at} : {step}.",
            "Decision no. {number}: the choices differ, to be settled by {due_at}: {step}.",
        ),
        "nobody": (
            "Décision n° {number} : personne à qui la rappeler avant {due_at} : {step}.",
            "Decision no. {number}: nobody to remind of it by {due_at}: {step}.",
        ),
    },
    e.ChoiceBacked: {
        "": (
            "{person} choisit pour « {step} » : {option}. D'autres doivent choisir de même.",
            "{person} chooses for “{step}”: {option}. Others must choose the same.",
        ),
    },
    e.ChoiceMade: {
        "again": (
            "Correction du choix pour « {step} » : {option} (avant : {was}).",
            "Correction of the choice for “{step}”: {option} (before: {was}).",
        ),
        "": ("Choix pour « {step} » : {option}.", "Choice for “{step}”: {option}."),
        "assumed": (
            "Sans choix à temps pour « {step} », le choix prévu vaut : {option}.",
            "Without a choice in time for “{step}”, the foreseen one holds: {option}.",
        ),
    },
    e.ChoicePassedOn: {
        "": (
            "Le choix « {step} » passe à : {role}.",
            "The choice “{step}” passes on to: {role}.",
        ),
    },
    e.StepEscalated: {
        "": (
            "Étape en retard, rappel n° {count} : {step}.",
            "Step late, reminder no. {count}: {step}.",
        ),
    },
    e.Escalated: {
        "": (
            "{person} alerte plus haut : {role} ({to}).",
            "{person} escalates to those above: {role} ({to}).",
        ),
        "above": (
            "{person} alerte la direction.",
            "{person} escalates to the directorate.",
        ),
    },
    e.CostAnnounced: {
        "": (
            "{person} annonce un coût de {amount} {currency} : {step}.",
            "{person} announces a cost of {amount} {currency}: {step}.",
        ),
    },
    e.CostAsked: {
        "": (
            "Décision n° {number}, un coût à accorder, demandée à {of} avant {due_at} : {step}.",
            "Decision no. {number}, a cost to grant, requested of {of} by {due_at}: {step}.",
        ),
    },
    e.CostDecided: {
        "granted": (
            "{person} accorde {amount} {currency} : {step}.",
            "{person} grants {amount} {currency}: {step}.",
        ),
        "refused": (
            "{person} refuse {amount} {currency} : {step}.",
            "{person} refuses {amount} {currency}: {step}.",
        ),
        "granted-again": (
            "Correction : {person} accorde {amount} {currency} : {step}.",
            "Correction: {person} grants {amount} {currency}: {step}.",
        ),
        "refused-again": (
            "Correction : {person} refuse {amount} {currency} : {step}.",
            "Correction: {person} refuses {amount} {currency}: {step}.",
        ),
    },
}
"""By event and form, in French and in English."""
