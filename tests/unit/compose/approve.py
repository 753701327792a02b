"""The approved texts: what the product says, in both languages, for a person to read.

``python -m tests.unit.compose.approve --write`` writes them anew into tests/golden/words after a
change of words; the change is then read like any other.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crisis.compose import Composer, Rendered
from crisis.compose.phrases import lexicon
from crisis.core.message import Message
from tests.unit.compose.asked import ASKED
from tests.unit.compose.asking import REQUESTS
from tests.unit.compose.house import TEXTS, People, minutes, pinned, ref, text
from tests.unit.compose.people import PEOPLE
from tests.unit.compose.works import WORKS
from tests.unit.compose.world import KINDS, notice

FOLDER = Path(__file__).parents[2] / "golden" / "words"
_COMPOSER, _HOUSE = Composer(), pinned()
LANGUAGES = ("fr", "en")

_SUBJECTS = {
    **dict.fromkeys(REQUESTS, "leave"), "cost": "pumping", "cost-granted": "pumping",
    "cost-refused": "pumping",
    "phase-proposed": "safe", "danger-after-safe": "safe", "silence": "people-on-site",
    "promise-broken": "people-on-site", "counterpart-owed": "belongings.counterpart",
    "ask-update": "people-on-site,front-line", "message-failed": "people-on-site",
    "phase-late": "safe,normal", "no-show": "pumping", "action": "a1", "verify": "a1",
    "steps-ready": "current,close-area", "steps-help": "current,close-area",
    "choice-made": "leave", "choice-assumed": "leave",
    "draft-rejected": "people-on-site", "unsaid": "people-on-site",
    "approval-held": "people-on-site",
    "question-asked": "q-1,q-2", "question-late": "q-1,q-2", "publish": "people-on-site",
    "carry": "people-on-site", "carry-late": "people-on-site",
    "help-needed": "e102", "roll-call-silent": "r-1,4,61,1",
    **dict.fromkeys(("clock-started", "clock-reminder", "clock-missed"), "notify,authority"),
}  # fmt: skip
_WITHOUT_TIME = {"handover", "relief-missing"}
_LISTED = {*REQUESTS, "carry", "carry-late",
           "choice-made", "choice-assumed", "steps-ready", "steps-help", "review",
           "hot-wash", "question-asked", "question-late",
           "clock-started", "clock-reminder", "clock-missed", "review-presented",
           "follow-up"}  # fmt: skip


def messages() -> dict[str, Message]:
    """Every message that has an approved text, by name."""
    notices = {}
    for topic in sorted(set(lexicon("en").topics) - {"any"}):
        items = (text("Tout le bâtiment.", "The whole building."), text("Personne.", "Nobody."))
        notices[f"notice-{topic}"] = notice(
            topic,
            subject=_SUBJECTS.get(topic, "lead"),
            words=ref("action") if topic in {"action", "verify"} else None,
            items=items if topic in _LISTED else (),
            count=2 if topic == "silence" else 1,
            due_at=None if topic in _WITHOUT_TIME else minutes(30),
        )
    return KINDS | ASKED | PEOPLE | WORKS | notices


def rendered(message: Message) -> Rendered:
    """The message in words, in the house of the tests."""
    return _COMPOSER.render(message, pinned=_HOUSE, names=People(), texts=TEXTS)


def shown(content: str) -> str:
    """One language of a message as a reader sees it."""
    words = json.loads(content)
    parts = [f"Subject: {words['subject']}", words["text"], f"Short: {words['short']}"]
    if "say" in words:
        parts.append(f"Say: {words['say']}")
    return "\n\n".join(parts) + "\n"


def path(name: str, language: str) -> Path:
    """Where the approved text stands."""
    return FOLDER / f"{name}.{language}.txt"


def main() -> None:
    """Write every approved text anew, and remove those of messages that are no more."""
    if sys.argv[1:] != ["--write"]:
        raise SystemExit(__doc__)
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = set()
    for name, message in messages().items():
        for language, content in rendered(message).texts.items():
            path(name, language).write_text(shown(content), encoding="utf-8")
            kept.add(path(name, language))
    for old in set(FOLDER.glob("*.txt")) - kept:
        old.unlink()


if __name__ == "__main__":
    main()
