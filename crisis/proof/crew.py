"""Those who take part in an exercise: by the seed they answer, refuse, or stay silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, cast

from crisis.core.decide.works import NO_GO, POSTPONE
from crisis.core.errand import PEOPLE
from crisis.core.incident import Incident, Offer
from crisis.core.playbook import Step
from crisis.core.window import Works
from crisis.proof.people import Act, People, Scene
from crisis.proof.troubles import QUESTIONS, REPLY, Troubles, troubles

NEWS = (
    (
        {"fr": "La zone est contrôlée toutes les 30 minutes.",
         "en": "The area is checked every 30 minutes."},
        {"fr": "Tout changement serait vu et dit aussitôt.",
         "en": "Any change would be seen and told at once."},
    ),
    (
        {"fr": "Deux techniciens sont sur place.",
         "en": "Two technicians are on site."},
        {"fr": "La cause sera connue dès la fin de leur contrôle.",
         "en": "The cause is known once they have finished their check."},
    ),
    (
        {"fr": "Les équipes voisines ont été vues une à une.",
         "en": "The teams nearby have been seen one by one."},
        {"fr": "Leur travail peut continuer.",
         "en": "Their work can go on."},
    ),
    (
        {"fr": "Un itinéraire de remplacement est balisé.",
         "en": "Another way through is marked out."},
        {"fr": "Chacun peut circuler sans passer par la zone.",
         "en": "Everyone can get about without crossing the area."},
    ),
    (
        {"fr": "Le matériel utile est rassemblé à l'entrée.",
         "en": "What is needed has been brought to the entrance."},
        {"fr": "Une nouvelle intervention commencerait en quelques minutes.",
         "en": "Another intervention could begin within minutes."},
    ),
)  # fmt: skip
"""What a lead reports in an exercise: measure and expected result, whatever the trouble is."""

WHY = {
    "fr": "Exercice : une alerte plus tôt aurait réduit les effets.",
    "en": "Exercise: an earlier alarm would have reduced the effects.",
}

_MINUTE, _WEEK = timedelta(minutes=1), timedelta(days=7)
_REFUSES, _SILENT, _READS = 0.12, 0.24, 0.8
"""Of those who are asked, the share that refuses, and that refuses or stays silent; of those who
are asked to acknowledge, the share that does."""


class Exercise(Scene, Protocol):
    """What those who take part in an exercise see and do."""

    def unread(self) -> dict[str, str]:
        """Delivery -> person, of what arrived and asks for "I have it"."""

    async def read(self, delivery_id: str) -> None:
        """A person presses "I have it"."""

    def askers(self) -> tuple[str, ...]:
        """Those who take part and are told what is told to everybody, in order."""

    def asked(self, message_id: str) -> tuple[str, ...]:
        """The people whom a message has reached, in order."""


@dataclass(slots=True)
class Crew(People):
    """The cast of an exercise. ``automatic``: nobody ever does anything.

    Whoever is asked to lead answers in any case, yes or no, unless the lead is to be silent: so
    that two runs of one seed differ by the lead alone.
    """

    automatic: bool = False
    minds: dict[str, float] = field(default_factory=dict)
    """What each person is like in this exercise: below :data:`_REFUSES` they refuse, and so on."""
    troubles: Troubles = field(init=False)
    """What goes wrong, whoever leads."""

    def __post_init__(self) -> None:
        """Draw by the seed."""
        People.__post_init__(self)  # a class with slots is made anew: no super() here
        self.news, self.why = NEWS, WHY
        self.troubles = troubles(self.seed)

    def look(self) -> None:
        """See what is new, and make up one's mind when to do something about it."""
        if self.automatic:
            return
        People.look(self)
        self._meet_trouble()
        for delivery_id, person in cast("Exercise", self.scene).unread().items():
            if self._first(f"read {delivery_id}") and self._mind(person) > _SILENT:
                delay = timedelta(minutes=self.chance.randint(1, 6))
                if self.chance.random() < _READS:
                    self._after(delay, lambda id_=delivery_id: self._reads(id_))  # type: ignore[misc]  # bound now

    # --- what goes wrong, and what is done about it ---

    def _meet_trouble(self) -> None:
        incident = self.scene.incident()
        if incident is None or (self.silent_lead and not self._woken(incident)):
            return
        if incident.phase in {"closed", "cancelled"}:
            return
        self._take_over(incident)
        if incident.works is not None:
            self._move_works(incident, incident.works)
        if incident.phase == "open":
            self._ask()
        self._reply(incident)
        self._are_safe(incident)
        self._approve(incident)

    def _take_over(self, incident: Incident) -> None:
        """Silence has had its consequence: the last one who was asked to lead does, unasked."""
        asked = [one for one in incident.offers.values() if "lead" in one.roles]
        unled = incident.lead is None and not any(one.state == "open" for one in asked)
        if self.silent_lead and asked and unled and self._first("take over"):
            self._after(10 * _MINUTE, self._leads(asked[-1].person))

    def _leads(self, who: str) -> Act:
        """Lead, where nobody does yet."""

        async def act() -> None:
            incident = self.scene.incident()
            if incident is not None and incident.lead is None:
                await self.scene.ask("take-role", who, role="lead")

        return act

    def _carry(self, incident: Incident) -> None:
        """Whoever was asked to tell people in person goes there, unless they are silent."""
        for key, errand in incident.errands.items():
            who = next((one for one in errand.carriers if self._mind(one) > _SILENT), None)
            if incident.over:  # it is closed once everybody knows: the lead sees to that
                who = incident.lead
            if who is None or not self._first(f"errand {who} {key} {errand.message_id}"):
                continue
            wait = max(errand.due_at - self.scene.now(), _MINUTE) * self.chance.uniform(0.2, 0.9)
            self._after(wait, self._tells(who, key, errand.message_id))

    def _tells(self, who: str, key: str, message_id: str) -> Act:
        """Tell them, where they have not been told yet, or something newer."""

        async def act() -> None:
            incident = self.scene.incident()
            errand = incident.errands.get(key) if incident is not None else None
            if errand is not None and errand.message_id == message_id:
                audience = "" if key == PEOPLE else key
                await self.scene.ask("carry-by-hand", who, audience=audience)

        return act

    def _move_works(self, incident: Incident, works: Works) -> None:
        """Works that were put off have a new date; those that last longer are said to in time."""
        lead = incident.lead
        if lead is None:
            return
        if works.postponed and self._first(f"new date {works.starts_at}"):
            times = {"starts_at": works.starts_at + _WEEK, "ends_at": works.ends_at + _WEEK}
            self._do(
                timedelta(hours=self.chance.randint(2, 20)), "reschedule-works", lead,
                **{name: at.isoformat() for name, at in times.items()},
            )  # fmt: skip
        asked = any(one.kind == "end" and one.asked for one in incident.commitments.values())
        overruns = self.troubles.works == "overrun" and asked
        if overruns and self._first(f"overrun {works.ends_at}"):
            ends_at = works.ends_at + self.troubles.ends_after
            soon = timedelta(minutes=self.chance.randint(3, 12))
            wait = max(min(soon, (works.ends_at - self.scene.now()) / 2), timedelta())
            self._do(wait, "reschedule-works", lead, ends_at=ends_at.isoformat())

    def _ask(self) -> None:
        """People ask what nobody has told them."""
        askers = cast("Exercise", self.scene).askers()
        for number in self.troubles.asked if askers else ():
            if self._first(f"question {number}"):
                self._do(
                    timedelta(minutes=self.chance.randint(10, 50)), "ask-question",
                    self.chance.choice(askers), question_id=f"q{number}", words=QUESTIONS[number],
                )  # fmt: skip

    def _reply(self, incident: Incident) -> None:
        """Whoever speaks replies: in time, late, or not at all."""
        who = incident.lead
        for name, question in incident.questions.open.items():
            first = name == f"q{self.troubles.asked[0]}" if self.troubles.asked else False
            how = self.troubles.reply if first else "prompt"
            if who is None or how == "never" or not self._first(f"reply {name}"):
                continue
            span = max(question.due_at - self.scene.now(), _MINUTE)
            share = 1.3 if how == "late" else self.chance.uniform(0.2, 0.7)
            self._do(span * share, "reply-to-question", who, question=name, reply=REPLY)

    def _are_safe(self, incident: Incident) -> None:
        """Whoever is asked in a roll-call answers; those who are silent are found after a while."""
        for name, roll in incident.roll_calls.items():
            for who in () if roll.closed else cast("Exercise", self.scene).asked(roll.message_id):
                if self._first(f"safe {name} {who}"):
                    silent = self._mind(who) <= _SILENT
                    found = self.chance.randint(15, 35) if silent else self.chance.randint(1, 8)
                    self._do(
                        timedelta(minutes=found), "answer-roll-call", who, roll_call=name, safe=True
                    )

    def _approve(self, incident: Incident) -> None:
        """Whoever is asked for words that wait, and is one to act, lets them go."""
        pinned = self.scene.pinned()
        playbook = pinned.in_force(incident.situation)
        for audience, draft in incident.drafts.items():
            stages = pinned.approval(playbook, audience)[draft.stage :]
            holders = (incident.roles.get(role) for role in (stages[0].by if stages else ()))
            asked = [one.holder for one in holders if one is not None and one.holder is not None]
            able = [who for who in asked if who != draft.author and self._mind(who) > _SILENT]
            if able and self._first(f"draft {draft.id} {draft.stage}"):
                self._do(4 * _MINUTE, "approve-draft", able[0], audience=audience)

    def _takes(self, step: Step, delay: timedelta) -> timedelta:
        """Some steps take too long; works that overrun last until their new end is near."""
        incident = self.scene.incident()
        if incident is None:
            return delay
        steps = self.scene.pinned().in_force(incident.situation).steps
        works = incident.works
        if works is None:
            return delay * self.troubles.slows(next(n for n, one in steps.items() if one == step))
        within = step.within.at(incident.severity) if step.within else None
        lasting = within is not None and within.delta >= works.ends_at - works.starts_at
        overruns = self.troubles.works == "overrun" and incident.phase == "open"
        if overruns and lasting and step.do is not None:
            return works.ends_at + self.troubles.ends_after / 2 - self.scene.now()
        return delay

    def _chooses(self, step: Step) -> str:
        """Whether works take place is what the seed says; put off once, they do."""
        option = self.chance.choice(list(step.options))
        if not {NO_GO, POSTPONE} & set(step.options):
            return option if self.troubles.works != "overrun" else str(step.otherwise or option)
        put_off = self.troubles.works == "postponed" and self._first("put off")
        if put_off and POSTPONE in step.options:
            return POSTPONE
        if self.troubles.works == "called-off" and NO_GO in step.options:
            return NO_GO
        return next(one for one in step.options if one not in {NO_GO, POSTPONE})

    def _arrives(self, name: str, early: timedelta) -> tuple[str, timedelta]:
        """A firm may be late, or not come; whoever is called again comes."""
        how, late = self.troubles.of_firm(name)
        if how == "no-show" and self._first(f"no-show {name}"):
            return "no-show", late
        return "arrived", late if how == "late" else -early

    async def _reads(self, delivery_id: str) -> None:
        await cast("Exercise", self.scene).read(delivery_id)

    def _mind(self, person: str) -> float:
        return self.minds.setdefault(person, self.chance.random())

    def _choice(self, offer: Offer, incident: Incident) -> str | None:
        """What somebody answers to an offer; None: nothing."""
        del incident
        mind = self._mind(offer.person)
        if mind > _SILENT or "last-resort" in offer.ranks:
            return "accept"
        if mind <= _REFUSES:
            return "decline"
        return "accept" if "lead" in offer.roles else None

    def _answer(self, name: str, step: Step) -> str:
        """What lets the crisis end is found sooner or later; nobody is hurt more often than not."""
        fits = self._lets_end(name, step)
        if fits:
            return self.chance.choice(fits)
        if "no" in step.answers and self.chance.random() < _READS:
            return "no"
        return self.chance.choice(step.answers)

    def _lets_end(self, name: str, step: Step) -> list[str]:
        """The answers with which a phase may be declared that looks at this question."""
        incident = self.scene.incident()
        situation = incident.situation if incident is not None else {}
        looked_at = [
            ending.when for ending in self.scene.pinned().in_force(situation).phases.values()
            if ending.when is not None and name in ending.when.names()
        ]  # fmt: skip
        return [
            answer for answer in step.answers
            if looked_at and all(when.holds({**situation, name: answer}) for when in looked_at)
        ]  # fmt: skip
