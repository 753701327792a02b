"""The pure core: what is owed to whom and by when; no I/O, no clock, no randomness."""
