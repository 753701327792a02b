"""What goes wrong in an exercise, by its seed: works that overrun, firms that are late, questions.

A crisis in which everything goes as written teaches nothing. Each seed has troubles of its own, the
same for a lead who is prompt and for one who is silent.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Works = Literal["in-time", "overrun", "postponed", "called-off"]

OFTEN = 0.4
"""How often a firm has trouble, or a step takes too long, where the seed is one of trouble."""
QUESTIONS = (
    {"fr": "Quand pourrai-je récupérer mes affaires ?",
     "en": "When can I fetch my belongings?"},
    {"fr": "La réunion de cet après-midi a-t-elle lieu ?",
     "en": "Does this afternoon's meeting take place?"},
    {"fr": "Par quelle entrée faut-il passer ?",
     "en": "Which entrance should be used?"},
    {"fr": "Mes équipes peuvent-elles travailler de chez elles ?",
     "en": "May my teams work from home?"},
)  # fmt: skip
"""What people ask in an exercise, whatever the trouble is."""
REPLY = {
    "fr": "Le responsable de la zone vous le dira au prochain point.",
    "en": "The person in charge of the area will tell you at the next update.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What goes wrong, drawn once."""

    works: Works
    """What becomes of announced works."""
    ends_after: timedelta
    """By how much they last longer, where they do."""
    asked: tuple[int, ...]
    """Which questions people ask."""
    reply: Literal["prompt", "late", "never"]
    """How the first of them is replied to; the others in time."""
    seed: int

    def of_firm(self, step: str) -> tuple[Literal["in-time", "late", "no-show"], timedelta]:
        """How a contractor comes, and how long after the time that it gave."""
        chance = random.Random(f"{self.seed} firm {step}")  # noqa: S311 - a story, not a secret
        if chance.random() >= OFTEN:
            return "in-time", timedelta()
        late = timedelta(minutes=chance.randint(20, 150))
        return ("no-show" if chance.random() < OFTEN else "late"), late

    def slows(self, step: str) -> float:
        """By which factor somebody needs longer for a step; 1 where it goes as it should."""
        chance = random.Random(f"{self.seed} step {step}")  # noqa: S311 - a story, not a secret
        return chance.uniform(2.5, 5) if chance.random() < OFTEN / 2 else 1


def troubles(seed: int) -> Troubles:
    """Draw what goes wrong in the exercise of a seed: two of three have works that go otherwise."""
    chance = random.Random(f"{seed} troubles")  # noqa: S311 - a story, not a secret
    fates: tuple[Works, ...] = (
        "in-time", "in-time", "overrun", "overrun", "postponed", "called-off",
    )  # fmt: skip
    return Troubles(
        works=fates[(seed + chance.randint(0, 1)) % len(fates)],
        ends_after=timedelta(minutes=chance.choice([30, 60, 90])),
        asked=tuple(chance.sample(range(len(QUESTIONS)), chance.choice([0, 1, 1, 2]))),
        reply=chance.choice(["prompt", "prompt", "late", "never"]),
        seed=seed,
    )
