"""Reads and checks the files of a library; says everything that is wrong, each at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import PurePath

from pydantic import ValidationError

from crisis.core.checks import plan as plan_checks
from crisis.core.checks import playbook as playbook_checks
from crisis.core.checks.fault import Fault, Pointer
from crisis.core.checks.form import empty_faults
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.playbook import GENERIC, Playbook
from crisis.core.section import Names
from crisis.core.values import NAME
from crisis.core.written import instead
from crisis.library.annexes import SUFFIX, is_layer, with_layers
from crisis.library.crossing import named_elsewhere
from crisis.library.extending import extended
from crisis.library.legal import legal_clocks
from crisis.yamlfile import Document, Finding, NotAcceptable, findings_of, read

_SCENARIO = ".scenario.yaml"


@dataclass(slots=True)
class Reading:
    """What was made of a set of files: documents, and all that is wrong with them."""

    documents: dict[str, Document] = field(default_factory=dict)
    """Playbooks by name; only those that can be used at all."""
    plan: tuple[Document, CommunicationPlan] | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """The findings that make the library unusable."""
        return [finding for finding in self.findings if finding.severity == "error"]


def check(
    files: Mapping[str, str],
    sites: Mapping[str, Site] | None = None,
    *,
    today: date | None = None,
) -> list[Finding]:
    """Everything wrong with playbooks and their plan, errors and warnings, by file and line.

    `files` holds each file's text by its name; one of them is the communication plan, or it is
    found among the others. `sites` are the sites that the playbooks serve: with them, the facts
    and contractors that playbooks ask for are checked too. With `today`, so is the day on which
    each playbook was last read.
    """
    reading = examine(files, sites)
    overdue = _unread(reading.documents, today) if today is not None else ()
    return sorted({*reading.findings, *overdue})


def examine(files: Mapping[str, str], sites: Mapping[str, Site] | None = None) -> Reading:
    """Read every file, then check the plan, then each playbook against it."""
    reading = Reading()
    playbooks = _sorted(files, reading)
    if reading.plan is None:
        return reading
    document, plan = reading.plan
    reading.findings += map(document.finding, plan_checks.faults(plan))
    for playbook in playbooks:
        _playbook(playbook, plan, tuple((sites or {}).values()), reading)
    reading.findings += _opened_twice(reading.documents)
    if GENERIC in reading.documents and not reading.errors:  # the whole library is here
        reading.findings += map(document.finding, _roles_of_nobody(plan, reading.documents))
        reading.findings += named_elsewhere(reading.documents)
    return reading


def read_all(files: Mapping[str, str]) -> Reading:
    """Read every file, and check nothing: of playbooks that have a name."""
    reading = Reading()
    for playbook in _sorted(files, reading):
        reading.documents.setdefault(str(playbook.value["playbook"]), playbook)
    return reading


def _sorted(files: Mapping[str, str], reading: Reading) -> list[Document]:
    """The plan, and the playbooks as their annexes and what they extend make them."""
    playbooks: list[Document] = []
    layers: list[Document] = []
    for file, text in sorted(files.items()):
        if not file.endswith(_SCENARIO):
            _sort(file, text, reading, playbooks, layers)
    if reading.plan is None:
        if not reading.findings:
            first = min(files, default="playbooks")
            says = (
                "there is no communication plan; add communication-plan.yaml beside the playbooks"
            )
            reading.findings.append(Finding(first, 1, 1, "missing-field", says))
        return []
    return list(extended(with_layers(playbooks, layers, reading.findings), reading.findings))


def _sort(
    file: str, text: str, reading: Reading, playbooks: list[Document], layers: list[Document]
) -> None:
    """Read one file and put it where it belongs, by its first name."""
    try:
        document = read(text, file)
    except NotAcceptable as error:
        reading.findings += error.findings
        return
    keys = document.value if isinstance(document.value, Mapping) else {}
    if is_layer(document):
        layers.append(document)
    elif "communication_plan" in keys:
        _plan(document, reading)
    elif "playbook" in keys:
        playbooks.append(document)
    elif document.value is None:
        says = "this file is empty; write a playbook, or take the file away"
        reading.findings.append(document.finding(Fault(at=(), rule="missing-field", says=says)))
    else:
        near = next(iter(keys), "")
        says = "this is neither a playbook nor a communication plan; begin with playbook: NAME" + (
            f" ({instead(str(near), ['playbook', 'communication_plan'])})" if near else ""
        )
        reading.findings.append(document.finding(Fault(at=(), rule="missing-field", says=says)))


def _plan(document: Document, reading: Reading) -> None:
    if reading.plan is not None:
        says = f"there is a plan already, in {reading.plan[0].file}; keep one"
        fault = Fault(at=("communication_plan",), rule="duplicate-name", says=says)
        reading.findings.append(document.finding(fault))
        return
    empty = list(empty_faults(document.value))
    reading.findings += map(document.finding, empty)
    try:
        reading.plan = document, CommunicationPlan.model_validate(document.value)
    except ValidationError as error:
        nothing = {document.place(fault.at) for fault in empty}
        found = findings_of(error, document, CommunicationPlan)
        reading.findings += [one for one in found if (one.line, one.column) not in nothing]


def _playbook(
    document: Document, plan: CommunicationPlan, sites: Sequence[Site], reading: Reading
) -> None:
    name = str(document.value["playbook"])  # what is no name is said by its form
    file = PurePath(document.file).name
    if NAME.match(name) and file != f"{name}.yaml":
        says = f'the file of playbook "{name}" is called {file}; call it {name}.yaml'
        reading.findings.append(document.finding(Fault(at=("playbook",), rule="name", says=says)))
    if name in reading.documents:
        says = f'another file holds a playbook called "{name}"; rename one of them'
        fault = Fault(at=("playbook",), rule="duplicate-name", says=says)
        reading.findings.append(document.finding(fault))
    for fault in playbook_checks.faults(document.value, plan, sites, legal=legal_clocks()):
        reading.findings.append(_placed(document, fault))
    reading.documents.setdefault(name, document)


def _placed(document: Document, fault: Fault) -> Finding:
    """A fault at the line that makes it: in the layer that brings it, if one writes it at all."""
    finding = document.finding(fault)
    if finding.file != document.file and not finding.file.endswith(SUFFIX):
        says = f"{fault.says} ({_as_taken_over(document, fault.at)})"
        finding = replace(finding, message=says)
        fault = replace(fault, says=says)
    if not fault.layers:
        return finding
    says = f"{fault.says} (with layer {', '.join(fault.layers)})"
    base, all_the_way = document.reach(fault.at)
    for layer in reversed(fault.layers):
        at, whole = document.reach(("layers", layer, *fault.at))
        if whole or (not all_the_way and len(at) - 2 > len(base)):
            base = at
            break
    return document.finding(replace(fault, at=base, says=says))


def _as_taken_over(document: Document, at: Pointer) -> str:
    """What to do about a line of the playbook that this one extends: it is right where it is."""
    own, part = PurePath(document.file).name, ".".join(str(one) for one in at[:2])
    return f"as {own} extends it; write {part}: ~ there to take it out, or change it there"


def _roles_of_nobody(plan: CommunicationPlan, documents: Mapping[str, Document]) -> Iterator[Fault]:
    """The roles that the plan names and no playbook has: the lead would speak, nobody would fit."""
    roles = {role for one in documents.values() for role in one.value.get("roles") or {}}
    for name, audience in plan.audiences.items() if roles else ():
        named: list[tuple[Pointer, str]] = [(("speaker",), audience.speaker)]
        for index, who in enumerate(audience.who):
            match = who.fields.get("role")
            values = match.values - {"any"} if match else ()
            named += [(("who", index, "role"), role) for role in sorted(values)]
        for deeper, role in named:
            if role not in roles:
                says = f'no playbook has a role "{role}"; {instead(role, roles)}'
                yield Fault(at=("audiences", name, *deeper), rule="unknown-name", says=says)


def _unread(documents: Mapping[str, Document], today: date) -> Iterator[Finding]:
    """The playbooks that nobody has read for too long, or only in days to come."""
    for document in documents.values():
        try:
            playbook = Playbook.model_validate(document.value)
        except ValidationError:
            continue
        every = playbook.review_every
        until = playbook.reviewed_on + every.delta + timedelta(days=every.workdays)
        says = None
        if playbook.reviewed_on > today:
            says = f"{playbook.reviewed_on} is still to come; write the day of the last reading"
        elif until < today:
            says = (
                f"last read on {playbook.reviewed_on}, and to be read again by {until}; read it "
                "all aloud, then write that day here"
            )
        if says is not None:
            fault = Fault(at=("reviewed_on",), rule="review-overdue", says=says, severity="warning")
            yield document.finding(fault)


def _opened_twice(documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Two playbooks that open on the very same report: nobody could say which one does."""
    opened: dict[tuple[str, str | None], list[tuple[str, Pointer, Names]]] = {}
    for name, document in sorted(documents.items()):
        try:
            openings = Playbook.model_validate(document.value).opens_on
        except ValidationError:
            continue
        for index, one in enumerate(openings):
            here = (name, ("opens_on", index, "kind"), one.site)
            others = opened.setdefault((one.kind, one.source), [])
            for other in others:
                if other[0] != name and (set(one.site) & set(other[2]) or not one.site + other[2]):
                    for file, at, _ in (here, other):
                        says = _ways_out(one.kind, name, other[0])
                        yield documents[file].finding(Fault(at=at, rule="opens-twice", says=says))
            others.append(here)


def _ways_out(kind: str, name: str, other: str) -> str:
    """What a house can write that wants a plan of its own for what another playbook opens on."""
    return (
        f'"{kind}" opens {other} and {name}, and nobody could say which; take it out of one of '
        "them, or add site: [SITE] to one (a plan of the site's own goes first). To change a "
        "playbook that comes with the product, write one of the same name, which takes its "
        f"place, or PLAYBOOK.LAYER{SUFFIX} for what is different while something holds"
    )
