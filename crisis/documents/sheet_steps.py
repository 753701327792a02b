"""The steps on the sheet of a playbook: who owes what by when, and what silence means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from crisis.core.legal import legal_title
from crisis.core.pinned import Pinned
from crisis.core.playbook import Playbook
from crisis.core.step import Step
from crisis.core.values import Span, Text, When
from crisis.core.words import placeholders
from crisis.documents import sheet_words
from crisis.documents.sheet_words import condition, in_language, mark_said, span_said

DIRECTORATE = "directorate"


class Names(Protocol):
    """What is asked of the directory; see :class:`crisis.ports.Directory`."""

    def title(self, function: str, language: str) -> str:
        """What a function is called in that language."""

    def contact(self, function: str, language: str) -> str:
        """How a function is reached: one short line."""


class Steps:
    """A playbook in one language: its words, and its steps."""

    def __init__(
        self, pinned: Pinned, situation: Mapping[str, str], names: Names, language: str
    ) -> None:
        self.pinned, self.names, self.language = pinned, names, language
        self.situation = situation
        self.severity = situation["severity"]
        self.playbook: Playbook = pinned.in_force(situation)

    def _at_once(self, step: Step) -> bool:
        later = step.after or step.wait is not None or step.at is not None
        return not later and (step.when is None or step.when.holds(self.situation))

    def _step(self, named: tuple[str, Step]) -> Iterator[str]:
        name, step = named
        yield f"- [ ] **{self._say(step.verb)}**: {self._words(step)} (`{name}`)"
        yield f"  {'; '.join(self._owed(step))}"
        yield from (f"  {line}" for line in self._only(step.when, mark=""))
        for field in ("measure", "result", "undo", "counterpart"):
            text = getattr(step, "expected_result" if field == "result" else field)
            if text is not None:
                yield f"  {self._say(field, words=self._text(text))}"
        if step.unanswered is not None:
            answers = " / ".join(step.answers)
            yield f"  {self._say('unanswered', answers=answers, answer=step.unanswered)}"
        yield from (f"  {line}" for line in self._told_of(step))
        if step.call is not None:
            yield from (f"  {line}" for line in self._firms(step))
        if step.roll_call is not None:
            audience = self._text(self.pinned.plan.audiences[step.roll_call].title)
            yield f"  {self._say('roll_call', audience=audience)}"
        if step.evidence:
            proofs = ", ".join(self._say(f"{one}_proof") for one in step.evidence)
            yield f"  {self._say('evidence', proofs=proofs)}"
        for option, text in step.options.items():
            kind = "otherwise" if option == step.otherwise else "option"
            yield f"  - {self._say(kind, name=option, words=self._text(text))}"

    def _told_of(self, step: Step) -> Iterator[str]:
        """What is told while nobody has answered, and for each answer; or that it stays inside."""
        if step.unknown is not None:
            yield self._say("untold", words=self._text(step.unknown))
        for answer, text in step.known.items():
            yield f"- {self._say('known', answer=answer, words=self._text(text))}"
        if step.inside_only:
            yield self._say("inside")

    def _words(self, step: Step) -> str:
        """What a step says; a legal clock by its title."""
        if step.text is not None:
            return self._text(step.text)
        if step.clock is not None:
            return legal_title(self.pinned.legal, step.clock).get(self.language, step.clock)
        return str(step.open)

    def _called(self, step: Step) -> Iterator[str]:
        firm = self.pinned.site.contractors.get(step.call or "")
        if firm is not None:
            yield f"{self._say('call')} {firm.name} {firm.telephone or ''}".rstrip()

    def _firms(self, step: Step) -> Iterator[str]:
        """Who is called, by when they are there, and how much may be spent."""
        for kind, trade in (("firm", step.call), ("second_firm", step.then_call)):
            firm = self.pinned.site.contractors.get(trade or "")
            if firm is not None:
                yield self._say(kind, name=firm.name, number=firm.telephone or "")
        span = step.arrive_within.at(self.severity) if step.arrive_within else None
        if span is not None:
            yield self._say("arrives", span=self._span(span))

    def _owed(self, step: Step) -> Iterator[str]:
        who = self._roles(step.by) if step.by else self._say("nobody")
        within = step.within.at(self.severity) if step.within else None
        yield self._say("owed", who=who, span=self._span(within)) if within else who
        for role, need in step.quorum.items():
            yield self._say("quorum", count=need, who=self._roles((role,)))
        if step.then_by is not None:
            yield self._say("then_by", who=self._roles((step.then_by,)))
        if step.with_:
            yield self._say("helped_by", who=self._roles(step.with_))
        if step.after:
            yield self._say("after", steps=self._named(step.after))
        if step.wait is not None:
            yield (
                self._say("wait", span=self._span(step.wait)) if isinstance(step.wait, Span)
                else self._say("not_before", at=step.wait.written())
            )  # fmt: skip
        if step.at is not None:
            yield mark_said(step.at, self.language)
        if step.every is not None:
            yield self._say("every", span=self._span(step.every))
        if step.until is not None:
            yield self._say("until", phase=self._phase(step.until))

    def _say(self, name: str, /, **values: object) -> str:
        return sheet_words.say(name, self.language, **values)

    def _span(self, span: Span) -> str:
        return span_said(span, self.language)

    def _named(self, names: Iterable[str]) -> str:
        """Steps and phases that come first: phases by their title, steps by their name."""
        return ", ".join(map(self._phase, names))

    def _text(self, text: Text) -> str:
        words = in_language(text, self.language)
        for name in placeholders(words):
            family, _, fact = name.partition(".")
            said = self.pinned.site.fact(fact, self.language) if family == "site" else None
            if said is not None:
                words = words.replace(f"{{{name}}}", said)
        return words

    def _roles(self, names: Iterable[str]) -> str:
        known = self.playbook.roles
        return ", ".join(
            self._text(known[name].title) if name in known
            else self._say("directorate") if name == DIRECTORATE else name
            for name in names
        )  # fmt: skip

    def _phase(self, name: str) -> str:
        words = sheet_words.words().get(f"{name}_phase")
        return words[self.language] if words else name

    def _only(self, when: When | None, mark: str = "- ") -> Iterator[str]:
        if when is not None:
            yield mark + self._say("only_when", when=condition(when, self.playbook, self.language))
