"""A scenario file: a crisis told minute by minute, in the words of people who run a building.

    scenario: flood
    playbook: flood
    title: {fr: "…", en: "…"}
    begins: "2026-03-15 10:30"
    moments:
      - {at: "10:42", who: guard-post, does: report, kind: flood, building: a, danger: no}
      - {expect: call, to: lead, kind: role_offer}
      - {expect: silence, of: users-away, until: "12:00"}

Each verb after ``does`` is a verb of :class:`~crisis.proof.moment.Moment`, and its fields are that
verb's: whoever teaches stories something new has taught it to the files. Here a file is read, and
everything that is wrong in it is said, at its line; :mod:`crisis.proof.playing` plays it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import Parameter, signature
from pathlib import PurePath
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import BeforeValidator, Field, ValidationError, create_model

from crisis.codec.names import EVENTS
from crisis.core.checks.fault import Fault, Pointer, path
from crisis.core.checks.form import faults_of
from crisis.core.message import Kind
from crisis.core.section import AtLeastOne, Name, OneOrMany, Section
from crisis.core.values import Span, Text
from crisis.core.written import instead, shown, wrong
from crisis.proof.acting import Acting
from crisis.proof.moment import Moment
from crisis.yamlfile import Document, Finding, NotAcceptable, read

ENDING = ".scenario.yaml"
LANGUAGES = ("fr", "en")

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2} )?([01]\d|2[0-3]):[0-5]\d\Z")
_DAY_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d\Z")
_EVENTS = {name.removeprefix("incident."): type_ for type_, (name, _) in EVENTS.items()}


def _moment(raw: Any) -> Any:
    if isinstance(raw, str) and _MOMENT.match(raw):
        return raw
    says = f'"{shown(raw)}" is no time; write "14:05" or "2026-12-05 08:00", between quotes'
    raise wrong("clock", says)


def _day_and_time(raw: Any) -> Any:
    if isinstance(raw, str) and _DAY_AND_TIME.match(raw):
        return raw
    says = f'"{shown(raw)}" is not a day and a time; write "2026-12-05 08:00", between quotes'
    raise wrong("clock", says)


def _words(raw: Any) -> Any:
    """Words in both languages; or a name, a number, a time that needs none."""
    if not isinstance(raw, Mapping):
        return raw
    text = Text.parse(raw)
    for language in LANGUAGES:
        if language not in text:
            raise wrong("missing-language", f"this text has no {language}; add {language}: beside")
    return text


def _span(raw: Any) -> Any:
    return Span.parse(raw).written()


def _entry(raw: Any) -> Any:
    if raw in _EVENTS:
        return raw
    raise wrong("unknown-name", f'there is no entry "{shown(raw)}"; {instead(str(raw), _EVENTS)}')


At = Annotated[str, BeforeValidator(_moment)]
Said = Annotated[str | Text, BeforeValidator(_words)]


class Head(Section):
    """What a scenario is: of which playbook, where, and when it begins."""

    scenario: Name
    """Its name, which is the file's."""
    playbook: Name
    """The playbook that it plays."""
    title: Text
    """What happens, in a line."""
    site: Name = "hq"
    """Where it plays, unless a report names another site."""
    begins: Annotated[str, BeforeValidator(_day_and_time)]
    """The day and time at which it begins, by the clocks of the site."""
    moments: AtLeastOne[Mapping[str, Any]]
    """What people and machines do, and what is to come of it, in order."""


class Heard(Section):
    """Something has arrived since the last thing that was done."""

    expect: Literal["message", "mail", "sms", "call"]
    """By which medium; ``message``: by any."""
    to: Name | Annotated[str, Field(min_length=1)] | None = None
    """A person, a role, a function or an audience."""
    says: Said | None = None
    """Words that it says, in the language of whoever reads it."""
    kind: Kind | None = None
    """The kind of the message."""
    count: int | None = Field(default=None, ge=1)
    """How many deliveries, where that matters."""
    ever: bool = False
    """Whether it may have arrived at any time before."""


class Silence(Section):
    """Nothing such has arrived since the last thing that was done, or arrives until a time."""

    expect: Literal["silence"]
    of: str
    """A person, a role, a function or an audience."""
    until: At | None = None
    """Until when; time passes until then."""
    says: Said | None = None
    """Only words such as these."""
    kind: Kind | None = None
    """Only this kind of message."""


class Standing(Section):
    """How the incident stands."""

    expect: Literal["incident"]
    playbook: Name | None = None
    """The playbook that opened."""
    phase: str | None = None
    """The phase in which it is."""
    severity: str | None = None
    """Its severity."""
    lead: str | None = None
    """Who leads: a person or a function; ``nobody``."""
    steps: Mapping[Name, str] = Field(default_factory=dict)
    """Steps: ready, done, moot, or what was answered or chosen."""


class Recorded(Section):
    """The timeline has such an entry."""

    expect: Literal["entry"]
    is_: Annotated[str, BeforeValidator(_entry)] = Field(alias="is")
    """The name of the event, as ``commitment-broken``."""
    count: int | None = Field(default=None, ge=0)
    """How many there are so far; 0: none."""


class Untried(Section):
    """Nothing was even attempted by these channels since a time: what they need has failed."""

    expect: Literal["untried"]
    by: OneOrMany[Name]
    """The channels, as the settings name them."""
    since: At
    """Since when, on this day."""


Expectation = Heard | Silence | Standing | Recorded | Untried
_EXPECTED: Mapping[str, type[Heard | Silence | Standing | Recorded | Untried]] = {
    "message": Heard, "mail": Heard, "sms": Heard, "call": Heard,
    "silence": Silence, "incident": Standing, "entry": Recorded, "untried": Untried,
}  # fmt: skip
_TIMES = frozenset({"eta", "by_then", "happened", "starts", "ends"})
"""Fields of verbs that are times by the clocks of the site."""
_SPANS = frozenset({"within", "span"})
_WAYS: Mapping[str, Any] = {
    "written_by": (str | None, None), "happened": (At | None, None),
    "override": (Said | None, None), "refused": (bool, False),
}  # fmt: skip
"""How any act may be done: see :class:`~crisis.proof.acting.Ways`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One moment of a scenario: something is done, or expected."""

    where: str
    """The file and the line, as they are shown."""
    at: str | None
    """When; the same moment as the line before, where it is left out."""
    tells: Text | None
    """What a reader should know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Line):
    """Somebody, or something, does this."""

    who: str | None
    verb: str
    several: tuple[str, ...]
    """What the verb takes any number of: steps, audiences."""
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(Line):
    """This must have come of it."""

    what: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A crisis told minute by minute."""

    head: Head
    lines: tuple[Act | Expected, ...]


def script(text: str, file: str) -> Scenario:
    """Read a scenario; raises NotAcceptable with everything that is wrong, at its line."""
    document = read(text, file)
    if not isinstance(document.value, Mapping):
        says = "this is not a scenario; begin with scenario: NAME"
        raise NotAcceptable([document.finding(Fault(at=(), rule="missing-field", says=says))])
    faults: list[Fault] = []
    head: Head | None = None
    try:
        head = Head.model_validate(document.value)
    except ValidationError as error:
        faults += faults_of(error, Head)
    if head is not None and PurePath(file).name != f"{head.scenario}{ENDING}":
        says = f'the file of scenario "{head.scenario}" is called {head.scenario}{ENDING}'
        faults.append(Fault(at=("scenario",), rule="name", says=says))
    lines = tuple(_lines(document, faults))
    if faults or head is None:
        raise NotAcceptable(map(document.finding, faults))
    return Scenario(head=head, lines=lines)


def findings(files: Mapping[str, str], playbooks: Sequence[str]) -> list[Finding]:
    """Everything that is wrong in the scenarios among these files; they play these playbooks."""
    found: list[Finding] = []
    for file, text in sorted(files.items()):
        if not file.endswith(ENDING):
            continue
        try:
            known = script(text, file).head.playbook
        except NotAcceptable as refusal:
            found += refusal.findings
            continue
        if playbooks and known not in playbooks:
            says = f'there is no playbook "{known}"; {instead(known, playbooks)}'
            fault = Fault(at=("playbook",), rule="unknown-name", says=says)
            found.append(read(text, file).finding(fault))
    return found


def _lines(document: Document, faults: list[Fault]) -> Iterator[Act | Expected]:
    moments = document.value.get("moments")
    for index, raw in enumerate(moments if isinstance(moments, list) else ()):
        at: Pointer = ("moments", index)
        if not isinstance(raw, Mapping):
            continue  # the form of the whole has said so
        where = _where(document, at)
        try:
            if ("does" in raw) is ("expect" in raw):
                says = "say what somebody does, or what is to be expected: does: or expect:"
                faults.append(Fault(at=at, rule="verb", says=says))
            elif "does" in raw:
                yield _act(raw, where, at, faults)
            else:
                yield _expected(raw, where, at, faults)
        except _Unfit:
            continue


class _Unfit(Exception):  # noqa: N818 - carries nothing: its faults are listed already
    """This line cannot be used; what is wrong with it stands in the list."""


def _where(document: Document, at: Pointer) -> str:
    file, (line, _) = document.written_at(at)
    return f"{PurePath(file).name}:{line}"


def _act(raw: Mapping[str, Any], where: str, at: Pointer, faults: list[Fault]) -> Act:
    verbs = _verbs()
    verb = str(raw["does"])
    if verb not in verbs:
        says = f'nobody can "{shown(verb)}" in a scenario; {instead(verb, verbs)}'
        faults.append(Fault(at=(*at, "does"), rule="verb", says=says))
        raise _Unfit
    name, model, several = verbs[verb]
    read_as = _read_as(model, {k: v for k, v in raw.items() if k != "does"}, at, faults)
    given = {field: getattr(read_as, field) for field in read_as.model_fields_set}
    at_, who, tells = (given.pop(field, None) for field in ("at", "who", "tells"))
    many = given.pop(several, ()) if several else ()
    return Act(
        where=where, at=at_, who=who, tells=tells, verb=name, several=tuple(many), fields=given
    )


def _expected(raw: Mapping[str, Any], where: str, at: Pointer, faults: list[Fault]) -> Expected:
    what = str(raw["expect"])
    if what not in _EXPECTED:
        says = f'nobody can expect "{shown(what)}"; {instead(what, _EXPECTED)}'
        faults.append(Fault(at=(*at, "expect"), rule="unknown-value", says=says))
        raise _Unfit
    shared = _read_as(_Shared, {k: raw[k] for k in ("at", "tells") if k in raw}, at, faults)
    rest = {k: v for k, v in raw.items() if k not in {"at", "tells"}}
    expectation: Any = _read_as(_EXPECTED[what], rest, at, faults)
    return Expected(where=where, at=shared.at, tells=shared.tells, what=expectation)


class _Shared(Section):
    """What every moment may say."""

    at: At | None = None
    """When it is."""
    who: str | None = None
    """Who does it: a role, a function, a person."""
    tells: Annotated[Text | None, BeforeValidator(_words)] = None
    """What a reader should know of it."""


def _read_as(model: type[Section], raw: Mapping[str, Any], at: Pointer, faults: list[Fault]) -> Any:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in faults_of(error, model):
            says = fault.says.replace("this document", path(at))
            faults.append(Fault(at=(*at, *fault.at), rule=fault.rule, says=says))
        raise _Unfit from None


@cache
def _verbs() -> Mapping[str, tuple[str, type[_Shared], str | None]]:
    """What can be done: the word in the file -> the verb of a moment, its form, its list."""
    found = {}
    for name in sorted(set(dir(Moment)) - set(dir(Acting))):
        function = getattr(Moment, name)
        if name.startswith("_") or not callable(function):
            continue
        fields, several = _fields(function)
        form = create_model(name, __base__=_Shared, **fields)
        found[name.replace("_", "-")] = (name, form, several)
    return found


def _fields(function: Any) -> tuple[dict[str, Any], str | None]:
    """The fields of a verb, as its parameters say; and the one that takes any number."""
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    several = None
    for name, parameter in list(signature(function).parameters.items())[1:]:
        if parameter.kind is Parameter.VAR_KEYWORD:
            fields |= _WAYS
        elif parameter.kind is Parameter.VAR_POSITIONAL:
            several = name
            fields[name] = (OneOrMany[str], ())
        elif name not in {"by", "who"}:
            default = ... if parameter.default is Parameter.empty else parameter.default
            fields[name] = (_field(name, hints[name]), default)
    return fields, several


def _field(name: str, hint: Any) -> Any:
    if name in _TIMES:
        return At | None
    if name in _SPANS:
        return Annotated[str, BeforeValidator(_span)]
    return {str: Said, str | None: Said | None}.get(hint, hint)


def event_named(name: str) -> type:
    """Give the event behind the name of an entry."""
    return _EVENTS[name]
