"""What the doctor finds: each with where it is, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from crisis.cli.speech import language, say
from crisis.ports import Health, StreamRow, View
from crisis.proof.invariants import Away, Version, check
from crisis.runtime.access import AccessRefused
from crisis.runtime.differences import Difference
from crisis.runtime.progress import Waits

EVERY = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should look at."""

    severity: Literal["error", "warning"]
    where: str
    what: str
    fix: str


def of_health(health: Health) -> Iterator[Finding]:
    """What does not move, and what is away."""
    for name, one in health.checks.items():
        if one.status != "pass":
            what, fix = _stands(name, one.observed)
            severity: Literal["error", "warning"] = "error" if one.status == "fail" else "warning"
            yield Finding(severity=severity, where=name, what=what, fix=fix)


def _stands(name: str, seen: Any) -> tuple[str, str]:
    worker = say(
        "Vérifiez qu'un crisis worker (ou crisis serve) tourne, et lisez son journal.",
        "See that a crisis worker (or crisis serve) runs, and read its log.",
    )
    sender = worker.replace("crisis worker", "crisis dispatch")
    if name == "due":
        lag = _span(seen["lag_s"])
        return say(
            f"Un incident attend depuis {lag}.", f"An incident has waited for {lag}."
        ), worker
    if name == "ledger":
        return _owes(seen["waits"], _span(seen["lag_s"]), seen["lost"]), sender
    if name == "dead_letters":
        kept = seen["kept"]
        return (
            say(f"{kept} messages mis de côté.", f"{kept} messages were set aside."),
            say("Regardez : crisis dead-letters list.", "Look at them: crisis dead-letters list."),
        )
    if "waiting" in seen:
        count, age = seen["waiting"], _span(seen["oldest_s"])
        if seen["at_least"]:
            count = say(f"Au moins {count}", f"At least {count}")
        return (
            say(f"{count} messages attendent, le plus ancien depuis {age}.",
                f"{count} messages wait, the oldest for {age}."),
            sender if "receipts" in name else worker,
        )  # fmt: skip
    return away(name, str(seen.get("why", "")))


def _owes(what: Waits, lag: str, lost: int) -> str:
    """What the ledger owes, and for how long."""
    return {
        "delivery": say(f"Un envoi attend depuis {lag}.", f"A delivery has waited for {lag}."),
        "audience": say(
            f"Un public attend depuis {lag} que l'on commence à lui écrire.",
            f"An audience has waited for {lag} for anybody to begin writing to it.",
        ),
        "outcome": say(
            f"Depuis {lag}, un incident ignore ce qu'est devenu un message.",
            f"For {lag} an incident has not been told what became of a message.",
        ),
        "lost": say(
            f"{lost} envois commencés ne sont plus suivis par personne depuis {lag}.",
            f"{lost} deliveries were begun, and for {lag} nobody has had them in hand.",
        ),
    }[what]


def away(name: str, why: str) -> tuple[str, str]:
    """What is said of a store or of brokers that do not answer."""
    said = f" ({why})" if why else ""
    return (
        say(f"Ne répond pas{said}.", f"Does not answer{said}."),
        say("Remettez-le en route ; ce qui est gardé sera traité.",
            "Bring it back; what is kept will be handled.")
        if name == "store"
        else say("Vérifiez les brokers et l'adresse ; rien n'est gardé d'ici là : téléphonez.",
                 "See to the brokers and the address; until then nothing is kept: telephone."),
    )  # fmt: skip


def not_let_in(refusal: AccessRefused, severity: Literal["error", "warning"]) -> Finding:
    """Brokers that will not have us, or we not them."""
    return Finding(
        severity=severity, where="brokers", what=refusal.said[language()],
        fix=say("Corrigez l'environnement de cette commande et celui de chaque partie.",
                "Mend the environment of this command, and that of each part."),
    )  # fmt: skip


def of_topics(differences: tuple[Difference, ...]) -> Iterator[Finding]:
    """Topics that are not as they are declared."""
    for one in differences:
        yield Finding(
            severity=one.severity, where=one.topic, what=one.what[language()],
            fix=one.fix[language()],
        )  # fmt: skip


def of_record(
    view: View, organisation: Version, now: datetime, away: Sequence[Away] = ()
) -> Iterator[Finding]:
    """Incidents that stand still, channels that fail, and guarantees that do not hold."""
    rows = view.streams("incident", limit=EVERY)
    for row in rows:
        if row.parked is not None:
            yield Finding(
                severity="error", where=row.stream_id,
                what=say(f"Mis de côté : {row.parked}", f"Set aside: {row.parked}"),
                fix=say(f"Dirigez-le par téléphone ; puis crisis unpark {row.stream_id}.",
                        f"Lead it by telephone; then crisis unpark {row.stream_id}."),
            )  # fmt: skip
    yield from _channels(view, rows)
    if unread := len(view.quarantined()):
        yield Finding(
            severity="warning", where="quarantine",
            what=say(f"{unread} corps illisibles.", f"{unread} bodies could not be read."),
            fix=say("Regardez la page /quarantine.", "Look at the page /quarantine."),
        )  # fmt: skip
    running = {row.stream_id for row in rows if row.next_due_at is not None or row.parked}
    past = {row.stream_id for row in rows} - running
    for breach in check(view, organisation=organisation, now=now, away=away):
        over = breach.where in past
        yield Finding(
            severity="warning" if over else "error", where=breach.where,
            what=say(f"{breach.guarantee} n'est pas tenu : {breach.words}",
                     f"{breach.guarantee} does not hold: {breach.words}"),
            fix=say("C'est du passé : parlez-en au bilan.", "It is past: bring it to the review.")
            if over
            else say("Regardez la salle de cet incident et faites à la main ce qui manque.",
                     "Look at the room of this incident, and do by hand what is missing."),
        )  # fmt: skip


def of_upkeep(owed: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Exercises and tries of addresses whose time has passed."""
    for one in owed:
        if one["overdue"]:
            yield Finding(
                severity="warning", where=one["playbook"], what=one["line"][language()],
                fix=say("Jouez-le avec la liste d'exercice : crisis raise GENRE --exercise.",
                        "Play it with the list of exercises: crisis raise KIND --exercise."),
            )  # fmt: skip


def _channels(view: View, rows: list[StreamRow]) -> Iterator[Finding]:
    """Channels whose deliveries have been tried in vain, and wait to be tried again."""
    failing: Counter[str] = Counter()
    for row in rows:
        for message in view.messages(row.stream_id):
            tally = view.tally(message.id)
            if tally["queued"] > tally["untried"]:
                failing.update(
                    one.channel for one in view.deliveries(message.id)
                    if one.state == "queued" and one.attempts
                )  # fmt: skip
    for channel, count in sorted(failing.items()):
        yield Finding(
            severity="warning", where=channel,
            what=say(f"{count} envois ont échoué et seront refaits.",
                     f"{count} deliveries have failed, and will be tried again."),
            fix=say("Voyez le relais ou le prestataire ; le média suivant est déjà sollicité.",
                    "See to the relay or provider; the next medium is asked already."),
        )  # fmt: skip


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
