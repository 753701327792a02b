"""What happens beside what people do in the room: reports, answers, faults, the power."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Literal, cast

from crisis.core import commands as c
from crisis.core.report import report_id
from crisis.ports import QuarantineRow, Receipt
from crisis.proof.acting import prose_of
from crisis.proof.fakes import Fault, Handed
from crisis.proof.invariants import Away
from crisis.proof.simulator.acts import Scene, nth
from crisis.proof.simulator.faults import PowerCut, StoryChannel, Trap
from crisis.proof.simulator.steps import Step
from crisis.proof.simulator.verbs import VERBS
from crisis.proof.simulator.world import World

# --- reports ---


def report(world: World, step: Step) -> None:
    """Somebody, or something, reports trouble; with ``n`` the same report comes again."""
    _submit(world, step, native_id=f"r{step.number() or next(world.numbers)}")


def storm(world: World, step: Step) -> None:
    """Many reports at once, some of them the same one."""
    world.seen["storm"] += 1
    for number in range(step.number("count", 10)):
        again = number if number % 3 else 0
        _submit(world, step, native_id=f"s{step.after:.0f}-{again}")


def _submit(world: World, step: Step, *, native_id: str) -> None:
    source = "alertmanager" if step.holds("machine") else "reception"
    prose = prose_of(f"report-{source}-{native_id}", what="De l'eau coule.")
    id_ = report_id(source, native_id)
    works = step.number("starts")
    starts_at = world.clock.now() + timedelta(minutes=works) if works else None
    body = c.SubmitReport(
        source=source,
        native_id=native_id,
        kind=step.words("kind", "flood"),
        site=step.words("site", "hq"),
        building=step.words("building") or None,
        what=prose["what"].ref,
        by_machine=step.holds("machine"),
        severity=step.words("severity") or None,
        danger=cast("c.Answer3", step.words("danger", "unknown")),
        group=step.words("group"),
        quiet=step.holds("quiet"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=step.number("lasts", 60)) if starts_at else None,
        signal="resolved" if step.holds("resolved") else "firing",
    )
    command = c.Command(
        id=f"submit-{id_}",
        stream="report",
        stream_id=id_,
        body=body,
        actor=c.Actor(kind="source", id=source),
        authority="source-token",
        door="reports",
        exercise=step.holds("exercise"),
        prose=tuple(prose.values()),
    )
    world.asks(command, then=lambda: world.answered.append(id_))


# --- people ---


def act(world: World, step: Step) -> None:
    """Somebody does something in the room of an incident."""
    open_ = [id_ for id_ in world.incidents() if _acts_in(world, id_, step)]
    chosen = nth(open_, step, "which")
    incident = world.service.incident(chosen) if chosen else None
    pinned = world.service.pinned(chosen) if chosen else None
    if incident is None or pinned is None:
        return
    number = next(world.numbers)
    scene = Scene(
        incident=incident,
        pinned=pinned,
        people=world.house.people(exercise=incident.exercise),
        now=world.clock.now(),
        others=[one for one in world.incidents() if one != incident.id],
        act=f"act-{number}",
    )
    done = VERBS[step.verb](scene, step)
    if done is None:
        world.seen["nothing to do"] += 1
        return
    why = prose_of(f"act-{number}-why", override="Il le faut." if step.holds("override") else None)
    world.asks(
        c.Command(
            id=f"act-{number}",
            stream="incident",
            stream_id="no-such-incident" if step.holds("nowhere") else incident.id,
            body=done.body,
            actor=c.Actor(kind="person", id=done.who),
            authority="operator",
            door="command-line",
            exercise=incident.exercise is not step.holds("confuses"),
            happened_at=scene.now - timedelta(minutes=9) if step.holds("paper") else None,
            override=why["override"].ref if why else None,
            prose=(*done.prose.values(), *why.values()),
        )
    )


def _acts_in(world: World, incident_id: str, step: Step) -> bool:
    incident = world.service.incident(incident_id)
    over = incident is None or incident.phase in {"closed", "cancelled"}
    return not over or step.verb in {"review", "agree", "finish", "verify", "keep", "nonsense"}


def repeat(world: World, step: Step) -> None:
    """Somebody presses the same button again, or sends again what nobody answered."""
    lost = [one for one in world.asked if one.lost] if step.holds("lost") else world.asked
    asked = nth(lost, step)
    if asked is None:
        return
    body = asked.command.body
    if isinstance(body, c.SubmitReport):
        id_ = asked.command.stream_id
        world.asks(asked.command, then=lambda: world.answered.append(id_))
    else:
        world.asks(asked.command)


def acknowledge(world: World, step: Step) -> None:
    """Somebody presses "I have it"; some press twice."""
    asks = [one for one in world.handed if one.arrived and one.outgoing.ack_url is not None]
    found = nth(asks[-60:], step)
    if found is None:
        return
    for _ in range(2 if step.holds("twice") else 1):
        world.begins(
            partial(world.service.acknowledge, found.outgoing.delivery_id, world.clock.now())
        )
    world.seen["acknowledged"] += 1


def attentive(world: World, step: Step) -> None:
    """From now on people press "I have it" within so many seconds, but for every few of them."""

    def heard(handed: Handed) -> None:
        id_ = handed.outgoing.delivery_id
        misses = step.number("misses")
        if not handed.arrived or handed.outgoing.ack_url is None:
            return
        if misses and sum(map(ord, id_)) % misses == 0:
            return
        world.later(step.number("seconds", 30), partial(_acknowledges, world, id_))

    for channel in world.channels.values():
        channel.watchers.append(heard)


async def _acknowledges(world: World, delivery_id: str) -> None:
    world.seen["acknowledged"] += 1
    await world.service.acknowledge(delivery_id, world.clock.now())


# --- channels and their providers ---


def channel_dies(world: World, step: Step) -> None:
    """A channel fails for everybody, in one of the ways in which channels fail."""
    channel = world.channels[step.words("channel", "email")]
    channel.fault = cast("Fault", step.words("fault", "unreachable"))
    world.seen["dead channel"] += 1


def channel_returns(world: World, step: Step) -> None:
    """It works again."""
    world.channels[step.words("channel", "email")].fault = None


def address_fails(world: World, step: Step) -> None:
    """One person cannot be reached on one channel, for good or for the next attempts."""
    name = step.words("channel", "email")
    people = world.house.organisation.configuration.people.people
    who = nth(sorted(people), step, "who")
    to = world.house.organisation.directory.recipient(who) if who else None
    address = to.addresses.get(name) if to else None
    if address is None:
        return
    fault = cast("Fault", step.words("fault", "refused"))
    times = step.number("times")
    if times:
        world.channels[name].next_faults[address] = [fault] * times
    else:
        world.channels[name].faults[address] = fault
    world.seen["dead address"] += 1


def channel_holds(world: World, step: Step) -> None:
    """A channel takes its time: what is handed to it is answered when it lets go."""
    import asyncio

    channel = world.channels[step.words("channel", "email")]
    gate = channel.gate = asyncio.Event()

    async def opens() -> None:
        gate.set()
        if channel.gate is gate:
            channel.gate = None

    world.seen["slow channel"] += 1
    world.later(step.number("seconds", 30), opens)


def provider(world: World, step: Step) -> None:
    """From now on a provider calls back: late, twice, out of order, or with bad news."""
    channel = world.channels[step.words("channel", "sms")]
    states = step.words("states", "delivered").split(",")

    def heard(handed: Handed) -> None:
        if not handed.arrived or handed.at < began:
            return
        for number, state in enumerate(states):
            seconds = step.number("seconds") + number * step.number("apart")
            world.later(seconds, _call_back(world, channel, handed, state))

    began = world.clock.now()
    channel.watchers.append(heard)


def _call_back(
    world: World, channel: StoryChannel, handed: Handed, state: str
) -> Callable[[], Awaitable[None]]:
    async def calls() -> None:
        world.seen["call-back"] += 1
        said = cast('Literal["delivered", "failed"]', state)
        ref = f"fake-{handed.outgoing.delivery_id}"
        receipt = Receipt(delivery_id="", state=said, at=world.clock.now(), provider_ref=ref)
        await world.service.receive(channel.name, [receipt])

    return calls


# --- the machine ---


def stop(world: World, step: Step) -> None:
    """The power goes, and comes back after so many seconds."""
    world.stops(step.number("seconds", 60))


def crash(world: World, step: Step) -> None:
    """The power will go when a mark in the code is reached for the nth time."""

    def strikes() -> None:
        world.down_for = step.number("seconds", 5)
        world.seen["crash at a mark"] += 1
        raise PowerCut(step.words("mark"))

    world.traps.set.append(
        Trap(mark=step.words("mark"), nth=step.number("nth", 1), strikes=strikes)
    )


def rules_fail(world: World, step: Step) -> None:
    """A fault in the rules, which no rule of ours has: it must stay in its incident (G13)."""

    def strikes() -> None:
        world.seen["rules made to fail"] += 1
        raise RuntimeError("the story makes the rules fail")

    world.traps.set.append(
        Trap(mark="decide.before-commit", nth=step.number("nth", 1), strikes=strikes)
    )


def unpark(world: World, step: Step) -> None:
    """Somebody lets an incident that was set aside go on."""
    with world.store.read() as view:
        parked = [one.stream_id for one in reversed(view.streams("incident", limit=100_000))
                  if one.parked is not None]  # fmt: skip
    chosen = nth(parked, step)
    if chosen is not None:
        world.begins(partial(world.service.unpark, chosen))


def garbage(world: World, step: Step) -> None:
    """Something sends what nobody can read: it is kept where a person sees it (G1)."""
    id_ = f"garbage-{next(world.numbers)}"
    row = QuarantineRow(
        id=id_,
        at=world.clock.now(),
        door="reports",
        source="alertmanager",
        reason=step.words("why", "not JSON"),
        body=b"{\xff",
    )

    async def keeps() -> None:
        await world.service.quarantine(row)
        world.kept.append(id_)

    world.begins(keeps)


def reorganised(world: World, _step: Step) -> None:
    """The house has another version of its organisation: people have left, a text is new."""
    world.seen["new organisation"] += 1
    world.begins(partial(world.service.apply, world.house.newer_files))


def jump(world: World, step: Step) -> None:
    """The machine's clock is set, ahead or back."""
    began = world.clock.now()
    span = timedelta(seconds=int(step.number("seconds", 600)))
    world.clock.jumps(span)
    world.seen["clock jumps"] += 1
    world.away.append(Away(min(began, world.clock.now()), max(began, world.clock.now()) + NOTICED))


NOTICED = timedelta(seconds=80)
"""How long it may take a service to look at a clock that somebody has set."""


def store_away(world: World, step: Step) -> None:
    """Nothing can be read or written for so long."""
    world.seen["store away"] += 1
    world.goes_away(step.number("seconds", 60))


HAPPENINGS: Mapping[str, Callable[[World, Step], None]] = {
    one.__name__: one
    for one in (
        report, storm, repeat, acknowledge, attentive, channel_dies, channel_returns, address_fails,
        channel_holds, provider, stop, crash, rules_fail, unpark, garbage,
        reorganised, jump, store_away,
    )
} | dict.fromkeys(VERBS, act)  # fmt: skip
"""Every word that a step may use."""
