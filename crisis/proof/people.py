"""People who answer, decline or stay silent by a seed: the cast of a demo or an exercise.

They see what real people see (their mail, the room) and do what real people do (press a button,
use the command line). Nothing here reaches into the service.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol

from crisis.core.decide.readiness import UNDO
from crisis.core.incident import PHASES, Incident, Offer
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook, Step

Act = Callable[[], Awaitable[None]]

EVIDENCE = {
    "fr": "Fait et contrôlé sur place ; relevé joint.",
    "en": "Done and checked on site; reading attached.",
}
NEWS = (
    (
        {"fr": "Le niveau d'eau est relevé toutes les 30 minutes.",
         "en": "The water level is read every 30 minutes."},
        {"fr": "Une remontée serait vue et dite aussitôt.",
         "en": "A rise would be seen and told at once."},
    ),
    (
        {"fr": "Deux techniciens contrôlent les réseaux de la zone.",
         "en": "Two technicians are checking the pipes and cables of the area."},
        {"fr": "La zone rouvrira quand chaque réseau sera sûr.",
         "en": "The area reopens once each of them is safe."},
    ),
    (
        {"fr": "Les locaux voisins ont été visités : l'eau ne les a pas atteints.",
         "en": "The rooms nearby have been visited: no water has reached them."},
        {"fr": "Le travail peut y continuer.",
         "en": "Work can go on there."},
    ),
    (
        {"fr": "Des bacs et des pompes de réserve sont à l'entrée du niveau.",
         "en": "Spare pumps and trays stand at the entrance of the level."},
        {"fr": "Une nouvelle fuite serait contenue en quelques minutes.",
         "en": "A new leak would be contained within minutes."},
    ),
    (
        {"fr": "Le matériel au sol est mis au sec à l'étage.",
         "en": "Equipment on the floor has been moved to a dry level."},
        {"fr": "Les équipes retrouveront leur matériel intact.",
         "en": "Teams will find their equipment undamaged."},
    ),
)  # fmt: skip
"""What the lead reports when asked for the next update: measure and expected result."""


WHY = {
    "fr": "La canalisation devait être remplacée au printemps.",
    "en": "The pipe was to be replaced in spring.",
}
"""Why it could have been avoided in part, as the review finds."""

News = tuple[tuple[Mapping[str, str], Mapping[str, str]], ...]


class Scene(Protocol):
    """What people can see and do."""

    def now(self) -> datetime:
        """The time on everyone's watch."""

    def incident(self) -> Incident | None:
        """What the room shows."""

    def pinned(self) -> Pinned:
        """The playbook on the wall."""

    def offer_links(self) -> Mapping[str, str]:
        """Offer id -> the link in the mail of the person who was asked."""

    async def press(self, link: str, choice: str) -> None:
        """Open the page of a link and press one of its buttons."""

    async def ask(self, command: str, person: str, **fields: Any) -> bool:
        """Use the command line as a person; False where it was refused."""


@dataclass(slots=True)
class People:
    """The cast. ``silent_lead``: nobody does anything until the first promise is broken."""

    scene: Scene
    seed: int
    silent_lead: bool = False
    declined: str | None = None
    news: News = NEWS
    why: Mapping[str, str] = field(default_factory=lambda: WHY)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=count)
    _told: Any = field(default_factory=count)
    _busy: bool = False
    """Whether the lead let the last question for an update pass."""
    awake: bool = False
    """Whether those who were to be silent have begun to act, here or in another crisis."""
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - a story, not a secret

    def next_at(self) -> datetime | None:
        """Give when somebody acts next."""
        return self._acts[0][0] if self._acts else None

    async def act(self) -> None:
        """Do what is to be done by now, one act after the other."""
        while self._acts and self._acts[0][0] <= self.scene.now():
            _, _, act = heapq.heappop(self._acts)
            await act()

    def look(self) -> None:
        """See what is new, and make up one's mind when to do something about it."""
        incident = self.scene.incident()
        if incident is None or (self.silent_lead and not self._woken(incident)):
            return
        playbook = self.scene.pinned().in_force(incident.situation)
        self._answer_offers(incident)
        if incident.phase not in {"closed", "cancelled"}:
            self._do_steps(incident, playbook)
            self._speak(incident)
            self._carry(incident)
            self._declare(incident)
        self._review(incident)

    def _woken(self, incident: Incident) -> bool:
        """Whether silence has had its consequence: a promise broke, or works were put off."""
        put_off = incident.works is not None and incident.works.postponed
        self.awake = self.awake or bool(incident.tallies.get("broken")) or put_off
        return self.awake

    # --- offers ---

    def _answer_offers(self, incident: Incident) -> None:
        links = self.scene.offer_links()
        for offer_id, offer in incident.offers.items():
            if offer_id not in links or not self._first(f"offer {offer_id}"):
                continue
            if self.silent_lead and "lead" in offer.roles and "last-resort" not in offer.ranks:
                continue
            choice = self._choice(offer, incident)
            if choice is None:
                continue
            left = max(offer.accept_by - self.scene.now(), timedelta(minutes=1))
            self._after(left * self.chance.uniform(0.05, 0.6), self._press(links[offer_id], choice))

    def _choice(self, offer: Offer, incident: Incident) -> str | None:
        """What somebody answers to an offer; None: nothing."""
        if self.declined is None and self._declines(offer, incident):
            self.declined = offer.person
            return "decline"
        return "accept"

    def _declines(self, offer: Offer, incident: Incident) -> bool:
        """One holder, chosen by the seed, cannot; never one beside whom others were asked."""
        if self.silent_lead:
            return False
        offers = incident.offers.values()
        asked = Counter(role for one in offers for role in one.roles)
        alone = [one for one in offers if one.ranks[0] == "holder" and asked[one.roles[0]] == 1]
        return offer in alone and alone.index(offer) == self.seed % len(alone)

    def _press(self, link: str, choice: str) -> Act:
        return lambda: self.scene.press(link, choice)

    # --- steps ---

    def _do_steps(self, incident: Incident, playbook: Playbook) -> None:
        for name, state in incident.steps.items():
            step = playbook.steps.get(name.removesuffix(UNDO))
            if state.state != "ready" or step is None:
                continue
            who = self._owner(incident, step)
            if who is None or not self._first(f"{name} {state.ready_at} {state.stage}"):
                continue
            if name.endswith(UNDO):
                self._undo(incident, name, who)
            else:
                self._step(incident, name, step, who)

    def _owner(self, incident: Incident, step: Step) -> str | None:
        for role in step.by:
            state = incident.roles.get(role)
            if state is not None and state.holder is not None:
                return state.holder
        return incident.lead

    def _step(self, incident: Incident, name: str, step: Step, who: str) -> None:
        within = step.within.at(incident.severity) if step.within else None
        span = min(within.delta or timedelta(hours=8), timedelta(hours=3)) if within else _HOUR
        delay = self._takes(step, span * self.chance.uniform(0.1, 0.5))
        if step.trade is not None:
            self._contractor(incident, name, who, delay)
        elif step.ask is not None:
            self._do(delay, "answer-step", who, step=name, answer=self._answer(name, step))
        elif step.decide is not None:
            option = self._chooses(step)
            self._do(delay, "choose-option", incident.lead or who, step=name, option=option)
        elif step.promise is not None or step.do is not None:
            self._do(delay, "complete-step", who, step=name, evidence=EVIDENCE)

    def _takes(self, step: Step, delay: timedelta) -> timedelta:
        """How long somebody needs for a step, where it goes well."""
        del step
        return delay

    def _chooses(self, step: Step) -> str:
        """What is decided."""
        return self.chance.choice(list(step.options))

    def _answer(self, name: str, step: Step) -> str:
        """Nobody is hurt in the demo; the water comes from a pipe."""
        for calm in ("no", "pipe"):
            if calm in step.answers and name != "current":
                return calm
        return self.chance.choice(step.answers)

    def _contractor(self, incident: Incident, name: str, who: str, delay: timedelta) -> None:
        match incident.steps[name].stage:
            case None | "no-show":
                self._do(delay, "report-contractor", who, step=name, stage="called")
            case "called":
                eta = self.scene.now() + timedelta(minutes=self.chance.randint(30, 80))
                at = eta.replace(second=0, microsecond=0).isoformat()
                self._do(5 * _MINUTE, "report-contractor", who, step=name, stage="eta", eta_at=at)
            case "eta":
                eta_at = incident.steps[name].eta_at or self.scene.now()
                early = timedelta(minutes=self.chance.randint(2, 9))
                stage, after = self._arrives(name, early)
                wait = max(eta_at + after - self.scene.now(), _MINUTE)
                self._do(wait, "report-contractor", who, step=name, stage=stage)
            case _:
                stay = timedelta(minutes=self.chance.randint(40, 90))
                self._do(stay, "report-contractor", who, step=name, stage="left")

    def _arrives(self, name: str, early: timedelta) -> tuple[str, timedelta]:
        """Whether a contractor comes, and how long after the time that it gave."""
        del name
        return "arrived", -early

    def _undo(self, incident: Incident, name: str, who: str) -> None:
        """Things are put back once the contractors have left."""
        calls = (state for state in incident.steps.values() if state.stage is not None)
        phases = self.scene.pinned().in_force(incident.situation).phases
        back = "worked_around" if "worked_around" in phases else "safe"
        if incident.phase != back or any(state.state == "ready" for state in calls):
            self._seen.discard(f"{name} {incident.steps[name].ready_at} None")
            return
        self._do(timedelta(minutes=self.chance.randint(5, 25)), "complete-step", who, step=name)

    # --- words and ends ---

    def _speak(self, incident: Incident) -> None:
        """Asked for the next update, the lead reports one measure; three times out of four.

        Never silent twice in a row: nobody has to promise what then breaks.
        """
        if incident.lead is None or incident.over:
            return
        asked = [
            name for name, commitment in incident.commitments.items()
            if commitment.kind == "update" and commitment.asked and self._first(f"asked {name}")
        ]  # fmt: skip
        if not asked:
            return
        self._busy = not self._busy and self.chance.random() >= _LISTENS
        if not self._busy:
            measure, result = self.news[next(self._told) % len(self.news)]
            self._do(
                _MINUTE, "record-measure", incident.lead, measure=measure, expected_result=result
            )

    def _carry(self, incident: Incident) -> None:
        """Whoever is asked to go and tell people goes, and says so."""
        for key, errand in incident.errands.items():
            if errand.carriers and self._first(f"carry {key} {errand.message_id}"):
                minutes = timedelta(minutes=self.chance.randint(5, 40))
                self._do(minutes, "carry-by-hand", errand.carriers[0], audience=key)

    def _declare(self, incident: Incident) -> None:
        if incident.lead is None:
            return
        for phase in PHASES:
            if phase not in incident.proposed:
                self._seen.discard(f"phase {phase}")
                continue
            ready = phase != "normal" or not self._waiting_undo(incident)
            if ready and self._first(f"phase {phase}"):
                minutes = timedelta(minutes=self.chance.randint(2, 9))
                again = self._tries(f"phase {phase}", "declare-phase", incident.lead, phase=phase)
                self._after(minutes, again)
        asked = incident.overdue.get("closed", 0)
        if incident.phase == "normal" and not incident.errands and self._first(f"close {asked}"):
            self._after(_HOUR, self._tries(f"close {asked}", "close-incident", incident.lead))

    def _tries(self, what: str, command: str, lead: str, **fields: Any) -> Act:
        """Ask for it; where something has come in between, again later."""

        async def act() -> None:
            if not await self.scene.ask(command, lead, **fields):
                self._seen.discard(what)

        return act

    @staticmethod
    def _waiting_undo(incident: Incident) -> bool:
        return any(
            name.endswith(UNDO) and state.state == "ready" for name, state in incident.steps.items()
        )

    def _review(self, incident: Incident) -> None:
        review = incident.review
        if incident.closed_at is None or review is None or review.owner is None:
            return
        if review.held_at is None and self._first("review"):
            self._do(_DAY, "hold-review", review.owner, avoidable="partly", why=self.why)
        if review.held_at is None:
            return
        due_at = (self.scene.now() + 20 * _DAY).isoformat()
        verifier = next(
            (s.holder for s in incident.roles.values() if s.holder not in {None, review.owner}),
            review.owner,
        )
        for name, action in incident.actions.items():
            if action.state == "proposed" and self._first(f"agree {name}"):
                self._do(
                    _HOUR, "agree-action", review.owner,
                    action_id=name, owner=review.owner, due_at=due_at,
                )  # fmt: skip
            elif action.state == "agreed" and self._first(f"finish {name}"):
                days = self.chance.randint(2, 12) * _DAY
                self._do(days, "finish-action", review.owner, action_id=name, proof=EVIDENCE)
            elif action.state == "finished" and self._first(f"verify {name}"):
                self._do(_DAY, "verify-action", str(verifier), action_id=name)

    # --- inside ---

    def _first(self, what: str) -> bool:
        if what in self._seen:
            return False
        self._seen.add(what)
        return True

    def _do(self, delay: timedelta, command: str, person: str, **fields: Any) -> None:
        async def act() -> None:
            await self.scene.ask(command, person, **fields)

        self._after(delay, act)

    def _after(self, delay: timedelta, act: Act) -> None:
        """Nobody acts on the stroke of the minute, as rules do: which was first would be chance."""
        number = next(self._numbers)
        if not delay % _MINUTE:
            delay += timedelta(seconds=13 + 7.31 * number % 31)
        heapq.heappush(self._acts, (self.scene.now() + delay, number, act))


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_LISTENS = 0.75
