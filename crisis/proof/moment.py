"""What people, machines and providers do at one moment of a story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from crisis.core import commands as c
from crisis.core import committing_commands as k
from crisis.core import life_commands as life
from crisis.core import sheet_commands as s
from crisis.core.deciding import Decision
from crisis.core.prose import TextRef
from crisis.core.report import report_id
from crisis.core.values import Span
from crisis.proof.acting import Ways, prose_of
from crisis.proof.concerned import Concerned

if TYPE_CHECKING:
    from crisis.proof.seen import Seen


@dataclass(slots=True)
class Moment(Concerned):
    """One moment: everything that is owed until then happens first, then what is asked here.

    Every verb takes :class:`Ways` as keywords; each answers with the decision.
    """

    # --- reports ---

    async def report(
        self,
        kind: str,
        *,
        site: str | None = None,
        building: str | None = None,
        says: str | None = None,
        place: str | None = None,
        danger: Literal["yes", "no", "unknown"] = "unknown",
        severity: str | None = None,
        source: str = "reception",
        native_id: str | None = None,
        group: str = "",
        resolved: bool = False,
        quiet: bool = False,
        exercise: bool = False,
        happened: str | None = None,
        starts: str | None = None,
        ends: str | None = None,
    ) -> str:
        """Somebody reports trouble; answers the id of the incident that it went to.

        A report from the source ``alertmanager`` is a machine's.
        """
        story = await self._begin()
        story.numbers += 1
        native_id = native_id or f"story-{story.numbers}"
        prose = prose_of(f"report-{source}-{native_id}", place=place, what=says)
        by_machine = source == "alertmanager"
        observed_at = story.clock_time(happened) if happened else None
        body = c.SubmitReport(
            source=source,
            native_id=native_id,
            kind=kind,
            site=site or story.place,
            building=building,
            **{name: one.ref for name, one in prose.items()},
            by_machine=by_machine,
            severity=severity,
            danger=danger,
            observed_at=observed_at,
            group=group,
            signal="resolved" if resolved else "firing",
            starts_at=story.clock_time(starts) if starts else None,
            ends_at=story.clock_time(ends) if ends else None,
            quiet=quiet,
        )
        id_ = report_id(source, native_id)
        command = c.Command(
            id=f"submit-{id_}",
            stream="report",
            stream_id=id_,
            body=body,
            actor=c.Actor(kind="source", id=source),
            authority="source-token",
            door="reports",
            exercise=exercise,
            happened_at=observed_at,
            prose=tuple(prose.values()),
        )
        await self._submit(command, Ways())
        story.answered.append(id_)
        return self._routed(id_)

    def _routed(self, report: str) -> str:
        """Give the incident of a report; the story is about it if the report opened it."""
        events = self.story.runtime.events("report", report)
        for event in events:
            incident_id = getattr(event.body, "incident_id", None)
            if incident_id is not None:
                if getattr(event.body, "opened", False):
                    self.story.incident_id = incident_id
                return str(incident_id)
        return ""

    # --- roles ---

    async def accept(self, role: str, **ways: Any) -> Decision:
        """Whoever was offered the role takes it (by the button of their message)."""
        return await self._answer_offer(role, c.AcceptRoles, Ways(**ways))

    async def decline(self, role: str, **ways: Any) -> Decision:
        """Whoever was offered the role cannot."""
        return await self._answer_offer(role, c.DeclineRoles, Ways(**ways))

    async def take(self, role: str, *, by: str, **ways: Any) -> Decision:
        """Somebody steps in without having been asked."""
        return await self.do(c.TakeRole(role=role), Ways(by=by, **ways))

    async def accept_all(self, *, but: tuple[str, ...] = ()) -> None:
        """Everyone who was offered a role takes it, but for the roles named."""
        await self._begin()
        for offer in tuple(self.story.incident.offers.values()):
            if offer.state == "open" and not set(offer.roles) & set(but):
                held = {r for r, s in self.story.incident.roles.items() if s.holder is not None}
                if not set(offer.roles) <= held:
                    await self.accept(offer.roles[0], by=offer.person)

    async def _answer_offer(
        self, role: str, body: type[c.AcceptRoles | c.DeclineRoles], ways: Ways
    ) -> Decision:
        story = await self._begin()
        incident = self._incident(ways)
        wanted = story.person(ways.by, incident.id) if ways.by else None
        asked = [
            (id_, offer) for id_, offer in incident.offers.items()
            if role in offer.roles and wanted in {None, offer.person}
        ]  # fmt: skip
        waiting = [one for one in asked if one[1].state == "open"] or asked[-1:]
        if not waiting:
            raise AssertionError(f"nobody was offered {role!r}: {incident.offers}")
        offer_id, offer = waiting[0]
        decision = await self.do(body(offer_id=offer_id), replace(ways, by=offer.person))
        for seen in story.seen(to=offer.person, ever=True)[::-1]:
            if seen.message.offer_id == offer_id and decision.accepted:
                await story.runtime.acknowledge(seen.row.id, story.clock.now())
                await story.settles()
                break
        return decision

    # --- steps, measures, words ---

    async def answer(self, step: str, answer: str, **ways: Any) -> Decision:
        """A question of the playbook is answered."""
        return await self._step(step, c.AnswerStep(step=step, answer=answer), ways)

    async def choose(self, step: str, option: str, **ways: Any) -> Decision:
        """A decision of the playbook is taken."""
        return await self._step(step, c.ChooseOption(step=step, option=option), ways)

    async def done(
        self, *steps: str, evidence: str | None = "Relevé sur place.", **ways: Any
    ) -> None:
        """Steps of the playbook are done."""
        for step in steps:
            prose = prose_of(self._new(step), evidence=evidence)
            ref = prose["evidence"].ref if evidence else None
            await self._step(step, c.CompleteStep(step=step, evidence=ref), ways, prose)

    async def contractor(
        self, step: str, stage: c.Stage, *, eta: str | None = None, **ways: Any
    ) -> Decision:
        """A contractor was called, gave its time, arrived, left, or did not come."""
        eta_at = self.story.clock_time(eta) if eta else None
        return await self._step(
            step, c.ReportContractor(step=step, stage=stage, eta_at=eta_at), ways
        )

    async def spend(self, step: str, amount: str, **ways: Any) -> Decision:
        """Somebody says what the contractor of a step will cost."""
        return await self._step(step, k.AnnounceCost(step=step, amount=amount), ways)

    async def grant(
        self, step: str, answer: Literal["grant", "refuse"] = "grant", **ways: Any
    ) -> Decision:
        """Somebody grants a cost, or refuses it."""
        return await self._step(step, k.DecideCost(step=step, answer=answer), ways)

    async def down(self, what: str, *, since: str | None = None, **ways: Any) -> Decision:
        """Somebody says that something media need has failed."""
        since_at = self.story.clock_time(since) if since else None
        return await self.do(c.ReportDown(what=what, since=since_at), Ways(**ways))

    async def up(self, what: str, **ways: Any) -> Decision:
        """Somebody says that it works again."""
        return await self.do(c.ReportUp(what=what), Ways(**ways))

    async def carried(
        self, audience: str = "", *, but: tuple[str, ...] = (), **ways: Any
    ) -> Decision:
        """People whom no medium reaches were told in person."""
        return await self.do(c.CarryByHand(audience=audience, but=but), Ways(**ways))

    async def hung(self, audience: str, *at: str, **ways: Any) -> Decision:
        """Somebody has hung a sheet of what an audience was told."""
        return await self.do(s.HangSheets(audience=audience, at=at), Ways(**ways))

    async def taken_down(self, *at: str, **ways: Any) -> Decision:
        """Somebody has taken sheets down: at these places, or everywhere."""
        return await self.do(s.TakeDownSheets(at=at), Ways(**ways))

    async def measure(
        self, words: str, *, result: str | None = None, inside_only: bool = False, **ways: Any
    ) -> Decision:
        """A measure was taken that the playbook does not have."""
        prose = prose_of(self._new("measure"), measure=words, expected_result=result)
        refs: dict[str, TextRef] = {name: one.ref for name, one in prose.items()}
        return await self.do(c.RecordMeasure(**refs, inside_only=inside_only), Ways(**ways), prose)

    async def workaround(self, words: str, **ways: Any) -> Decision:
        """People can do this meanwhile."""
        prose = prose_of(self._new("workaround"), workaround=words)
        return await self.do(
            c.RecordWorkaround(workaround=prose["workaround"].ref), Ways(**ways), prose
        )

    async def says(self, *audiences: str, words: str | None = None, **ways: Any) -> Decision:
        """A person speaks to audiences now; to all that were told, where none is named."""
        prose = prose_of(self._new("say"), words=words)
        ref = prose["words"].ref if words else None
        return await self.do(c.Say(audiences=audiences, words=ref), Ways(**ways), prose)

    async def approves(self, audience: str, **ways: Any) -> Decision:
        """Somebody approves the words that wait for an audience."""
        return await self.do(c.ApproveDraft(audience=audience), Ways(**ways))

    async def rejects(self, audience: str, reason: str, **ways: Any) -> Decision:
        """Somebody says no to them, and why."""
        prose = prose_of(self._new("reject"), reason=reason)
        body = c.RejectDraft(audience=audience, reason=prose["reason"].ref)
        return await self.do(body, Ways(**ways), prose)

    async def promise(
        self,
        words: str,
        *,
        by_then: str,
        to: str = "",
        person: str | None = None,
        owed_by: str | None = None,
        counterpart: str | None = None,
        **ways: Any,
    ) -> Decision:
        """Something is promised, to an audience or a person; with a counterpart an engagement."""
        prose = prose_of(self._new("promise"), words=words, counterpart=counterpart)
        body = c.MakePromise(
            promise_id=f"promise-{self.story.numbers}",
            audience=to,
            due_at=self.story.clock_time(by_then),
            words=prose["words"].ref,
            counterpart=prose["counterpart"].ref if counterpart else None,
            by=owed_by,
            person=self.story.person(person) if person else None,
        )
        return await self.do(body, Ways(**ways), prose)

    async def renew(self, promise_id: str, *, by_then: str, **ways: Any) -> Decision:
        """A new time is given before the old one passes."""
        due_at = self.story.clock_time(by_then)
        return await self.do(k.RenewPromise(promise_id=promise_id, due_at=due_at), Ways(**ways))

    async def keep(self, promise_id: str, **ways: Any) -> Decision:
        """What was promised has been done."""
        return await self.do(k.KeepPromise(promise_id=promise_id), Ways(**ways))

    async def escalate(
        self, *, to: str = "lead", reason: str | None = None, **ways: Any
    ) -> Decision:
        """Somebody sees that it goes beyond them, and tells those above."""
        prose = prose_of(self._new("escalate"), reason=reason)
        body = k.Escalate(to=to, reason=prose["reason"].ref if reason else None)
        return await self.do(body, Ways(**ways), prose)

    async def brief(self, **ways: Any) -> Decision:
        """A brief to the directorate, out of its rhythm."""
        return await self.do(c.SendBrief(), Ways(**ways))

    # --- severity, phases, the end ---

    async def severity(self, to: str, **ways: Any) -> Decision:
        """A person changes the severity."""
        return await self.do(c.ChangeSeverity(to=to), Ways(**ways))

    async def declare(self, phase: str, **ways: Any) -> Decision:
        """A person declares a phase."""
        return await self.do(c.DeclarePhase(phase=phase), Ways(**ways))

    async def relate(self, other: str, **ways: Any) -> Decision:
        """Another incident belongs with this one."""
        return await self.do(life.RelateIncident(other=other), Ways(**ways))

    async def merge(self, other: str, **ways: Any) -> Decision:
        """Another incident is the same trouble: it is followed here from now on."""
        return await self.do(life.MergeIncident(other=other), Ways(**ways))

    async def split(
        self, *, building: str | None = None, playbook: str | None = None, **ways: Any
    ) -> Decision:
        """It is two troubles: another incident opens for the second."""
        return await self.do(life.SplitIncident(playbook=playbook, building=building), Ways(**ways))

    async def repin(self, playbook: str | None = None, **ways: Any) -> Decision:
        """It goes by another playbook from now on, or by the newest text of its own."""
        return await self.do(life.RepinPlaybook(playbook=playbook), Ways(**ways))

    async def reschedule(self, *, ends: str, starts: str | None = None, **ways: Any) -> Decision:
        """Announced works begin or end at another time."""
        story = await self._begin()
        starts_at = story.clock_time(starts) if starts else None
        body = c.RescheduleWorks(ends_at=story.clock_time(ends), starts_at=starts_at)
        return await self.do(body, Ways(**ways))

    async def loud(self, **ways: Any) -> Decision:
        """A person has looked: it is real, and told from now on."""
        return await self.do(life.MakeLoud(), Ways(**ways))

    async def cancel(self, **ways: Any) -> Decision:
        """It was a false alarm."""
        return await self.do(c.CancelIncident(), Ways(**ways))

    async def close(self, **ways: Any) -> Decision:
        """Nothing more is owed but the review."""
        return await self.do(c.CloseIncident(), Ways(**ways))

    # --- the review ---

    async def review(
        self, avoidable: Literal["yes", "partly", "no"], why: str, **ways: Any
    ) -> Decision:
        """The review was held."""
        prose = prose_of(self._new("review"), why=why)
        body = c.HoldReview(avoidable=avoidable, why=prose["why"].ref)
        return await self.do(body, Ways(**ways), prose)

    async def agree(
        self, action: str, *, owner: str, within: str, what: str | None = None, **ways: Any
    ) -> Decision:
        """An action gets its owner and its date."""
        story = await self._begin()
        prose = prose_of(self._new("agree"), what=what)
        body = c.AgreeAction(
            action_id=action,
            what=prose["what"].ref if what else None,
            owner=story.person(owner),
            due_at=story.clock.now() + Span.parse(within).delta,
        )
        return await self.do(body, Ways(**ways), prose)

    async def finish(self, action: str, *, proof: str, **ways: Any) -> Decision:
        """The owner says that an action is done."""
        prose = prose_of(self._new("finish"), proof=proof)
        body = c.FinishAction(action_id=action, proof=prose["proof"].ref)
        return await self.do(body, Ways(**ways), prose)

    async def verify(self, action: str, **ways: Any) -> Decision:
        """Somebody has seen the proof."""
        return await self.do(c.VerifyAction(action_id=action), Ways(**ways))

    # --- what providers and readers answer ---

    async def acknowledges(self, who: str, *, kind: str | None = None) -> None:
        """A person presses "I have it" in the newest message that asks for it."""
        story = await self._begin()
        asked = [
            one for one in story.seen(to=who, kind=kind, ever=True)
            if one.outgoing.ack_url is not None
        ]  # fmt: skip
        if not asked:
            raise AssertionError(f"{who} has nothing to acknowledge; {story.told()}")
        await story.runtime.acknowledge(asked[-1].row.id, story.clock.now())
        await story.settles()

    async def provider_says(
        self,
        channel: str,
        who: str,
        state: Literal["delivered", "failed"] = "delivered",
        *,
        times: int = 1,
    ) -> None:
        """A provider calls back about its last delivery to a person, once or over and over."""
        story = await self._begin()
        last: Seen = story.seen(to=who, by=(channel,), ever=True)[-1]
        fake = story.channels[channel]
        receipts = fake.receipts(last.outgoing.address, state, times=times)
        for receipt in receipts:
            await story.runtime.receive(channel, [receipt])
        await story.settles()
