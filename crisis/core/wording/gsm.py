"""The alphabet of text messages: GSM 03.38, in which 160 characters fit one message.

One "ê" or one typographic apostrophe sends the whole message in UCS-2, of which 70 characters fit.
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate

ONE = 160
"""Characters in one text message."""

JOINED = 153
"""Characters in each of several that are joined: seven go to its header."""

MOST = 3 * JOINED
"""Nothing longer is sent: it would arrive in pieces, out of order, or not at all."""

ONE_WIDE, JOINED_WIDE = 70, 67
"""The same, in the alphabet that everything fits."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}[]~|€\\")
"""These take the place of two."""

_FOLDS = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...",
    "–": "-", "—": "-", "−": "-", "•": "-", "°": "o", "œ": "oe", "Œ": "OE",
    "\u00a0": " ", "\u202f": " ", "\t": " ", "ł": "l", "Ł": "L",
}  # fmt: skip


_ALPHABET = _BASIC | _EXTENDED


def length(text: str) -> int:
    """How many places the text takes in the GSM alphabet; what is not in it counts as one."""
    return len(text) + sum(map(text.count, _EXTENDED))


def fits_alphabet(text: str) -> bool:
    """Whether every character is in the alphabet."""
    return _ALPHABET.issuperset(text)


def fold(text: str) -> str:
    """The text in the GSM alphabet, where it can be: the accents that it has are kept.

    What has no like there (a name in Greek) is left as it is: a name is never lost.
    """
    return text if fits_alphabet(text) else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Code point -> what stands for it, worked out once for each."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        plain = unicodedata.normalize("NFKD", character)[0]
        kept = character in _ALPHABET or plain not in _BASIC
        folded = self[point] = character if kept else plain
        return folded


_FOLDED = _Folded((ord(character), folded) for character, folded in _FOLDS.items())


def cut(text: str, room: int) -> str:
    """The text, cut at a word where it is longer than the room; "..." shows that it was cut."""
    if length(text) <= room:
        return text
    begun = accumulate(text.split(" "), "{} {}".format)
    fitting = [one for one in begun if length(one) + 3 <= room]
    return f"{fitting[-1].rstrip(',;: ')}..." if fitting else ""
