"""Films: what a board can show as it is, why another one is refused, and the command that mends it."""
