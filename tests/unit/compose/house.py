"""A house, its people and its playbook, for the tests of the words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from crisis.core.pinned import Pinned
from crisis.core.place import Site
from crisis.core.plan import CommunicationPlan
from crisis.core.prose import TextRef
from crisis.core.values import Text

NOON = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
"""A Friday, 14:05 in Paris."""


def text(fr: str, en: str) -> Text:
    """Words in both languages."""
    return Text({"fr": fr, "en": en})


def ref(name: str) -> TextRef:
    """A reference to prose."""
    return TextRef(name, "0" * 64)


def minutes(count: int) -> datetime:
    """So many minutes after the first word."""
    return NOON + timedelta(minutes=count)


class People:
    """Three people and three functions, all invented."""

    people: ClassVar = {"e101": "Claire Fontaine", "e102": "Marc Delmas", "e103": "Nadia Benali"}
    functions: ClassVar = {
        "facilities-duty": ("Astreinte des services généraux", "Facilities duty officer"),
        "facilities-desk": ("PC des services généraux", "Facilities desk"),
        "directorate-office": ("Secrétariat de direction", "Directorate office"),
    }

    def name(self, person_id: str) -> str:
        """The name that is shown."""
        return self.people[person_id]

    def title(self, function: str, language: str) -> str:
        """What a function is called."""
        return self.functions[function][language != "fr"]

    def contact(self, function: str, language: str) -> str:
        """How a function is reached."""
        return f"{self.title(function, language)}, +33 1 99 00 10 00"


TEXTS = {
    "question": '{"fr": "Pouvez-vous venir chercher vos affaires ?",'
    ' "en": "Can you come and collect your things?"}',
    "draft.fr": '{"text": "POINT n° 3 – Inondation\\n\\nLa zone est fermée."}',
    "draft.en": '{"text": "UPDATE no. 3 – Flood\\n\\nThe area is closed."}',
    "place": '{"fr": "bâtiment A, niveau 2", "en": "building A, level 2"}',
    "words": "Les deux portes coupe-feu sont fermées. L'accueil est joignable.",
    "pump": '{"fr": "Deux pompes sont en marche", "en": "Two pumps are running"}',
    "dry": '{"fr": "Le niveau 2 est sec avant ce soir", "en": "Level 2 is dry by this evening"}',
    "workaround": '{"fr": "Travaillez au restaurant du bâtiment B.",'
    ' "en": "Work in the restaurant of building B."}',
    "promise": '"Un point avec chaque équipe déplacée"',
    "counterpart": '{"fr": "Une journée à distance est accordée",'
    ' "en": "A day of remote work is granted"}',
    "action": '{"fr": "Poser un détecteur d\'eau au niveau 2",'
    ' "en": "Fit a water detector on level 2"}',
}


def pinned(*, voice: dict[str, Any] | None = None, **changes: Any) -> Pinned:
    """The playbook, plan and site of the tests; a plan with a ``voice`` where one is given."""
    site = {
        "name": "hq",
        "title": {"fr": "Siège", "en": "Headquarters"},
        "zone": "Europe/Paris",
        "facts": {"assembly-point": {"fr": "parking nord", "en": "north car park"}},
        "contractors": {"pumping": {"name": "Pompage Exemple", "telephone": "+33199006011"}},
    }
    return Pinned(
        source=_playbook(),
        plan=CommunicationPlan.model_validate(_plan() | {"voice": voice}),
        site=Site.model_validate(site | changes),
    )


def _both(words: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"fr": words, "en": words}


def _plan() -> dict[str, Any]:
    """A communication plan with one audience."""
    timing = {"S1": "5m", "S2": "15m"}
    return {
        "communication_plan": "house",
        "languages": ["fr", "en"],
        "severities": {
            "S1": {"fr": "Des personnes sont en danger.", "en": "People are in danger."},
            "S2": {"fr": "Un bâtiment est touché.", "en": "A building is affected."},
        },
        "urgency": {"S1": "immediate", "S2": "immediate"},
        "cadence": {
            "lead_within": timing,
            "first_within": timing,
            "update_every": timing,
            "directorate_within": timing,
            "brief_every": timing,
        },
        "media": {"mail": {"title": _both("mail"), "channel": "email"}},
        "ladders": {"any": {"any": [{"by": ["mail"]}]}},
        "audiences": {
            "people-on-site": {
                "title": {"fr": "Personnes présentes", "en": "People in the building"},
                "who": {"present": "yes"},
                "expects": {"operational": _both("x"), "emotional": _both("x")},
                "contact": "facilities-desk",
            },
            "front-line": {
                "front_line": True,
                "title": {"fr": "Accueil et poste de garde", "en": "Reception and guard post"},
                "who": {"function": "reception"},
                "expects": {"operational": _both("x"), "emotional": _both("x")},
                "contact": "facilities-desk",
            },
        },
    }


def _playbook() -> dict[str, Any]:
    """A playbook with one role."""
    lead = {
        "title": {"fr": "Pilote de crise", "en": "Incident lead"},
        "mission": _both("x"),
        "holder": "facilities-duty",
        "last_resort": "facilities-duty",
    }
    speech = {"impact": _both("x"), "instruction": "none"}
    return {
        "playbook": "flood",
        "title": {"fr": "Inondation", "en": "Flood"},
        "owner": "facilities-duty",
        "reviewed_on": "2026-11-20",
        "opens_on": [{"kind": "flood"}],
        "severity": {"start": "S2"},
        "words": dict.fromkeys(
            ("event", "measure", "expected_result", "holding", "false_alarm"), _both("x")
        ),
        "roles": {"lead": lead},
        "steps": {},
        "phases": {"safe": {"means": _both("x")}, "normal": {"means": _both("x")}},
        "tell": {"people-on-site": {"open": speech, "normal": speech}},
        "directorate": {"informed_by": "lead"},
        "review": {"within": "5wd"},
    }
