"""Laws of the ladder, for any plan, any answers of the channels, in any order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.core.course import Course, Stage, Way, delivery_id
from crisis.core.delivery import Change, Final, Send, Wait, deferred, dropped, next_step
from crisis.core.ladder import after_wait, begin, satisfied, settle
from crisis.core.receipt import after, recovered
from crisis.ledger import changed
from crisis.ports import DeliveryRow
from tests.unit.delivery.people import CHANNELS, HOUR, MINUTE, NIGHT, NOON, Heard, Someone

MEDIA = {
    "mail": Way(medium="mail", channel="email"),
    "mail-too": Way(medium="mail-too", channel="email"),
    "sms": Way(medium="sms", channel="sms"),
    "call": Way(medium="call", channel="voice"),
    "modem": Way(medium="modem", channel="not-set-up"),
    "runner": Way(medium="runner", channel="person", person=True),
}
ANSWERS = [
    Heard("sent"),
    Heard("delivered"),
    Heard("unknown"),
    Heard("failed"),
    Heard("failed", temporary=True),
]

rungs = st.builds(
    Stage,
    ways=st.lists(st.sampled_from(list(MEDIA.values())), min_size=1, unique=True).map(tuple),
    wait=st.sampled_from([None, 3 * MINUTE, 10 * MINUTE]),
)
courses = st.builds(
    Course,
    stages=st.lists(rungs, max_size=4).map(tuple),
    channels=st.just(CHANNELS),
    languages=st.just(("fr",)),
    urgency=st.sampled_from(["immediate", "expected"]),
    released_at=st.just(NOON),
    expires_at=st.sampled_from([None, NOON + HOUR, NOON + 20 * HOUR]),
    acknowledge=st.booleans(),
    vital=st.booleans(),
    quiet=st.sampled_from([None, NIGHT]),
)
people = st.builds(
    Someone,
    addresses=st.dictionaries(st.sampled_from(["email", "sms", "voice"]), st.just("x")),
)
starts = st.sampled_from([NOON, NOON + 11 * HOUR])


@dataclass
class Life:
    """One recipient's deliveries of one message, lived by the rules and a drawn fate."""

    course: Course
    to: Someone
    now: datetime
    draw: Any
    rows: dict[str, DeliveryRow] = field(default_factory=dict)
    handed_over: list[tuple[str, str]] = field(default_factory=list)
    """(medium, what became of it)."""

    def write(self, planned: Any) -> None:
        """Add rows; two of one identity would be two deliveries."""
        for one in planned:
            key = delivery_id("m1", self.to.id, one.medium)
            assert key not in self.rows
            self.rows[key] = DeliveryRow(
                id=key, message_id="m1", incident_id="i1", recipient_id=self.to.id,
                medium=one.medium, channel=one.channel, rung=one.rung, lane="now", language="fr",
                state=one.state, reason=one.reason, next_attempt_at=one.next_attempt_at,
                fallback_at=one.fallback_at,
            )  # fmt: skip

    def due(self) -> list[tuple[datetime, str, str]]:
        """What comes next, in order of time."""
        times = [
            (at, kind, row.id)
            for row in self.rows.values()
            for at, kind in (
                (row.next_attempt_at if row.state == "queued" else None, "send"),
                (row.fallback_at, "climb"),
            )
            if at is not None
        ]
        return sorted(times)

    def step(self) -> bool:
        """Whatever is due next; False when the ladder is at its end."""
        due = self.due()
        if not due:
            return False
        at, kind, key = due[0]
        self.now = max(self.now, at)
        if kind == "send":
            self.send(self.rows[key])
        else:
            fallback = after_wait(
                self.rows[key], list(self.rows.values()), self.course, self.to, self.now
            )
            self.apply(fallback.changes)
            self.write(fallback.planned)
        return True

    def apply(self, changes: Any) -> None:
        """Write changes down."""
        for row, change in changes:
            self.rows[row.id] = changed(row, change)

    def send(self, row: DeliveryRow) -> None:
        """Claim a row and do what the rules say; a crash may come in between."""
        row = changed(row, _claimed(row))
        match next_step(row, self.course, self.now):
            case Wait() as wait:
                assert wait.until > self.now
                self.apply([(row, deferred(row, wait, self.now))])
            case Final(reason):
                self.apply([(row, dropped(row, reason, self.now))])
            case Send():
                fate = self.draw(st.sampled_from([*ANSWERS, "crash"]))
                if fate == "crash":
                    self.handed_over.append((row.medium, "crash"))
                    self.apply([(row, recovered(row, self.course, self.now))])
                    return
                self.handed_over.append((row.medium, "again" if fate.temporary else fate.state))
                change = after(row, fate, self.course, self.now)
                assert change
                self.apply([(row, change)])


def _claimed(row: DeliveryRow) -> Change:
    return Change(
        state="sending", attempts=row.attempts + 1, fallback_at=row.fallback_at, sent_at=row.sent_at
    )


@given(course=courses, to=people, start=starts, draw=st.data())
@settings(max_examples=300)
def test_a_recipient_gets_a_delivery_once(
    course: Course, to: Someone, start: datetime, draw: st.DataObject
) -> None:
    """G2: what a medium took is never handed to it again; nor what is in doubt, if that harms.

    But what is vital and was lost in a crash goes again: rather twice than never.
    """
    life = Life(course, to, start, draw.draw)
    life.write(begin(course, to, start))
    for _ in range(400):
        if not life.step():
            break
    taken = Counter(medium for medium, fate in life.handed_over if fate in {"sent", "delivered"})
    assert all(count == 1 for count in taken.values())
    for medium in taken:
        fates = [fate for one, fate in life.handed_over if one == medium]
        assert fates[-1] in {"sent", "delivered"}
    doubts = Counter(m for m, fate in life.handed_over if fate in {"crash", "unknown"})
    unsafe = [m for m in doubts if not CHANNELS[MEDIA[m].channel].repeat_safe]
    for medium in unsafe:
        fates = [fate for one, fate in life.handed_over if one == medium]
        final = {"unknown"} if course.vital else {"crash", "unknown"}
        assert not final & set(fates[:-1])
        assert course.vital or fates[-1] in final


@given(course=courses, to=people, start=starts, draw=st.data())
@settings(max_examples=300)
def test_nobody_is_forgotten(
    course: Course, to: Someone, start: datetime, draw: st.DataObject
) -> None:
    """The ladder ends, and then the recipient has it, or every rung was asked and says why not."""
    life = Life(course, to, start, draw.draw)
    life.write(begin(course, to, start))
    for _ in range(400):
        if not life.step():
            break
    else:
        raise AssertionError("the ladder has no end")
    rows = list(life.rows.values())
    assert rows
    if satisfied(rows, course) or course.stale(life.now):
        return
    used = {row.medium for row in rows}
    waits_for_ever = any(
        row.state in {"sent", "delivered"} and course.stages[row.rung].wait is None
        for row in rows
        if row.rung < len(course.stages)
    )
    if not waits_for_ever and any(row.reason != "expired" for row in rows):
        asked = {way.medium for stage in course.stages for way in stage.ways}
        assert asked <= used
    assert all(row.reason for row in rows if row.state in {"failed", "suppressed", "unknown"})


@given(course=courses, to=people, start=starts, draw=st.data(), steps=st.integers(0, 8))
@settings(max_examples=300)
def test_an_acknowledgement_ends_the_ladder(
    course: Course, to: Someone, start: datetime, draw: st.DataObject, steps: int
) -> None:
    """Whenever it comes: nothing is sent after it, no rung is asked, whatever else is heard."""
    life = Life(course, to, start, draw.draw)
    life.write(begin(course, to, start))
    for _ in range(steps):
        life.step()
    said_on = draw.draw(st.sampled_from([None, *life.rows]))
    life.apply(settle(list(life.rows.values()), said_on, life.now))
    assert life.due() == []
    for row in list(life.rows.values()):
        late = draw.draw(st.sampled_from(ANSWERS[:4]))
        change = after(row, late, course, life.now)
        if change and row.state == "acknowledged":
            raise AssertionError("an acknowledgement was taken back")
    if said_on:
        assert satisfied(list(life.rows.values()), course)
