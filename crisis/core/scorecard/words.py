"""The scorecard in words, in French and in English: what each error and each figure is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from crisis.core.journey import Lived
from crisis.core.scorecard.contractors import ContractorScore
from crisis.core.scorecard.figure import ErrorScore, Figure, Verdict
from crisis.core.spoken import clock
from crisis.core.timeline_values import WORDS, Pair
from crisis.core.values import Text

ERROR_NAMES: Mapping[str, Pair] = {
    "E1": ("rester en retrait", "standing back"),
    "E2": ("laisser paraître une certaine fébrilité", "letting feverishness show"),
    "E3": ("ne pas utiliser les bons supports", "using the wrong media"),
    "E4": (
        "communiquer insuffisamment sur le suivi des actions",
        "saying too little on the follow-up of actions",
    ),
    "E5": ("ne pas tirer les conséquences de la crise", "drawing no consequences"),
}
"""The five errors to avoid."""

VERDICTS: Mapping[Verdict, Pair] = {
    "passed": ("évitée", "avoided"),
    "failed": ("commise", "made"),
    "unknown": ("pas encore connue", "not yet known"),
}
"""What is said of an error: in French it is an error that was avoided, or made."""

JUDGED: Mapping[Verdict | None, Pair] = {
    "passed": ("bien", "good"),
    "failed": ("à corriger", "to mend"),
    "unknown": ("pas encore connu", "not yet known"),
    None: ("", ""),
}
"""What is said of one figure."""

FIGURES: Mapping[str, Pair] = {
    "lead": ("quelqu'un dirige", "somebody leads"),
    "lead-visible": ("qui dirige est nommé", "who leads is named"),
    "first-word": ("premier message", "first message"),
    "directorate": ("premier point à la direction", "first brief to the directorate"),
    "silence": ("plus long silence", "longest silence"),
    "automatic": (
        "part du temps tenue par des messages automatiques",
        "share of the time held by automatic words",
    ),
    "tone": ("paroles au ton fébrile, dites quand même", "feverish words, said all the same"),
    "tone-warned": ("paroles au ton à revoir", "words with a tone to look at"),
    "contradictions": ("paroles qui en contredisent d'autres", "words that contradict others"),
    "unmarked": ("réponses changées sans correction", "answers changed without a correction"),
    "bursts": ("messages répétés sans rien de nouveau", "messages repeated with nothing new"),
    "reached": (
        "personnes jointes par le message qui en a le moins joint",
        "people reached by the message that reached the fewest",
    ),
    "nobody": ("personne à prévenir", "nobody to tell"),
    "by-medium": ("messages remis par ce moyen", "messages delivered by this medium"),
    "acknowledged": ("ont confirmé", "have acknowledged"),
    "not-delivered": ("en échec", "failed"),
    "fallback": ("joints par un moyen de repli", "reached by a fallback"),
    "dependent": (
        "messages sur un moyen dépendant de la panne",
        "messages on a medium that depends on what failed",
    ),
    "made": ("engagements pris", "commitments made"),
    "kept-by-update": ("tenus par un vrai point", "kept by a real update"),
    "kept-by-holding": ("tenus par un message d'attente", "kept by a holding statement"),
    "kept-by-deed": ("tenus par un acte", "kept by a deed"),
    "kept-by-repeat": (
        "tenus par des paroles sans rien de nouveau",
        "kept by words with nothing new",
    ),
    "open": ("pas encore échus", "not at their end yet"),
    "late": ("en retard", "late"),
    "broken": ("rompus", "broken"),
    "steps-late": ("étapes en retard", "steps late"),
    "empty": ("points sans mesure ni résultat nouveau", "updates without a new measure or result"),
    "holding-row": ("messages d'attente de suite", "holding statements in a row"),
    "review": ("retour d'expérience tenu", "review held"),
    "avoidable": ("« évitable ? » a sa réponse", '"avoidable?" is answered'),
    "owned": ("actions avec un responsable", "actions with an owner"),
    "done": ("actions faites", "actions done"),
    "verified": ("actions vérifiées", "actions verified"),
    "playbook-changed": ("plan modifié depuis", "playbook changed since"),
}
"""What each figure is called."""

Title = Callable[[str], Mapping[str, str]]
"""The title of an audience, a medium or a step, by its name."""


def error_line(score: ErrorScore) -> Text:
    """One error: what it is, whether it was made, and how many of its figures are good."""
    passed, judged = score.held
    fr, en = ERROR_NAMES[score.error]
    verdict_fr, verdict_en = VERDICTS[score.verdict]
    return Text({
        "fr": f"{score.error} « {fr} » : {verdict_fr} ({passed} sur {judged})",
        "en": f'{score.error} "{en}": {verdict_en} ({passed} of {judged})',
    })  # fmt: skip


def nobody_line(audience: Mapping[str, str]) -> Text:
    """What is said first of people who may be in danger, and of whom there was not one to tell."""
    return Text({
        "fr": f"PERSONNE À PRÉVENIR : « {audience['fr']} » n'a eu aucun membre pendant cette crise."
              " Si ce n'est pas vrai, complétez l'annuaire ou ses groupes.",
        "en": f'NOBODY TO TELL: "{audience["en"]}" had not one member during this crisis.'
              " If that is not so, complete the directory or its groups.",
    })  # fmt: skip


def figure_line(figure: Figure, title: Title) -> Text:
    """One figure: what, of whom, how much, against what, and whether that is good."""
    return Text({language: _figure(figure, title, language) for language in ("fr", "en")})


def _figure(figure: Figure, title: Title, language: str) -> str:
    index = 0 if language == "fr" else 1
    named = [title(name)[language] for name in (figure.about, figure.medium) if name]
    what = f"{FIGURES[figure.name][index]}{_in_brackets(named)}"
    colon = " : " if language == "fr" else ": "
    judged = JUDGED[figure.verdict][index]
    return what + colon + _value(figure, language) + (f" – {judged}" if judged else "")


def _in_brackets(named: list[str]) -> str:
    return f" ({', '.join(named)})" if named else ""


def _value(figure: Figure, language: str) -> str:
    """The value, and the limit that it is held against."""
    french = language == "fr"
    value, limit = figure.value, figure.limit
    at_most = "au plus" if french else "at most"
    match figure.unit:
        case "answer":
            yes, no = ("oui", "non") if french else ("yes", "no")
            return yes if value else no
        case "share":
            return f"{_percent(value or 0, french)} ({at_most} {_percent(limit or 0, french)})"
        case "count":
            of = "sur" if french else "of"
            counted = f"{int(value or 0)}"
            if figure.name == "nobody":
                messages = "messages à personne" if french else "messages to nobody"
                return f"{figure.of} {messages}"
            return counted if figure.name == "made" else f"{counted} {of} {figure.of}"
        case _:
            never = "pas encore" if french else "not yet"
            took = never if value is None else spoken_span(value, language)
            if limit is None:
                unpromised = "aucune suite promise" if french else "no further word was promised"
                return f"{took} ({unpromised})"
            return f"{took} ({at_most} {spoken_span(limit or 0, language)})"


def _percent(share: float, french: bool) -> str:
    return f"{round(100 * share)}{' ' if french else ''}%"


def spoken_span(seconds: float, language: str) -> str:
    """A length of time as people say it, to the minute: ``45 min``, ``1 h 05``, ``2 d 3 h``."""
    if 0 < seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / _MINUTE)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        day = "j" if language == "fr" else "d"
        return f"{days} {day}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes:02}" if minutes else "")
    return f"{minutes} min"


_MINUTE = timedelta(minutes=1).total_seconds()


def contractor_line(score: ContractorScore, title: Title) -> Text:
    """One call: arrived when, by what the contract says, and whether that is good."""
    found = {}
    for index, language in enumerate(("fr", "en")):
        colon = " : " if language == "fr" else ": "
        judged = JUDGED[score.verdict][index]
        said = title(score.step)[language].rstrip(" .") + colon + _came(score, language)
        found[language] = said + (f" – {judged}" if judged else "")
    return Text(found)


def _came(score: ContractorScore, language: str) -> str:
    french = language == "fr"
    if not score.shown:
        return "n'est pas venue" if french else "did not come"
    parts = []
    if score.arrived_at is None:
        parts.append("pas encore arrivée" if french else "not there yet")
    else:
        took = spoken_span((score.arrived_at - score.called_at).total_seconds(), language)
        parts.append(f"arrivée après {took}" if french else f"there after {took}")
    if score.due_at is not None:
        within = spoken_span((score.due_at - score.called_at).total_seconds(), language)
        parts.append(f"contrat {within}" if french else f"contract {within}")
    return ", ".join(parts)


TRUTHS: Mapping[str, Pair] = {
    **WORDS["kind"],
    "first_word": ("premier message", "first word"),
    "broken_promise": ("promesse rompue", "broken promise"),
    "safe": ("mise en sécurité", "made safe"),
    "worked_around": ("solution de remplacement", "workaround"),
    "normal": ("retour à la normale", "back to normal"),
}
"""What the moments of truth are called."""


def lived_line(one: Lived, *, zone: str) -> Text:
    """One line of a journey: when, what, and whether it was a moment of truth, kept or not."""
    found = {}
    for index, language in enumerate(("fr", "en")):
        parts = [f"{clock(one.at, zone=zone, language=language)} – {_what(one, index)}"]
        if one.next_at is not None:
            until = clock(one.next_at, zone=zone, language=language, today=one.at)
            parts.append(f"suite promise à {until}" if index == 0 else f"next promised at {until}")
        if one.truth:
            truth = TRUTHS.get(one.truth, (one.truth, one.truth))[index]
            named = "moment de vérité" if index == 0 else "moment of truth"
            colon = " : " if index == 0 else ": "
            kept = {True: ("tenu", "kept"), False: ("manqué", "missed"), None: ("", "")}[one.good]
            parts.append(f"{named}{colon}{truth}" + (f" ({kept[index]})" if kept[index] else ""))
        found[language] = ", ".join(parts)
    return Text(found)


def _what(one: Lived, index: int) -> str:
    if one.sort == "word":
        word = WORDS["kind"][one.kind][index]
        mark = (" (automatique)", " (automatic)")[index] if one.automatic else ""
        return word + mark
    return {
        "late": ("heure promise passée", "promised time passed"),
        "broken": ("promesse rompue", "promise broken"),
    }[one.sort][index]
