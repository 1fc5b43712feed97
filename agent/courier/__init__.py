"""The courier on the unit: what a plugged stick brings, what the board says of it, and what goes back on it."""
