"""A simulator: it draws a story from a seed, plays it on the real service, and looks for a breach.

The service is the shipped one: rules, coordinator, clock, dispatcher. Around it everything is the
story's: time, which nobody waits for; channels that die, hesitate and lie; people who answer,
refuse, stay silent or ask for nonsense; power that goes at a named mark in the code; a store that
is away. The same seed gives the same story and the same journal, on any machine.
"""

from crisis.proof.simulator.clock import SimulatedClock, StillLoop
from crisis.proof.simulator.draw import draw
from crisis.proof.simulator.play import Played, play
from crisis.proof.simulator.premises import PREMISES
from crisis.proof.simulator.run import Sum, Theatre, run
from crisis.proof.simulator.shrink import shrink
from crisis.proof.simulator.steps import Step, Tale, tale_from
from crisis.proof.simulator.tell import told, told_failure
from crisis.proof.simulator.world import House

__all__ = [
    "PREMISES", "House", "Played", "SimulatedClock", "Step", "StillLoop", "Sum", "Tale", "Theatre",
    "draw", "play", "run", "shrink", "tale_from", "told", "told_failure",
]  # fmt: skip
