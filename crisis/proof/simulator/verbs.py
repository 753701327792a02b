"""Everything that a person may do in a story, by the word that steps use."""

from __future__ import annotations

from collections.abc import Mapping

from crisis.proof.simulator.acts import ACTS, Verb
from crisis.proof.simulator.asking import ASKING
from crisis.proof.simulator.coping import COPING

VERBS: Mapping[str, Verb] = {**ACTS, **ASKING, **COPING}
"""Verb -> what makes a command of it."""
