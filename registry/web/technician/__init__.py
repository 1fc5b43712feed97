"""A technician with a phone at a unit: who they are, where units may stand, what waits to be let in, and the pages for it."""
