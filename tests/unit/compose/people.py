"""What audiences are told of what people asked and said, for the tests of the words."""

from __future__ import annotations

from dataclasses import replace

from crisis.core.message import Message, Reply
from tests.unit.compose.house import minutes, ref, text
from tests.unit.compose.world import KINDS

PEOPLE: dict[str, Message] = {
    "update-asked": replace(
        KINDS["update"],
        asked=(
            Reply(
                understood=text("Quand le parking rouvre-t-il ?", "When does the car park open?"),
                due_at=minutes(50),
            ),
            Reply(
                understood=text("La cantine sert-elle ?", "Is there lunch?"),
                words=text("Oui, de 12 h à 14 h", "Yes, from 12 to 14"),
            ),
            Reply(
                understood=text("Puis-je entrer ?", "May I go in?"),
                words=text("L'eau touche des câbles", "Water reaches cables"),
                alternative=text("Un agent va chercher vos clés.", "A guard fetches your keys."),
            ),
            Reply(understood=ref("gone")),
        ),
    ),
    "roll-call": replace(
        KINDS["alert"], kind="roll_call", roll_call="r-1", measures=(), known=(), promises=()
    ),
}
"""One message of each kind, by the name of its approved text."""
