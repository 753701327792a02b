"""What is asked of people and told to those who asked, for the tests of the words."""

from __future__ import annotations

from crisis.core.message import (
    ApprovalAsked,
    Contribution,
    DraftShown,
    Message,
    Notice,
    Reply,
    SurveyAsked,
)
from tests.unit.compose.house import minutes, ref, text
from tests.unit.compose.world import message

ASKED: dict[str, Message] = {
    "ask-update-ready": message(
        kind="reminder",
        audience=None,
        to=("e101",),
        number=11,
        life_safety=False,
        speaker="e101",
        lead="e101",
        notice=Notice(
            topic="ask-update",
            subject="people-on-site",
            due_at=minutes(30),
            drafts=(
                DraftShown(
                    audience=text("Personnes présentes", "People in the building"),
                    leaves_at=minutes(29),
                    words={"fr": ref("draft.fr"), "en": ref("draft.en")},
                ),
                DraftShown(
                    audience=text("Accueil", "Reception"),
                    leaves_at=minutes(29),
                    words={"fr": ref("gone"), "de": ref("gone")},
                ),
            ),
        ),
    ),
    "answer-waits": message(
        kind="answer",
        number=10,
        life_safety=False,
        reply=Reply(
            understood=ref("question"),
            owner=text("Pilote de crise", "Incident lead"),
            due_at=minutes(30),
            ahead=3,
        ),
    ),
    "answer": message(
        kind="answer",
        number=12,
        life_safety=False,
        reply=Reply(
            understood=ref("question"),
            words=text("Oui, dès 16h00.", "Yes, from 16:00."),
            asked_by=40,
        ),
        next_update_at=minutes(20),
    ),
    "refusal": message(
        kind="refusal",
        number=12,
        life_safety=False,
        reply=Reply(
            understood=ref("question"),
            words=text("La zone est sous tension.", "The area is live."),
            alternative=text("Un gardien vous les apporte.", "A guard brings them to you."),
        ),
    ),
    "survey": message(
        kind="survey",
        phase="normal",
        number=20,
        life_safety=False,
        survey=SurveyAsked(
            questions=(text("Avez-vous su à temps ?", "Did you know in time?"),),
            answer_by=minutes(24 * 60 * 3),
            again_at=minutes(24 * 60 * 30),
        ),
    ),
    "thanks": message(
        kind="thanks",
        phase="normal",
        number=21,
        life_safety=False,
        own_words=ref("words"),
        contributions=(
            Contribution(
                person="e101",
                role=text("Pilote de crise", "Incident lead"),
                did=(text("Fermer la vanne.", "Shut the valve."), ref("pump")),
            ),
            Contribution(person=None, role=text("Entreprise de pompage", "Pumping firm")),
        ),
    ),
    "approval": message(
        kind="approval",
        audience=None,
        to=("e102",),
        number=7,
        life_safety=False,
        approval=ApprovalAsked(
            draft="users-away",
            kind="update",
            audience=text("Personnes absentes", "People away"),
            due_at=minutes(10),
            silence="next",
            words={"fr": ref("draft.fr"), "en": ref("draft.en"), "de": ref("gone")},
            digest="ab" * 32,
            findings=(text("Une phrase est longue.", "A sentence is long."),),
        ),
    ),
    "approval-send": message(
        kind="approval",
        audience=None,
        to=("e102",),
        number=7,
        life_safety=False,
        approval=ApprovalAsked(
            draft="users-away",
            kind="update",
            audience=text("Personnes absentes", "People away"),
            due_at=minutes(10),
            silence="send",
            words={"fr": ref("draft.fr")},
            digest="ab" * 32,
        ),
    ),
    "approval-hold": message(
        kind="approval",
        audience=None,
        to=("e102",),
        number=7,
        life_safety=False,
        approval=ApprovalAsked(
            draft="users-away",
            kind="update",
            audience=text("Personnes absentes", "People away"),
            due_at=minutes(10),
            silence="hold",
            words={"fr": ref("draft.fr")},
            digest="ab" * 32,
        ),
    ),
}
"""One message of each of these kinds, by the name of its approved text."""
