"""Commands that read the record: of the running service, or of its store when none runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from crisis.cli.door import NotRunning, ask, store_beside
from crisis.cli.output import HOME, REFUSED, AsJson, Home, fail, show, spoken_line, told
from crisis.cli.speech import language, say

Incident = Annotated[str, typer.Argument(help="Incident.")]


def timeline(
    incident: Annotated[
        str,
        typer.Argument(
            metavar="INCIDENT|verify",
            help=say("L'incident ; verify : tout contrôler.", "The incident; verify: check all."),
        ),
    ],
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Print what happened, in order; or check that no journal was changed."""
    if incident == "verify":
        _verify(home, json_=json_)
        return
    from crisis.web import record

    found = read_record(
        home,
        f"/record/incidents/{incident}/timeline",
        lambda reader: record.timeline(reader, incident),
        json_=json_,
    )
    lines = [say("EXERCICE", "EXERCISE")] if found["exercise"] else []
    on = None
    for entry in found["entries"]:
        if entry["day"] != on:
            on = entry["day"]
            lines.append(_begun(_spoken(on)))
        lines.append(spoken_line(entry))
        lines += [f"      « {_spoken(words)} »" for words in entry["words"]]
    lines.append(_whole(found["verified"]))
    if found["broken"]:
        lines.append(_from(found["broken"]))
    show(found, *lines, as_json=json_)
    if not found["verified"]:
        raise typer.Exit(REFUSED)


def why(
    incident: Incident,
    seq: Annotated[
        int, typer.Argument(min=1, help=say("Numéro dans la main courante.", "Its number."))
    ],
    home: Home = HOME,
    json_: AsJson = False,
) -> None:
    """Print the rule, the facts and the playbook's line behind one event."""
    from crisis.web import record

    found = read_record(
        home,
        f"/record/incidents/{incident}/why/{seq}",
        lambda reader: record.why(reader, incident, seq),
        json_=json_,
    )
    decision = found["decision"] or {}
    asked = decision.get("command") or {}
    rows = (
        (say("Règle", "Rule"), found["rule"]),
        (say("Plan", "Playbook"), " ".join(filter(None, (found["place"], found["pointer"])))),
        ("", _short(found["playbook"])),
        (say("Commande", "Command"), f"{asked.get('command', '-')} {_short(asked.get('body'))}"),
        (say("Par", "By"), found["actor"]),
        (say("Porte", "Door"), f"{decision.get('door', '-')} ({decision.get('authority', '-')})"),
        (say("Faits", "Facts"), _facts(decision.get("facts") or {})),
    )
    shown = (f"{name + ' : ' if name else '  '}{value}" for name, value in rows if value != "-")
    show(found, spoken_line(found), f"  {found['type']}", *shown, as_json=json_)


def _facts(facts: dict[str, Any]) -> str:
    """What the rules looked at: who could be asked for each role, in order; and what else."""
    asked = [
        f"{role}: " + ", ".join(f"{rank} {'+'.join(people)}" for rank, *people in ranks)
        for role, ranks in (facts.get("candidates") or {}).items()
    ]
    words = facts.get("words") or {}
    texts = [say(f"{len(words)} messages préparés", f"{len(words)} messages prepared")]
    rest = [f"{k}: {v}" for k, v in facts.items() if v and k not in {"candidates", "words"}]
    return "\n  ".join(["", *asked, *(texts if words else ()), *rest]) or "-"


def by_hand(incident: Incident, home: Home = HOME, json_: AsJson = False) -> None:
    """Print whom to call or to visit, and the words to say."""
    from crisis.web.left_over import left_over

    found = read_record(
        home,
        f"/record/incidents/{incident}/by-hand",
        lambda reader: left_over(reader, incident),
        json_=json_,
    )
    lines: list[str] = []
    for errand in found:
        who = _spoken(errand["title"]) or say("Des personnes à rôle", "People with a role")
        lines += [
            f"{who} ({errand['count']}) – {errand['audience']}",
            f"  {', '.join(errand['carriers']) or '?'} < {errand['due_at']}",
            f"  « {_spoken(errand['words']['say']) or _spoken(errand['words']['text'])} »",
        ]
        lines += [f"  [ ] {one['name']}  {', '.join(one['at'])}" for one in errand["left"]]
    nobody = say("Personne n'est à prévenir de vive voix.", "Nobody is to be told in person.")
    show(found, *(lines or [nobody]), as_json=json_)


def sheets(incident: Incident, home: Home = HOME, json_: AsJson = False) -> None:
    """List the sheets that were hung: which, where, by whom; those that hang come first."""
    from crisis.web.sheets import sheets as listed

    found = read_record(
        home,
        f"/record/incidents/{incident}/sheets",
        lambda reader: listed(reader, incident),
        json_=json_,
    )
    found.sort(key=lambda one: one["down_at"] is not None)
    lines = [
        f"{'[ ]' if one['down_at'] is None else '[x]'} {say('n°', 'no.')} "
        f"{one['number']}  {one['place']}  {_spoken(one['for']) or one['audience']}  {one['who']}"
        for one in found
    ]
    none = say("Aucune feuille n'a été affichée.", "No sheet was hung.")
    show(found, *(lines or [none]), as_json=json_)


def incidents(home: Home = HOME, json_: AsJson = False) -> None:
    """List the incidents, the newest first."""
    from crisis.web import record

    found = read_record(home, "/record/incidents", record.incidents, json_=json_)
    lines = [
        f"{one['incident']}  {one['severity']}  {_phase(one['phase']):<24}  "
        f"{_spoken(one['title'] or one['playbook'])} ({one['site']}), "
        f"{one['lead_name'] or say('personne ne dirige', 'nobody leads')}"
        f"{say('  EXERCICE', '  EXERCISE') if one['exercise'] else ''}"
        for one in found
    ]
    show(found, *(lines or [say("Aucun incident.", "No incident.")]), as_json=json_)


def open_crises(home: Home, *, json_: bool) -> None:
    """List the crises that are open, side by side: what is wanted of the directorate, and when."""
    from crisis.web import record

    every = read_record(home, "/record/incidents", record.incidents, json_=json_)
    found = [one for one in every if one["open"]]
    lines = [line for one in found for line in _side_by_side(one)]
    show(found, *(lines or [say("Aucune crise en cours.", "No crisis is open.")]), as_json=json_)


def _side_by_side(one: Mapping[str, Any]) -> Iterator[str]:
    lead = one["lead_name"] or say("personne ne dirige", "nobody leads")
    yield (
        f"{one['incident']}  {one['severity']}  {_phase(one['phase'])}  "
        f"{_spoken(one['title'] or one['playbook'])} ({one['site']}), {lead}"
        f"{say('  EXERCICE', '  EXERCISE') if one['exercise'] else ''}"
    )
    for wanted in one["decisions"]:
        yield say(
            f"  Décision n° {wanted['number']}, avant {wanted['due_at']} : "
            f"{_spoken(wanted['words'])}",
            f"  Decision no. {wanted['number']}, by {wanted['due_at']}: {_spoken(wanted['words'])}",
        )
    if one["late"]:
        yield say(
            f"  Engagements en retard ou rompus : {one['late']}",
            f"  Commitments late or broken: {one['late']}",
        )
    if one["next_brief_at"]:
        yield say(
            f"  Prochain point : {one['next_brief_at']}", f"  Next brief: {one['next_brief_at']}"
        )


def _phase(name: str) -> str:
    from crisis.core.timeline_values import WORDS

    fr, en = WORDS["phase"].get(name, (name, name))
    return say(fr, en)


def actions(home: Home, *, json_: bool) -> None:
    """List the actions that nobody has verified yet."""
    from crisis.web import record

    found = read_record(home, "/record/actions", record.actions, json_=json_)
    lines = [
        f"{one['incident']} {one['action']}  {one['state']:<9} {one['owner_name'] or '?'}  "
        f"{one['due_on'] or ''}  {_spoken(one['what'] or one['because'] or one['reason'])}"
        f"{' (' + one['subject'] + ')' if one['subject'] else ''}"
        for one in found
    ]
    show(found, *(lines or [say("Aucune action en cours.", "No open action.")]), as_json=json_)


def _verify(home: Path, *, json_: bool) -> None:
    from crisis.web import record

    found = read_record(home, "/record/verify", record.verified, json_=json_)
    broken = [f"  {one['stream']} {one['id']} : {_from(one['seq'])}" for one in found["broken"]]
    counted = say(
        f"{found['streams']} journaux, {found['events']} événements.",
        f"{found['streams']} journals, {found['events']} events.",
    )
    show(found, _whole(found["verified"]), counted, *broken, as_json=json_)
    if broken:
        raise typer.Exit(REFUSED)


def read_record(home: Path, path: str, offline: Callable[[Any], Any], *, json_: bool) -> Any:
    """Ask the service; where none runs, its store."""
    with told(as_json=json_):
        try:
            return ask(home, path)
        except NotRunning as absent:
            where = store_beside(home, absent)
            if where is None or (isinstance(where, Path) and not where.exists()):
                raise
    from crisis.cli.offline import opened
    from crisis.store import StoreRefused
    from crisis.web.record import NotOnRecord

    try:
        with opened(where) as reader:
            return offline(reader)
    except (NotOnRecord, StoreRefused) as refusal:
        unknown = say(f"Rien de tel au journal : {refusal}", f"Not on the record: {refusal}")
        words = str(refusal) if isinstance(refusal, StoreRefused) else unknown
        raise fail("not-on-record", [words], as_json=json_) from None


def _whole(verified: bool) -> str:
    if verified:
        return say("Vérifié : tel qu'il a été écrit.", "Verified: as it was written.")
    return say("ALTÉRÉ : ce journal n'est plus celui qui a été écrit.", "CHANGED: not as written.")


def _from(seq: int) -> str:
    return say(
        f"dès l'événement {seq}. Copiez le fichier et comparez avec les points imprimés.",
        f"from event {seq} on. Copy the file and compare with the printed briefs.",
    )


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _spoken(words: Any) -> str:
    return words if isinstance(words, str) else str(words.get(language()) or words)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value is not None else "-"
