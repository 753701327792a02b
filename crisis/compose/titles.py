"""The title of a function inside a sentence: "the facilities duty officer leads the repair".

A name needs no article and a function does. French is guessed from the first word, which is right
for the functions of a house ("l'astreinte", "la direction", "le poste de garde", "les guides").
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(^|[.?] )([a-zà-ÿ])")
_SILENT = "aàâeéèêhiîoôuyæœ"
_ASPIRATED = ("haut", "hall", "hangar", "huissier")
_FEMININE = (
    "tion", "sion", "té", "ique", "ance", "ence", "erie", "ure", "rice", "cellule", "garde",
    "main", "permanence", "ligne", "maison", "mairie", "préfecture", "police",
)  # fmt: skip


def in_sentence(title: str, language: str) -> str:
    """The title with its article, as it stands inside a sentence."""
    first = title.split(" ", 1)[0]
    acronym = len(first) > 1 and first[:2].isupper()
    lowered = title if acronym else title[:1].lower() + title[1:]
    return (_le(first.lower()) if language == "fr" else "the ") + lowered


def capitalised(text: str) -> str:
    """The text with a capital at the head of each sentence."""
    return _SENTENCE.sub(lambda found: found[1] + found[2].upper(), text)


def _le(first: str) -> str:
    if first[:1] in _SILENT and not first.startswith(_ASPIRATED):
        return "l'"
    if first.endswith("s"):
        return "les "
    return "la " if first.endswith(_FEMININE) else "le "
