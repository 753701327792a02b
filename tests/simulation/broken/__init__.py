"""Rules that are broken on purpose: each must be caught by the simulator, within some seeds."""
