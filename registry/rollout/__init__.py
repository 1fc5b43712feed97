"""The roll-out of the units' software: how far a signed release may reach now, by what units say became of it."""
