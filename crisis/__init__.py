"""Crisis: an event-driven crisis communication coordinator, calm, fast, honest and never silent."""

__version__ = "0.1.0"
