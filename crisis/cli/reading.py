"""Commands that read the record: of the running service, or of its store when none runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from crisis.cli.door import NotRunning, ask
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

    found = _read(
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
            lines.append(_spoken(on).capitalize())
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

    found = _read(
        home,
        f"/record/incidents/{incident}/why/{seq}",
        lambda reader: record.why(reader, incident, seq),
        json_=json_,
    )
    decision = found["decision"] or {}
    rows = (
        (say("Événement", "Event"), f"{found['seq']} {found['type']}, {found['at']}"),
        (say("Par", "By"), found["actor"]),
        (say("Règle", "Rule"), found["rule"]),
        (say("Plan", "Playbook"), f"{found['pointer']} {_short(found['playbook'])}"),
        (say("Commande", "Command"), _short(decision.get("command"))),
        (say("Porte", "Door"), f"{decision.get('door', '')} ({decision.get('authority', '')})"),
        (say("Faits", "Facts"), _short(decision.get("facts"))),
    )
    show(found, *(f"{name} : {value}" for name, value in rows), as_json=json_)


def incidents(home: Home = HOME, json_: AsJson = False) -> None:
    """List the incidents, the newest first."""
    from crisis.web import record

    found = _read(home, "/record/incidents", record.incidents, json_=json_)
    lines = [
        f"{one['incident']}  {one['severity']}  {one['phase']:<13} {one['playbook']} "
        f"({one['site']}), {one['lead'] or say('personne ne dirige', 'nobody leads')}"
        for one in found
    ]
    show(found, *(lines or [say("Aucun incident.", "No incident.")]), as_json=json_)


def actions(home: Home, *, json_: bool) -> None:
    """List the actions that nobody has verified yet."""
    from crisis.web import record

    found = _read(home, "/record/actions", record.actions, json_=json_)
    lines = [
        f"{one['incident']} {one['action']}  {one['state']:<9} {one['owner'] or '?'}  "
        f"{(one['due_at'] or '')[:10]}  {_spoken(one['what'] or one['reason'])}"
        for one in found
    ]
    show(found, *(lines or [say("Aucune action en cours.", "No open action.")]), as_json=json_)


def _verify(home: Path, *, json_: bool) -> None:
    from crisis.web import record

    found = _read(home, "/record/verify", record.verified, json_=json_)
    broken = [f"  {one['stream']} {one['id']} : {_from(one['seq'])}" for one in found["broken"]]
    counted = say(
        f"{found['streams']} journaux, {found['events']} événements.",
        f"{found['streams']} journals, {found['events']} events.",
    )
    show(found, _whole(found["verified"]), counted, *broken, as_json=json_)
    if broken:
        raise typer.Exit(REFUSED)


def _read(home: Path, path: str, offline: Callable[[Any], Any], *, json_: bool) -> Any:
    """Ask the service; where none runs, its store."""
    with told(as_json=json_):
        try:
            return ask(home, path)
        except NotRunning:
            if not (home / "crisis.db").exists():
                raise
    from crisis.cli.offline import opened
    from crisis.store import StoreRefused
    from crisis.web.record import NotOnRecord

    try:
        with opened(home) as reader:
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


def _spoken(words: Any) -> str:
    return words if isinstance(words, str) else str(words.get(language()) or words)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value is not None else "-"
