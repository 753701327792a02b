"""What the notices that ask for a choice ask, for the tests of the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crisis.core.message import ChoiceRequest, DecisionTold, OptionTold, OtherCrisis
from tests.unit.compose.house import minutes, text

_LEAVE = ChoiceRequest(
    number=2,
    options=(
        OptionTold(
            name="leave-building",
            words=text("Tout le bâtiment.", "The whole building."),
            then=(text("Comptez les personnes.", "Count the people."),),
        ),
        OptionTold(name="stay", words=text("Personne.", "Nobody.")),
    ),
    otherwise=text("Tout le bâtiment.", "The whole building."),
    then_by=text("Référent technique", "Technical lead"),
)
_COST = ChoiceRequest(
    number=3,
    options=(
        OptionTold(name="grant", words=text("Accorder ce montant.", "Grant this amount.")),
        OptionTold(name="refuse", words=text("Refuser.", "Refuse.")),
    ),
    otherwise=text("Rien n'est accordé.", "Nothing is granted."),
    then_by=text("Direction", "Directorate"),
)
REQUESTS: Mapping[str, ChoiceRequest] = {
    "decision": _LEAVE,
    "decision-soon": _LEAVE,
    "choice-passed-on": replace(_LEAVE, then_by=None),
    "cost": _COST,
    "decision-split": replace(
        _LEAVE,
        need=2,
        options=tuple(
            replace(one, people=(who,))
            for one, who in zip(_LEAVE.options, ("e101", "e102"), strict=True)
        ),
    ),
}
"""What each notice that asks for a choice asks."""

DECISIONS = (
    DecisionTold(
        number=2,
        words=text("Qui doit sortir ?", "Who must leave?"),
        due_at=minutes(40),
        otherwise=text("Tout le bâtiment.", "The whole building."),
    ),
    DecisionTold(
        number=1,
        words=text("Qui vient demain ?", "Who comes in tomorrow?"),
        chosen=text("Personne.", "Nobody."),
        person="e103",
    ),
    DecisionTold(
        number=3,
        words=text("Arrêter les serveurs ?", "Stop the servers?"),
        chosen=text("Les arrêter.", "Stop them."),
    ),
)
"""What a brief says of decisions."""

OTHERS = tuple(
    OtherCrisis(
        id=f"i-{number}",
        title=text("Incendie", "Fire"),
        site=text("Annexe", "Annex"),
        severity="S1",
        phase="safe",
        lead=lead,
        next_brief_at=at,
    )
    for number, lead, at in ((1, "e102", minutes(50)), (2, None, None))
)
"""Other crises that a brief names."""
