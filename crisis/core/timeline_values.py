"""Values of events that are words of ours, in both languages, by the field that holds them."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]
"""French, English."""

WORDS: Mapping[str, Mapping[str, Pair]] = {
    "phase": {
        "expected": ("annoncé", "expected"),
        "open": ("en cours", "under way"),
        "safe": ("en sécurité", "made safe"),
        "worked_around": ("solution de remplacement en place", "workaround in place"),
        "normal": ("retour à la normale", "back to normal"),
        "cancelled": ("fausse alerte", "false alarm"),
        "closed": ("clos", "closed"),
    },
    "kind": {
        "alert": ("alerte", "alert"),
        "instruction": ("consigne", "instruction"),
        "update": ("point", "update"),
        "holding": ("message d'attente", "holding statement"),
        "correction": ("correction", "correction"),
        "end": ("fin", "end"),
        "brief": ("point de situation", "brief"),
        "role_offer": ("proposition de rôle", "role offer"),
        "reminder": ("rappel", "reminder"),
        "escalation": ("escalade", "escalation"),
        "decision_request": ("demande de décision", "decision request"),
        "action": ("suites", "follow-up"),
        "answer": ("réponse", "reply"),
        "refusal": ("refus motivé", "refusal with its reason"),
        "survey": ("questionnaire", "survey"),
        "roll_call": ("appel", "roll-call"),
        "thanks": ("remerciements", "thanks"),
        "approval": ("demande d'accord", "request for approval"),
    },
    "what": {
        "power": ("électricité", "power"),
        "network": ("réseau interne", "internal network"),
        "internet": ("accès à internet", "internet access"),
        "mail": ("messagerie", "mail"),
        "mobile": ("réseau mobile", "mobile network"),
        "telephone": ("téléphone fixe", "fixed telephone"),
    },
    "how": {
        "related": ("même affaire", "related"),
        "parent": ("qui l'a ouvert", "which opened it"),
        "child": ("ouvert par cette étape", "opened from here"),
        "cause": ("sa cause", "its cause"),
        "symptom": ("sa conséquence", "its symptom"),
        "split": ("séparé", "split off"),
    },
    "hours": {
        "office": ("heures ouvrées", "office hours"),
        "off": ("hors des heures ouvrées", "outside office hours"),
    },
    "rating": {
        "well": ("bien informé", "well informed"),
        "partly": ("en partie", "in part"),
        "badly": ("mal informé", "badly informed"),
    },
    "answer": {
        "yes": ("oui", "yes"),
        "no": ("non", "no"),
        "unknown": ("inconnu", "unknown"),
    },
    "avoidable": {
        "yes": ("Oui", "Yes"),
        "partly": ("En partie", "Partly"),
        "no": ("Non", "No"),
    },
    "reason": {
        "resolved-nothing-open": (
            "l'anomalie a cessé et aucun incident n'est ouvert",
            "the trouble has gone and no incident is open",
        ),
        "complete-plan": ("compléter le plan", "complete the playbook"),
        "directorate-unreached": ("direction non jointe", "directorate not reached"),
        "delay-missed": ("délai légal dépassé", "legal delay missed"),
        "sheets-hang": ("feuilles encore affichées", "sheets that still hang"),
        "left-uncarried": ("personnes non prévenues", "people nobody has told"),
        "cost-unanswered": ("coût sans réponse", "cost without an answer"),
        "left-unanswered": ("questions sans réponse", "questions without a reply"),
        "escalated": ("alerte vers le haut", "escalated by hand"),
        "left-undone": ("étape non faite", "step left undone"),
        "message-failed": ("message non remis", "message not sent"),
        "no-lead": ("pilote absent", "no lead"),
        "no-show": ("prestataire absent", "contractor did not come"),
        "promise-broken": ("promesse rompue", "promise broken"),
        "promise-late": ("promesse en retard", "promise late"),
        "relief-missing": ("relève non trouvée", "nobody took over"),
        "role-unfilled": ("rôle sans titulaire", "role without a holder"),
        "step-late": ("étape en retard", "step late"),
        "unanswered": ("question sans réponse", "question without an answer"),
        "undecided": ("choix non fait", "choice not made"),
    },
    "subject": {
        "say": ("prise de parole", "words to audiences"),
        "measure": ("mesure", "measure"),
        "workaround": ("contournement", "workaround"),
        "promise": ("promesse", "promise"),
        "reply": ("réponse", "reply"),
        "refusal": ("refus", "refusal"),
    },
    "tally": {
        "queued": ("en attente", "queued"),
        "sending": ("en cours", "being sent"),
        "sent": ("envoyés", "sent"),
        "delivered": ("remis", "delivered"),
        "acknowledged": ("confirmés", "acknowledged"),
        "failed": ("en échec", "failed"),
        "suppressed": ("non tentés", "not tried"),
        "unknown": ("incertains", "uncertain"),
        "untried": ("à tenter", "untried"),
    },
}  # fmt: skip
"""Values that are words of ours, by the field that holds them."""

REACHED = frozenset({"sent", "delivered", "acknowledged"})
"""The states of those who have a message, or may have it."""


def reached(tally: Mapping[str, int]) -> str:
    """Whether a message has reached somebody, nobody yet, or has nobody to reach."""
    if not tally:
        return "nobody"
    return "" if REACHED & tally.keys() else "yet"
