"""The mirror: a unit may serve what it has verified to the neighbours on its own network; nothing else, and only when it is told to."""
