"""One message of each kind, for the tests of the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crisis.core.message import (
    BriefContent,
    BrokenTold,
    MeasureTold,
    Message,
    Notice,
    PromiseTold,
    RoleCard,
    RoleStanding,
)
from tests.unit.compose.asking import DECISIONS, OTHERS, REQUESTS
from tests.unit.compose.house import NOON, minutes, ref, text


def message(**changes: Any) -> Message:
    """The first word to the people on site, with changes."""
    base: dict[str, Any] = {
        "id": "20261120-flood-1",
        "number": 1,
        "kind": "alert",
        "phase": "open",
        "audience": "people-on-site",
        "to": (),
        "urgency": "immediate",
        "life_safety": True,
        "exercise": False,
        "issued_at": NOON,
        "speaker": None,
        "speaker_function": "facilities-duty",
        "contact": "facilities-desk",
        "event": text("Inondation", "Flood"),
        "site": "hq",
        "place": ref("place"),
        "observed_at": minutes(-5),
        "opened_at": minutes(-1),
    }
    given = base | changes
    return Message(**given | {"nth": given["number"]})


_CALLED = MeasureTold(
    id="words:measure",
    words=text(
        "L'astreinte des services généraux a été appelée à {opened_at}.",
        "The facilities duty team was called at {opened_at}.",
    ),
    since=minutes(-1),
    expected_result=text("L'eau est coupée en premier.", "The water is shut off first."),
)
_PUMP = MeasureTold(
    id="step:pump",
    words=text("Une entreprise de pompage est appelée.", "A pumping firm has been called."),
    since=minutes(20),
    expected_result=text("Elle vide la zone.", "It empties the area."),
    eta_at=minutes(80),
)
_INSTRUCTION = text(
    "Sortez maintenant par l'escalier. Rassemblement : {site.assembly-point}.",
    "Leave now by the stairs. Assembly point: {site.assembly-point}.",
)
_CLOSED = text("La zone est fermée : {place}.", "The area is closed: {place}.")

KINDS: dict[str, Message] = {
    "alert": message(
        impact=text("De l'eau se répand : {place}.", "Water is spreading: {place}."),
        instruction=_INSTRUCTION,
        workaround=text("Le bâtiment B reste ouvert.", "Building B stays open."),
        measures=(_CALLED,),
        known=(
            text("L'origine de l'eau n'est pas connue.", "The origin of the water is unknown."),
        ),
        next_update_at=minutes(20),
    ),
    "alert-exercise": message(exercise=True, instruction=_INSTRUCTION, next_update_at=minutes(20)),
    "instruction": message(
        kind="instruction",
        number=4,
        issued_at=minutes(15),
        speaker="e101",
        lead="e101",
        instruction=text("N'entrez plus dans le bâtiment A.", "Do not enter building A any more."),
        impact=text("Tout le bâtiment A ferme.", "The whole of building A is closing."),
        replaces_at=minutes(5),
        next_update_at=minutes(35),
    ),
    "update": message(
        kind="update",
        number=6,
        issued_at=minutes(35),
        speaker="e101",
        lead="e101",
        impact=_CLOSED,
        instruction=None,
        own_words=ref("words"),
        workaround=ref("workaround"),
        measures=(
            _PUMP,
            MeasureTold(
                id="seq:31", words=ref("pump"), since=minutes(30), expected_result=ref("dry")
            ),
        ),
        promises=(
            PromiseTold(
                words=ref("promise"), due_at=minutes(24 * 60 * 3), counterpart=ref("counterpart")
            ),
        ),
        late_by_minutes=12,
        next_update_at=minutes(24 * 60 * 3 - 300),
    ),
    "update-broken": message(
        kind="update",
        number=6,
        issued_at=minutes(35),
        speaker="e101",
        lead="e101",
        impact=_CLOSED,
        instruction=None,
        broken=(
            BrokenTold(
                words=ref("promise"), due_at=minutes(20), news=True, counterpart=ref("counterpart")
            ),
            BrokenTold(words=ref("pump"), due_at=minutes(25), news=True),
        ),
        measures=(replace(_PUMP, eta_at=None, arrived_at=minutes(30)),),
        next_update_at=minutes(55),
    ),
    "update-graver": message(
        kind="update",
        number=5,
        issued_at=minutes(30),
        impact=_CLOSED,
        instruction=_INSTRUCTION,
        graver=text(
            "Un bâtiment ou un service entier est touché.",
            "A whole building or a whole service is affected.",
        ),
        oftener=True,
        next_update_at=minutes(45),
    ),
    "update-made-good": message(
        kind="update",
        phase="normal",
        number=11,
        issued_at=minutes(600),
        speaker="e101",
        lead="e101",
        instruction=None,
        broken=(
            BrokenTold(
                words=ref("promise"),
                due_at=minutes(20),
                news=False,
                counterpart=ref("counterpart"),
                done_at=minutes(590),
            ),
        ),
    ),
    "update-nothing-new": message(
        kind="update",
        number=7,
        issued_at=minutes(50),
        speaker="e101",
        lead="e101",
        impact=_CLOSED,
        instruction=None,
        late_by_minutes=1,
        last_before_end=True,
    ),
    "holding": message(
        kind="holding",
        number=8,
        issued_at=minutes(60),
        speaker="e101",
        lead="e101",
        instruction=_INSTRUCTION,
        impact=_CLOSED,
        next_update_at=minutes(80),
        holding=text("Nous n'avons pas de nouveau fait vérifié.", "We have no new verified fact."),
    ),
    "correction": message(
        kind="correction",
        number=9,
        issued_at=minutes(65),
        speaker="e101",
        lead="e101",
        impact=_CLOSED,
        instruction=text("Le niveau 1 reste ouvert.", "Level 1 stays open."),
        own_words=ref("words"),
        ends=("20261120-flood-1",),
        next_update_at=minutes(85),
    ),
    "safe": message(
        kind="end",
        phase="safe",
        number=10,
        issued_at=minutes(90),
        speaker="e101",
        lead="e101",
        impact=text("L'eau ne monte plus.", "The water has stopped rising."),
        instruction=text("N'entrez pas dans la zone fermée.", "Do not enter the closed area."),
        next_update_at=minutes(150),
    ),
    "worked-around": message(
        kind="end",
        phase="worked_around",
        number=12,
        issued_at=minutes(150),
        speaker="e101",
        lead="e101",
        impact=text("Votre travail reprend ailleurs.", "Your work resumes elsewhere."),
        instruction=text("Venez dans l'espace de repli.", "Come to the fallback space."),
        workaround=ref("workaround"),
        next_update_at=minutes(24 * 60 * 3),
    ),
    "normal": message(
        kind="end",
        phase="normal",
        number=14,
        issued_at=minutes(300),
        speaker="e101",
        lead="e101",
        impact=text("La zone est rouverte : {place}.", "The area is open again: {place}."),
        instruction=text("Reprenez votre place.", "Return to your place."),
        over_at=minutes(299),
        regret=text("Nous mesurons la gêne pour vous.", "We know that this disrupted your work."),
    ),
    "normal-indebted": message(
        kind="end",
        phase="normal",
        number=14,
        issued_at=minutes(300),
        impact=text("La zone est rouverte : {place}.", "The area is open again: {place}."),
        instruction=text("Reprenez votre place.", "Return to your place."),
        over_at=minutes(299),
        promises=(PromiseTold(words=ref("promise"), due_at=minutes(24 * 60)),),
        indebted=True,
    ),
    "false-alarm": message(
        kind="end",
        phase="cancelled",
        number=3,
        issued_at=minutes(10),
        speaker="e101",
        lead="e101",
        impact=text("Il n'y a pas d'inondation.", "There is no flood."),
    ),
    "no-place": message(place=None, building="a", instruction=_INSTRUCTION),
    "front-line": message(
        audience="front-line",
        speaker="e101",
        lead="e101",
        number=2,
        next_update_at=minutes(20),
        impact=text("On va vous questionner.", "People will ask you questions."),
        instruction=text("Notez nom et numéro.", "Note name and number."),
        say=text(
            "Il y a une fuite d'eau : {place}. {lead} dirige. Prochain point : {next_update_at}.",
            "There is a water leak: {place}. {lead} leads. Next update: {next_update_at}.",
        ),
    ),
    "absent": message(
        audience="users-away",
        number=5,
        issued_at=minutes(5),
        place=None,
        last_before_end=True,
        impact=text("Votre bâtiment est en partie fermé.", "Your building is partly closed."),
        instruction=text(
            "{next_workday} : travaillez à distance.", "{next_workday}: work remotely."
        ),
    ),
    "role-offer": message(
        kind="role_offer",
        audience=None,
        to=("e102",),
        number=2,
        life_safety=False,
        offer_id="o1",
        accept_by=minutes(5),
        contact="facilities-desk",
        cards=(
            RoleCard(
                role="lead",
                title=text("Pilote de crise", "Incident lead"),
                mission=text(
                    "Vous décidez et répartissez les rôles.", "You decide and share out the roles."
                ),
                authority=("close", "decide", "spend"),
                spend_up_to="10000 EUR",
                tasks=(text("Qui doit sortir ?", "Who must leave?"),),
            ),
            RoleCard(
                role="technical",
                title=text("Référent technique", "Technical lead"),
                mission=text("Vous arrêtez l'eau.", "You stop the water."),
                helps=(text("Accueillez les pompiers.", "Meet the fire service."),),
                relieves="e103",
            ),
        ),
    ),
    "brief": message(
        kind="brief",
        audience="directorate",
        number=6,
        issued_at=minutes(15),
        speaker="e103",
        speaker_function="directorate-office",
        life_safety=False,
        measures=(_CALLED, _PUMP),
        known=(text("L'eau vient de la toiture.", "The water comes from the roof."),),
        workaround=ref("workaround"),
        next_update_at=minutes(45),
        brief=BriefContent(
            number=2,
            reason="change",
            severity="S2",
            severity_means=text("Un bâtiment est touché.", "A building is affected."),
            roles=(
                RoleStanding(
                    role="lead", title=text("Pilote de crise", "Incident lead"), people=("e101",)
                ),
                RoleStanding(role="it", title=text("Référent informatique", "IT lead"), people=()),
            ),
            promises=(PromiseTold(words=ref("promise"), due_at=minutes(60)),),
            late=1,
            risks=text("Électricité dans l'eau.", "Electricity in the water."),
            audiences_told=(
                text("Accueil", "Reception"),
                text("Personnes présentes", "People in the building"),
            ),
            next_brief_at=minutes(45),
            head="3f" * 32,
            decisions=DECISIONS,
            others=OTHERS,
        ),
    ),
    "brief-first": message(
        kind="brief",
        audience="directorate",
        number=1,
        life_safety=False,
        next_update_at=minutes(30),
        brief=BriefContent(
            number=1,
            reason="no-lead",
            severity="S1",
            severity_means=text("Des personnes sont en danger.", "People are in danger."),
            roles=(),
            promises=(),
            late=0,
            risks=None,
            audiences_told=(),
            next_brief_at=minutes(30),
            head="",
        ),
    ),
}
"""One message of each kind, by the name of its approved text."""


_STANDS: Mapping[str, Any] = {
    name: getattr(KINDS["brief"], name) for name in ("measures", "known", "workaround")
} | {"promises": (PromiseTold(words=ref("promise"), due_at=minutes(60)),)}
"""What whoever takes over must know."""


def notice(topic: str, **changes: Any) -> Message:
    """A notice of that topic."""
    above = dict.fromkeys(("no-lead", "silence", "escalated", "promise-broken"), "escalation")
    after = dict.fromkeys(("review", "action", "verify"), "action")
    kinds = above | after | dict.fromkeys(REQUESTS, "decision_request")
    given: dict[str, Any] = {"topic": topic, "subject": "lead", "due_at": minutes(30)}
    return message(
        kind=kinds.get(topic, "reminder"),
        number=11,
        audience=None,
        to=("e101",),
        life_safety=False,
        speaker="e101",
        lead="e101",
        notice=Notice(**given | changes),
        request=REQUESTS.get(topic),
        **(_STANDS if topic == "handover" or topic in REQUESTS else {}),
    )
