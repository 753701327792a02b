"""The sheet of a playbook: what is in force at a site, at a severity, to read and to print.

Markdown: it reads as it stands, and prints well. Words that only an incident can fill in stay as
they are written (``{place}``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from crisis.core.matching import Who
from crisis.core.pinned import Pinned
from crisis.core.plan import Rung
from crisis.core.playbook import Ending, Opening, Role
from crisis.core.step import Step
from crisis.core.tell import ApprovalStage, Speech
from crisis.documents.sheet_steps import Names, Steps
from crisis.documents.sheet_words import condition

SOON = timedelta(minutes=30)
"""What is owed within this time stands on the first page."""


def sheet(pinned: Pinned, situation: Mapping[str, str], names: Names, language: str) -> str:
    """Everything that is in force in this situation (``severity``, ``hours``, answers…).

    A playbook says nothing here that the rules would not act on: it is the one that they are given.
    """
    return "\n".join(_Sheet(pinned, situation, names, language).lines()) + "\n"


def cards(
    pinned: Pinned, situation: Mapping[str, str], names: Names, language: str
) -> Iterator[tuple[Role, str]]:
    """A card for each role that is in force: what it is for, who holds it, what it owes."""
    whole = _Sheet(pinned, situation, names, language)
    for name, role in whole.playbook.roles.items():
        yield role, "\n".join(whole.card((name, role))) + "\n"


class _Sheet(Steps):
    """One playbook in one language."""

    def lines(self) -> Iterator[str]:
        """All of it, line by line."""
        yield from self._head()
        soon = list(self._first_minutes())
        if soon:
            yield from self._part("first_minutes", [soon])
        yield from self._part("numbers", [self._numbers()])
        yield from self._part("who", (self._role(one) for one in self.playbook.roles.items()))
        yield from self._part("what", self._steps())
        yield from self._part("over", self._phases())
        yield from self._part("told", (self._tell(name) for name in self.playbook.tell))
        yield from self._part("directorate", [self._directorate()])
        yield from self._part("review", [self._review()])

    # --- the parts ---

    def _head(self) -> Iterator[str]:
        playbook, plan = self.playbook, self.pinned.plan
        yield f"# {self._text(playbook.title)}"
        yield ""
        yield self._say(
            "in_force", site=self._text(self.pinned.site.title), severity=self.severity,
            means=self._text(plan.severities[self.severity]).rstrip("."),
        )  # fmt: skip
        held = self.pinned.layers_in(self.situation)
        if held:
            yield self._say("layers", names=", ".join(held))
        kinds = [self._opening(one) for one in playbook.opens_on]
        yield self._say("opens_on", kinds=", ".join(kinds) or self._say("anything"))
        if playbook.silent:
            yield self._say("silent")
        if playbook.down:
            yield self._say("not_used", things=", ".join(playbook.down))
        yield self._say("at_once", words=self._text(playbook.words.measure))
        for rule in playbook.severity.raise_.values():
            when = condition(rule.when, playbook, self.language) if rule.when else ""
            wait = self._say("lasts", span=self._span(rule.wait)) if rule.wait else ""
            yield self._say("rises", to=rule.to, when=" ".join(filter(None, (when, wait))))

    def _opening(self, one: Opening) -> str:
        """A kind of report, and what it waits for."""
        words = self._say(f"by_{one.source}", kind=one.kind) if one.source else one.kind
        waits = []
        if one.site:
            waits.append(self._say("only_at", sites=", ".join(one.site)))
        if one.lasting is not None:
            waits.append(self._say("lasting", span=self._span(one.lasting)))
        if one.confirmed_by > 1:
            span = self._span(one.confirmed_within)
            waits.append(self._say("confirmed", count=one.confirmed_by, span=span))
        if one.quiet_while:
            waits.append(self._say("quiet_while", names=", ".join(one.quiet_while)))
        if one.begins == "expected":
            waits.append(self._say("foreseen"))
        return " – ".join((words, *waits))

    def _first_minutes(self) -> Iterator[str]:
        """What is owed at once, the soonest first: the page to read when the telephone rings."""
        owed = []
        for name, step in self.playbook.steps.items():
            span = step.within.at(self.severity) if step.within else None
            if span is not None and self._at_once(step) and span.delta <= SOON and step.text:
                owed.append((span.delta, name, span, step))
        for _, _, span, step in sorted(owed, key=lambda one: one[0]):
            who = self._roles(step.by) if step.by else self._say("nobody")
            words = " – ".join((*self._called(step), self._words(step)))
            yield (
                f"- {self._span(span)} – {who} : {words}"
                if self.language == "fr"
                else (f"- {self._span(span)} – {who}: {words}")
            )

    def _numbers(self) -> Iterator[str]:
        """Whom to call: the contractors of this playbook, and those who answer."""
        site, seen = self.pinned.site, dict[str, None]()
        if site.address is not None:
            yield f"- {self._say('address', words=site.address)}"
        for step in self.playbook.steps.values():
            seen.update((trade, None) for trade in (step.call, step.then_call) if trade)
        for trade in seen:
            firm = site.contractors.get(trade)
            if firm is not None:
                number = f", {firm.telephone}" if firm.telephone else ""
                yield f"- {firm.name} (`{trade}`){number}"
        contacts = (self.pinned.contact(self.playbook, name) for name in self.playbook.tell)
        for one in dict.fromkeys(contacts):
            yield f"- {self.names.contact(one, self.language)}"

    def _steps(self) -> Iterator[Iterator[str]]:
        """First what is done at once, then what depends on an answer, then what comes later."""
        groups: dict[str, list[tuple[str, Step]]] = {"now": [], "depends": [], "later": []}
        for name, step in self.playbook.steps.items():
            later = step.after or step.wait is not None or step.at is not None
            group = "later" if later else "now" if self._at_once(step) else "depends"
            groups[group].append((name, step))
        for group, steps in groups.items():
            if steps:
                yield iter((f"### {self._say(group)}",))
                yield from (self._step(one) for one in steps)

    def _part(self, name: str, blocks: Iterable[Iterable[str]]) -> Iterator[str]:
        yield ""
        yield f"## {self._say(name)}"
        for block in blocks:
            yield ""
            yield from block

    def _role(self, named: tuple[str, Role]) -> Iterator[str]:
        name, role = named
        yield f"### {self._text(role.title)} (`{name}`)"
        yield self._text(role.mission)
        if role.one_per is not None:
            yield f"- {self._say(f'per_{role.one_per}', count=role.need)}"
        elif role.need > 1:
            yield f"- {self._say('needed', count=role.need)}"
        if role.wave is not None:
            yield f"- {self._say('wave', count=role.wave)}"
        yield f"- {self._say('asked', people=self._people(role.holder))}"
        if role.deputies:
            yield f"- {self._say('deputies', people=self._people(role.deputies))}"
        if role.last_resort is not None:
            yield f"- {self._say('last_resort', people=self._people((role.last_resort,)))}"
        within = self.pinned.accept_within(role, self.severity)
        yield f"- {self._say('answer_within', span=self._span(within))}"
        if role.authority:
            powers = ", ".join(self._power(one, role) for one in sorted(role.authority))
            yield f"- {self._say('may', powers=powers)}"
        if role.relieve_after is not None:
            rest = self._span(role.rest)
            yield f"- {self._say('relieved', span=self._span(role.relieve_after), rest=rest)}"
        if role.apart_from:
            yield f"- {self._say('apart', roles=self._roles(role.apart_from))}"
        yield from self._only(role.when)

    def card(self, named: tuple[str, Role]) -> Iterator[str]:
        """A role with the steps that it owes."""
        yield from self._role(named)
        for name, step in self.playbook.steps.items():
            if named[0] in step.by:
                yield from self._step((name, step))

    def _phases(self) -> Iterator[Iterator[str]]:
        for name, ending in self.playbook.phases.items():
            yield self._phase_lines(name, ending)

    def _phase_lines(self, name: str, ending: Ending) -> Iterator[str]:
        yield f"- **{self._phase(name)}**: {self._text(ending.means)}"
        yield f"  {self._say('declared', who=self._roles(ending.declared_by))}"
        if ending.after:
            yield f"  {self._say('first', steps=self._named(ending.after))}"
        yield from (f"  {line}" for line in self._only(ending.when, mark=""))
        within = ending.within.at(self.severity) if ending.within else None
        if within is not None:
            yield f"  {self._say('aimed', span=self._span(within))}"

    def _tell(self, name: str) -> Iterator[str]:
        planned, tell = self.pinned.plan.audiences[name], self.playbook.tell[name]
        yield f"### {self._text(planned.title)} (`{name}`)"
        yield from (f"- {line[2:]}" for line in self._only(tell.when))
        first = self.pinned.first_within(self.playbook, name, self.severity)
        every = self.pinned.update_every(self.playbook, name, self.severity, long=False)
        yield "- " + (
            self._say("rhythm", first=self._span(first), every=self._span(every)) if every
            else self._say("rhythm_once", first=self._span(first))
        )  # fmt: skip
        urgency = self.pinned.urgency(self.playbook, self.severity)
        media = self._media(self.pinned.rungs("alert", name, urgency))
        yield f"- {self._say('media', media=media)}"
        speaker = self.pinned.speaker(self.playbook, name)
        contact = self.names.contact(self.pinned.contact(self.playbook, name), self.language)
        yield f"- {self._say('speaks', who=self._roles((speaker,)), contact=contact)}"
        if tell.reminders:
            spans = ", ".join(self._span(one) for one in tell.reminders)
            yield f"- {self._say('reminders', spans=spans)}"
        for stage in tell.approval or planned.approval:
            yield f"- {self._approved(stage)}"
        for phase, speech in tell.phases.items():
            yield f"- **{self._phase(phase)}**: {self._text(speech.impact)}"
            yield from (f"  {line}" for line in self._speech(speech))

    def _approved(self, stage: ApprovalStage) -> str:
        span = stage.within.at(self.severity)
        return self._say(
            f"approved_{stage.silence}", who=self._roles(stage.by),
            span=self._span(span) if span is not None else "–",
        )  # fmt: skip

    def _speech(self, speech: Speech) -> Iterator[str]:
        instruction = speech.instruction
        yield (
            self._say("instruction", words=self._text(instruction)) if instruction
            else self._say("nothing")
        )  # fmt: skip
        if speech.workaround is not None:
            yield self._say("workaround", words=self._text(speech.workaround))
        if speech.say is not None:
            yield self._say("say", words=self._text(speech.say))
        if speech.regret is not None:
            yield self._text(speech.regret)

    def _directorate(self) -> Iterator[str]:
        rules = self.playbook.directorate
        yield self._say(
            "briefed", who=self._roles((rules.informed_by,)),
            first=self._span(self.pinned.directorate_within(self.playbook, self.severity)),
            every=self._span(self.pinned.brief_every(self.playbook, self.severity)),
        )  # fmt: skip
        yield self._say("unreachable", span=self._span(rules.unreachable_after))
        if rules.risks is not None:
            yield self._say("risks", words=self._text(rules.risks))

    def _review(self) -> Iterator[str]:
        review = self.playbook.review
        within = review.within.at(self.severity)
        who = self._roles((review.owner,))
        yield self._say("reviewed", who=who, span=self._span(within)) if within else who
        yield from (line[2:] for line in self._only(review.when))
        wash = review.hot_wash_within.at(self.severity) if review.hot_wash_within else None
        if wash is not None:
            yield self._say("hot_wash", span=self._span(wash))
        for name, roles in (("invited", review.invite), ("presented", review.present_to)):
            if roles:
                yield self._say(name, who=self._roles(roles))
        if review.publish_to:
            audiences = self.pinned.plan.audiences
            titles = ", ".join(self._text(audiences[one].title) for one in review.publish_to)
            yield self._say("published", audiences=titles)
        if review.follow_up:
            days = ", ".join(self._span(one) for one in review.follow_up)
            yield self._say("follow_up", days=days)
        yield from (f"- {self._text(question)}" for question in review.questions)

    def _power(self, name: str, role: Role) -> str:
        limit = role.spend_up_to
        if name == "spend" and limit is not None:
            return self._say("spend_up_to", amount=limit.written())
        return self._say(f"{name}_power")

    def _people(self, several: Iterable[Who]) -> str:
        return "; ".join(
            ", ".join(self.names.title(one, self.language) for one in who.functions)
            or ", ".join(f"{field}: {match.written()}" for field, match in who.fields.items())
            for who in several
        )

    def _media(self, rungs: Iterable[Rung]) -> str:
        media = self.pinned.plan.media
        return " → ".join(
            ", ".join(self._text(media[one].title) for one in rung.by) for rung in rungs
        )
