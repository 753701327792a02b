"""What people still wait for when a crisis is closed: settled first, or set aside by name.

What is set aside is not dropped: it becomes an action of the plan, chased until verified.
"""

from __future__ import annotations

from crisis.core.decide.review import propose_waiting
from crisis.core.deciding import Deciding
from crisis.core.errand import PEOPLE


def object_to_left(d: Deciding) -> None:
    """Nobody is left without a word, and no contractor without an answer, unseen."""
    incident = d.incident
    uncarried = tuple(name for name in incident.errands if name != PEOPLE)
    if uncarried:
        typed = " ; ".join(f"crisis carried {name} -i {incident.id}" for name in uncarried)
        d.object(
            "close",
            "Des personnes que rien n'atteint attendent encore qu'on aille leur parler. Une fois"
            f" que c'est fait, tapez : {typed}. Sinon, passez outre avec un motif : cela devient"
            " une action du retour d'expérience.",
            "People whom nothing reaches still wait for somebody to go and tell them. Once that is"
            f" done, type: {typed}. Otherwise override with a reason: it becomes an action of the"
            " review.",
        )
        propose_waiting(d, "left-uncarried", uncarried)
    hanging = tuple(dict.fromkeys(one.place for one in incident.sheets.values()))
    if hanging:
        d.object(
            "close",
            f"Des feuilles sont encore affichées : {', '.join(hanging)}. Une fois retirées, tapez :"
            f" crisis taken-down -i {incident.id}. Sinon, passez outre avec un motif : cela devient"
            " une action du retour d'expérience.",
            f"Sheets still hang: {', '.join(hanging)}. Once they are down, type:"
            f" crisis taken-down -i {incident.id}. Otherwise override with a reason: it becomes an"
            " action of the review.",
        )
        propose_waiting(d, "sheets-hang", hanging)
    asked = tuple(
        name for name, state in incident.steps.items()
        if state.cost is not None and state.cost.state == "asked"
    )  # fmt: skip
    if asked:
        typed = " ; ".join(f"crisis grant {name} -i {incident.id}" for name in asked)
        d.object(
            "close",
            f"Des coûts attendent encore une réponse. Pour accorder, tapez : {typed} (pour refuser,"
            " ajoutez --refuse). Sinon, passez outre avec un motif : cela devient une action du"
            " retour d'expérience.",
            f"Costs still wait for an answer. To grant, type: {typed} (to refuse, add --refuse)."
            " Otherwise override with a reason: it becomes an action of the review.",
        )
        propose_waiting(d, "cost-unanswered", asked)
