"""A step of a playbook: one verb each, all at once from the opening unless something says later."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from crisis.core.section import AtLeastOne, Name, Names, OneOrMany, Phase, Section, read_name
from crisis.core.values import Clock, Money, Span, Text, Timing, When
from crisis.core.window import Mark
from crisis.core.written import instead, wrong

Verb = Literal["do", "ask", "call", "decide", "promise", "open", "clock"]
Evidence = Literal["photo", "note", "reading", "signature", "file"]

_TOLD = ("measure", "expected_result", "undo")
_QUIET = ("inside_only",)
VERBS: Mapping[Verb, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "do": ((), ("evidence", "roll_call", *_QUIET, *_TOLD)),
    "ask": (("unanswered",), ("answers", "unknown", "known", "roll_call", *_QUIET)),
    "call": (("for", "arrive_within"), ("then_call", "spend_up_to", *_QUIET, *_TOLD)),
    "decide": (("options", "otherwise"), ("then_by", *_QUIET)),
    "promise": (("to",), ("counterpart", "evidence")),
    "open": ((), ("keep",)),
    "clock": ((), ()),
}
"""Each verb: the fields it must have, and those it may have besides the common ones."""

_OF_VERBS = {field for must, may in VERBS.values() for field in (*must, *may)}
_DUTIFUL = {"do", "ask", "call", "decide", "promise"}
_TIMED = {"ask", "decide", "promise"}
"""Verbs that mean nothing without a time: silence has an answer then, or a promise is due."""


def _wait(raw: Any) -> Span | Clock:
    """A span, or a time of day where there is a colon."""
    if isinstance(raw, (Span, Clock)):
        return raw
    return Clock.parse(raw) if ":" in str(raw) else Span.parse(raw)


class Quorum(Section):
    """So many different holders of a role, who must choose the same."""

    role: Name
    """The role; `directorate` may stand here."""
    need: int = Field(default=1, ge=1)
    """How many of them."""


def _owner(raw: Any) -> str | Quorum:
    """A role; `{role: R, need: 1}` is R, and more than one is a quorum."""
    if not isinstance(raw, Mapping):
        return read_name(str(raw))
    need = raw.get("need", 1)
    if (
        not set(raw) <= {"role", "need"}
        or "role" not in raw
        or not isinstance(need, int)
        or need < 1
    ):
        raise wrong("match", "write a role, or {role: ROLE, need: 2}")
    role = read_name(str(raw["role"]))
    return role if need == 1 else Quorum(role=role, need=need)


Owner = Annotated[
    str | Quorum,
    PlainValidator(_owner),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "object", "required": ["role", "need"]}]}
    ),
]
"""Who owes a step: a role, or so many people of it."""


class Step(Section):
    """Something to do, ask, call, decide or promise: who owes it, and within which time."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [v, *must]} for v, (must, _) in VERBS.items()]}
    )

    do: Text | None = None
    """What to do."""
    ask: Text | None = None
    """What to find out."""
    call: Name | None = None
    """The trade of the site's contractor to call."""
    decide: Text | None = None
    """What to decide."""
    promise: Text | None = None
    """What is promised to an audience."""
    open: Name | None = None
    """A playbook to open as a linked incident."""
    clock: Name | None = None
    """A legal clock to start."""

    by_: OneOrMany[Owner] = Field(default=(), alias="by")
    """The role that owes it, or any of these; `directorate` may stand here.

    A decision may want several: `{role: R, need: 2}` is a quorum of two who choose the same.
    """
    within: Timing | None = None
    """By when, counted from being ready."""
    with_: Names = Field(default=(), alias="with")
    """Roles that help."""
    after: Names = ()
    """Steps and phases that come first: done, or moot."""
    when: When | None = None
    """The situation in which it applies."""
    wait: Annotated[Span | Clock | None, BeforeValidator(lambda raw: raw and _wait(raw))] = Field(
        default=None, json_schema_extra={"type": "string"}
    )
    """A pause before it is ready: a span, or the next such time of day."""
    at: Mark | None = None
    """In planned works: when, as start-1d or end-1h."""
    until: Phase | None = None
    """The phase from which it is moot."""
    every: Span | None = None
    """How often it comes again; needs `until`."""
    evidence: OneOrMany[Evidence] = ()
    """What shows that it was done."""
    inside_only: bool = False
    """Whether it is never told outside."""
    roll_call: Name | None = None
    """The audience of which each person is asked, once it is ready, whether they are safe."""
    optional: bool = False
    """Whether nobody owes it: it needs neither `by` nor, as an act or a call, `within`."""

    measure: Text | None = None
    """The measure that is told once it is done (or the contractor called)."""
    expected_result: Text | None = None
    """What that measure is to bring."""
    undo: Text | None = None
    """What is owed before things are back to normal."""
    answers: AtLeastOne[Name] = ("yes", "no")
    """The answers an `ask` step can have."""
    unanswered: Name | None = None
    """The prudent answer, assumed when time is up."""
    unknown: Text | None = None
    """What is told until there is an answer."""
    known: Mapping[Name, Text] = Field(default_factory=dict)
    """What is told for each answer."""
    for_: Text | None = Field(default=None, alias="for")
    """What the contractor is called for."""
    arrive_within: Timing | None = None
    """When the contractor must be here: a commitment."""
    then_call: Name | None = None
    """The trade of the second contractor."""
    spend_up_to: Money | None = None
    """How much the contractor may cost."""
    options: Mapping[Name, Text] = Field(default_factory=dict)
    """What a `decide` step can end in."""
    otherwise: Name | None = None
    """The option that is taken when time is up."""
    then_by: Name | None = None
    """The role that decides when the first stays silent."""
    to: Name | None = None
    """The audience that a promise is made to."""
    counterpart: Text | None = None
    """What is done for these people if the promise breaks."""
    keep: Names = ()
    """Roles that the linked incident shares."""

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        """One verb, the fields of that verb, and somebody who owes it by a time."""
        written = {_field(name) for name in self.model_fields_set}
        verbs = [verb for verb in VERBS if verb in written]
        if len(verbs) != 1:
            found = " and ".join(verbs) or "no verb"
            raise wrong("verb", f"a step has one verb of {', '.join(VERBS)}; this one has {found}")
        must, may = VERBS[verbs[0]]
        for name in sorted(_OF_VERBS & written - {*must, *may}):
            known = (*must, *may)
            raise wrong(
                "unknown-field",
                f'"{name}" is not a field of a step that says {verbs[0]}; {instead(name, known)}',
                at=name,
            )
        owed: tuple[str, ...] = ("by", "within") if verbs[0] in _DUTIFUL else ()
        if self.optional:
            owed = ("within",) if verbs[0] in _TIMED else ()
        for name in (*must, *owed):
            if name not in written or (name == "by" and not self.by):
                raise wrong("missing-field", name, at=name)
        if self.quorum and verbs[0] != "decide":
            raise wrong(
                "match", f"a step that says {verbs[0]} needs one of them; write ROLE", at="by"
            )
        return self

    @property
    def verb(self) -> Verb:
        """The one verb of the step."""
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @property
    def unowed(self) -> bool:
        """Whether nobody owes it: an act or a call that is optional."""
        return self.optional and self.verb in {"do", "call"}

    @cached_property
    def by(self) -> tuple[str, ...]:
        """The roles that owe it, in the order written; any of them may do it."""
        return tuple(one if isinstance(one, str) else one.role for one in self.by_)

    @cached_property
    def quorum(self) -> Mapping[str, int]:
        """The roles of which several people must choose the same, and how many."""
        return {one.role: one.need for one in self.by_ if not isinstance(one, str)}

    @cached_property
    def text(self) -> Text | None:
        """The words of the verb; None for a step that opens a playbook or a clock.

        Whoever calls a contractor reads how much it may cost.
        """
        words = self.for_ if self.call is not None else getattr(self, self.verb)
        if not isinstance(words, Text):
            return None
        limit = self.spend_up_to
        if limit is None:
            return words
        most = f" (max {limit.written()})."
        return Text({language: said.rstrip(" .") + most for language, said in words.items()})

    @property
    def trade(self) -> str | None:
        """The trade that a `call` step calls."""
        return self.call


def _field(attribute: str) -> str:
    """The name that a field has in the document."""
    return Step.model_fields[attribute].alias or attribute
