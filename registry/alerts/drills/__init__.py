"""Exercises by a schedule: released as such, each once, with a table of what came of them."""
