"""How bright the screen is by the hour, and whether it is on at all."""
