"""One seed, one story: plots are drawn, each adds its steps, and all of it is put in order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crisis.marks import MARKS
from crisis.proof.simulator.steps import Step, Tale, Value

KINDS = (
    "flood", "water-leak", "fire", "smoke", "gas-smell", "power-outage", "lift-stuck",
    "cyber-attack", "service-outage", "planned-works",
)  # fmt: skip
"""What is reported; the last have no playbook of their own, or one that comes."""
CHANNELS = ("email", "sms", "call", "voice", "push", "sms-modem", "board", "status")
FAULTS = ("refused", "later", "unreachable", "silent", "dropped", "lost")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EDGES = (
    datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
    datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 45, tzinfo=UTC),
)
"""Nights in which the clocks change, and that of the new year."""


@dataclass
class Drawing:
    """A story in the making."""

    chance: random.Random
    span: float
    steps: list[Step] = field(default_factory=list)

    def add(self, after: float, verb: str, **how: Value) -> None:
        """A step more."""
        kept = {name: one for name, one in how.items() if one not in (None, False, 0, "")}
        self.steps.append(Step(after=round(max(after, 0.0), 1), verb=verb, how=kept))

    def some(self, share: float) -> bool:
        """Whether something happens that happens in this share of the stories."""
        return self.chance.random() < share

    def number(self, below: int = 997) -> int:
        """A number to point with."""
        return self.chance.randrange(below)

    def within(self, first: float, last: float | None = None) -> float:
        """Some moment."""
        return self.chance.uniform(first, self.span if last is None else max(first, last))


def draw(seed: int) -> Tale:
    """Draw the story of a seed: the same on every machine, for ever with these rules of drawing."""
    chance = random.Random(f"crisis-{seed}")  # noqa: S311 - a story, not a secret
    begins_at = datetime(2026, 1, 12, tzinfo=UTC) + timedelta(minutes=chance.randrange(330 * 1440))
    if chance.random() < 0.05:  # noqa: PLR2004 - a share, like all numbers of this file
        begins_at = chance.choice(_EDGES)
    span = chance.choices(
        (_HOUR, 3 * _HOUR, 9 * _HOUR, 30 * _HOUR, 40 * _DAY), weights=(30, 40, 14, 8, 8)
    )[0]
    drawing = Drawing(chance, span * chance.uniform(0.6, 1.2))
    for plot in PLOTS:
        plot(drawing)
    steps = tuple(sorted(drawing.steps, key=lambda one: one.after))
    return Tale(seed=seed, begins_at=begins_at, steps=steps, ends_after=round(drawing.span, 1))


# --- plots ---


def crises(drawing: Drawing) -> None:
    """One crisis, or several side by side, some of them exercises; and more reports of them."""
    chance = drawing.chance
    for number in range(chance.choices((1, 2, 3), weights=(80, 16, 4))[0]):
        opens = drawing.within(1, min(40 * _MINUTE, drawing.span / 3)) if number else 5.0
        exercise = drawing.some(0.25)
        kind = chance.choice(KINDS)
        about: dict[str, Value] = {
            "kind": kind,
            "starts": chance.choice((20, 90, 5000)) if kind == "planned-works" else 0,
            "lasts": chance.choice((30, 120)) if kind == "planned-works" else 0,
            "building": chance.choice(("a", "b", "")),
            "site": "annex" if drawing.some(0.15) else "hq",
            "exercise": exercise,
        }
        drawing.add(
            opens, "report", **about, danger=chance.choice(("yes", "no", "unknown")),
            severity=chance.choice(("", "", "", "S1", "S2", "S4")), machine=drawing.some(0.3),
            quiet=drawing.some(0.08),
        )  # fmt: skip
        if drawing.some(0.1):
            drawing.add(drawing.within(opens, _HOUR), "loud", which=number)
        for _ in range(chance.choice((0, 0, 1, 3))):
            drawing.add(
                drawing.within(opens), "report",
                **about | {"exercise": exercise is not drawing.some(0.2)},
                danger=chance.choice(("yes", "no", "unknown")), machine=drawing.some(0.4),
                resolved=drawing.some(0.3), n=drawing.number(4) + 1 if drawing.some(0.3) else 0,
            )  # fmt: skip
    if drawing.some(0.12):
        drawing.add(
            drawing.within(1, _HOUR), "storm", count=chance.choice((5, 20, 60)),
            kind=chance.choice(KINDS), machine=True, group=chance.choice(("", "g1")),
        )  # fmt: skip


def cast(drawing: Drawing) -> None:
    """Who answers: everybody at once, some of them late, or nobody at all."""
    chance = drawing.chance
    temper = chance.choices(("prompt", "slow", "silent"), weights=(72, 18, 10))[0]
    if temper == "silent":
        return
    soon = 5 * _MINUTE if temper == "prompt" else 50 * _MINUTE
    if drawing.some(0.7):
        drawing.add(0, "attentive", seconds=chance.choice((15, 60, 400)),
                    misses=chance.choice((0, 3, 7)))  # fmt: skip
    for _ in range(chance.randint(3, 14)):
        drawing.add(
            drawing.within(20, soon), "decline" if drawing.some(0.15) else "accept",
            n=drawing.number(), which=drawing.number(7), stranger=drawing.some(0.04),
            who=drawing.number(), late=drawing.some(0.1),
        )  # fmt: skip
    for _ in range(chance.choice((0, 0, 2, 6))):
        drawing.add(drawing.within(60), "accept", n=drawing.number(), which=drawing.number(7))
    if drawing.some(0.2):
        drawing.add(drawing.within(60), "take", n=chance.choice((0, 0, drawing.number())),
                    who=drawing.number(), which=drawing.number(7))  # fmt: skip


def work(drawing: Drawing) -> None:
    """The steps of the playbook are done, answered, chosen; contractors come and go."""
    chance = drawing.chance
    busy = min(drawing.span * 0.8, 100 * _MINUTE)
    verbs = ("answer", "answer", "answer", "choose", "complete", "complete", "contractor")
    for _ in range(chance.choice((0, 12, 24, 36))):
        drawing.add(
            drawing.within(60, busy), chance.choice(verbs), n=drawing.number(), k=drawing.number(),
            which=drawing.number(7), stranger=drawing.some(0.05), who=drawing.number(),
            fails=drawing.some(0.1), again=drawing.some(0.1), paper=drawing.some(0.05),
        )  # fmt: skip


def voice(drawing: Drawing) -> None:
    """Measures, words, promises, briefs; and sometimes nothing at all."""
    chance = drawing.chance
    verbs = ("measure", "measure", "measure", "say", "say", "workaround", "promise", "promise",
             "keep", "brief", "severity", "approve", "approve", "reject")  # fmt: skip
    for _ in range(chance.choice((0, 0, 3, 8, 14))):
        verb = chance.choice(verbs)
        drawing.add(
            drawing.within(2 * _MINUTE, min(drawing.span, 6 * _HOUR)), verb, n=drawing.number(),
            k=drawing.number(),
            which=drawing.number(7), words=drawing.some(0.5), one=drawing.some(0.4),
            correction=verb == "say" and drawing.some(0.3), minutes=chance.choice((5, 30, 90)),
            counterpart=drawing.some(0.5), inside=drawing.some(0.2), override=drawing.some(0.2),
            to=chance.choice(("S1", "S2", "S3", "S4")) if verb == "severity" else "",
            stranger=drawing.some(0.05), who=drawing.number(),
        )  # fmt: skip


def asked(drawing: Drawing) -> None:
    """People ask, and have their replies or not; a roll-call; later how they were informed."""
    chance = drawing.chance
    busy = min(drawing.span, 3 * _HOUR)
    verbs = ("ask", "ask", "restate", "together", "reply", "reply", "refuse")
    for _ in range(chance.choice((0, 0, 4, 10))):
        drawing.add(
            drawing.within(_MINUTE, busy), chance.choice(verbs), n=drawing.number(),
            k=drawing.number(), which=drawing.number(7), who=drawing.number(),
            again=drawing.some(0.3), words=drawing.some(0.5), one=drawing.some(0.3),
            stranger=drawing.some(0.05),
        )  # fmt: skip
    if drawing.some(0.12):
        begins, which = drawing.within(_MINUTE, busy), drawing.number(7)
        drawing.add(begins, "roll_call", k=drawing.number(), which=which)
        for _ in range(chance.choice((0, 4, 12))):
            drawing.add(drawing.within(begins, begins + _HOUR), "safe", n=drawing.number(),
                        who=drawing.number(), fails=drawing.some(0.1), which=which)  # fmt: skip
        if drawing.some(0.5):
            drawing.add(drawing.within(begins, begins + _HOUR), "all_found", n=drawing.number(),
                        which=which, override=drawing.some(0.5))  # fmt: skip
    if drawing.some(0.1):
        drawing.add(drawing.within(_HOUR), chance.choice(("rate", "rate", "publish")),
                    n=drawing.number(), k=drawing.number(), which=drawing.number(7),
                    who=drawing.number())  # fmt: skip


def troubles(drawing: Drawing) -> None:
    """Media fail and are back, costs grow, the law asks for its own, troubles join or part."""
    chance = drawing.chance
    busy = min(drawing.span, 3 * _HOUR)
    verbs = ("down", "down", "up", "carry", "carry", "carry", "cost", "cost", "cost", "grant",
             "grant", "renew", "above", "works", "filed", "waived", "aware", "relate", "merge",
             "split", "repin", "approve", "approve", "reject")  # fmt: skip
    for _ in range(chance.choice((0, 0, 3, 8))):
        drawing.add(
            drawing.within(2 * _MINUTE, busy), chance.choice(verbs), n=drawing.number(),
            k=drawing.number(9), which=drawing.number(7), who=drawing.number(),
            fails=drawing.some(0.3), one=drawing.some(0.4), minutes=chance.choice((5, 30, 90)),
            override=drawing.some(0.3), stranger=drawing.some(0.1),
            to=chance.choice(("", "", "generic", "flood")),
        )  # fmt: skip


def ends(drawing: Drawing) -> None:
    """It becomes safe, worked around, normal; it is closed and reviewed; or it was nothing."""
    chance = drawing.chance
    far = drawing.span > _DAY
    if drawing.some(0.08):
        drawing.add(drawing.within(5 * _MINUTE, 2 * _HOUR), "cancel", which=drawing.number(7),
                    override=drawing.some(0.5))  # fmt: skip
    if not far and drawing.some(0.35):
        return
    begins = drawing.within(20 * _MINUTE, min(drawing.span / 2, 5 * _HOUR))
    for which in range(chance.choice((1, 2, 3))):
        at = begins + which * _MINUTE
        for phase in ("safe", "worked_around", "normal"):
            if phase == "worked_around" and drawing.some(0.5):
                continue
            drawing.add(at, "phase", to=phase, which=which, override=drawing.some(0.8))
            at += drawing.within(2 * _MINUTE, 40 * _MINUTE)
        for _ in range(chance.choice((0, 4))):
            drawing.add(at, "undo", n=drawing.number(), which=which)
        drawing.add(at, "phase", to="normal", which=which, override=True)
        if drawing.some(0.1):
            drawing.add(at + 9 * _MINUTE, "phase", to="open", which=which)
            drawing.add(at + 30 * _MINUTE, "phase", to="normal", which=which, override=True)
            at += _HOUR
        if far or drawing.some(0.6):
            drawing.add(at + drawing.within(0, _HOUR), "close", which=which, override=True)
    if far:
        afterwards(drawing)


def afterwards(drawing: Drawing) -> None:
    """The consequences are drawn, or not."""
    chance = drawing.chance
    verbs = ("review", "agree", "agree", "finish", "finish", "verify", "verify")
    for _ in range(chance.choice((0, 3, 14))):
        drawing.add(
            drawing.within(_DAY / 2), chance.choice(verbs), n=drawing.number(), k=drawing.number(),
            which=drawing.number(7), who=drawing.number(),
        )  # fmt: skip


def channels(drawing: Drawing) -> None:
    """Channels die and come back, hesitate, lie; addresses are wrong; providers call back."""
    chance = drawing.chance
    early = min(drawing.span, 2 * _HOUR)
    if drawing.some(0.35):
        for _ in range(chance.choice((1, 1, 2, 5))):
            name, at = chance.choice(CHANNELS), drawing.within(0, early)
            drawing.add(at, "channel_dies", channel=name, fault=chance.choice(FAULTS))
            if drawing.some(0.7):
                drawing.add(drawing.within(at), "channel_returns", channel=name)
    if drawing.some(0.4):
        for _ in range(chance.randint(1, 6)):
            drawing.add(
                drawing.within(0, early), "address_fails", channel=chance.choice(CHANNELS[:5]),
                who=drawing.number(), fault=chance.choice(FAULTS), times=chance.choice((0, 1, 2)),
            )  # fmt: skip
    if drawing.some(0.2):
        drawing.add(drawing.within(0, early), "channel_holds", channel=chance.choice(CHANNELS),
                    seconds=chance.choice((5, 20, 45)))  # fmt: skip
    if drawing.some(0.35):
        drawing.add(
            0, "provider", channel=chance.choice(("sms", "call", "push")),
            states=chance.choice((
                "delivered", "delivered", "delivered,delivered", "failed", "delivered,failed",
                "failed,delivered",
            )),
            seconds=chance.choice((0, 0, 8, 90, 1200)), apart=chance.choice((0, 3, 600)),
        )  # fmt: skip
    for _ in range(chance.choice((0, 0, 2, 6))):
        drawing.add(drawing.within(60), "acknowledge", n=drawing.number(),
                    twice=drawing.some(0.3))  # fmt: skip


def machine(drawing: Drawing) -> None:
    """The power goes, at a mark in the code or anywhere; clocks jump; the store is away."""
    chance = drawing.chance
    early = min(drawing.span, 2 * _HOUR)
    away = (1, 5, 5, 60, 20 * _MINUTE, 5 * _HOUR)
    if drawing.some(0.45):
        for _ in range(chance.choice((1, 1, 2, 3))):
            drawing.add(
                drawing.within(0, early), "crash", mark=chance.choice(MARKS),
                nth=chance.choice((1, 1, 2, 3, 7)), seconds=chance.choice(away),
            )  # fmt: skip
            if drawing.some(0.7):
                drawing.add(drawing.within(10), "repeat", lost=True)
    if drawing.some(0.15):
        drawing.add(drawing.within(0), "stop", seconds=chance.choice((*away, 2 * _DAY)))
    if drawing.some(0.1):
        drawing.add(drawing.within(0), "jump",
                    seconds=chance.choice((-200, -20, 30, 700, 4 * _HOUR, 2 * _DAY)))  # fmt: skip
    if drawing.some(0.12):
        drawing.add(drawing.within(0, early), "store_away", seconds=chance.choice((3, 40, 400)))
        if drawing.some(0.5):
            drawing.add(drawing.within(10), "repeat", lost=True)
    if drawing.some(0.05):
        drawing.add(drawing.within(0, early), "rules_fail", nth=chance.choice((1, 2, 5, 12)))
        if drawing.some(0.6):
            drawing.add(drawing.within(early / 2), "unpark", n=drawing.number())


def noise(drawing: Drawing) -> None:
    """Commands that are repeated, come out of order, or make no sense; a new organisation."""
    if drawing.some(0.06):
        drawing.add(drawing.within(0), "garbage", why="not JSON")
    if drawing.some(0.06):
        drawing.add(drawing.within(0), "reorganised")
    for _ in range(drawing.chance.choice((0, 0, 1, 3))):
        drawing.add(drawing.within(10), "repeat", n=drawing.number())
    for _ in range(drawing.chance.choice((0, 0, 0, 2, 5))):
        drawing.add(
            drawing.within(10), "nonsense", n=drawing.number(), who=drawing.number(),
            which=drawing.number(7), override=drawing.some(0.3), nowhere=drawing.some(0.1),
            confuses=drawing.some(0.1),
        )  # fmt: skip


PLOTS: tuple[Callable[[Drawing], None], ...] = (
    crises, cast, work, voice, asked, troubles, ends, channels, machine, noise,
)  # fmt: skip
